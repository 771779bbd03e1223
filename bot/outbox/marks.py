"""Gathers marks: one write for all rows sent within a moment. Until then a row counts as in flight."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence

import structlog
from sqlalchemy import Connection

from bot.database.engine import Database
from bot.database.hourly import is_due
from bot.database.outbox_marks import Failed, Later, Sent
from bot.database.outbox_reports import overtaken
from bot.database.outbox_rows import OutboxRow
from bot.database.sent_messages import all_of, doubt, forget, newest
from bot.foundation.faults import error_place, is_infrastructure
from bot.outbox.mark_batch import Batch, Name, Note
from bot.outbox.operator_notes import Operator
from conversations.effects import Send

log = structlog.get_logger(__name__)

GATHER_SECONDS = 0.05
GATHER_MOST = 50
RETRY_SECONDS = 1.0
KEYS_IN_MEMORY = 10_000
# Parts of a message and its files have its key too; the part with the buttons is the newest.
OTHERS_EARLIER = 0.001


class Marks:
    """Gathers marks and writes them; knows the newest message of a key before it is stored.

    `outdated` gets messages whose key belongs to a newer message; `news` is called when an outcome waits to
    be reported; `accept` gets the notes to the operator, stored in the same write.
    """

    def __init__(
        self,
        database: Database,
        outdated: Callable[[Sequence[tuple[int, int]]], None],
        operator: Operator,
        accept: Callable[[list[OutboxRow]], None],
        news: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._operator, self._accept = operator, accept
        self._outdated, self._news = outdated, news
        self._batch = Batch()
        self._writing = Batch()
        # Rows whose mark was lost: they wait in the store, although their messages may have arrived.
        self._lost: set[int] = set()
        # Rows whose failure was reported before the mark of their call.
        self._again: list[OutboxRow] = []
        self._task: asyncio.Task[None] | None = None
        self._full = asyncio.Event()
        self._known: OrderedDict[Name, int] = OrderedDict()

    @property
    def unwritten(self) -> frozenset[int]:
        """The rows that are settled and not yet marked."""
        return frozenset(self._batch.rows() | self._writing.rows() | self._lost)

    @property
    def tried(self) -> frozenset[int]:
        """The rows to be tried again whose first attempt is not yet marked."""
        return frozenset(self._batch.delayed() | self._writing.delayed())

    def are_written(self) -> bool:
        """Whether a task writes the gathered marks, if there are any."""
        return not len(self._batch) or (self._task is not None and not self._task.done())

    def sent(self, mark: Sent, others: Sequence[int] = ()) -> None:
        """Mark a row that was sent completely."""
        self._batch.sent.append(mark)
        self.parts_sent(mark, others)
        self._soon()

    def parts_sent(self, mark: Sent, others: Sequence[int]) -> None:
        """Note the sent parts of a row, which can be replied to and edited already."""
        row = mark.row
        if row.key:
            if mark.message:
                self.name(row.chat, row.key, mark.message)
            earlier = mark.at - OTHERS_EARLIER
            self._batch.others += [(row.chat, message, row.key, earlier) for message in others]

    def failed(self, mark: Failed) -> None:
        """Mark a row that will not be sent."""
        self._batch.failed.append(mark)
        self._soon()

    def parked(self, mark: Failed) -> None:
        """Mark a single row as parked, unchanged."""
        self._batch.parked.append(mark)
        self._soon()

    def note(self, name: str, reason: str, hourly: str = "") -> None:
        """Notify the operator with the next write; to be called before the mark of the row concerned.

        Of the kind `hourly` there is one note an hour.
        """
        self._batch.notes.append(Note(name, reason, hourly))

    def tell(self, send: Send) -> None:
        """Write to a chat with the next write; to be called before the mark of the row concerned."""
        self._batch.told.append(send)

    def later(self, mark: Later, message: int = 0, others: Sequence[int] = (), at: float = 0.0) -> None:
        """Mark a row to be tried again; `message` and `others` are its parts that have arrived."""
        self._batch.later.append(mark)
        self.parts_sent(Sent(mark.row, message, at), others)
        if message and mark.row.key:
            self._batch.others.append((mark.row.chat, message, mark.row.key, at))
        self._soon()

    def name(self, chat: int, key: str, message: int) -> None:
        """Note which message has a key now."""
        self._known[chat, key] = message
        self._known.move_to_end((chat, key))
        if len(self._known) > KEYS_IN_MEMORY:
            self._known.popitem(last=False)

    def forget(self, chat: int, key: str = "") -> None:
        """Forget a key's message, or all of a chat."""
        if key:
            self._known.pop((chat, key), None)
            return
        for name in [name for name in self._known if name[0] == chat]:
            del self._known[name]

    async def find(self, chat: int, key: str) -> int:
        """The newest message of a key, 0 when there is none."""
        known = self._known.get((chat, key))
        if known is not None:
            return known
        found = await self._database.write(lambda connection: newest(connection, [key]))
        return found.get((chat, key), 0)

    async def all_of(self, chat: int, key: str) -> tuple[int, ...]:
        """All messages of a key, oldest first; the gathered marks are written before."""
        await self.flush()
        return await self._database.write(lambda connection: all_of(connection, chat, key))

    async def vanished(self, row: OutboxRow) -> None:
        """Forget the message that a row was to change: it does not exist any more."""
        gone = row.at or await self.find(row.chat, row.key)
        if row.key:
            self.forget(row.chat, row.key)

        def work(connection: Connection) -> None:
            forget(connection, row.chat, gone)
            # The next copy is not the first one.
            doubt(connection, [(row.chat, gone, row.key)])

        await self._database.write(work)

    def _soon(self) -> None:
        if len(self._batch) >= GATHER_MOST:
            self._full.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while len(self._batch):
            if len(self._batch) < GATHER_MOST:
                self._full.clear()
                timer = asyncio.get_running_loop().call_later(GATHER_SECONDS, self._full.set)
                await self._full.wait()
                timer.cancel()
            await self._write()

    async def _write(self) -> None:
        batch, self._batch = self._batch, Batch()
        self._writing = batch
        try:
            await self._written(batch)
        except Exception as error:  # noqa: BLE001 - the culprit is among them
            log.error("outbox.marks_refused", error=error_place(error), marks=len(batch))  # noqa: TRY400
            for single in batch.singles():
                await self._written_alone(single)
        self._writing = Batch()
        # Not before: while their mark is being written they count as sent.
        again, self._again = self._again, []
        self._accept(again)

    async def _written_alone(self, single: Batch) -> None:
        try:
            await self._written(single)
        except Exception as error:  # noqa: BLE001 - without its mark the row is sent again after a start
            log.error("outbox.mark_lost", error=error_place(error))  # noqa: TRY400 - no words
            self._lost |= single.rows() | single.delayed()

    async def _written(self, batch: Batch) -> None:
        """Write the marks, again until disk and database work. Raises errors that the data causes."""
        codec, wall = self._operator.codec, self._operator.wall

        def work(connection: Connection) -> tuple[list[tuple[int, int]], list[OutboxRow], list[OutboxRow]]:
            outdated = batch.write(connection)
            again = overtaken(connection, codec, batch.accepted())
            due = [note for note in batch.notes if not note.hourly or is_due(connection, note.hourly, wall())]
            notes = self._operator.notify(connection, Batch(notes=due).messages())
            return outdated, again, [*notes, *self._operator.send(connection, batch.told)]

        while True:
            try:
                outdated, again, notes = await self._database.write(work)
                break
            except Exception as error:
                if not is_infrastructure(error):
                    raise
                log.warning("outbox.marks_wait", error=type(error).__name__, marks=len(batch))
                await asyncio.sleep(RETRY_SECONDS)
        self._again += again
        self._pass_on(batch, outdated, notes)

    def _pass_on(self, batch: Batch, outdated: Sequence[tuple[int, int]], notes: list[OutboxRow]) -> None:
        """Pass on the results of written marks; all of them are stored except the buttons to remove."""
        try:
            self._accept(notes)
            if outdated:
                self._outdated(outdated)
            if batch.reports():
                self._news()
        except Exception as error:  # noqa: BLE001 - the next start continues with what is stored
            log.error("outbox.marks_not_passed_on", error=error_place(error))  # noqa: TRY400 - no words

    async def flush(self) -> None:
        """Write the gathered marks at once."""
        while self._task is not None and not self._task.done():
            self._full.set()
            await asyncio.wait([self._task], timeout=GATHER_SECONDS)
        if len(self._batch):
            await self._write()
