"""A store and an outbox before a strict messenger with windows and reports, whose clock the test owns."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from sqlalchemy import Connection, insert, text

from bot.channels.base import (
    BlockChanged,
    Channel,
    Confirmed,
    DeliveryError,
    Failure,
    Posting,
    ShellEvent,
    Step,
)
from bot.channels.moves import Moves
from bot.channels.numbers import FIRST_ON_WHATSAPP, MessageNumbers
from bot.database import windows
from bot.database.chats import is_blocked
from bot.database.engine import Database
from bot.database.outbox_marks import settle
from bot.database.outbox_reports import silent
from bot.database.outbox_rows import OutboxRow
from bot.database.outbox_table import OUTCOMES, insert_rows
from bot.database.sealing import Codec
from bot.database.tables import addresses, cases
from bot.outbox.chats import note
from bot.outbox.making import Documents
from bot.outbox.operator_notes import Operator
from bot.outbox.outbox import Outbox, rows
from bot.outbox.pacing import Limits, Pacing
from conversations.effects import Effect
from conversations.events import Delivery
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import FAST, OPERATOR

SITI = FIRST_ON_WHATSAPP + 1
CASE, NUMBER = "abc", "DPMD-2026-0042"
DAY = 86400.0
FASTEST = Limits(overall_per_second=10_000, private_burst=10_000, private_per_second=10_000)


@dataclass(frozen=True)
class Call:
    """A call that the messenger has accepted."""

    chat: int
    row: int
    words: str
    knock: bool
    # Of the calls that were accepted before.
    number: int = 0
    part: int = 0
    template: str = ""


@dataclass
class Messenger:
    """Takes free messages while the person's window is open, and templates always; it never takes an edit."""

    now: float = field(default_factory=time.time)
    heard: dict[int, float] = field(default_factory=dict)
    accepted: list[Call] = field(default_factory=list)
    # The rows of free messages that it has refused since the person wrote.
    refused: list[int] = field(default_factory=list)
    # Raised by the next calls, before or (where `counted`) after the message was taken.
    failures: list[DeliveryError] = field(default_factory=list)
    counted: bool = False
    # Whether a closed window is reported only after the call, and for how many calls of rows with `report`.
    late: bool = False
    late_calls: int = 0
    undeliverable: set[Call] = field(default_factory=set)
    # The words of the files that it refuses.
    unwanted: frozenset[str] = frozenset()
    # Calls wait until it is set.
    open: asyncio.Event = field(default_factory=asyncio.Event)
    begun: int = 0
    numbers: MessageNumbers = field(default_factory=MessageNumbers)

    def __post_init__(self) -> None:
        self.open.set()

    def is_open(self, chat: int) -> bool:
        return self.now < self.heard.get(chat, 0.0) + DAY

    async def steps(self, posting: Posting) -> Sequence[Step]:
        assert not posting.edit
        # The text, then its files.
        return [
            Step(1, part == 0, partial(self._send, posting, part), optional=part > 0, part=part)
            for part in range(1 + len(posting.message.files))
        ]

    async def strip(self, _chat: int, _message: int) -> None:
        raise AssertionError("this messenger changes no message")

    async def _send(self, posting: Posting, part: int = 0) -> tuple[int, ...]:
        self.begun += 1
        await self.open.wait()
        if self.failures and not self.counted:
            raise self.failures.pop(0)
        if self._call(posting, part).words in self.unwanted:
            raise DeliveryError(Failure.REFUSED, "131053 media")
        if posting.chat >= FIRST_ON_WHATSAPP and not posting.knock and not self.late:
            self._require_open(posting)
        self.accepted.append(self._call(posting, part))
        if self.failures:
            raise self.failures.pop(0)
        return (self.numbers.next(),)

    def _require_open(self, posting: Posting) -> None:
        if not self.is_open(posting.chat) and not self._takes_late(posting):
            self.refused.append(posting.row)
            raise DeliveryError(Failure.WINDOW, "131047 closed")

    def _call(self, posting: Posting, part: int = 0) -> Call:
        params = posting.message.params
        words = str(params.get("title", params.get("reference", "")))
        if part:
            words += f" {posting.message.files[part - 1]}"
        template = posting.message.template
        return Call(posting.chat, posting.row, words, posting.knock, len(self.accepted), part, template)

    def _takes_late(self, posting: Posting) -> bool:
        call = self._call(posting)
        taken = self.late_calls > 0 and call.words.startswith(("response", "question"))
        if taken:
            self.late_calls -= 1
            self.undeliverable.add(call)
        return taken


