"""What no repetition mends, and what has failed for long: recorded, and the operator told of what weighs."""

from __future__ import annotations

import time
from dataclasses import replace

import structlog

from bot.database.outbox_marks import Failed
from bot.database.outbox_rows import OutboxRow
from bot.database.quarantine import Fault, Stage, damaged
from bot.outbox.marks import Marks

log = structlog.get_logger(__name__)

SYSTEM = "system."
CARD = "card:"
# What a complaint or its answer hangs on; the operator hears when it cannot be delivered.
WEIGHTY = (CARD, "receipt:", "response:")
# 1, 2, 4 … 60 seconds apart (bot/outbox/delivery.py): after so many an hour has passed.
AN_HOUR_OF_ATTEMPTS = 65
DELAY_SECONDS = 3600.0


def unsendable(row: OutboxRow, error: BaseException) -> Fault:
    """A stored row that could not be made into calls: its template raises, say.

    Its chat is told that a message is missing, unless it was a message of the system itself: telling of one
    that tells of another could go round and round.
    """
    message = row.message
    of_system = message is None or message.template.startswith(SYSTEM)
    return replace(damaged(Stage.OUTBOX, row.id, message, error), chat=0 if of_system else row.chat)


class Refusals:
    """Marks rows that were refused; what it notes for the operator is stored with the mark."""

    def __init__(self, marks: Marks, operator_chat: int) -> None:
        self._marks, self._operator_chat = marks, operator_chat
        self._delay_told = -DELAY_SECONDS

    def refused(self, row: OutboxRow, why: str) -> None:
        """No repetition mends it; yet a card is work of its group's, which must not vanish.

        It may be the group's state that is wrong, a closed topic say.
        """
        if not row.id:
            return
        log.error("outbox.undeliverable", row=row.id, kind=row.kind.value, reason=why)
        if row.chat < 0 and row.key.startswith(CARD):
            self._marks.note("operator_card_waits", why)
            self._marks.parked(Failed(row, why))
        else:
            self.in_part(row, why)
            self._marks.failed(Failed(row, why))

    def in_part(self, row: OutboxRow, why: str) -> None:
        """Some of a row, or all, was given up: tell of what somebody's work or right depends on."""
        if row.report or row.key.startswith(WEIGHTY):
            self._marks.note("operator_undelivered", why)

    def failed_again(self, row: OutboxRow, why: str) -> None:
        """The operator hears of what has gone on for an hour, once an hour at most; call before the mark."""
        late = row.attempts == AN_HOUR_OF_ATTEMPTS and time.monotonic() >= self._delay_told + DELAY_SECONDS
        if late and row.chat != self._operator_chat:
            self._delay_told = time.monotonic()
            self._marks.note("operator_delayed", why)
