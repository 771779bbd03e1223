"""The shell's own messages: rows of the outbox, stored in the transaction of what they report.

Notices of each kind of fault go to `operator_chat_id`, else to the leaders who have started the bot. A notice
that reaches no one is kept and shown in `aduan check`. The chat of a message that does not open is informed
that a message is missing.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection

from bot.database.chats import is_blocked
from bot.database.conversations import load_languages
from bot.database.outbox_rows import OutboxRow
from bot.database.outbox_table import insert_rows
from bot.database.quarantine import Fault, Notice, Stage, keep, record
from bot.database.sealing import Codec
from bot.foundation.faults import error_place, is_infrastructure
from bot.outbox.effect_rows import rows
from conversations.effects import Lane, Send
from conversations.messages import OutgoingMessage

log = structlog.get_logger(__name__)


def group_lost(chat: int) -> OutgoingMessage:
    """The note that a group of the configuration cannot be written to any more."""
    return OutgoingMessage("system.operator_group_lost", {"chat": chat})


def failed(notice: Notice) -> OutgoingMessage:
    """The note that something failed alone and is kept; `count` is the number of kept faults of its stage."""
    params = {"stage": notice.stage.value, "error": notice.error, "count": notice.count}
    return OutgoingMessage("system.operator_quarantine", params)


def missing(chat: int) -> OutgoingMessage:
    """The message that one for this chat cannot be shown, and how to find its subject."""
    return OutgoingMessage("system.message_missing" if chat > 0 else "system.group_message_missing")


def file_missing(chat: int) -> OutgoingMessage:
    """The message that a file of the message before could not be sent to this chat."""
    return OutgoingMessage("system.file_missing" if chat > 0 else "system.group_file_missing")


@dataclass(frozen=True, slots=True)
class Operator:
    """The operator's chat, 0 when there is none, and the leaders who are notified instead."""

    codec: Codec
    chat: int = 0
    leaders: frozenset[int] = frozenset()
    # Wall time, in seconds since 1970.
    wall: Callable[[], float] = time.time

    def recipients(self, connection: Connection) -> Sequence[int]:
        """The chats that get the notices now; none when no one can be reached."""
        if self.chat and not is_blocked(connection, self.chat):
            return (self.chat,)
        started = load_languages(connection, self.leaders)
        return [person for person in sorted(started) if not is_blocked(connection, person)]

    def report(
        self, connection: Connection, faults: Iterable[Fault], wall: float | None = None
    ) -> list[OutboxRow]:
        """Keep faults at wall time (now), and notify of each kind once an hour; return the rows to send.

        A fault that cannot be kept is only logged, so that the rest of the transaction is stored.
        """
        listed = list(faults)
        if not listed:
            return []
        notices = self._kept(connection, listed, self.wall() if wall is None else wall)
        notes = self.notify(connection, [failed(notice) for notice in notices])
        return [*notes, *self._missing(connection, {fault.chat for fault in listed if fault.chat})]

    def _kept(self, connection: Connection, faults: Sequence[Fault], wall: float) -> Sequence[Notice]:
        try:
            with connection.begin_nested():
                return record(connection, self.codec, faults, wall)
        except Exception as error:
            if is_infrastructure(error):
                raise
            log.error("quarantine.not_kept", error=error_place(error), faults=len(faults))  # noqa: TRY400
            return ()

    def notify(self, connection: Connection, messages: Sequence[OutgoingMessage]) -> list[OutboxRow]:
        """Store messages to the operator; return their rows, to be accepted after the commit.

        When no one can be reached, the notices are kept.
        """
        if not messages:
            return []
        if chats := self.recipients(connection):
            sends = [Send(chat, message, lane=Lane.UNASKED) for chat in chats for message in messages]
            return self.send(connection, sends)
        self._unread(connection, messages)
        return []

    def _unread(self, connection: Connection, messages: Sequence[OutgoingMessage]) -> None:
        faults = [
            Fault(Stage.NOTICE, message.template, json.dumps(dict(message.params)).encode(), message.template)
            for message in messages
        ]
        keep(connection, self.codec, faults, self.wall())

    def _missing(self, connection: Connection, chats: Collection[int]) -> list[OutboxRow]:
        return self.send(connection, [Send(chat, missing(chat)) for chat in sorted(chats)])

    def send(self, connection: Connection, sends: Sequence[Send]) -> list[OutboxRow]:
        """Store messages to any chats; return their rows, to be accepted after the commit."""
        languages = load_languages(connection, {send.chat for send in sends if send.chat > 0})
        made = rows(sends, lambda chat: languages.get(chat, "id"), self.wall())
        return insert_rows(connection, self.codec, made, ())
