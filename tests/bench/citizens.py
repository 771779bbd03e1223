"""The benchmark's people: citizens who note when they acted and how long they waited, and may think first."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Any

from bot.simulator.people.person import Person
from bot.simulator.server import Simulator
from bot.simulator.state.chats import Stored
from bot.simulator.state.waiting import wait_until
from tests.bench.recording import Recording
from tests.players import Citizen
from tests.questions import Answers

FIRST_CITIZEN = 50_001
# What a phone's photo weighs after the messenger has made it smaller; the rest is noise.
JPEG, PHOTO_BYTES, PHOTOS = b"\xff\xd8\xff\xe0", 80_000, 2
# Equal parts of a second less and more than the mean are as likely.
SPREAD = 0.5
# No answer is the example of a question: each is found in the texts.
ANSWERS = Answers(
    story=("Bantuan saya tidak cair sejak Januari, dan petugas tidak memberi penjelasan.",),
    occurred="Kemarin",
    occurred_place="ruang tunggu Balai Desa Oro-oro",
    loss="biaya naik ojek enam kali, seluruhnya Rp180.000",
    name="Sulastri Handayani",
    address="Jalan Kenanga 14 RT 05/RW 02, Desa Oro-oro, Kecamatan Rembang",
)
Think = Callable[[], Awaitable[None]]
# When an act was done, in seconds of the event loop, and the milliseconds until its visible answer.
Act = tuple[float, float]


async def at_once() -> None:
    """Think not at all."""


def about(seconds: float, seed: int) -> Think:
    """Return thinking of about this long; the same for the same seed."""
    if not seconds:
        return at_once
    chance = random.Random(seed)  # noqa: S311 - no secret

    async def think() -> None:
        await asyncio.sleep(seconds * chance.uniform(1 - SPREAD, 1 + SPREAD))

    return think


@dataclass
class BenchCitizen(Citizen):
    """A citizen who files over the deep link, with own photos; `think` is awaited after each answer."""

    think: Think = at_once
    acts: list[Act] = field(default_factory=list)

    @classmethod
    def numbered(cls, simulator: Simulator, number: int, *, seconds: float, think: Think) -> BenchCitizen:
        """Return the citizen of this number, who waits `seconds` for each answer at most."""
        photos = [JPEG + os.urandom(PHOTO_BYTES) for _ in range(PHOTOS)]
        answers = replace(ANSWERS, story=(*ANSWERS.story, *photos))
        person = simulator.person(FIRST_CITIZEN + number, answers.name.split()[0])
        return cls(person, answers, link="dpmd", seconds=seconds, think=think)

    async def _wait(self, condition: Callable[[], Any], name: str) -> None:
        await super()._wait(condition, name)
        waited = self.waits[-1]
        self.acts.append((asyncio.get_running_loop().time() - waited, waited * 1000))
        await self.think()


@dataclass
class EchoCitizen:
    """A person of the echo bot: asks in each act for as many messages as the real bot makes calls in it.

    A person goes on to the next act after the message that is in the place of the real bot's answer.
    """

    person: Person
    recording: Recording
    seconds: float
    think: Think = at_once
    acts: list[Act] = field(default_factory=list)

    async def file(self) -> None:
        """Do every act of the recording."""
        for number, act in enumerate(self.recording["acts"]):
            await self._ask(act, number)
            await self.think()

    async def _ask(self, act: Mapping[str, Any], number: int) -> None:
        loop = asyncio.get_running_loop()
        wanted = 1 + next(index for index, call in enumerate(act["calls"]) if call.get("answers"))
        # Numbered: the last echoes of an act may come when the next one has begun.
        text = f"{len(act['calls'])} {number} {act['said'] or act['kind']}"
        await self.person.say(text)
        began = loop.time()
        await wait_until(lambda: self.person.chat.signal, lambda: self._echoes(text) >= wanted, self.seconds)
        self.acts.append((began, (loop.time() - began) * 1000))

    def _echoes(self, text: str) -> int:
        """Return how many echoes of a text there are; none is older than the person's own message."""
        newest = takewhile(lambda stored: not self._is_own(stored, text), self.person.chat.newest_first())
        return sum(1 for stored in newest if stored.message["text"] == text)

    @staticmethod
    def _is_own(stored: Stored, text: str) -> bool:
        return not stored.by_bot and bool(stored.message["text"] == text)
