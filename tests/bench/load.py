"""A fresh messenger and citizens in this process, and a bot in its own: who takes part in one run."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.simulator.api.dispatch import Call
from bot.simulator.server import Simulator
from bot.simulator.state.limits import Limits
from tests.bench.bots.replay import acts_of
from tests.bench.citizens import FIRST_CITIZEN, Act, BenchCitizen, EchoCitizen, about
from tests.bench.machine import (
    idle,
)
from tests.bench.recording import Recording
from tests.bot_process import EXAMPLE, STAFF, UNPACED, BotProcess, aduan, write_config

# The other bots' Python, made by `make bench`.
OTHERS = EXAMPLE.parent / "build" / "bench" / "venv" / "bin" / "python"
GROUP = STAFF["dpmd"]
LOG_SHOWN = 4000
# A run that does not end is a failure.
PATIENCE = 600.0
RECEIVING = "getUpdates"


@dataclass(frozen=True)
class Bot:
    """One bot under test: what it is, in words; the module and option that run it (none: the real one)."""

    title: str
    module: str = ""
    option: str = ""
    paced: bool = False

    @property
    def is_variant(self) -> bool:
        """Whether another bot is the same program with other settings."""
        return bool(self.option) or self.paced


BOTS: dict[str, Bot] = {
    "aduan": Bot("this bot, its pacing off"),
    "paced": Bot("this bot as it is configured", paced=True),
    "plain": Bot("python-telegram-bot, same calls", "plain"),
    "single": Bot("python-telegram-bot, one message for each act", "plain", "--single"),
    "aiogram": Bot("aiogram, same calls", "fsm"),
    "echo": Bot("stateless echo, as many calls", "echo"),
}


@dataclass(frozen=True)
class Load:
    """Who files: so many citizens, at once or one by one; they think for about `thinking` seconds."""

    citizens: int
    thinking: float = 0.0
    one_by_one: bool = False

    @property
    def title(self) -> str:
        """Return the load in words."""
        if self.one_by_one:
            return "1 citizen at a time"
        thinking = f", thinking {self.thinking:g} s" if self.thinking else " at once"
        return f"{self.citizens:,} citizens{thinking}"


class LoadSetup:
    """A messenger with the staff groups, and a bot of one kind."""

    def __init__(
        self, simulator: Simulator, folder: Path, kind: str = "aduan", recording: Recording | None = None
    ) -> None:
        self.simulator, self.folder, self.kind, self.recording = simulator, folder, kind, recording or {}
        # The calls before this one belong to the start.
        self.first_call = 0
        officer = simulator.person(900, "Budi")
        for agency, group in STAFF.items():
            simulator.group(group, agency, members=[officer])
        self.bot = BotProcess(simulator, self._command(folder), folder / "bot.log", forked=False)

    def _command(self, folder: Path) -> list[str]:
        bot = BOTS[self.kind]
        if not bot.module:
            changes: dict[str, Any] = {} if bot.paced else {"pacing": UNPACED}
            config = write_config(self.simulator, folder, log={"level": "warning"}, **changes)
            return aduan("run", "--config", str(config))
        settings = {
            "token": self.simulator.token,
            "base_url": self.simulator.base_url,
            "base_file_url": self.simulator.base_file_url,
        }
        (folder / "settings.json").write_text(json.dumps(settings))
        (folder / "recording.json").write_text(json.dumps(self.recording))
        return [str(OTHERS), "-m", f"tests.bench.bots.{bot.module}", str(folder), *bot.option.split()]

    def citizen(self, number: int, thinking: float = 0.0) -> BenchCitizen:
        """Return a new citizen with photos of their own."""
        think = about(thinking, number)
        return BenchCitizen.numbered(self.simulator, number, seconds=PATIENCE, think=think)

    def people(self, load: Load) -> list[BenchCitizen] | list[EchoCitizen]:
        """Return the people of a load."""
        if self.kind != "echo":
            return [self.citizen(number, load.thinking) for number in range(load.citizens)]
        return [
            EchoCitizen(
                self.simulator.person(FIRST_CITIZEN + number, "Sulastri"),
                self.recording,
                PATIENCE,
                about(load.thinking, number),
            )
            for number in range(load.citizens)
        ]

    async def file(self, load: Load) -> list[Act]:
        """Let people file, and return their acts when every one of them has the last answer."""
        people = self.people(load)
        if load.one_by_one:
            for person in people:
                await person.file()
        else:
            await asyncio.gather(*(person.file() for person in people))
        return [act for person in people for act in person.acts]

    async def finished(self, citizens: int) -> None:
        """Return when the bot has made every call and is idle."""
        async with asyncio.timeout(PATIENCE):
            await idle(self.bot.pid)
            while self._owes(citizens):
                await idle(self.bot.pid)

    def _owes(self, citizens: int) -> bool:
        """Whether the real bot's outbox holds a message, or another bot has not made all recorded calls."""
        if not BOTS[self.kind].module:
            return waits(self.folder)
        return len(self.calls()) < citizens * expected_calls(self.kind, self.recording)

    def calls(self) -> list[Call]:
        """Return the bot's calls since it was idle, without those that fetch updates."""
        return [call for call in self.simulator.calls[self.first_call :] if call.method != RECEIVING]


def expected_calls(kind: str, recording: Recording) -> int:
    """Return how many calls a replaying bot makes for one citizen."""
    single = BOTS[kind].option == "--single"
    return sum(len(act.calls) for act in acts_of(recording, single=single))


def waits(folder: Path) -> bool:
    """Whether a message waits in the real bot's outbox."""
    with closing(sqlite3.connect(f"file:{folder / 'aduan.db'}?mode=ro", uri=True)) as database:
        return bool(database.execute("SELECT 1 FROM outbox").fetchone())


@asynccontextmanager
async def running(kind: str, recording: Recording, limits: Limits | None = None) -> AsyncIterator[LoadSetup]:
    """Provide a messenger and a bot that asks for updates and is idle; its log is shown when a run fails."""
    with tempfile.TemporaryDirectory() as folder:
        simulator = await Simulator.start(limits=limits)
        setup = LoadSetup(simulator, Path(folder), kind, recording)
        try:
            setup.bot.start()
            await setup.bot.started(PATIENCE)
            await idle(setup.bot.pid)
            setup.first_call = len(simulator.calls)
            yield setup
        except (AssertionError, TimeoutError) as error:
            error.add_note(f"the log of {kind}:\n{setup.bot.log[-LOG_SHOWN:]}")
            raise
        finally:
            if setup.bot.running:
                await setup.bot.stop()
            await simulator.close()
