"""Hostile people and what they really do: each act gives the updates that the messenger makes of it.

Their officers are in the other agency's group alone: what an officer may do in a group is no attack there.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.simulator.people.person import Person
from bot.simulator.state.chats import Stored
from bot.simulator.state.members import member_change
from bot.simulator.state.world import World
from tests.acceptance.bot_setup import Setup
from tests.acceptance.mutations import MARK, TEXTS, Update
from tests.players import Citizen
from tests.questions import ANSWERS, PHOTO

AGENCY = "bakesbangpol"
FIRST_CITIZEN, FIRST_OFFICER = 20_001, 20_101
# The question at which each of them stops; the last one has filed.
STEPS = ("notice", "story", "story", "loss", "resolution", "name", "address", "summary", "sign", "receipt")
OFFICERS = 2
COMMANDS = ("/start", "/lapor", "/status", "/bantuan", "/id", "/privasi", "/batal", "/daftar", "/start dpmd")
ANSWERED = replace(
    ANSWERS,
    agency="Badan Kesatuan Bangsa dan Politik",
    service="Rekomendasi penelitian",
    story=(f"Surat {MARK} ditolak.", PHOTO),
    name=f"Budi {MARK}",
)


@dataclass
class HostileUsers:
    """Citizens in all stages of a complaint, and officers of the other agency."""

    setup: Setup
    draws: random.Random
    citizens: list[Person] = field(default_factory=list)
    officers: list[Person] = field(default_factory=list)

    @classmethod
    async def created(cls, setup: Setup, draws: random.Random) -> HostileUsers:
        """Return them as they have come to the bot."""
        hostile, group = cls(setup, draws), setup.groups[AGENCY]
        for number, step in enumerate(STEPS):
            person = setup.simulator.person(FIRST_CITIZEN + number, MARK)
            citizen = Citizen(person, ANSWERED, link=AGENCY, seconds=60.0)
            await citizen.begin()
            await citizen.play(step)
            hostile.citizens.append(person)
        for number in range(OFFICERS):
            officer = setup.simulator.person(FIRST_OFFICER + number, f"{MARK} {number}")
            await group.add(officer)
            hostile.officers.append(officer)
        return hostile

    @property
    def world(self) -> World:
        """Return the messenger's world."""
        return self.setup.simulator.world

    @property
    def ids(self) -> list[int]:
        """Return their ids and that of their group."""
        people = (*self.citizens, *self.officers)
        return [*(person.id for person in people), self.setup.groups[AGENCY].id]

    async def act(self) -> list[Update]:
        """Let somebody do something, and return its updates in place of their delivery."""
        name = self.draws.choice(tuple(ACTS))
        waiting = self.world.pending
        before = len(waiting)
        # Nothing in an act waits: the updates are taken back before the bot can fetch them.
        await ACTS[name](self)
        made = [waiting.pop() for _ in range(len(waiting) - before)]
        return [{key: value for key, value in each.items() if key != "update_id"} for each in reversed(made)]

    def citizen(self) -> Person:
        """Return one of the citizens."""
        return self.draws.choice(self.citizens)

    def officer(self) -> Person:
        """Return one of the officers."""
        return self.draws.choice(self.officers)

    def words(self) -> str:
        """Return a text."""
        return self.draws.choice((*TEXTS, *COMMANDS))

    def seen(self) -> list[str]:
        """Return the data of every button that the bot has made, in all chats."""
        chats = self.world.chats.values()
        return [each for chat in chats for stored in chat.messages.values() for each in data_of(stored)]

    def message(self, person: Person, *, in_group: bool = False) -> Stored:
        """Return a message of the bot with buttons, if there is one, else any."""
        chat = self.setup.groups[AGENCY].chat if in_group else person.chat
        by_bot = [stored for stored in chat.messages.values() if stored.by_bot] or list(
            chat.messages.values()
        )
        return self.draws.choice([stored for stored in by_bot if data_of(stored)] or by_bot)

    def press(self, person: Person, *, in_group: bool = False, forgotten: bool = False) -> None:
        """Press a button that is there."""
        chat, stored = (
            self.setup.groups[AGENCY].chat if in_group else person.chat,
            self.message(person, in_group=in_group),
        )
        data = self.draws.choice(data_of(stored) or ["x"])
        self.world.press(person.user, chat, stored, data, forgotten=forgotten)


def data_of(stored: Stored) -> list[str]:
    """Return the data of a message's buttons."""
    rows = stored.message.get("reply_markup", {}).get("inline_keyboard", ())
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]


