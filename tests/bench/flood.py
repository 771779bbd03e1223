"""Honest citizens file while one person floods: how long each of their acts waits for its answer.

    .venv/bin/python -m tests.bench.flood
    .venv/bin/python -m tests.bench.flood --floods messages edits

One bot (`aduan run`) for each flood: first the citizens file without it, then at the same time as it, in the
same process and on the same database. A flood is at the messenger when they begin; the stream goes on.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.simulator.people.person import Person
from bot.simulator.server import Simulator
from tests.bench.figures import percentile
from tests.bench.flood_cards import ADDITIONS, measure_cards
from tests.bench.load import GROUP, LOG_SHOWN, LoadSetup
from tests.bench.machine import idle
from tests.players import Citizen

HONEST = 5
FIRST_FLOODER, FIRST_QUIET = 70_001, 60_001
PATIENCE = 300.0
MEGABYTE = 1024 * 1024
LONG = "Jalan rusak parah di depan balai desa. " * 500
# Floods that go on while citizens file.
_RUNNING: set[asyncio.Task[None]] = set()
Pour = Callable[[LoadSetup, Person], Awaitable[None]]


async def _messages(_setup: LoadSetup, person: Person) -> None:
    for number in range(10_000):
        await person.say(f"pesan {number}")


async def _stream(_setup: LoadSetup, person: Person) -> None:
    """Send 500 messages a second, for 20 seconds."""

    async def stream() -> None:
        for number in range(200):
            for part in range(50):
                await person.say(f"pesan {number} {part}")
            await asyncio.sleep(0.1)

    _RUNNING.add(asyncio.create_task(stream()))


async def _edits(_setup: LoadSetup, person: Person) -> None:
    message = await person.say("awal")
    for number in range(1_000):
        message = await person.edit(message, f"{LONG[:3000]} {number}")


async def _presses(_setup: LoadSetup, person: Person) -> None:
    for _ in range(300):
        await person.press("Kembali", wait=False)


async def _albums(_setup: LoadSetup, person: Person) -> None:
    photo = os.urandom(20_000)
    for _ in range(100):
        await person.send_album([("photo", photo)] * 10)


async def _files(_setup: LoadSetup, person: Person) -> None:
    for number in range(20):
        await person.send_document(os.urandom(10 * MEGABYTE), f"bukti{number}.pdf")


async def _group(setup: LoadSetup, person: Person) -> None:
    group = setup.simulator.groups[GROUP]
    await group.add(person)
    for _ in range(2_000):
        await person.say("/daftar", group)


@dataclass(frozen=True)
class Flood:
    """What one person pours in, at the question `at`; the amount in words."""

    amount: str
    pour: Pour
    at: str = "story"


FLOODS: Mapping[str, Flood] = {
    "stream": Flood("10,000 messages, 500 a second", _stream),
    "messages": Flood("10,000 messages at once", _messages),
    "edits": Flood("1,000 edits of a long message", _edits),
    "presses": Flood("300 presses of a button", _presses, at="occurred"),
    "albums": Flood("100 albums of 10 photos", _albums),
    "files": Flood("20 documents of 10 MB", _files),
    "group": Flood("2,000 commands in the staff group", _group, at=""),
}


@dataclass(frozen=True)
class Waits:
    """Milliseconds from the acts of honest people to the visible answers; `drained` seconds until no
    update waits at the messenger."""

    times: Sequence[float]
    drained: float

    def shown(self) -> tuple[float, float, float]:
        """Return p50, p99 and the maximum."""
        return percentile(self.times, 0.50), percentile(self.times, 0.99), max(self.times)


def _citizens(setup: LoadSetup, first: int) -> list[Citizen]:
    made: list[Citizen] = [setup.citizen(first + number) for number in range(HONEST)]
    for citizen in made:
        citizen.seconds = PATIENCE
    return made


async def _filed(setup: LoadSetup, first: int) -> Waits:
    """Let the citizens file at once."""
    began, citizens = time.monotonic(), _citizens(setup, first)

    async def drained() -> float:
        await setup.simulator.until(lambda: not setup.simulator.world.pending, PATIENCE)
        return time.monotonic() - began

    *_, seconds = await asyncio.gather(*(citizen.file() for citizen in citizens), drained())
    times = [wait * 1000 for citizen in citizens for wait in citizen.waits]
    return Waits(times, seconds if isinstance(seconds, float) else 0.0)


async def _flooder(setup: LoadSetup, flood: Flood) -> Person:
    """Return the person, who has come as far as the flood needs."""
    flooder = Citizen.new(setup.simulator, FIRST_FLOODER, link="dpmd", seconds=PATIENCE)
    if flood.at:
        await flooder.begin()
        await flooder.play(flood.at)
    return flooder.person


async def measure(name: str) -> tuple[Waits, Waits]:
    """Return the waits without the flood, and with it."""
    with tempfile.TemporaryDirectory() as folder:
        simulator = await Simulator.start()
        setup = LoadSetup(simulator, Path(folder))
        setup.bot.start()
        try:
            await setup.bot.started()
            person = await _flooder(setup, FLOODS[name])
            # The first complaint after a start waits for calendars and texts.
            await _filed(setup, 0)
            await idle(setup.bot.pid)
            quiet = await _filed(setup, HONEST)
            await idle(setup.bot.pid)
            await FLOODS[name].pour(setup, person)
            return quiet, await _filed(setup, 2 * HONEST)
        except AssertionError as error:
            error.add_note(f"the bot's log:\n{setup.bot.log[-LOG_SHOWN:]}")
            raise
        finally:
            await setup.bot.stop()
            await simulator.close()


def row(name: str, quiet: Waits, flooded: Waits) -> str:
    """Return the row of one flood: milliseconds with it, and the ratio to those without it."""
    cells = [
        f"{after:.0f} ({after / before:.1f})"
        for before, after in zip(quiet.shown(), flooded.shown(), strict=True)
    ]
    return f"| {FLOODS[name].amount} | {' | '.join(cells)} | {flooded.drained:.1f} |"


async def flood_table(names: Sequence[str]) -> list[str]:
    """Return the lines of a Markdown table, one row for each flood."""
    lines = ["| flood of one person | p50 ms | p99 ms | max ms | taken after s |", "|---|---|---|---|---|"]
    for name in names:
        lines.append(row(name, *await measure(name)))
        sys.stderr.write(lines[-1] + "\n")
    lines += ["", "In brackets: divided by the same figure without the flood, in the same run.", ""]
    return [*lines, *cards_table(*await measure_cards())]


def cards_table(quiet: float, behind: float) -> list[str]:
    """Return the lines of a Markdown table: seconds until the card of the next complaint."""
    return [
        "| the next citizen's card | s |",
        "|---|---|",
        f"| without additions | {quiet:.0f} |",
        f"| behind {ADDITIONS} additions of 20,000 characters | {behind:.0f} |",
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.flood", description=__doc__)
    parser.add_argument("--floods", nargs="+", choices=[*FLOODS], default=[*FLOODS])
    lines = asyncio.run(flood_table(parser.parse_args().floods))
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
