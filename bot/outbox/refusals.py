"""Records permanent refusals and long delays, and notifies the operator of important ones."""

from __future__ import annotations

import time
from dataclasses import replace

import structlog

from bot.database.outbox_marks import Failed
from bot.database.outbox_rows import Kind, OutboxRow
from bot.database.quarantine import Fault, Stage, damaged
from bot.outbox.confirmations import account_kind
from bot.outbox.marks import Marks
from bot.outbox.operator_notes import Operator
from conversations import keys
from conversations.message_kinds import OFFICERS_WORK, WEIGHTY

log = structlog.get_logger(__name__)

SYSTEM = "system."
# The tries of one hour, which are 1, 2, 4 … 60 seconds apart (bot/outbox/delivery.py).
AN_HOUR_OF_ATTEMPTS = 65
DELAY_SECONDS = 3600.0
DAY_SECONDS = 86400.0


def unsendable(row: OutboxRow, error: BaseException) -> Fault:
    """The fault of a stored row that could not be turned into calls, for example because its template raises.

    Its chat is informed that a message is missing, unless it was a system message: that information itself
    could fail in the same way, in a loop.
    """
    message = row.message
    of_system = message is None or message.template.startswith(SYSTEM)
    return replace(damaged(Stage.OUTBOX, row.id, message, error), chat=0 if of_system else row.chat)


def is_officers_work(row: OutboxRow) -> bool:
    """Whether officers must see the row in their group: it is not dropped when the group refuses it."""
    key = keys.parse(row.key)
    return row.chat < 0 and key is not None and key.kind in OFFICERS_WORK


def _is_important(row: OutboxRow) -> bool:
    """Whether a complaint depends on the row; on a template, what waits for the answer to it."""
    if row.kind is Kind.KNOCK:
        return True
    key = keys.parse(row.key)
    has_document = row.message is not None and row.message.document is not None
    return bool(row.report) or has_document or (key is not None and key.kind in WEIGHTY)


class Refusals:
    """Marks refused rows; the note to the operator is stored with the mark."""

    def __init__(self, marks: Marks, operator: Operator) -> None:
        self._marks = marks
        # Their own messages are not reported to them.
        self._informed = {operator.chat, *operator.leaders}
        self._delay_noted = self._refusal_noted = -DELAY_SECONDS
        self._off_noted = -DAY_SECONDS

    def refused(self, row: OutboxRow, why: str, *, quarantined: bool = False) -> None:
        """Mark a row that was refused permanently; the officers' work is parked instead.

        The reason may be the group's state, for example a closed topic. The operator is notified of a
        quarantined row by the quarantine.
        """
        if not row.id:
            return
        log.error("outbox.undeliverable", row=row.id, kind=row.kind.value, reason=why)
        if is_officers_work(row):
            # The operator is notified of the first refusal only.
            if not row.attempts:
                self._marks.note("operator_card_waits", why)
            self._marks.parked(Failed(row, why))
        else:
            if not quarantined:
                self._other_refused(row, why)
            self.given_up(row, why)

    def given_up(self, row: OutboxRow, why: str) -> None:
        """Mark a row that will not be tried again."""
        self.refused_in_part(row, why)
        self._marks.failed(Failed(row, why))

    def kept(self, row: OutboxRow, why: str) -> None:
        """Mark a deletion that was refused, for example after 48 hours; the core informs the officers."""
        log.warning("outbox.not_deleted", row=row.id, reason=why)
        self._marks.failed(Failed(row, why))

    def refused_in_part(self, row: OutboxRow, why: str) -> None:
        """Note for the operator that a row, or a part of it, was given up, if it is important."""
        if _is_important(row):
            self._marks.note("operator_undelivered", why)

    def _other_refused(self, row: OutboxRow, why: str) -> None:
        """Note for the operator, once an hour at most, that a message without importance was given up."""
        due = time.monotonic() >= self._refusal_noted + DELAY_SECONDS
        if due and row.message is not None and row.chat not in self._informed and not _is_important(row):
            self._refusal_noted = time.monotonic()
            self._marks.note("operator_refused", why)

    def account(self, row: OutboxRow, why: str) -> None:
        """Note that the operator has to act; to be called before the mark."""
        log.error("outbox.account", row=row.id, reason=why)
        self._marks.note("operator_account", why, account_kind(why))

    def switched_off(self, why: str) -> None:
        """Note, once a day, that messages wait for a messenger; to be called before the mark."""
        if time.monotonic() >= self._off_noted + DAY_SECONDS:
            self._off_noted = time.monotonic()
            log.warning("outbox.switched_off", reason=why)
            self._marks.note("operator_whatsapp_off", why)

    def failed_again(self, row: OutboxRow, why: str) -> None:
        """Note a delay of an hour for the operator, once an hour at most; to be called before the mark."""
        late = row.attempts == AN_HOUR_OF_ATTEMPTS and time.monotonic() >= self._delay_noted + DELAY_SECONDS
        if late and row.chat not in self._informed:
            self._delay_noted = time.monotonic()
            self._marks.note("operator_delayed", why)
