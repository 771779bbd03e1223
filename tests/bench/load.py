"""One run: a fresh messenger in this process, a bot in its own, and citizens who all file at once."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from bot.simulator.server import Simulator
from tests.bench.figures import Run, percentile
from tests.bench.machine import cpu_seconds, idle, peak_megabytes, share_megabytes
from tests.bench.script import ANSWERS, recorded
from tests.bot_process import STAFF, UNPACED, BotProcess, aduan, write_config
from tests.players import Citizen

Kind = Literal["aduan", "plain"]
Messages = dict[str, dict[str, Any]]

GROUP = STAFF["dpmd"]
FIRST_CITIZEN = 50_001
# What a phone's photo weighs after the messenger has made it smaller.
PHOTO_BYTES = 80_000
PHOTOS = 2
PATIENCE = 60.0
LOG_SHOWN = 4000
# The calls that the benchmark's people cause; a start and long polling are left out.
COUNTED = ("sendMessage", "editMessageText", "editMessageReplyMarkup", "answerCallbackQuery", "getFile")


class LoadSetup:
    """A messenger with the staff groups, and the bot of one kind."""

    def __init__(self, simulator: Simulator, folder: Path, kind: Kind, messages: Messages) -> None:
        self.simulator = simulator
        officer = simulator.person(900, "Budi")
        for agency, group in STAFF.items():
            simulator.group(group, agency, members=[officer])
        command = aduan("run", "--config", str(self._config(folder)))
        if kind == "plain":
            self._settings(folder, messages)
            command = [sys.executable, "-m", "tests.bench.plain_bot", str(folder)]
        self.bot = BotProcess(simulator, command, folder / "bot.log", forked=False)

    def _config(self, folder: Path) -> Path:
        return write_config(self.simulator, folder, pacing=UNPACED, log={"level": "warning"})

    def _settings(self, folder: Path, messages: Messages) -> None:
        settings = {
            "token": self.simulator.token,
            "base_url": self.simulator.base_url,
            "base_file_url": self.simulator.base_file_url,
            "staff_chat_id": GROUP,
        }
        (folder / "settings.json").write_text(json.dumps(settings))
        (folder / "messages.json").write_text(json.dumps(messages))

    def citizen(self, number: int) -> Citizen:
        """Return a citizen with photos of their own."""
        photos = [os.urandom(PHOTO_BYTES) for _ in range(PHOTOS)]
        answers = replace(ANSWERS, story=(*ANSWERS.story, *photos))
        return Citizen.new(self.simulator, FIRST_CITIZEN + number, answers, link="dpmd", seconds=PATIENCE)

    async def file(self, count: int) -> list[Citizen]:
        """Let `count` citizens file at once, and return them when every card is in the group."""
        citizens = [self.citizen(number) for number in range(count)]
        await asyncio.gather(*(citizen.file() for citizen in citizens))
        await self.simulator.until(lambda: self.cards() >= count, PATIENCE)
        await self.simulator.until(lambda: self.counts()["getFile"] >= count * PHOTOS, PATIENCE)
        return citizens

    def cards(self) -> int:
        """Return how many messages are in the staff group."""
        return len(self.simulator.groups[GROUP].messages)

    def counts(self) -> Counter[str]:
        """Return how often each of the counted methods was called."""
        return Counter(call.method for call in self.simulator.calls if call.method in COUNTED)


async def record() -> Messages:
    """Return the messages of the real bot to one citizen."""
    with tempfile.TemporaryDirectory() as folder:
        simulator = await Simulator.start()
        setup = LoadSetup(simulator, Path(folder), "aduan", {})
        setup.bot.start()
        try:
            await setup.bot.started()
            [citizen] = await setup.file(1)
            return recorded(simulator.calls, citizen, GROUP)
        finally:
            await setup.bot.stop()
            await simulator.close()


async def measure(kind: Kind, citizens: int, messages: Messages) -> Run:
    """Start the bot twice (on nothing, and on what the first start left), then let the citizens file."""
    with tempfile.TemporaryDirectory() as folder:
        simulator = await Simulator.start()
        setup = LoadSetup(simulator, Path(folder), kind, messages)
        try:
            first = await _start(setup)
            await setup.bot.stop()
            return await _load(setup, kind, citizens, (first, await _start(setup)))
        except AssertionError as error:
            error.add_note(f"the bot's log:\n{setup.bot.log[-LOG_SHOWN:]}")
            raise
        finally:
            await setup.bot.stop()
            await simulator.close()


@dataclass(frozen=True)
class Started:
    """Seconds from the start of the process to its first getUpdates: passed, and of CPU."""

    seconds: float
    cpu: float


async def _start(setup: LoadSetup) -> Started:
    setup.bot.start()
    await setup.bot.started()
    started = Started(setup.bot.start_seconds, cpu_seconds(setup.bot.pid))
    await idle(setup.bot.pid)
    return started


async def _load(setup: LoadSetup, kind: Kind, count: int, starts: tuple[Started, Started]) -> Run:
    world, pid = setup.simulator.world, setup.bot.pid
    updates_before, cpu_before, began = world.next_update_id, cpu_seconds(pid), time.monotonic()
    citizens = await setup.file(count)
    took = time.monotonic() - began
    await idle(pid)
    updates = world.next_update_id - updates_before
    waits = [wait * 1000 for citizen in citizens for wait in citizen.waits]
    return Run(
        bot=kind,
        citizens=count,
        updates=updates,
        calls=setup.counts().total(),
        cpu=(cpu_seconds(pid) - cpu_before) * 1000 / updates,
        p50=percentile(waits, 0.50),
        p99=percentile(waits, 0.99),
        took=took,
        rss=peak_megabytes(pid),
        pss=share_megabytes(pid),
        first_start=starts[0].seconds,
        start=starts[1].seconds,
        start_cpu=starts[1].cpu,
    )
