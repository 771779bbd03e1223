"""The outbox: it sends all outgoing messages after their turn has committed (invariant 3).

At least once: a row is marked after its success, so a crash between the two sends it again.

1. `start()` reads what waits in the table; `accept()` takes fresh rows from memory after their commit.
2. Each chat has two lanes, first in, first out; chats go side by side, so many calls at once in all.
3. Before a call it waits for the limits of the chat and of all chats (bot/outbox/pacing.py).
4. After success the row's mark is gathered with others and written in one go (bot/outbox/marks.py).
5. A throttled row waits as told. After a temporary failure it waits longer each time, and its lane
   with it; both are stored, also how many parts of a long message have arrived.
6. A person who blocked the bot, or a group that threw it out: all rows of the chat are parked until
   they come back; those with `report` are reported unreachable and go first on the return.
7. A group that moved: its new id is stored and used, message ids of the old one are forgotten. Both are
   in bot/outbox/reach.py.
8. An edit finds its message by id or key; without one, or when it has vanished, it is sent anew.
9. What no repetition mends is recorded (bot/outbox/refusals.py), and reported if its row asks for that.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

import structlog
from sqlalchemy import Connection

from bot.channels.base import Channel, DeliveryError, Failure, ShellEvent
from bot.channels.moves import Moves
from bot.database.engine import Database
from bot.database.outbox_marks import Later, Sent, revive
from bot.database.outbox_rows import Kind, OutboxRow
from bot.database.outbox_table import load_rows
from bot.database.quarantine import Damage, Fault
from bot.database.sealing import Codec
from bot.foundation.background_tasks import BackgroundTasks
from bot.foundation.faults import is_infrastructure, whereabouts
from bot.outbox.chat_queue import ChatQueue, Item, unstored_strip
from bot.outbox.delivery import Delivery, backoff
from bot.outbox.effect_rows import rows
from bot.outbox.marks import Marks
from bot.outbox.operator_notes import Operator
from bot.outbox.pacing import Pacing
from bot.outbox.queues import Queues
from bot.outbox.reach import Reach
from bot.outbox.refusals import Refusals, unsendable
from conversations.effects import AnswerPress
from conversations.messages import OutgoingMessage

__all__ = ["Outbox", "rows"]

log = structlog.get_logger(__name__)

STOP_SECONDS = 3.0
FAULT_SECONDS = 1.0
MARKS_SECONDS = 0.5


class Outbox:
    """Sends. `on_news` tells that the core has something to hear: of a row with `report`, or of a group.

    Everything but `in_flight` is called in the event loop's thread.
    """

    def __init__(
        self,
        database: Database,
        codec: Codec,
        channel: Channel,
        pacing: Pacing,
        moves: Moves,
        on_news: Callable[[], None] = lambda: None,
        operator_chat: int = 0,
    ) -> None:
        self._database, self._codec, self._moves = database, codec, moves
        self._operator = Operator(codec, operator_chat)
        self._queues = Queues(self._serve)
        self._marks = Marks(database, self._strip_all, self._operator, self.accept, on_news)
        self._reach = Reach(database, self._operator, moves, self._queues, self._marks, self.accept, on_news)
        self._refusals = Refusals(self._marks, operator_chat)
        self._delivery = Delivery(channel, pacing, moves, self._marks)
        self._aside = BackgroundTasks()
        self._stopping = False

    async def start(self) -> None:
        """Take up what was left when the process ended."""
        await self._reach.start()
        await self._database.write(revive)
        self.accept(await self._database.write(self._left))

    def _left(self, connection: Connection) -> list[OutboxRow]:
        damage = Damage()
        left = load_rows(connection, self._codec, damage)
        return [*left, *self._operator.report(connection, damage.faults.values())]

    async def report(self, faults: Collection[Fault]) -> None:
        """Keep faults, and tell of them: the operator of each kind once an hour, the chats at once."""
        if faults:
            self.accept(await self._database.write(lambda c: self._operator.report(c, faults)))

    async def tell_operator(self, message: OutgoingMessage) -> None:
        """Write to the operator's chat, when one is configured."""
        self.accept(await self._database.write(lambda c: self._operator.tell(c, [message])))

    def in_flight(self) -> frozenset[int]:
        """The rows that are being sent or not yet marked: their payload must not be replaced."""
        return self._queues.sending | self._marks.unwritten

    def accept(self, fresh: Iterable[OutboxRow]) -> None:
        """Queue rows as they were stored. One that replaces a waiting row takes its place."""
        for row in fresh:
            self._queues.accept(row, self._marks.unwritten)

    def answer(self, press: AnswerPress, language: str) -> None:
        """Answer a press, best effort: what matters never lives only there."""
        self._aside.start(self._delivery.answer(press, language))

    def changed(self, event: ShellEvent) -> None:
        """Keep in mind what happened to a chat, as its turn stored it. May be told twice."""
        self._reach.changed(event)

    async def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Let calls end that are on their way, and write all marks, in so many seconds."""
        end = time.monotonic() + seconds
        self._stopping = True
        queues = self._queues.all()
        for queue in queues:
            queue.wake()
        tasks = [*(queue.running for queue in queues if queue.running), *self._aside]
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=max(0.0, seconds - MARKS_SECONDS))
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._marks.flush(), max(0.0, end - time.monotonic()))

    def _serve(self, queue: ChatQueue) -> None:
        if not self._stopping:
            queue.running = asyncio.create_task(self._run(queue))

    async def _run(self, queue: ChatQueue) -> None:
        """One chat's messages, one after another, until none is left."""
        try:
            while queue and not self._stopping:
                try:
                    await self._next(queue)
                except Exception as error:  # noqa: BLE001 - one row's fault must not end the chat's queue
                    log.error("outbox.queue_fault", error=whereabouts(error))  # noqa: TRY400 - no words
                    await asyncio.sleep(FAULT_SECONDS)
        finally:
            self._queues.drop(queue)

    async def _next(self, queue: ChatQueue) -> None:
        """Send the chat's next row, or wait until it may go."""
        waits = self._delivery.waits(queue.heads())
        lane = queue.choose(waits)
        if wait := waits[lane]:
            await queue.sleep(wait)
        else:
            await self._deliver(queue.take(lane))

    async def _deliver(self, item: Item) -> None:
        self._queues.begin(item)
        try:
            await self._attempt(item)
        except Exception as error:  # noqa: BLE001 - told apart by whose fault it is
            self._broke(item, error)
        finally:
            self._queues.end(item)

    def _broke(self, item: Item, error: Exception) -> None:
        """Wait for our own disk or database; any other error is a fault of ours that no waiting ends."""
        if is_infrastructure(error):
            log.warning("outbox.store_trouble", error=type(error).__name__)
            self._again(item, type(error).__name__)
            return
        log.error("outbox.fault", row=item.row.id, kind=item.row.kind.value, error=whereabouts(error))
        self._refusals.refused(item.row, type(error).__name__)
        if item.stored:
            self._aside.start(self.report([unsendable(item.row, error)]))

    async def _attempt(self, item: Item) -> None:
        try:
            await self._delivery.deliver(item)
        except DeliveryError as error:
            if item.stored:
                await self._failed(item, error)
            return
        if item.stored:
            if item.refused:
                self._refusals.in_part(item.row, item.refused)
            self._marks.sent(Sent(item.row, item.main, time.time()), item.others)
        if item.row.message is not None and self._reach.is_parked(item.row.chat):
            # They are back, and nobody told us.
            self._aside.start(self._reach.release(item.row.chat))

    async def _failed(self, item: Item, error: DeliveryError) -> None:
        row = item.row
        match error.kind:
            case Failure.THROTTLED:
                self._delivery.throttled(item, error.retry_after)
                self._later(item, error.retry_after)
            case Failure.TEMPORARY:
                self._again(item, error.reason)
            case Failure.MIGRATED:
                await self._reach.move(self._moves.destination(row.chat), error.moved_to)
                item.row = replace(row, at=0)
                self._queues.put(item, first=True)
            case Failure.VANISHED if row.kind is Kind.EDIT:
                await self._send_anew(item)
            case Failure.UNREACHABLE | Failure.CHAT_GONE if row.kind in (Kind.LEAVE, Kind.STRIP):
                self._marks.sent(Sent(row, 0, time.time()))
            case Failure.UNREACHABLE:
                await self._reach.park(row.chat, item)
            case Failure.CHAT_GONE if row.chat < 0:
                await self._reach.park(row.chat, item)
            case _:
                self._refusals.refused(row, error.reason)

    def _again(self, item: Item, why: str) -> None:
        """Try again, later each time."""
        row = item.row = replace(item.row, attempts=item.row.attempts + 1)
        if item.stored:
            self._refusals.failed_again(row, why)
        self._later(item, backoff(row.attempts - 1))

    def _later(self, item: Item, delay: float) -> None:
        if item.stored:
            row, now = item.row, time.time()
            item.ready = time.monotonic() + delay
            later = Later(row, row.attempts, now + delay, row.progress)
            self._marks.later(later, item.main, item.others, now)
            self._queues.put(item, first=True)

    async def _send_anew(self, item: Item) -> None:
        await self._marks.vanished(item.row)
        item.row = replace(item.row, at=0, kind=Kind.SEND, progress=0)
        self._queues.put(item, first=True)

    def _strip_all(self, outdated: Sequence[tuple[int, int]]) -> None:
        """Take the buttons off older copies; not stored, as nothing depends on it."""
        for chat, message in outdated:
            self._queues.put(unstored_strip(chat, message))
