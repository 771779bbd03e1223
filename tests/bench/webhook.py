"""WhatsApp's webhook: from the POST of a signed delivery to its 200, which comes after the commit.

    .venv/bin/python -m tests.bench.webhook            # about four minutes
    .venv/bin/python -m tests.bench.webhook --quick    # few deliveries

The real bot runs as its own process on SQLite. The embedded Cloud API, in the benchmark's process, delivers
messages of people who write for the first time: one, 50 or 1,000 in one POST. After each delivery the same
bytes go to a bare handler in a process of its own (bare_webhook.py): signature, one commit with fsync, 200.
A delivery begins when the answers to the last one are out and the bot is idle. The same message of new people
on Telegram is timed until the next getUpdates, which confirms it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bot.channels.whatsapp.signature import HEADER, PATH
from tests.acceptance.whatsapp_setup import APP_SECRET, CloudSetup, on_whatsapp
from tests.bench.machine import cpu_seconds, idle
from tests.bench.webhook_figures import Batch, Measured

# Messages in one POST -> how many of them.
SIZES: Mapping[int, int] = {1: 60, 50: 8, 1000: 2}
QUICK: Mapping[int, int] = {1: 20, 50: 3, 1000: 1}
# The first deliveries after a start wait for texts and calendars.
UNCOUNTED = 3
TEXT = "/id"
# Numbers that no one in the practice town has.
FIRST_NUMBER = 6285100000000
OK = 200
PATIENCE = 300.0


@asynccontextmanager
async def bare_handler(folder: Path) -> AsyncIterator[str]:
    """Run the bare handler; its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.bench.bare_webhook", str(folder), APP_SECRET),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the pipes are missing")
    port = int(await process.stdout.readline())
    try:
        yield f"http://127.0.0.1:{port}{PATH}"
    finally:
        process.stdin.close()
        await process.wait()


@dataclass
class Scene:
    """A running bot, the bare handler, the people so far, and the last deliveries of messages.

    A delivery is its body, milliseconds, and milliseconds of the bot's processor time.
    """

    setup: CloudSetup
    bare: str
    session: aiohttp.ClientSession
    people: int = 0
    # When each body was first sent: one that gets no 200 in time is repeated.
    begun: dict[bytes, tuple[float, float]] = field(default_factory=dict)
    timed: list[tuple[bytes, float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        webhooks = self.setup.simulator.whatsapp.webhooks
        post = webhooks.post

        async def timed(raw: bytes, signature: str | None = None) -> int:
            pid = self.setup.bot.pid
            cpu, began = self.begun.setdefault(raw, (cpu_seconds(pid), time.perf_counter()))
            status = await post(raw, signature)
            if status == OK and b'"messages": [' in raw:
                took = time.perf_counter() - began
                self.timed.append((raw, took * 1000, (cpu_seconds(pid) - cpu) * 1000))
            return status

        webhooks.post = timed  # type: ignore[method-assign]

    async def batch(self, size: int) -> tuple[float, float, float]:
        """Deliver messages of so many new people; milliseconds of bot, its CPU and the bare handler."""
        webhooks = self.setup.simulator.whatsapp.webhooks
        await idle(self.setup.bot.pid)
        self.timed.clear()
        self.begun.clear()
        webhooks.gather = True
        webhooks.pause()
        for _ in range(size):
            self.people += 1
            await self.setup.simulator.whatsapp.person(str(FIRST_NUMBER + self.people), "Siti").say(TEXT)
        webhooks.resume()
        await webhooks.drained(PATIENCE)
        ((raw, took, cpu),) = self.timed
        return took, cpu, await self._bare(raw, webhooks.sign(raw))

    async def _bare(self, raw: bytes, signature: str) -> float:
        began = time.perf_counter()
        async with self.session.post(self.bare, data=raw, headers={HEADER: signature}) as response:
            if response.status != OK:
                raise RuntimeError(f"the bare handler answered {response.status}")
        return (time.perf_counter() - began) * 1000

    async def polled(self) -> float:
        """Write as a new person on Telegram; milliseconds until the update is confirmed."""
        person = self.setup.person("Siti")
        await idle(self.setup.bot.pid)
        began, seen = time.monotonic(), len(self.setup.simulator.calls)
        await person.say(TEXT)
        while True:
            calls = self.setup.simulator.calls
            confirming = [call for call in calls[seen:] if call.method == "getUpdates"]
            if confirming:
                return (confirming[0].at - began) * 1000
            await asyncio.sleep(0)


async def measure(sizes: Mapping[int, int]) -> Measured:
    """Return the figures of one run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with (
            on_whatsapp(folder, log={"level": "warning"}) as setup,
            bare_handler(folder) as bare,
            aiohttp.ClientSession() as session,
        ):
            scene = Scene(setup, bare, session)
            for _ in range(UNCOUNTED):
                await scene.batch(1)
                await scene.polled()
            batches = [await _batches(scene, size, count) for size, count in sizes.items()]
            polled = [await scene.polled() for _ in range(sizes[1])]
            return Measured(batches, polled)


async def _batches(scene: Scene, size: int, count: int) -> Batch:
    bot, cpu, bare = zip(*[await scene.batch(size) for _ in range(count)], strict=True)
    return Batch(size, bot, cpu, bare)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.webhook", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few deliveries of each size")
    measured = asyncio.run(measure(QUICK if parser.parse_args().quick else SIZES))
    sys.stdout.write("\n".join(measured.lines()) + "\n")


if __name__ == "__main__":
    main()
