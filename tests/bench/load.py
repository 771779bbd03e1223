"""One run: a fresh messenger and citizens in this process, and a bot in its own, whose CPU alone counts."""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.simulator.server import Simulator
from bot.simulator.state.chats import Chat
from bot.simulator.state.limits import Limits
from tests.bench.citizens import FIRST_CITIZEN, Act, BenchCitizen, EchoCitizen, about
from tests.bench.figures import Memory, Run, Start
from tests.bench.machine import (
    cpu_seconds,
    descendants,
    idle,
    peak_megabytes,
    resident_megabytes,
    share_megabytes,
)
from tests.bench.recording import Recording
from tests.bot_process import EXAMPLE, STAFF, UNPACED, BotProcess, aduan, write_config

# The other bots' Python, made by `make bench`.
OTHERS = EXAMPLE.parent / "build" / "bench" / "venv" / "bin" / "python"
GROUP = STAFF["dpmd"]
LOG_SHOWN = 4000
# A run that does not end is a failure.
PATIENCE = 600.0
TOO_MANY = 429
RECEIVING = "getUpdates"


@dataclass(frozen=True)
class Bot:
    """One bot under test: what it is, in words; the module and option that run it (none: the real one)."""

    title: str
    module: str = ""
    option: str = ""
    paced: bool = False


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


class CountedLimits(Limits):
    """Limits that refuse nothing, for a bot that does not keep them: they count what would be refused."""

    refused = 0

    def spend(self, chat: Chat, count: int = 1) -> int:
        """Count the message and a refusal, and allow it."""
        self.refused += bool(super().spend(chat, count))
        return 0


class LoadSetup:
    """A messenger with the staff groups, and a bot of one kind."""

    def __init__(
        self, simulator: Simulator, folder: Path, kind: str = "aduan", recording: Recording | None = None
    ) -> None:
        self.simulator, self.kind, self.recording = simulator, kind, recording or {}
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
        """Return when every card is in the group and the bot is idle."""
        if self.kind != "echo":
            await self.simulator.until(lambda: self.cards() >= citizens, PATIENCE)
        await idle(self.bot.pid)

    def cards(self) -> int:
        """Return how many messages are in the staff group."""
        return len(self.simulator.groups[GROUP].messages)


@asynccontextmanager
async def running(kind: str, recording: Recording, limits: Limits | None = None) -> AsyncIterator[LoadSetup]:
    """Provide a messenger and a bot that asks for updates and is idle; its log is shown when a run fails."""
    with tempfile.TemporaryDirectory() as folder:
        simulator = await Simulator.start(limits=limits)
        setup = LoadSetup(simulator, Path(folder), kind, recording)
        try:
            setup.bot.start()
            await setup.bot.started()
            await idle(setup.bot.pid)
            yield setup
        except (AssertionError, TimeoutError) as error:
            error.add_note(f"the log of {kind}:\n{setup.bot.log[-LOG_SHOWN:]}")
            raise
        finally:
            if setup.bot.running:
                await setup.bot.stop()
            await simulator.close()


async def measure(kind: str, load: Load, recording: Recording) -> Run:
    """Start the bot and let the citizens file.

    The messenger refuses what exceeds Telegram's limits if the bot keeps them, else it only counts that.
    """
    limits = Limits() if BOTS[kind].paced else CountedLimits()
    async with running(kind, recording, limits) as setup:
        # No bot answers a thousand presses within the 15 s that the messenger remembers one.
        setup.simulator.world.callback_lifetime = max(15.0, load.citizens / 2)
        world, pid, first = setup.simulator.world, setup.bot.pid, len(setup.simulator.calls)
        before, cpu_before, began = world.next_update_id, cpu_seconds(pid), time.monotonic()
        acts = await setup.file(load)
        took = time.monotonic() - began
        await setup.finished(load.citizens)
        calls = [call for call in setup.simulator.calls[first:] if call.method != RECEIVING]
        refused = sum(call.code == TOO_MANY for call in calls)
        failed = Counter(call.error for call in calls if call.outcome != "ok" and call.code != TOO_MANY)
        return Run(
            bot=kind,
            load=load.title,
            citizens=load.citizens,
            updates=world.next_update_id - before,
            calls=len(calls),
            cpu_seconds=cpu_seconds(pid) - cpu_before,
            helpers_seconds=sum(cpu_seconds(child) for child in descendants(pid)),
            took=took,
            peak_rss=peak_megabytes(pid),
            pss=share_megabytes(pid),
            refused=limits.refused if isinstance(limits, CountedLimits) else refused,
            failures={str(error): count for error, count in failed.items()},
            acts=[(at - acts[0][0], wait) for at, wait in acts],
        )


async def measure_start(kind: str, recording: Recording) -> Start:
    """Start the bot on nothing, and once more on what the first start left."""
    async with running(kind, recording) as setup:
        first = setup.bot.start_seconds
        await setup.bot.stop()
        setup.bot.start()
        await setup.bot.started()
        pid = setup.bot.pid
        seconds, cpu = setup.bot.start_seconds, cpu_seconds(pid)
        await idle(pid)
        idle_memory = Memory(resident_megabytes(pid), share_megabytes(pid))
        return Start(kind, first, seconds, cpu, import_seconds(), idle_memory)


def import_seconds() -> float:
    """Return the CPU seconds of a Python that imports telegram.ext and ends."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", "import telegram.ext"], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