async def _write(hostile: HostileUsers) -> None:
    await hostile.citizen().say(hostile.words())


async def _reply(hostile: HostileUsers) -> None:
    person = hostile.citizen()
    await person.say(hostile.words(), reply_to=hostile.message(person).message)


async def _edit(hostile: HostileUsers) -> None:
    person = hostile.citizen()
    await person.edit(await person.say(MARK), hostile.words() or MARK)


async def _press(hostile: HostileUsers) -> None:
    hostile.press(hostile.citizen(), forgotten=hostile.draws.random() < 0.2)


async def _album(hostile: HostileUsers) -> None:
    await hostile.citizen().send_album([("photo", PHOTO), ("document", b"%PDF")], caption=MARK)


async def _document(hostile: HostileUsers) -> None:
    await hostile.citizen().send_document(name=hostile.words() or "x", caption=hostile.words() or None)


async def _live_place(hostile: HostileUsers) -> None:
    person = hostile.citizen()
    await person.move(await person.send_location(-7.6, 112.8, live_period=900), -7.7, 112.9)


async def _block(hostile: HostileUsers) -> None:
    person = hostile.citizen()
    await person.block()
    await person.unblock()


async def _in_group(hostile: HostileUsers) -> None:
    group = hostile.setup.groups[AGENCY]
    officer = hostile.officer()
    answered = hostile.draws.choice((None, hostile.message(officer, in_group=True).message))
    await officer.say(hostile.words(), group, answered)


async def _photo_in_group(hostile: HostileUsers) -> None:
    officer = hostile.officer()
    answered = hostile.message(officer, in_group=True).message
    await officer.send_photo(PHOTO, MARK, hostile.setup.groups[AGENCY], answered)


async def _press_in_group(hostile: HostileUsers) -> None:
    hostile.press(hostile.officer(), in_group=True)


async def _come_and_go(hostile: HostileUsers) -> None:
    group, person = hostile.setup.groups[AGENCY], hostile.citizen()
    await group.add(person)
    await group.remove(person)


async def _rights(hostile: HostileUsers) -> None:
    world, chat = hostile.world, hostile.setup.groups[AGENCY].chat
    statuses = hostile.draws.choice(
        (("administrator", "member"), ("left", "member"), ("member", "administrator"))
    )
    world.push("my_chat_member", member_change(world, chat, hostile.officer().user, statuses))


async def _notice(hostile: HostileUsers) -> None:
    """A message about the group, and no one speaks."""
    content: Sequence[Update] = (
        {"new_chat_title": MARK},
        {"delete_chat_photo": True},
        {"pinned_message": hostile.message(hostile.officer(), in_group=True).message},
        {"forum_topic_created": {"name": MARK, "icon_color": 7322096}},
        {"migrate_to_chat_id": -1009000000000 - hostile.draws.randrange(9)},
        {"migrate_from_chat_id": -1009000000000 - hostile.draws.randrange(9)},
    )
    hostile.officer().send(dict(hostile.draws.choice(content)), hostile.setup.groups[AGENCY])


def _sharing(share: Callable[[Person], Awaitable[Any]]) -> Act:
    async def act(hostile: HostileUsers) -> None:
        await share(hostile.citizen())

    return act


Act = Callable[[HostileUsers], Awaitable[None]]
ACTS: Mapping[str, Act] = {
    "text": _write,
    "text again": _write,
    "reply": _reply,
    "edit": _edit,
    "press": _press,
    "press again": _press,
    "photo": _sharing(lambda person: person.send_photo(PHOTO, MARK)),
    "album": _album,
    "document": _document,
    "voice": _sharing(lambda person: person.send_voice()),
    "audio": _sharing(lambda person: person.send_audio()),
    "video": _sharing(lambda person: person.send_video(caption=MARK)),
    "round video": _sharing(lambda person: person.send_video_note()),
    "sticker": _sharing(lambda person: person.send_sticker()),
    "poll": _sharing(lambda person: person.send_poll(MARK)),
    "place": _sharing(lambda person: person.send_location(-7.6, 112.8)),
    "live place": _live_place,
    "venue": _sharing(lambda person: person.send_venue(-7.6, 112.8, MARK)),
    "contact": _sharing(lambda person: person.send_contact(first_name=MARK)),
    "block": _block,
    "in the group": _in_group,
    "photo in the group": _photo_in_group,
    "press in the group": _press_in_group,
    "press in the group again": _press_in_group,
    "come and go": _come_and_go,
    "rights": _rights,
    "notice": _notice,
}
