"""Records what the real bot calls for each act of one citizen, who acts again only when the bot is idle."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.bench.load import LoadSetup, running
from tests.bench.machine import idle
from tests.bench.recording import Recording, recorded

LONGEST_SECONDS = 120.0


async def record() -> Recording:
    """Run the real bot with one citizen, and return its calls by act."""
    async with running("aduan", {}) as setup:
        citizen = setup.citizen(0)
        marks = [len(setup.simulator.calls)]

        async def think() -> None:
            await _settled(setup)
            marks.append(len(setup.simulator.calls))

        citizen.think = think
        await citizen.file()
        return recorded(setup.simulator.calls, marks, citizen.person.id)


async def _settled(setup: LoadSetup) -> None:
    """Return when no message waits in the bot's outbox and its process does nothing."""
    async with asyncio.timeout(LONGEST_SECONDS):
        await idle(setup.bot.pid)
        while _waits(setup.bot.log_path.parent):
            await idle(setup.bot.pid)


def _waits(folder: Path) -> bool:
    with closing(sqlite3.connect(f"file:{folder / 'aduan.db'}?mode=ro", uri=True)) as database:
        return bool(database.execute("SELECT 1 FROM outbox").fetchone())
