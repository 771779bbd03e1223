"""The outbox: it sends all outgoing messages after their turn has committed (invariant 3).

The problem. A lost receipt or response harms a citizen's case. The messenger offers no transaction that spans
its server and our database, and no key by which it would recognise a message sent twice. So after a crash
between a call and its record we do not know whether the message arrived, and must choose: it may be missing,
or it may arrive twice. A person ignores a second copy and cannot notice a missing one, so delivery is
at-least-once.

1. A turn stores its messages as rows in its own transaction, with template name, parameters and language; the
   text is rendered at sending. `accept()` takes fresh rows from memory after the commit, `start()` reads the
   rows that a previous run left.
2. A row is marked after its success (bot/outbox/marks.py). One write per message would wait for the disk each
   time, so marks are gathered for 50 ms and written together. A batch that the database refuses is written
   mark by mark: when it was only tried again as a whole, one bad value stopped the marks of every chat.
3. Within a chat, messages keep their order: a question must not arrive before the answer that it follows. So
   each chat has a queue with one sending task, and chats are independent: a slow chat delays no other.
4. A group has two lanes. An office's group may get 20 messages a minute, and twenty new cards would delay the
   reply to an officer who has just pressed a button. Replies are in the first lane; cards, reminders and
   digests are in the second one, and keep an even pace, which uses the whole limit and leaves room for a
   reply every three seconds. After eight replies in a row the second lane is served once, so that it cannot
   starve. A private chat has one reader and needs one lane. Cosmetic edits (the removal of buttons, the
   answer in the place of a question) go when neither lane has a message and the chat has been quiet for a
   while. They are dropped when their message is changed or gone; of removals only the newest three wait.
   Within a lane of a group the cases take turns, and in the lane of replies the officers (fair_lane.py):
   twenty additions to one case do not hold back the card of the next. Each case keeps its own order.
5. Before a call the outbox waits for the limits of the chat and of all chats (bot/outbox/pacing.py). It does
   not rely on being throttled: a `retry_after` stops a chat for much longer than the pacing would have.
   python-telegram-bot's AIORateLimiter was considered: it counts every call alike, keeps no lanes, does not
   retry by default, and forgets its counts and its waiting calls when the process ends.
6. The channel's error carries the decision (`Failure`). A throttled row waits for `retry_after`, and its chat
   with it, as the messenger does not say which call it refuses next. After a temporary failure the row waits
   1, 2, 4 … 60 seconds, and its lane with it. The number of tries, the time and the number of parts that have
   arrived are stored, so that a restart neither hurries nor repeats a part. A running bot measures the wait,
   so that no clock that is set moves it.
7. An edit replaces the payload of its message's row while that row is unsent: officers see the newest card
   once instead of three states after each other. While the row is in flight the edit waits, and changes the
   message afterwards. The mark names the revision that was sent, so that a replacement in between is kept. An
   edit finds its message by id or key; without one, or when the message has vanished, a new one is sent.
8. A refusal is not dropped silently. A person who blocked the bot, or a group that removed it: the chat's
   rows are parked until it can be reached again, final responses first (bot/outbox/reach.py). A moved group:
   its new id is stored and used. A topic that is closed or gone is repaired (bot/outbox/topics.py). Any other
   permanent refusal is recorded (bot/outbox/refusals.py). A row with `report` is reported to the core, which
   shows the outcome to the officer. What officers must see in their group is parked and tried again
   (bot/outbox/retries.py). The operator is notified of what a complaint depends on.

9. A text answers the question that its sender could see, so a turn asks when a question was first shown
   (bot/database/showings.py): it was not sent yet, or it has an id, or this is unknown. It is unknown while a
   call runs, and where an earlier copy may have arrived: after a call without an answer, and where a process
   before this one may have sent a row without its mark. A mark before each first call would cost a write a
   message; instead, the start counts one attempt of each row that waits for a person. A row with attempts
   leaves a doubt next to its id when it is sent (bot/database/sent_messages.py), which later turns read.

10. A document is made from the case when its message is sent (bot/outbox/making.py), before the row is
   queued: the messages after it go first, and one that cannot be made delays none of them. Each chat has a
   second queue for documents, so that the upload of a large one delays no message, and they are sent to a
   person only while the limit has room for a question.

11. Some messengers accept a message and report later whether it was delivered, of each part of it. Its row
   is kept as accepted until all parts are delivered (bot/outbox/confirmations.py). A row with `report`, and
   one with a receipt or letter, is given up after 30 days, any other is dropped after a day; a question is
   dropped when the next one is stored. A report may come before the mark of its call
   (bot/database/outbox_reports.py). A part that failed for a reason that passes is sent again, for a day at
   most. It has lost its place, so it waits in a queue of its own and delays no later message. Where no report
   of a row with `report` came for an hour and the person writes, they had blocked the number: what was not
   reported is sent once more.

12. WhatsApp takes messages for a day after the person's last one, and only templates after that. The rows of
   such a chat are parked without being unreachable, and officers are told that they wait. If one of them is
   worth a template, a row with it is stored in the same transaction, once until the person writes
   (bot/database/outbox_windows.py). If that is not delivered, officers are told that the person was not
   reached. When they write, everything is released, final responses first. What only
   the account, the number or a template prevents keeps its place, is tried again within 15 minutes for as
   long as it takes, and the operator is notified once an hour.

Two things bypass the table, because no result may depend on them: the answer to a button press, which is sent
once, and the removal of buttons from an outdated copy.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import structlog
from sqlalchemy import Connection

from bot.channels.base import Channel, DeliveryError, ShellEvent
from bot.channels.capabilities import capabilities_of
from bot.channels.moves import Moves
from bot.database.engine import Database
from bot.database.outbox_marks import Sent, doubt_all, revive
from bot.database.outbox_reports import OUTDATED_SECONDS, REPORT_SECONDS, forget_overtaken
from bot.database.outbox_rows import Kind, OutboxRow
from bot.database.outbox_table import load_rows
from bot.database.quarantine import Damage, Fault
from bot.database.reopened_topics import Place
from bot.database.sealing import Codec
from bot.foundation.background_tasks import BackgroundTasks
from bot.foundation.faults import error_place, is_infrastructure
from bot.outbox.chat_queue import ChatQueue, Item, unstored_strip
from bot.outbox.delivery import Delivery
from bot.outbox.delivery_log import FAULT, SENT, note_delivery
from bot.outbox.effect_rows import rows
from bot.outbox.failing import Failures
from bot.outbox.making import Documents, Making
from bot.outbox.marks import Marks
from bot.outbox.operator_notes import Operator, file_missing
from bot.outbox.pacing import Pacing
from bot.outbox.queues import Queues
from bot.outbox.reach import Reach
from bot.outbox.refusals import Refusals, is_officers_work, unsendable
from bot.outbox.retries import Retries
from bot.outbox.topics import Topics
from conversations import keys
from conversations.effects import AnswerPress, Send
from conversations.messages import OutgoingMessage

__all__ = ["Outbox", "rows"]

log = structlog.get_logger(__name__)

STOP_SECONDS = 3.0
FAULT_SECONDS = 1.0
MARKS_SECONDS = 0.5


def is_reported(row: OutboxRow) -> bool:
    """Whether the messenger reports the delivery of the row later, so that it is kept until then."""
    return row.message is not None and not row.is_cosmetic and capabilities_of(row.chat).receipts


def _report_seconds(row: OutboxRow) -> float:
    """How long the report of a row is awaited."""
    weighs = row.report or row.kind is Kind.KNOCK or keys.is_worth_a_template(row.key)
    return REPORT_SECONDS if weighs else OUTDATED_SECONDS


class Outbox:
    """Sends. `on_news` is called when there is news for the core: of a row with `report`, or of a group.

    Everything but `in_flight` is called in the event loop's thread.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts that it wires
        self,
        database: Database,
        codec: Codec,
        channel: Channel,
        pacing: Pacing,
        moves: Moves,
        operator: Operator,
        documents: Documents,
        on_news: Callable[[], None] = lambda: None,
    ) -> None:
        self._database, self._codec, self._moves = database, codec, moves
        self._operator = operator
        self._queues = Queues(self._serve, self._drop)
        self._marks = Marks(database, self._strip_all, self._operator, self.accept, on_news)
        self._reach = Reach(database, self._operator, moves, self._queues, self._marks, self.accept, on_news)
        self._refusals = Refusals(self._marks, operator)
        self._making = Making(documents, self._marks, self._refusals, self._queues)
        self._topics = Topics(database, channel, self._marks, moves, self._queues)
        self._delivery = Delivery(channel, pacing, moves, self._marks, self._topics)
        self._retries = Retries(lambda chat: self._tasks.start(self._reach.retry(chat)))
        self._failures = Failures(
            self._marks,
            self._queues,
            self._delivery,
            self._refusals,
            self._reach,
            self._retries,
            self._topics,
            moves,
            operator,
        )
        self._tasks = BackgroundTasks()
        self._stopping = False

    async def start(self, topics: Mapping[Place, str] | None = None) -> None:
        """Continue with the rows that the last run left. `topics` have the names to create them by."""
        await self._reach.start()
        await self._topics.start(topics or {})
        await self._database.write(doubt_all)
        await self._database.write(forget_overtaken)
        await self._database.write(revive)
        self.accept(await self._database.write(self._left))

    def _left(self, connection: Connection) -> list[OutboxRow]:
        damage = Damage()
        left = load_rows(connection, self._codec, damage)
        return [*left, *self._operator.report(connection, damage.faults.values())]

    async def report(self, faults: Collection[Fault]) -> None:
        """Keep faults, and report them: to the operator each kind once an hour, to the chats at once."""
        if faults:
            self.accept(await self._database.write(lambda c: self._operator.report(c, faults)))

    async def notify_operator(self, message: OutgoingMessage) -> None:
        """Write to the operator, or to the leaders."""
        self.accept(await self._database.write(lambda c: self._operator.notify(c, [message])))

    def in_flight(self) -> frozenset[int]:
        """The rows that are being sent or not yet marked: their payload must not be replaced."""
        return self._queues.sending | self._making.rows | self._marks.unwritten | self._marks.tried

    def alive(self) -> bool:
        """Whether each queue with a message, and the marks, have a running task."""
        return self._stopping or (self._queues.are_served() and self._marks.are_written())

    def accept(self, fresh: Iterable[OutboxRow]) -> None:
        """Queue rows as they were stored. A row that replaces a waiting one gets its place."""
        for row in fresh:
            if not self._making.takes(row):
                self._queues.accept(row, self._marks.unwritten)

    def withdraw(self, rows: Collection[int]) -> None:
        """Send none of these rows, which an erasure has deleted from the store."""
        self._queues.withdraw(rows)
        self._making.withdraw(rows)

    def answer(self, press: AnswerPress, language: str) -> None:
        """Answer a press once, without a retry: no result that matters is only there."""
        self._tasks.start(self._delivery.answer(press, language))

    def changed(self, event: ShellEvent) -> None:
        """Apply a change of a chat that its turn has stored. May be called twice for one change."""
        self._reach.changed(event)

    async def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Wait for running calls and write all marks, for at most `seconds`."""
        end = time.monotonic() + seconds
        self._stopping = True
        self._retries.stop()
        making = self._making.stop()
        queues = self._queues.all()
        for queue in queues:
            queue.wake()
        tasks = [*(queue.running for queue in queues if queue.running), *self._tasks, *making]
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
        """Send one chat's messages, one after another, until none is left."""
        try:
            while queue and not self._stopping:
                try:
                    await self._next(queue)
                except Exception as error:  # noqa: BLE001 - one row's fault must not end the chat's task
                    log.error("outbox.queue_fault", error=error_place(error))  # noqa: TRY400 - no words
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
        began, outcome = time.perf_counter(), FAULT
        try:
            outcome = await self._attempt(item)
        except Exception as error:  # noqa: BLE001 - sorted by cause
            self._raised(item, error)
        finally:
            self._queues.end(item)
        note_delivery(item, outcome, time.perf_counter() - began, self._operator.wall())

    def _raised(self, item: Item, error: Exception) -> None:
        """Try again after an error of disk or database; refuse the row after any other error."""
        if is_infrastructure(error):
            log.warning("outbox.store_trouble", error=type(error).__name__)
            self._failures.again(item, type(error).__name__)
            return
        log.error("outbox.fault", row=item.row.id, kind=item.row.kind.value, error=error_place(error))
        self._refusals.refused(item.row, type(error).__name__, quarantined=item.stored)
        if item.stored:
            self._tasks.start(self.report([unsendable(item.row, error)]))

    async def _attempt(self, item: Item) -> str:
        """Deliver an item, and do what follows from the outcome; return its name."""
        try:
            self._reach.require_open(item.row)
            await self._delivery.deliver(item)
        except DeliveryError as error:
            if item.stored:
                await self._failures.failed(item, error)
            return error.kind.value
        self._sent(item)
        return SENT

    def _sent(self, item: Item) -> None:
        """Mark a delivered item, and what its delivery shows about its chat."""
        if item.stored:
            if item.refused:
                self._refusals.refused_in_part(item.row, item.refused)
                self._marks.tell(Send(item.row.chat, file_missing(item.row.chat)))
            wall = self._operator.wall()
            until = wall + _report_seconds(item.row) if is_reported(item.row) else 0.0
            self._marks.sent(Sent(item.row, item.main, wall, until), item.others)
            if item.row.attempts and is_officers_work(item.row):
                self._retries.accepted(item.row.chat)
        if item.outdated:
            self._strip_all([(item.row.chat, item.outdated)])
        if item.row.message is not None and item.main:
            # A cosmetic edit whose call ran when this row came may wait to be tried again.
            self._queues.supersede(item.row, item.main)
        # Where the messenger reports later, an accepted call shows nothing about the person.
        shows_reach = item.row.message is not None and not capabilities_of(item.row.chat).receipts
        if shows_reach and self._reach.is_parked(item.row.chat):
            # The person unblocked the bot, and no update reported it.
            self._tasks.start(self._reach.release(item.row.chat))

    def _drop(self, item: Item) -> None:
        self._failures.drop(item)

    def _strip_all(self, outdated: Sequence[tuple[int, int]]) -> None:
        """Remove the buttons of older copies; not stored, as no result depends on it."""
        for chat, message in outdated:
            if capabilities_of(chat).edits:
                self._queues.put(unstored_strip(chat, message))
