"""The cost of turns alone: complaints through the real turns, outbox, files and store, without a network.

`python -m tests.bench.turns` prints CPU milliseconds for one update by part, and the statements, commits and
calls of the writer's thread for one complaint. In place of the messenger is a channel that renders each text
and answers at once: the rest is the bot's own work. A turn contains the parts that are indented below it.
`--profile FILE` writes a cProfile of the event loop's thread, and of the writer's one as FILE.writer.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import logging
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, cast
from unittest import mock

import structlog
from sqlalchemy import event

from bot.channels.base import Channel, MadeDocument, Posting, Step
from bot.channels.moves import Moves
from bot.channels.telegram.markup import markup
from bot.database.contents import Contents, FolderContents
from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.database.stores.sqlite import SqliteStore
from bot.files.files import Files
from bot.files.marks import FileOutcome
from bot.outbox.mark_batch import Batch
from bot.outbox.operator_notes import Operator
from bot.outbox.outbox import Outbox
from bot.outbox.pacing import Limits, Pacing
from bot.sources.scheduler import Scheduler
from bot.turns.providers import make_providers
from bot.turns.storing import Storing
from bot.turns.turn import Turn
from bot.turns.turns import Committed, Incoming, TurnContext, Turns
from bot.wording.rendering import Renderer
from conversations import engine
from conversations.effects import AnswerPress
from conversations.events import (
    Attachment,
    ButtonPressed,
    CommandReceived,
    Event,
    FileReceived,
    Origin,
    Person,
    TextReceived,
)
from conversations.messages import Button, OutgoingMessage
from tests.unit.rules import RULES, START

# What a phone's photo weighs after the messenger has made it smaller.
PHOTO = b"\xff\xd8\xff\xe0" + bytes(80_000)
UNLIMITED = Limits(
    overall_per_second=100_000, private_burst=100_000, private_per_second=100_000, group_messages=100_000
)
FIRST_CITIZEN = 50_001
# Without it the event loop would look at the queues all the time.
LOOK_SECONDS = 0.0005
# How much of a statement names it in the list.
SHOWN = 110
# One complaint: what the citizen sends, or which button is pressed.
SCRIPT: Sequence[tuple[str, str]] = (
    ("start", "dpmd"),
    ("press", "understood"),
    ("press", "choice"),
    ("text", "Bantuan saya tidak cair sejak Januari, dan petugas tidak memberi penjelasan."),
    ("photo", "1"),
    ("photo", "2"),
    ("text", "Lanjut"),
    ("press", "yesterday"),
    ("text", "ruang tunggu Balai Desa Oro-oro"),
    ("press", "loss_material"),
    ("text", "biaya naik ojek enam kali, seluruhnya Rp180.000"),
    ("press", "choice"),
    ("text", "Sulastri Handayani"),
    ("text", "Jalan Kenanga 14 RT 05/RW 02, Desa Oro-oro, Kecamatan Rembang"),
    ("press", "continue_to_signing"),
    ("press", "declare"),
    ("text", "Sulastri Handayani"),
    ("press", "send"),
)


class Costs:
    """CPU seconds of each part, in the thread where it runs, and how often things happened."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.counts: Counter[str] = Counter()

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count the CPU time of the thread within the block."""
        began = time.thread_time()
        try:
            yield
        finally:
            self.seconds[name] += time.thread_time() - began
            self.counts[name] += 1

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, its calls counted as this part."""

        def call(*args: Any, **options: Any) -> Any:
            with self.part(name):
                return function(*args, **options)

        return call


@dataclass
class Screen:
    """What a chat shows: the next message's id, and the newest message with buttons."""

    last: int = 0
    buttons: Mapping[int, Sequence[Button]] = field(default_factory=dict)

    def next(self) -> int:
        """The id of a new message."""
        self.last += 1
        return self.last

    def button(self, label: str) -> tuple[int, Button]:
        """The newest button of this label, with its message."""
        found = ((number, one) for number, row in self.buttons.items() for one in row if one.label == label)
        return max(found, key=lambda pair: pair[0])


