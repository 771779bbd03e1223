"""People who file and handle complaints without a pause, while machines and database fail."""

from __future__ import annotations

import asyncio
import random
from itertools import count, cycle

from bot.simulator.server import Simulator
from tests.acceptance.crash_run import FIRST_CITIZEN, FIRST_OFFICER, OFFICERS, SERVICES, STORIES
from tests.acceptance.journey import Journey, PatientOfficer
from tests.bot_process import STAFF
from tests.players import Answers, Citizen

THOUGHT_SECONDS = 0.3


class Load:
    """So many citizens at a time, each followed by the next one until `finish()`."""

    def __init__(self, simulator: Simulator, at_once: int, seed: int, patience: float) -> None:
        self.journeys: list[Journey[Citizen]] = []
        self._simulator, self._patience = simulator, patience
        self._random = random.Random(seed)  # noqa: S311 - spreads the acts, guards nothing
        people = [simulator.person(FIRST_OFFICER + n, name) for n, name in enumerate(OFFICERS)]
        self._groups = {name: simulator.group(chat, name, members=people) for name, chat in STAFF.items()}
        self._numbers, self._stories = count(FIRST_CITIZEN), cycle(STORIES)
        # An officer writes one answer at a time in a group.
        self._desks = cycle([(name, person, asyncio.Lock()) for person in people for name in self._groups])
        self._finishing = False
        self._people = [asyncio.create_task(self._one_after_another()) for _ in range(at_once)]

    async def finish(self) -> list[str]:
        """Let all who have begun come to their end; return who got no answer."""
        self._finishing = True
        ends = await asyncio.gather(*self._people, return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException) and not isinstance(end, AssertionError):
                raise end
        return [str(end) for end in ends if end is not None]

    async def _one_after_another(self) -> None:
        while not self._finishing:
            name, officer, desk = next(self._desks)
            journey = self._journey(name, PatientOfficer(officer, self._groups[name], self._patience))
            self.journeys.append(journey)
            await journey.file()
            async with desk:
                await journey.handle()
            await journey.judge()

    def _journey(self, agency: str, desk: PatientOfficer) -> Journey[Citizen]:
        answers = Answers(service=SERVICES[agency], story=next(self._stories))
        person = next(self._numbers)
        citizen = Citizen.new(self._simulator, person, answers, link=agency, seconds=self._patience)
        return Journey(citizen, desk, self._think)

    async def _think(self, _stage: str) -> None:
        await asyncio.sleep(self._random.random() * THOUGHT_SECONDS)