@dataclass
class WindowSetup:
    database: Database
    codec: Codec
    messenger: Messenger
    outbox: Outbox = field(init=False)
    told: list[tuple[str, Delivery]] = field(default_factory=list)
    news: int = 0

    def __post_init__(self) -> None:
        self.outbox = self.new_outbox()

    def new_outbox(self, channel: Channel | None = None) -> Outbox:
        return Outbox(
            self.database,
            self.codec,
            channel or cast("Channel", self.messenger),
            Pacing(FAST, FASTEST),
            Moves(set()),
            Operator(self.codec, OPERATOR, wall=lambda: self.messenger.now),
            cast("Documents", None),
            self.on_news,
        )

    def on_news(self) -> None:
        self.news += 1

    async def person(self, chat: int = SITI, heard: float | None = None) -> None:
        """A person who wrote now, or at another time, and their complaint."""
        at = self.messenger.now if heard is None else heard
        self.messenger.heard[chat] = at
        number = chat - FIRST_ON_WHATSAPP

        def work(connection: Connection) -> None:
            row = {"n": number, "user_hash": f"{number}", "address": b"", "heard": at}
            connection.execute(insert(addresses).values(row))
            connection.execute(insert(cases).values(_case(CASE, NUMBER, chat)))

        await self.database.write(work)

    async def post(self, *effects: Effect) -> list[OutboxRow]:
        stored = await self.store(*effects)
        self.outbox.accept(stored)
        return stored

    async def store(self, *effects: Effect) -> list[OutboxRow]:
        made = rows(effects, lambda _: "id", self.messenger.now)
        in_flight = self.outbox.in_flight()
        return await self.database.write(lambda c: insert_rows(c, self.codec, made, in_flight))

    async def happened(self, event: ShellEvent) -> None:
        """What a turn does: stored first, then applied by the senders."""
        now = self.messenger.now
        noted = await self.database.write(lambda c: note(c, self.codec, event, int, None, now))
        self.outbox.changed(noted.event or event)
        self.outbox.accept(noted.back)

    async def writes(self, chat: int = SITI) -> None:
        """The person writes: what is received stores it, and releases a parked or silent chat."""
        now = self.messenger.now
        self.messenger.heard[chat] = now
        self.messenger.refused.clear()

        def heard(connection: Connection) -> bool:
            windows.note_heard(connection, chat, now)
            return is_blocked(connection, chat) or bool(silent(connection, {chat: now}))

        if await self.database.write(heard):
            await self.happened(BlockChanged(chat, blocked=False))

    async def reports(self, call: Call, failure: Failure | None = None, **more: Any) -> None:
        """The messenger reports of a call: delivered, or the failure."""
        said: dict[str, Any] = {"failure": failure} if failure else {}
        await self.happened(
            Confirmed(call.chat, call.row, 0, failure is None, part=call.part, **said, **more)
        )

    async def outcomes(self) -> list[tuple[str, Delivery]]:
        """Inform the core of what waits, as the scheduler does; returns all that it was informed of."""

        def work(connection: Connection) -> list[tuple[str, Delivery]]:
            found = connection.execute(OUTCOMES, {"most": 100}).all()
            for row in found:
                settle(connection, row.id, Delivery(row.outcome))
            return [(row.key, Delivery(row.outcome)) for row in found]

        self.told += await self.database.write(work)
        return self.told

    async def quiet(self, seconds: float = 20.0) -> None:
        """Return once nothing is sent, marked or waiting."""
        await self.until(lambda: not self._is_busy(), seconds)

    async def until(self, condition: Callable[[], object], seconds: float = 20.0) -> None:
        """Return once a condition on the memory of the senders holds."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - the senders have no signal for it
                await asyncio.sleep(0.001)

    def _is_busy(self) -> bool:
        outbox = self.outbox
        marks = outbox._marks
        written = marks._task is None or marks._task.done()
        queues = outbox._queues
        return bool(queues._waiting or queues._sending or not written or any(outbox._tasks))

    async def kill(self) -> None:
        """End the senders as a kill would: nothing is finished, nothing marked."""
        outbox = self.outbox
        outbox._stopping = True
        tasks = [queue.running for queue in outbox._queues.all() if queue.running]
        tasks += [task for task in (outbox._marks._task, *outbox._tasks) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def restart(self) -> None:
        self.outbox = self.new_outbox()
        await self.outbox.start()

    async def rows(self, columns: str = "kind, state", where: str = "1 = 1") -> list[tuple[Any, ...]]:
        sql = text(f"SELECT {columns} FROM outbox WHERE {where} ORDER BY id")  # noqa: S608 - the tests' own
        return await self.database.write(lambda c: [tuple(row) for row in c.execute(sql).all()])

    def words(self, *, knocks: bool = True) -> list[str]:
        """What citizens on WhatsApp got, a template as the number in it."""
        taken = [call for call in self.messenger.accepted if call.chat >= FIRST_ON_WHATSAPP]
        return [call.words for call in taken if knocks or not call.knock]

    def call(self, words: str) -> Call:
        """The newest call with these words."""
        return next(call for call in reversed(self.messenger.accepted) if call.words == words)

    def knocks(self) -> int:
        return sum(call.knock for call in self.messenger.accepted)


def _case(case: str, reference: str, chat: int) -> dict[str, object]:
    texts = dict.fromkeys(("division", "due_on", "received_at", "access_hash"), "")
    numbers = {"year": 2026, "serial": chat - FIRST_ON_WHATSAPP, "filed_by": chat, "chat": 0, "restricted": 0}
    named = {"id": case, "agency": "dpmd", "reference": reference, "status": "received"}
    return {**texts, **numbers, **named, "state": b""}


@asynccontextmanager
async def window_setup(
    place: Place, prepare: Callable[[], None] = lambda: None
) -> AsyncIterator[WindowSetup]:
    prepare()
    database = await Database.open(place(place.folder / "aduan.db", tables=True))
    codec = Codec.load(place.folder / "aduan.key", create=True)
    setup = WindowSetup(database, codec, Messenger())
    try:
        yield setup
    finally:
        await setup.outbox.stop()
        await database.close()
