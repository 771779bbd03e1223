"""A surge of complaints under the messenger's limits: when the last card comes, and how long officers wait.

    .venv/bin/python -m tests.bench.surge          # 300 complaints in ten minutes, 6 times faster
    .venv/bin/python -m tests.bench.surge --complaints 60 --minutes 2

The embedded messenger keeps Telegram's limits (20 messages a minute in a group, bursts of 5 and one a second
to a person, 30 a second in all; edits and each item of an album count), and refuses with 429 what exceeds
them. The bot paces itself by the same limits. Citizens come at equal intervals and file whole complaints.
Meanwhile officers write a command, press a card's button and reply to a card, one after another at equal
intervals.

All limits and periods are `--faster` times shorter than in service; the figures are given as in service. A
429 makes its chat wait whole seconds, which count `--faster` times, and so does each delay of a busy machine:
the share of a processor that the bot used tells whether it, and not the limit, decided.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.simulator.api.dispatch import Call
from bot.simulator.state.limits import Limits
from tests.acceptance.bot_setup import RINA, Setup, introduce, opened
from tests.bench.machine import cpu_seconds
from tests.bench.surge_figures import MINUTE, TOO_MANY, Surge, first_cards, spending, surge_table
from tests.bot_process import STAFF
from tests.players import ANSWERS, PHOTO, Citizen

GROUP = STAFF["dpmd"]
# Seconds, as in service, between two requests of officers.
REQUEST_SECONDS = 45.0
# More than reply during a surge that takes twice the minimum.
REPLIERS = 30
# What a phone's photo weighs after the messenger has made it smaller.
PHOTO_BYTES, PHOTOS = 80_000, 2
# A bot that needs twice the minimum has lost something.
PATIENCE = 2.0
LOOK_SECONDS = 0.2


def limits(faster: float) -> Limits:
    """Return the messenger's limits, so many times faster."""
    return Limits(overall=int(30 * faster), private_window=5.0 / faster, group_window=MINUTE / faster)


def pacing(faster: float) -> dict[str, float]:
    """Return the bot's settings for the same limits."""
    return {
        "overall_per_second": int(30 * faster),
        "private_burst": 5,
        "private_per_second": faster,
        "group_messages": 20,
        "group_seconds": MINUTE / faster,
    }


@dataclass
class Scene:
    """A running bot, the surge's scale, and what was measured so far in real seconds."""

    setup: Setup
    faster: float
    repliers: list[int]
    waits: dict[str, list[float]] = field(default_factory=dict)
    citizens: list[Citizen] = field(default_factory=list)
    filed: list[float] = field(default_factory=list)

    def calls(self, since: float) -> list[Call]:
        """Return the bot's calls from this moment on."""
        return [call for call in self.setup.simulator.calls if call.at >= since]

    async def rest(self, seconds: float) -> None:
        """Wait seconds of service."""
        await asyncio.sleep(seconds / self.faster)

    async def file(self) -> None:
        """Let a new citizen file."""
        photos = [PHOTO + os.urandom(PHOTO_BYTES) for _ in range(PHOTOS)]
        citizen = self.setup.citizen(replace(ANSWERS, story=(*ANSWERS.story, *photos)))
        self.citizens.append(citizen)
        await citizen.file()
        self.filed.append(time.monotonic())

    async def timed(self, kind: str, act: Awaitable[object]) -> None:
        """Note how long an officer's act takes until its answer is seen."""
        began = time.monotonic()
        await act
        self.waits.setdefault(kind, []).append(time.monotonic() - began)


async def _command(scene: Scene, _reference: str) -> None:
    officer = scene.setup.officer(RINA)
    await scene.timed("/daftar", officer.says("/daftar", "Daftar pengaduan"))


async def _button(scene: Scene, reference: str) -> None:
    """Press a card's button: it is answered, and then the card shows it."""
    officer, card = scene.setup.officer(RINA), await scene.setup.card(reference)

    async def shown() -> None:
        await scene.timed("button of a card, answered", officer.presses("Ambil", on=card))
        await scene.setup.card_shows(reference, "Petugas: Rina")

    await scene.timed("button of a card, shown on it", shown())