class FakeChannel:
    """A messenger that accepts everything at once; it shows the texts that a person would read."""

    name = "telegram"

    def __init__(self, costs: Costs) -> None:
        self._costs, self._words = costs, Renderer()
        self.screens: dict[int, Screen] = {}
        self.calls = 0

    def screen(self, chat: int) -> Screen:
        """The chat's screen."""
        return self.screens.setdefault(chat, Screen())

    async def steps(self, posting: Posting) -> Sequence[Step]:
        """One call, its text and buttons rendered."""
        with self._costs.part("rendering"):
            self._words.text(posting.message, posting.language)
            markup(posting.message, self._words, posting.language, private=posting.chat > 0)
        return [Step(1, main=True, run=partial(self._show, posting.chat, posting.message, posting.edit))]

    async def _show(self, chat: int, message: OutgoingMessage, edit: int) -> tuple[int, ...]:
        self.calls += 1
        await asyncio.sleep(0)
        screen = self.screen(chat)
        number = edit or screen.next()
        screen.buttons = {**screen.buttons, number: [one for row in message.buttons for one in row]}
        return (number,)

    async def strip(self, chat: int, message: int) -> None:
        """Remove the buttons of a message."""
        self.calls += 1
        await asyncio.sleep(0)
        screen = self.screen(chat)
        screen.buttons = {number: row for number, row in screen.buttons.items() if number != message}

    async def show_commands(self, _chat: int, _language: str) -> None:
        """Show the menu of commands."""

    async def answer_press(self, _press: AnswerPress, _language: str) -> None:
        """Answer a press."""
        self.calls += 1
        await asyncio.sleep(0)

    @asynccontextmanager
    async def fetch_file(self, file_id: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Every file is the same photo with its own end."""
        self.calls += 1

        async def pieces() -> AsyncIterator[bytes]:
            yield PHOTO + file_id.encode()

        yield pieces()


class Citizen:
    """One person, who takes the steps of SCRIPT."""

    def __init__(self, number: int, screen: Screen) -> None:
        self._person, self._screen = Person(number, "Sulastri"), screen

    def does(self, act: str, value: str) -> Event:
        """The event of one step."""
        pressed = self._screen.button(value) if act == "press" else None
        message = pressed[0] if pressed else self._screen.next()
        origin = Origin(self._person.id, True, self._person, message, START)
        if pressed:
            button = pressed[1]
            target = (button.action, button.subject, button.version, str(button.value))
            return ButtonPressed(origin, f"p{message}", *target)
        if act == "photo":
            name = f"{self._person.id}-{value}"
            return FileReceived(origin, Attachment("photo", name, name, size=len(PHOTO)), name)
        return CommandReceived(origin, act, value) if act == "start" else TextReceived(origin, value)


async def _document(*_asked: object) -> MadeDocument:
    return MadeDocument("letter.pdf", "application/pdf", b"")


class Town:
    """Everything between updates and calls, over a store of its own."""

    def __init__(
        self, costs: Costs, database: Database, folder: Path, contents: Contents | None = None
    ) -> None:
        self.costs, self.database = costs, database
        codec = Codec.load(folder / "aduan.key", create=True)
        operator = Operator(codec, 0)
        self.channel = FakeChannel(costs)
        # It has what is called here.
        self.as_channel = channel = cast("Channel", self.channel)
        self.files = Files(database, codec, contents or FolderContents(folder / "files"), self._wake)
        pacing = Pacing(UNLIMITED)
        self.outbox = Outbox(
            database, codec, channel, pacing, Moves(()), operator, mock.AsyncMock(make=_document), self._wake
        )
        providers = make_providers(RULES, codec.pepper, Renderer().wordings)
        context = TurnContext(engine, operator, RULES, providers, lambda: START, time.time)
        self.turns = Turns(database, context, self._committed, self.outbox.in_flight)
        self.scheduler = Scheduler(
            database, codec, self.turns.take, lambda: START, time.time, 5.0, self.outbox.report
        )
        self._numbers = iter(range(1, sys.maxsize))

    def _wake(self) -> None:
        self.scheduler.wake()

    def _committed(self, done: Committed) -> None:
        for press in done.presses:
            self.outbox.answer(press.answer, press.language)
        self.outbox.accept(done.rows)
        self.files.accept(done.files)
        self.files.release(done.dropped)

    async def file(self, first: int, count: int, together: int, pause: float = 0.0) -> AsyncIterator[float]:
        """Let `count` citizens file; `together` updates come at once. Yields the seconds of each turn."""
        numbers = range(first, first + count)
        citizens = [Citizen(number, self.channel.screen(number)) for number in numbers]
        for act, value in SCRIPT:
            for start in range(0, count, together):
                some = [one.does(act, value) for one in citizens[start : start + together]]
                numbered = [Incoming("telegram", next(self._numbers), one, b"{}") for one in some]
                began = time.perf_counter()
                await self.turns.take(numbered)
                yield time.perf_counter() - began
                while self.outbox._queues.all():  # noqa: ASYNC110 - queues have no signal
                    await asyncio.sleep(LOOK_SECONDS)
                await asyncio.sleep(pause)

    async def settled(self) -> None:
        """Return once files and marks are stored."""
        while self.files._tasks:  # noqa: ASYNC110 - the same
            await asyncio.sleep(0.01)
        await self.outbox._marks.flush()


# Part -> the functions that it is, in the order of the table. What a turn contains is indented.
PARTS: Mapping[str, Sequence[tuple[type, str]]] = {
    "writer's thread": ((Database, "_transaction"),),
    "  turns": ((Turn, "take"),),
    "    load": ((Turn, "_load"),),
    "    decide": ((Turn, "_one"),),
    "    store": ((Storing, "store"),),
    "    acknowledge": ((Turn, "_acknowledge"),),
    "  marks of deliveries": ((Batch, "write"),),
    "  marks of files": ((FileOutcome, "write"),),
    "sealing of files": ((Files, "_store"),),
}
LOOP = "event loop's thread"
HOPS = "hops to a thread"


@contextmanager
def counted(costs: Costs) -> Iterator[None]:
    """Count all parts, statements and commits within the block."""
    with ExitStack() as stack:
        for part, functions in PARTS.items():
            for owner, name in functions:
                timed = costs.timed(part, getattr(owner, name))
                stack.enter_context(mock.patch.object(owner, name, timed))
        yield


def watch(database: Database, costs: Costs) -> None:
    """Count the statements and transactions of the writer's connection."""
    connection = database._connection

    def executed(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        costs.counts["statements"] += 1
        costs.counts[f"sql {statement[:SHOWN]}"] += 1

    event.listen(connection, "before_cursor_execute", executed)
    event.listen(connection, "commit", lambda _: costs.counts.update(["commits"]))
    loop = asyncio.get_running_loop()
    hop = loop.run_in_executor

    def counting(*asked: Any) -> Any:
        costs.counts[HOPS] += 1
        return hop(*asked)

    loop.run_in_executor = counting  # type: ignore[method-assign, assignment]


async def measure(wanted: argparse.Namespace) -> None:
    """File complaints without measuring, then with, and print."""
    costs = Costs()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = await Database.open(SqliteStore(folder / "aduan.db"))
        town = Town(costs, database, folder)
        await town.outbox.start()
        await town.files.start(town.as_channel)
        scheduling = asyncio.create_task(town.scheduler.run())
        _ = [turn async for turn in town.file(FIRST_CITIZEN, wanted.together, wanted.together)]
        await town.settled()
        watch(database, costs)
        with counted(costs), profiled(wanted.profile, database):
            costs.seconds.clear()
            costs.counts.clear()
            began, loop = time.process_time(), time.thread_time()
            filing = town.file(
                FIRST_CITIZEN + wanted.together, wanted.citizens, wanted.together, wanted.pause
            )
            _ = [turn async for turn in filing]
            await town.settled()
            costs.seconds[LOOP] = time.thread_time() - loop
            costs.seconds["all"] = time.process_time() - began
        scheduling.cancel()
        await town.files.stop()
        await town.outbox.stop()
        await database.close()
    sys.stdout.write("\n".join(report(costs, wanted.citizens, wanted.statements)) + "\n")


@contextmanager
def profiled(path: str, database: Database) -> Iterator[None]:
    """Write profiles of both threads, if a path is given."""
    if not path:
        yield
        return
    thread = database._thread
    loop, writer = cProfile.Profile(time.thread_time), cProfile.Profile(time.thread_time)
    thread.submit(writer.enable).result()
    loop.enable()
    yield
    loop.disable()
    thread.submit(writer.disable).result()
    loop.dump_stats(path)
    writer.dump_stats(f"{path}.writer")


def report(costs: Costs, complaints: int, shown: int) -> list[str]:
    """The table: milliseconds of one update, and counts of one complaint."""
    updates = complaints * len(SCRIPT)
    lines = [
        f"{complaints} complaints, {updates} updates",
        "",
        "| part | CPU ms an update | calls |",
        "|---|---|---|",
    ]
    for part in ("all", LOOP, "rendering", *PARTS):
        calls = costs.counts[part]
        lines.append(f"| {part} | {costs.seconds[part] * 1000 / updates:.3f} | {calls or ''} |")
    counts = {name: costs.counts[name] for name in ("statements", "commits", HOPS)}
    lines += [
        "",
        ", ".join(f"{count / complaints:.1f} {name}" for name, count in counts.items()) + " a complaint",
    ]
    sql = Counter({name[4:]: count for name, count in costs.counts.items() if name.startswith("sql ")})
    return [*lines, *(f"{count / complaints:7.2f}  {text}" for text, count in sql.most_common(shown))]


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.turns", description=__doc__)
    parser.add_argument("--citizens", type=int, default=100, help="complaints to file")
    parser.add_argument("--together", type=int, default=10, help="updates that come at once")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between two turns")
    parser.add_argument("--statements", type=int, default=0, help="how many kinds of statements to list")
    parser.add_argument("--profile", default="", help="where to write the profiles")
    return parser.parse_args()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    asyncio.run(measure(arguments()))
