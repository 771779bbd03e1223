"""The people of the long run: they file, ask, mistype, edit, and handle complaints through to closing.

Each act is one person's visit. A visit ends with nothing left open, so that the bot's work at the end of the
run is that at its beginning. The messenger forgets what nobody will look at again: it must not grow either.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from bot.simulator.people.groups import OWNER, Group
from bot.simulator.people.person import Person
from bot.simulator.server import Simulator
from bot.simulator.state.chats import Chat, Stored
from bot.simulator.state.members import member_change
from bot.simulator.state.waiting import transcript, wait_until
from tests.acceptance.journey import Journey, PatientOfficer
from tests.bot_process import STAFF
from tests.players import ANSWERS, PHOTO, Citizen
from tests.questions import labels_of

Key = TypeVar("Key")

# More officers than visits at once, so that none of them exceeds an officer's budget of updates.
FIRST_OFFICER, OFFICERS = 801, 40
FIRST_CITIZEN = 100_001
PATIENCE = 60.0
PHOTO_BYTES = 20_000
# What the messenger keeps: far more than the visits of the moment look at.
GROUP_MESSAGES, FILES = 1_500, 500
# How many of each kind are left open at the end.
OPEN = 3


@dataclass
class Crowd:
    """Everybody; `waits` are the seconds from acts to their visible answers, `visits` counts them by name."""

    simulator: Simulator
    group: Group
    officers: list[Person]
    waits: list[float] = field(default_factory=list)
    visits: Counter[str] = field(default_factory=Counter)
    ids: itertools.count[int] = field(default_factory=lambda: itertools.count(FIRST_CITIZEN))
    free: asyncio.Queue[Person] = field(default_factory=asyncio.Queue)

    @classmethod
    def gathered(cls, simulator: Simulator) -> Crowd:
        """Return a crowd with a staff group whose members the bot knows."""
        officers = [
            simulator.person(FIRST_OFFICER + number, f"Petugas {number}") for number in range(OFFICERS)
        ]
        groups = {name: simulator.group(chat, name, members=officers) for name, chat in STAFF.items()}
        crowd = cls(simulator, groups["dpmd"], officers)
        for officer in officers:
            crowd.free.put_nowait(officer)
            for group in groups.values():
                news = member_change(simulator.world, group.chat, OWNER, ("left", "member"), officer.user)
                simulator.world.queue({"chat_member": news})
        return crowd

    def citizen(self) -> Citizen:
        """Return a new citizen, whose story has a photo."""
        answers = replace(ANSWERS, story=(*ANSWERS.story, PHOTO + os.urandom(PHOTO_BYTES)))
        person = self.simulator.person(next(self.ids), "Siti")
        return Citizen(person, answers, link="dpmd", seconds=PATIENCE, waits=self.waits)

    async def visit(self, number: int) -> None:
        """Make the visit of this number."""
        name = VISITS[number % len(VISITS)]
        await ACTS[name](self)
        self.visits[name] += 1

    async def answered(self, chat: Chat, act: Awaitable[object], text: str) -> Stored:
        """Return what the bot says or changes next in this chat that has this text, and note the wait."""
        before, began = len(chat.log), time.monotonic()
        await act

        def found() -> Stored | None:
            for message_id, _ in chat.log[before:]:
                stored = chat.messages.get(message_id)
                if stored and stored.by_bot and text in stored.message.get("text", ""):
                    return stored
            return None

        try:
            stored: Stored = await wait_until(lambda: chat.signal, found, PATIENCE)
        except TimeoutError:
            raise AssertionError(f"no answer with {text!r}; {transcript(chat)}") from None
        self.waits.append(time.monotonic() - began)
        return stored

    async def said(self, person: Person, text: str, answer: str) -> Stored:
        """Let a person write in private, and return the bot's answer."""
        return await self.answered(person.chat, person.say(text), answer)


async def _no_kill(_step: str) -> None:
    """Do nothing before a step."""


async def complaint(crowd: Crowd) -> None:
    """File a complaint with a photo, ask for its status, have it answered, and rate the answer."""
    citizen, officer = crowd.citizen(), await crowd.free.get()
    try:
        journey = Journey(citizen, PatientOfficer(officer, crowd.group, PATIENCE), _no_kill)
        await journey.file()
        await _look_up(crowd, citizen)
        await journey.handle()
        await journey.judge()
    finally:
        crowd.free.put_nowait(officer)
        _forget(crowd, citizen.person)