async def _reply(scene: Scene, reference: str) -> None:
    """Reply to a card; the officer has then to choose what for, so another officer makes the next reply."""
    card = await scene.setup.named(await scene.setup.card(reference))
    officer = scene.setup.officer(scene.repliers.pop())
    await scene.timed("reply to a card", officer.says("sudah saya telepon", "untuk apa", reply_to=card))


REQUESTS: tuple[Callable[[Scene, str], Awaitable[None]], ...] = (_command, _button, _reply)


async def _officers(scene: Scene, since: float) -> None:
    """Ask for something at equal intervals, each time about another of the cards that are there."""
    used: set[str] = set()
    for request in itertools.cycle(REQUESTS):
        await scene.rest(REQUEST_SECONDS)
        fresh = [case for case in first_cards(scene.calls(since)) if case not in used]
        if fresh:
            used.add(fresh[0])
            await request(scene, fresh[0])


async def _all_carded(scene: Scene, since: float, count: int) -> None:
    while len(first_cards(scene.calls(since))) < count:  # noqa: ASYNC110 - many calls pass between two looks
        await asyncio.sleep(LOOK_SECONDS)


async def _run(scene: Scene, complaints: int, seconds: float) -> Surge:
    """Let the citizens come during `seconds` of service, and wait for the last card."""
    # The first complaint after a start waits for calendars and texts; its messages leave the windows.
    await scene.file()
    await scene.rest(2 * MINUTE)
    scene.filed.clear()
    scene.citizens.clear()
    since, cpu = time.monotonic(), cpu_seconds(scene.setup.bot.pid)
    officers = asyncio.create_task(_officers(scene, since))
    async with asyncio.timeout((seconds + PATIENCE * complaints / 20 * MINUTE) / scene.faster):
        async with asyncio.TaskGroup() as arrivals:
            for _ in range(complaints):
                arrivals.create_task(scene.file())
                await scene.rest(seconds / complaints)
        await _all_carded(scene, since, complaints)
    officers.cancel()
    await asyncio.wait([officers])
    busy = (cpu_seconds(scene.setup.bot.pid) - cpu) / (time.monotonic() - since)
    return _figures(scene, since, busy)


def _figures(scene: Scene, since: float, busy: float) -> Surge:
    calls, faster, began = scene.calls(since), scene.faster, min(scene.filed)
    of_group = spending(calls, GROUP)
    cards = first_cards(calls)
    return Surge(
        filed=[(moment - began) * faster for moment in scene.filed],
        carded=[(moment - began) * faster for moment in cards.values()],
        waits={kind: [wait * faster for wait in waits] for kind, waits in scene.waits.items()},
        answers=[wait * faster for citizen in scene.citizens for wait in citizen.waits],
        group=Counter(call.method for call in of_group),
        refused=Counter(call.method for call in calls if call.code == TOO_MANY),
        busy=busy,
    )


def _repliers(setup: Setup) -> list[int]:
    """Add officers to the staff group, and return their ids."""
    people = [setup.person(f"Petugas {number}") for number in range(REPLIERS)]
    for person in people:
        setup.groups["dpmd"].chat.members[person.id] = "member"
    introduce(setup.simulator, setup.groups)
    return [person.id for person in people]


async def measure(complaints: int, minutes: float, faster: float) -> Surge:
    """Return the figures of one surge."""
    with tempfile.TemporaryDirectory() as folder:
        quiet = {"level": "warning"}
        async with opened(Path(folder), limits(faster), pacing=pacing(faster), log=quiet) as setup:
            return await _run(Scene(setup, faster, _repliers(setup)), complaints, minutes * MINUTE)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.surge", description=__doc__)
    parser.add_argument("--complaints", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=10.0, help="in which they are filed, as in service")
    parser.add_argument("--faster", type=float, default=6.0, help="than the messenger's periods")
    wanted = parser.parse_args()
    surge = asyncio.run(measure(wanted.complaints, wanted.minutes, wanted.faster))
    sys.stdout.write("\n".join(surge_table(surge)) + "\n")


if __name__ == "__main__":
    main()
