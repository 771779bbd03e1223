"""What the shell itself has to tell the operator: rows of the outbox, stored with what they tell of."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.database.conversations import load_languages
from bot.database.outbox_table import OutboxRow, insert_rows
from bot.database.quarantine import Fault, Notice, record
from bot.database.sealing import Codec
from bot.outbox.rows import rows
from conversations.effects import TellOperator
from conversations.messages import OutgoingMessage


def group_lost(chat: int) -> OutgoingMessage:
    """A group of the configuration cannot be written to any more."""
    return OutgoingMessage("system.operator_group_lost", {"chat": chat})


def failed(notice: Notice) -> OutgoingMessage:
    """Something failed alone and was kept; `count` is how much of its stage there is."""
    params = {"stage": notice.stage.value, "error": notice.error, "count": notice.count}
    return OutgoingMessage("system.operator_quarantine", params)


@dataclass(frozen=True, slots=True)
class Operator:
    """The operator's chat, 0 when there is none."""

    codec: Codec
    chat: int = 0

    def report(
        self, connection: Connection, faults: Iterable[Fault], wall: float | None = None
    ) -> list[OutboxRow]:
        """Keep faults at wall time (now), and tell of each kind once an hour."""
        notices = record(connection, self.codec, faults, time.time() if wall is None else wall)
        return self.tell(connection, [failed(notice) for notice in notices])

    def tell(self, connection: Connection, messages: Sequence[OutgoingMessage]) -> list[OutboxRow]:
        """Store the messages; their rows wait to be accepted after the commit."""
        if not self.chat or not messages:
            return []
        language = load_languages(connection, {self.chat}).get(self.chat, "id")
        effects = [TellOperator(message) for message in messages]
        return insert_rows(
            connection, self.codec, rows(effects, lambda _: language, self.chat, time.time()), ()
        )
