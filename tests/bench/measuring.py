"""One run of one bot: its start, or its work under a load. Only the CPU of the bot's own processes counts."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections import Counter

from bot.simulator.state.chats import Chat
from bot.simulator.state.limits import Limits
from tests.bench.figures import Memory, Run, Start
from tests.bench.load import BOTS, PATIENCE, Load, running
from tests.bench.machine import (
    cpu_seconds,
    helpers_seconds,
    idle,
    peak_megabytes,
    resident_megabytes,
    share_megabytes,
)
from tests.bench.recording import Recording

TOO_MANY = 429


class CountedLimits(Limits):
    """Limits that refuse nothing, for a bot that does not keep them: they count what would be refused."""

    refused = 0

    def spend(self, chat: Chat, count: int = 1) -> int:
        """Count the message and a refusal, and allow it."""
        self.refused += bool(super().spend(chat, count))
        return 0


async def measure(kind: str, load: Load, recording: Recording) -> Run:
    """Start the bot and let the citizens file.

    The messenger refuses what exceeds Telegram's limits if the bot keeps them, else it only counts that.
    """
    limits = Limits() if BOTS[kind].paced else CountedLimits()
    async with running(kind, recording, limits) as setup:
        # No bot answers a thousand presses within the 15 s that the messenger remembers one.
        setup.simulator.world.callback_lifetime = max(15.0, load.citizens / 2)
        world, pid = setup.simulator.world, setup.bot.pid
        before, cpu_before, helpers_before = world.next_update_id, cpu_seconds(pid), helpers_seconds(pid)
        began = time.monotonic()
        acts = await setup.file(load)
        took = time.monotonic() - began
        await setup.finished(load.citizens)
        cpu, helpers = cpu_seconds(pid) - cpu_before, helpers_seconds(pid) - helpers_before
        calls, first = setup.calls(), min(at for at, _ in acts)
        refused = sum(call.code == TOO_MANY for call in calls)
        failed = Counter(call.error for call in calls if call.outcome != "ok" and call.code != TOO_MANY)
        return Run(
            bot=kind,
            load=load.title,
            citizens=load.citizens,
            updates=world.next_update_id - before,
            calls=len(calls),
            cpu_seconds=cpu,
            helpers_seconds=helpers,
            took=took,
            peak_rss=peak_megabytes(pid),
            pss=share_megabytes(pid),
            refused=limits.refused if isinstance(limits, CountedLimits) else refused,
            failures={str(error): count for error, count in failed.items()},
            acts=[(at - first, wait) for at, wait in sorted(acts)],
        )


async def measure_start(kind: str, recording: Recording) -> Start:
    """Start the bot on nothing, and once more on what the first start left."""
    async with running(kind, recording) as setup:
        first = setup.bot.start_seconds
        await setup.bot.stop()
        setup.bot.start()
        await setup.bot.started(PATIENCE)
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
