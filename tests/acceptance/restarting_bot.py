"""A bot that is killed and started again, as a service manager restarts it."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.simulator.api.faults import Fault, Place
from bot.simulator.server import Simulator
from tests.bot_process import UNPACED, BotProcess, aduan, write_config

KILLED = -signal.SIGKILL
WITH_KILL_POINTS = [sys.executable, "-m", "tests.acceptance.kill_points"]


class RestartingBot:
    """Starts the bot again after each SIGKILL and counts the kills; any other end is a `fault`.

    `point` is one of tests/acceptance/kill_points.py: `arm` makes the bot kill itself there.
    `settings` are sections of the configuration.
    """

    def __init__(self, simulator: Simulator, folder: Path, point: str = "", **settings: Any) -> None:
        self.simulator, self.folder = simulator, folder
        self.armed = folder / "armed"
        config = write_config(simulator, folder, pacing=UNPACED, **settings)
        run = aduan("run", "--config", str(config))
        command = (
            [*WITH_KILL_POINTS, point.replace("@", f"@{self.armed}"), *run[run.index("run") :]]
            if point
            else run
        )
        self.process = BotProcess(simulator, command, folder / "bot.log")
        self.kills = 0
        self.fault = ""
        self._holding: list[asyncio.Task[None]] = []

    def arm(self, times: int = 1, point: str = "") -> None:
        """Let it kill itself when it has reached its point, or the named one, `times` times from now."""
        assert not self.armed.exists(), "it has not reached the point that it was armed for"
        self.armed.write_text(f"{times} {point}", encoding="ascii")

    def kill_during(self, method: str, chat: int | None, place: Place) -> None:
        """Kill it while the messenger holds its next call of this method: before the effect, or after."""
        self.kill_in(self.simulator.fault(method, chat, place=place, kind="hold"))

    def kill_in(self, held: Fault) -> None:
        """Kill it while a messenger holds a call by this fault."""
        self._holding.append(asyncio.create_task(self._kill_at(held)))

    async def _kill_at(self, fault: Fault) -> None:
        await fault.reached(60.0)
        self.kill()
        fault.release(proceed=False)

    def kill(self) -> None:
        """End it at once, if it runs; `keep_running` sees the end."""
        self.process.send_kill()

    async def keep_running(self) -> None:
        """Start it whenever it was killed, until cancelled."""
        while not self.fault:
            self.process.start()
            self.simulator.world.changed.fire()
            code = await self.process.ended()
            self.kills += 1
            if code != KILLED:
                self.fault = f"the bot ended by itself with {code}: {self.process.log[-2000:]}"

    async def wait_until_polling(self, seconds: float) -> None:
        """Wait until it asks for updates, after any number of starts."""
        calls, begun = self.simulator.calls, len(self.simulator.calls)
        await self.simulator.until(
            lambda: any(call.method == "getUpdates" for call in calls[begun:]) or self.fault, seconds
        )

    async def wait_for_kills(self) -> None:
        """Wait for all kills during calls, and raise their failures."""
        await asyncio.gather(*self._holding)


@asynccontextmanager
async def restarting_bot(
    simulator: Simulator, folder: Path, point: str = "", **settings: Any
) -> AsyncIterator[RestartingBot]:
    """Restart the bot after each kill within the block, then stop it."""
    bot = RestartingBot(simulator, folder, point, **settings)
    living = asyncio.create_task(bot.keep_running())
    try:
        yield bot
    finally:
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)
        if bot.process.running:
            await bot.process.stop()
