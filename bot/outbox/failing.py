"""What follows from each failure of a delivery (outbox.py, rules 6, 8 and 12)."""

from __future__ import annotations

import time
from dataclasses import replace

from bot.channels.base import DeliveryError, Failure
from bot.channels.moves import Moves
from bot.database.outbox_marks import Later, Sent
from bot.database.outbox_rows import Kind, OutboxRow
from bot.outbox.chat_queue import Item
from bot.outbox.confirmations import wait_of
from bot.outbox.delivery import Delivery, backoff
from bot.outbox.marks import Marks
from bot.outbox.operator_notes import Operator
from bot.outbox.queues import Queues
from bot.outbox.reach import FREE, Reach
from bot.outbox.refusals import Refusals, is_officers_work
from bot.outbox.retries import Retries
from bot.outbox.topics import Topics

# The wait after an error of the account: it lasts until the operator acts.
ACCOUNT_SECONDS, LONGEST_ACCOUNT_SECONDS = 30.0, 900.0


def _is_needless(row: OutboxRow) -> bool:
    """Whether the row is not needed in a chat that it does not reach."""
    return row.kind is Kind.LEAVE or row.is_cosmetic


class Failures:
    """Tries again, sends again, parks, drops or gives up."""

    def __init__(  # noqa: PLR0913, PLR0917 - the parts that it uses
        self,
        marks: Marks,
        queues: Queues,
        delivery: Delivery,
        refusals: Refusals,
        reach: Reach,
        retries: Retries,
        topics: Topics,
        moves: Moves,
        operator: Operator,
    ) -> None:
        self._marks, self._queues, self._delivery, self._refusals = marks, queues, delivery, refusals
        self._reach, self._retries, self._topics, self._moves = reach, retries, topics, moves
        self._operator = operator

    async def failed(self, item: Item, error: DeliveryError) -> None:
        """Do what the failure of a stored item says."""
        row = item.row
        match error.kind:
            case _ if row.kind is Kind.KNOCK and not self._reach.is_parked(row.chat):
                # The person has written during the call.
                self.drop(item)
            case Failure.THROTTLED:
                self._throttled(item, error)
            case Failure.TEMPORARY:
                self.again(item, error.reason)
            case Failure.ACCOUNT:
                self._account(item, error.reason)
            case Failure.OFF:
                self._refusals.switched_off(error.reason)
                self._wait_for_operator(item)
            case Failure.WINDOW | Failure.UNREACHABLE | Failure.CHAT_GONE if _is_needless(row):
                self.drop(item)
            case Failure.WINDOW if row.kind not in FREE:
                await self._closed(item, error.reason)
            case Failure.TOPIC_CLOSED | Failure.TOPIC_GONE:
                await self._topics.repair(item, error, self.failed)
            case _:
                await self._refused(item, error)

    async def _refused(self, item: Item, error: DeliveryError) -> None:
        """Handle a failure that does not pass by itself."""
        row = item.row
        match error.kind:
            case Failure.MIGRATED:
                await self._reach.move(self._moves.destination(row.chat), error.moved_to)
                self._queues.put_again(item, replace(row, at=0))
            case Failure.VANISHED if row.kind is Kind.EDIT:
                await self._send_again(item)
            case Failure.UNREACHABLE | Failure.CHAT_GONE if row.chat < 0 or error.kind is Failure.UNREACHABLE:
                await self._reach.park(row.chat, item)
            case _ if row.kind is Kind.DELETE:
                self._refusals.kept(row, error.reason)
            case _:
                self._refusals.refused(row, error.reason)
                if error.answered and is_officers_work(row):
                    self._retries.refused(row.chat)

    async def _closed(self, item: Item, why: str) -> None:
        """Park the chat; its person may have written since the call was made, then try again."""
        if not await self._reach.park_closed(item.row.chat, item):
            item.row = replace(item.row, parts=item.row.parts.refused_window())
            self.again(item, why)

    def again(self, item: Item, why: str) -> None:
        """Try a row again, later each time."""
        row = item.row = replace(item.row, attempts=item.row.attempts + 1)
        if item.stored:
            self._refusals.failed_again(row, why)
        self._later(item, backoff(row.attempts - 1))

    def drop(self, item: Item) -> None:
        """Mark a row that need not be sent any more."""
        self._marks.sent(Sent(item.row, 0, self._operator.wall()))

    def _throttled(self, item: Item, error: DeliveryError) -> None:
        """Wait as the messenger says; where it does not say how long, longer each time."""
        seconds = error.retry_after
        if not seconds:
            seconds = wait_of(0.0, item.row.attempts)
            item.row = replace(item.row, attempts=item.row.attempts + 1)
        self._delivery.throttled(item, seconds, only_chat=error.only_chat)
        self._later(item, seconds)

    def _account(self, item: Item, why: str) -> None:
        """Keep the row at the head of its chat until the operator has acted."""
        self._refusals.account(item.row, why)
        self._wait_for_operator(item)

    def _wait_for_operator(self, item: Item) -> None:
        row = item.row = replace(item.row, attempts=item.row.attempts + 1)
        self._later(item, min(LONGEST_ACCOUNT_SECONDS, ACCOUNT_SECONDS * 2.0 ** min(row.attempts - 1, 5)))

    def _later(self, item: Item, delay: float) -> None:
        if item.stored:
            row = item.row
            item.ready = time.monotonic() + delay
            later = Later(row, row.attempts, time.time() + delay, row.progress)
            item.row = replace(row, parts=row.parts.marked())
            self._marks.later(later, item.main, item.others, self._operator.wall())
            self._queues.put(item, first=True)

    async def _send_again(self, item: Item) -> None:
        """Send what should have changed a message that is gone; a cosmetic edit has nothing to change."""
        if item.row.is_cosmetic:
            self.drop(item)
            return
        await self._marks.vanished(item.row)
        self._queues.put_again(item, replace(item.row, at=0, kind=Kind.SEND, progress=0))