async def _look_up(crowd: Crowd, citizen: Citizen) -> None:
    """Ask for the own complaints, and choose the one."""
    person, reference = citizen.person, citizen.reference
    own = await crowd.said(person, "/status", "Pengaduan Anda (1)")
    press = person.press(reference, message=own.message, wait=False)
    await crowd.answered(person.chat, press, reference)


async def questions(crowd: Crowd) -> None:
    """Ask what the bot is, what the agency's standard is, and for somebody else's complaint."""
    person = crowd.simulator.person(next(crowd.ids), "Joko")
    await crowd.said(person, "/start", "Selamat datang")
    await crowd.said(person, "/bantuan", "Bantuan")
    await crowd.said(person, "/standar", "instansi mana")
    await crowd.said(person, "/privasi", "Privasi (versi")
    await crowd.said(person, "halo", "Salam hormat")
    await crowd.said(person, "/status DPMD-2026-9999", "kode akses untuk DPMD-2026-9999")
    await crowd.said(person, "tidak tahu", "ketik kode akses")
    await crowd.said(person, "/batal", "Untuk memeriksa pengaduan lagi")
    _forget(crowd, person)


async def mistakes(crowd: Crowd) -> None:
    """Begin, edit the story, write what is no name, and give up."""
    citizen = crowd.citizen()
    person = citizen.person
    await citizen.begin()
    await citizen.play("story")
    told = await person.say("Jalan rusak.")
    await crowd.said(person, "Sudah satu bulan.", "Tercatat: 2")
    await crowd.answered(person.chat, person.edit(told, "Jalan di depan balai desa rusak."), "")
    await citizen.play("name")
    await crowd.said(person, "12345", "nama lengkap")
    asked = await crowd.said(person, "/batal", "Batalkan pengaduan ini?")
    yes = next(label for label in labels_of(asked.message) if label.startswith("Ya"))
    press = person.press(yes, message=asked.message, wait=False)
    await crowd.answered(person.chat, press, "sudah dibatalkan")
    _forget(crowd, person)


async def desk(crowd: Crowd) -> None:
    """Let an officer look at lists, and look for what is not there."""
    officer = await crowd.free.get()
    try:
        mark = f"kata{next(crowd.ids)}"
        for text, answer in (
            (f"/cari {mark}", f"Hasil pencarian: {mark}"),
            ("/daftar", "Daftar pengaduan"),
            ("/tiket DPMD-2026-9999", "DPMD-2026-9999 tidak dikenal"),
            ("/bantuan", "Bantuan untuk petugas"),
        ):
            await crowd.answered(crowd.group.chat, officer.say(text, crowd.group), answer)
    finally:
        crowd.free.put_nowait(officer)


ACTS: Mapping[str, Callable[[Crowd], Awaitable[None]]] = {
    "complaint": complaint,
    "questions": questions,
    "mistakes": mistakes,
    "desk": desk,
}
# In this order, again and again.
VISITS = ("complaint", "questions", "complaint", "mistakes", "complaint", "desk")


async def leave_open(crowd: Crowd) -> None:
    """Leave a few complaints unhandled, others answered without a verdict, and drafts in the middle."""
    for _ in range(OPEN):
        await crowd.citizen().file()
        officer = PatientOfficer(crowd.officers[0], crowd.group, PATIENCE)
        journey = Journey(crowd.citizen(), officer, _no_kill)
        await journey.file()
        await journey.handle()
        draft = crowd.citizen()
        await draft.begin()
        await draft.play("name")


def _forget(crowd: Crowd, person: Person) -> None:
    """Delete a person's messages: the visit is over."""
    person.chat.messages.clear()
    person.chat.log.clear()
    crowd.simulator.people.pop(person.id, None)


def tidy(simulator: Simulator, group: Group) -> None:
    """Let the messenger forget recorded calls, old presses and files, and what scrolled away in the group."""
    world, chat = simulator.world, group.chat
    simulator.calls.clear()
    for key in [key for key, press in world.callbacks.items() if press.answer is not None]:
        del world.callbacks[key]
    _keep_newest(chat.messages, GROUP_MESSAGES)
    _keep_newest(world.files.by_id, FILES)
    _keep_newest(world.files.links, FILES)


def _keep_newest(found: dict[Key, Any], most: int) -> None:
    for key in list(found)[: max(0, len(found) - most)]:
        del found[key]
