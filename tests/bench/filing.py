"""Citizens who file complaints through the real turns, outbox and files, without a network."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import cast
from unittest import mock

from bot.channels.base import Channel, MadeDocument, Posting, Step
from bot.channels.moves import Moves
from bot.channels.telegram.markup import markup
from bot.database.contents import Contents, FolderContents
from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.files.files import Files
from bot.outbox.operator_notes import Operator
from bot.outbox.outbox import Outbox
from bot.outbox.pacing import Limits, Pacing
from bot.sources.scheduler import Scheduler
from bot.turns.providers import make_providers
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
from tests.bench.costs import Costs
from tests.unit.rules import RULES, START

# What a phone's photo weighs after the messenger has made it smaller.
PHOTO = b"\xff\xd8\xff\xe0" + bytes(80_000)
UNLIMITED = Limits(
    overall_per_second=100_000, private_burst=100_000, private_per_second=100_000, group_messages=100_000
)


# Without it the event loop would look at the queues all the time.
LOOK_SECONDS = 0.0005


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
