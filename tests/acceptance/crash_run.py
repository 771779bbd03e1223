"""Many people at once and a bot that is killed at random (invariants 1 to 5).

Half of the citizens are on WhatsApp.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from bot.simulator.people.groups import Group
from bot.simulator.server import Simulator
from bot.simulator.state.world import FIRST_UPDATE_ID
from tests.acceptance.audit import LEFT, Audit, copies, quiet, settings_in
from tests.acceptance.journey import Filer, Journey, PatientOfficer
from tests.acceptance.kill_points import ACKNOWLEDGE_FIRST
from tests.acceptance.restarting_bot import RestartingBot, restarting_bot
from tests.acceptance.whatsapp_setup import LINKS, connect, free_port, whatsapp_settings
from tests.bot_process import STAFF
from tests.cloud_players import CloudCitizen
from tests.players import PHOTO, Answers, Citizen

FIRST_CITIZEN, FIRST_OFFICER, FIRST_NUMBER = 1001, 801, 6281230000001
# The pauses of WhatsApp before it delivers again, as a part of their length.
PAUSES = 0.02
OFFICERS = ("Rina", "Budi")
SERVICES = {"dpmd": "Pendampingan Dana Desa", "bakesbangpol": "Rekomendasi penelitian"}
STORIES = (
    ("Bantuan saya tidak cair sejak Januari.", PHOTO, "Mohon penjelasan."),
    ("Surat saya ditolak tanpa alasan.",),
    ("Petugas tidak ada di tempat.", (PHOTO + b"1", PHOTO + b"2", PHOTO + b"3")),
)
# Two of four citizens are on Telegram, and one does not wait until the parts of the story are counted; two of
# eight have a username only.
ON_TELEGRAM, HASTY, USERNAME_ONLY = (0, 3), 1, (2, 5)
# The number of acts in one journey, roughly; it spreads the kills over their work.
ACTS_EACH = 28
AT_START = 0.15
START_SECONDS = 1.5
MOMENT = 0.03
THOUGHT_SECONDS = 0.3
# A kill repeats what was sent within a moment before it, as marks are gathered for that long; several
# kills in a row may meet the same message.
MOST_COPIES = 6
QUIET_SECONDS = 60.0
# A run may take this long for each of its kills, and never less than the second number.
SECONDS_A_KILL, LEAST_SECONDS = 15.0, 900.0


@dataclass(frozen=True)
class Plan:
    """How many kills and citizens, from which seed; `patience` in seconds is what each waits for an answer.

    `before_commit` kills only just before a turn is stored, the moment that invariant 1 is about; `unsafe`
    breaks that invariant as well, to check that the audit finds it.
    """

    kills: int = 60
    citizens: int = 20
    seed: int = 0
    patience: float = 120.0
    before_commit: bool = False
    unsafe: bool = False

    @property
    def most_seconds(self) -> float:
        """Return how long the whole run may take."""
        return max(LEAST_SECONDS, SECONDS_A_KILL * self.kills)

    @property
    def point(self) -> str:
        """Return the point of tests/acceptance/kill_points.py, none for kills at any moment."""
        faults = f"{ACKNOWLEDGE_FIRST}," if self.unsafe else ""
        return f"{faults}turn.before@" if self.before_commit or self.unsafe else ""


@dataclass
class Result:
    """The figures to print, and every violation of an invariant as a sentence."""

    figures: dict[str, int] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)


class CrashRun:
    """One run over one bot."""

    def __init__(self, plan: Plan, simulator: Simulator, bot: RestartingBot, port: int) -> None:
        """`port` is that of the bot's web server."""
        self.plan, self.simulator, self.bot, self.port = plan, simulator, bot, port
        self.random = random.Random(plan.seed)  # noqa: S311 - spreads kills, guards nothing
        self.journeys: list[Journey[Filer]] = []
        self.going = 0
        self._desks: dict[tuple[int, int], asyncio.Lock] = {}
        self._settle()

    def _settle(self) -> None:
        people = [self.simulator.person(FIRST_OFFICER + n, name) for n, name in enumerate(OFFICERS)]
        groups = {name: self.simulator.group(chat, name, members=people) for name, chat in STAFF.items()}
        agencies, officers, stories = (
            cycle(groups),
            cycle((people[0], people[0], *people[1:] * 2)),
            cycle(STORIES),
        )
        for number in range(self.plan.citizens):
            agency, officer = next(agencies), next(officers)
            answers = Answers(service=SERVICES[agency], story=next(stories))
            desk = PatientOfficer(officer, groups[agency], self.plan.patience)
            self.journeys.append(Journey(self._citizen(number, answers, agency), desk, self._think))

    def _citizen(self, number: int, answers: Answers, agency: str) -> Filer:
        """Return a citizen; both messengers have some of each agency."""
        seconds = self.plan.patience
        if number % 4 in ON_TELEGRAM:
            person = FIRST_CITIZEN + number
            return Citizen.new(self.simulator, person, answers, link=agency, seconds=seconds)
        name, hidden = answers.name.split()[0], number % 8 in USERNAME_ONLY
        phone = self.simulator.whatsapp.person(str(FIRST_NUMBER + number), name, username_only=hidden)
        return CloudCitizen(phone, answers, LINKS[agency], seconds, hasty=number % 4 == HASTY)

    async def _think(self, _stage: str) -> None:
        """People read before they act: the work is spread over the runs of the bot."""
        await asyncio.sleep(self.random.random() * THOUGHT_SECONDS)

    async def go(self) -> list[str]:
        """Let every citizen act and kill the bot as often as planned; return who got no answer."""
        await self.bot.wait_until_polling(QUIET_SECONDS)
        await connect(self.simulator, self.port)
        people = [asyncio.create_task(self._go(number)) for number in range(len(self.journeys))]
        killing = asyncio.create_task(self._kill_all(people))
        ends = await asyncio.gather(*people, return_exceptions=True)
        await killing
        faults = [
            end for end in ends if isinstance(end, BaseException) and not isinstance(end, AssertionError)
        ]
        if faults:
            raise faults[0]
        return [str(end) for end in ends if end is not None]

    async def _go(self, number: int) -> None:
        journey = self.journeys[number]
        await self._until(lambda: not self.going or self.work() >= number * ACTS_EACH // 2)
        self.going += 1
        try:
            await journey.file()
            async with self._desk(journey.officer.person.id, journey.group):
                await journey.handle()
            await journey.judge()
        finally:
            self.going -= 1
            self.simulator.world.changed.fire()

    def _desk(self, officer: int, group: Group) -> asyncio.Lock:
        """Return what lets an officer write one answer at a time in a group."""
        return self._desks.setdefault((officer, group.id), asyncio.Lock())

    def work(self) -> int:
        """Return how many updates people have caused so far."""
        on_phones = sum(
            shown.direction == "person"
            for person in self.simulator.whatsapp.account.people
            for shown in person.phone.log
        )
        return self.simulator.world.next_update_id - FIRST_UPDATE_ID + on_phones

    async def _until(self, condition: Callable[[], object]) -> None:
        await self.simulator.until(lambda: condition() or self.bot.fault, self.plan.most_seconds)

    async def _kill_all(self, people: list[asyncio.Task[None]]) -> None:
        for number in range(self.plan.kills):
            await self._moment(self.plan.kills - number)
            before = self.bot.kills
            if self.plan.point:
                self.bot.arm()
            else:
                self.bot.kill()
            await self._until(lambda: self.bot.kills > before or self._idle(people))  # noqa: B023 - awaited here
            if self.bot.fault or self.bot.kills == before:
                break
        self.bot.armed.unlink(missing_ok=True)

    def _idle(self, people: list[asyncio.Task[None]]) -> bool:
        """Whether a bot that is killed only at a point has no work left that leads there."""
        return bool(self.plan.point) and all(each.done() for each in people)

    async def _moment(self, left: int) -> None:
        """Wait for the next kill: during a start, or after at most a fair share of the work."""
        if self.bot.kills and self.random.random() < AT_START:
            await asyncio.sleep(self.random.random() * START_SECONDS)
            return
        await self.bot.wait_until_polling(QUIET_SECONDS)
        expected = max(ACTS_EACH * self.plan.citizens - self.work(), 0)
        # Never all that is left: a bot that is killed only at its commits needs some of it to reach one.
        wanted = self.work() + self.random.randint(0, expected // (left + 1))
        await self._until(lambda: self.work() >= wanted or not self.going)
        await asyncio.sleep(self.random.random() * MOMENT)


async def crash_run(folder: Path, plan: Plan) -> Result:
    """Make one run and return its result."""
    simulator, result, port = await Simulator.start(), Result(), free_port()
    simulator.whatsapp.webhooks.scale = PAUSES
    settings = whatsapp_settings(simulator, port)
    try:
        async with restarting_bot(simulator, folder, plan.point, **settings) as bot:
            run = CrashRun(plan, simulator, bot, port)
            result.violations += await run.go()
            if not await quiet(settings_in(folder), 1.0 if plan.unsafe else QUIET_SECONDS, *LEFT):
                result.violations.append("the bot never came to rest")
            if bot.fault:
                result.violations.append(bot.fault)
        result.violations += Audit(simulator, settings_in(folder), run.journeys).run(MOST_COPIES)
        result.figures = _figures(run, copies(simulator))
    finally:
        await simulator.close()
    return result


def _figures(run: CrashRun, sent: Counter[tuple[object, ...]]) -> dict[str, int]:
    journeys = run.journeys
    return {
        "kills": run.bot.kills,
        "citizens": len(journeys),
        "on WhatsApp": len(run.simulator.whatsapp.people),
        "complaints with a receipt": sum(bool(journey.citizen.receipts) for journey in journeys),
        "responses": sum(bool(journey.answer) for journey in journeys),
        "different messages sent": len(sent),
        "messages that came again": sum(count - 1 for count in sent.values()),
        "most copies of one": max(sent.values(), default=0),
    }
