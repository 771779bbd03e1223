"""The real bot as its own process, with groups and people. Each act waits for the bot's answer."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from bot.simulator.control.routes import practice_routes
from bot.simulator.people.groups import OWNER, Group
from bot.simulator.people.person import Person
from bot.simulator.server import Simulator
from bot.simulator.state.chats import Chat
from bot.simulator.state.members import member_change
from bot.simulator.state.waiting import transcript, wait_until
from tests.bot_process import STAFF, UNPACED, BotProcess
from tests.players import Citizen
from tests.questions import ANSWERS, Answers, labels_of
from tests.spoken import spoken_in

Message = dict[str, Any]
Found = TypeVar("Found")

RESTRICTED = -1001000000009
RINA, BUDI, LEADER, OPERATOR = 801, 802, 803, 804
# dpmd has a restricted chat and a leader, bakesbangpol has neither.
AGENCIES = {"dpmd": {"restricted_chat_id": RESTRICTED, "leaders": [LEADER]}}
# Far more than a loaded machine needs.
SECONDS = 60.0
LOOK_AGAIN = 0.01
# The generation is stored above 32 bits: a group that moved counts from 1 again.
NAMED = "SELECT 1 FROM sent_messages WHERE chat = ? AND message_id % 4294967296 = ?"


def words(message: Message) -> str:
    """Return the text of a message, or the caption of a file."""
    return str(message.get("text", message.get("caption", "")))


class ChatUser:
    """One person in one chat; `sees` finds what the bot sent since the person's last act."""

    def __init__(self, person: Person, group: Group | None = None) -> None:
        self.person, self.group = person, group
        self.mark_read()

    @property
    def id(self) -> int:
        """Return the person's id."""
        return self.person.id

    @property
    def chat(self) -> Chat:
        """Return the chat as it is now: a group may have moved."""
        return self.group.chat if self.group else self.person.chat

    def mark_read(self) -> None:
        """Ignore what the bot has sent so far."""
        self.mark = len(self.chat.log)
        self.known = {number: words(stored.message) for number, stored in self.chat.messages.items()}

    def new_messages(self) -> list[Message]:
        """Return the bot's messages since the last act, in their newest form, in order of appearance.

        A message that has only lost its buttons is not new.
        """
        found = {}
        for message_id, version in self.chat.log[self.mark :]:
            stored = self.chat.messages.get(message_id)
            if (
                stored
                and stored.by_bot
                and stored.version == version
                and not self._is_stripped(stored.message)
            ):
                found[message_id] = stored.message
        return list(found.values())

    def _is_stripped(self, message: Message) -> bool:
        """Whether the message was there at the last act with the same text, and has no buttons now."""
        known = self.known.get(message["message_id"])
        return known == words(message) and "reply_markup" not in message

    async def sees(self, text: str, unless: Callable[[Message], bool] | None = None) -> Message:
        """Return the first message of the bot since the last act that contains this text."""

        def said() -> Message | None:
            fitting = (message for message in self.new_messages() if text in words(message))
            return next((message for message in fitting if not (unless and unless(message))), None)

        return await self.waits_for(said, repr(text))

    async def sees_file(self, kind: str, name: str = "") -> Message:
        """Return the first file of this kind, and of this name if one is given, since the last act."""

        def found() -> Message | None:
            files = (each for each in self.new_messages() if kind in each)
            return next((each for each in files if not name or each[kind]["file_name"] == name), None)

        return await self.waits_for(found, f"{kind} {name}")

    async def sees_documents(self, *captions: str) -> list[Message]:
        """Return the newest documents whose captions begin like this, once all are there."""

        def found() -> list[Message] | None:
            shown = [stored.message for stored in self.chat.newest_first() if "document" in stored.message]
            fitting = [[each for each in shown if words(each).startswith(text)] for text in captions]
            return [each[0] for each in fitting] if all(fitting) else None

        return await self.waits_for(found, f"documents {captions}")

    async def waits_for(self, condition: Callable[[], Found | None], what: str) -> Found:
        """Return the condition's first true value; each change of the chat evaluates it again."""
        try:
            found: Found = await wait_until(lambda: self.chat.signal, condition, SECONDS)
        except TimeoutError:
            raise AssertionError(f"never saw {what}; {transcript(self.chat)}") from None
        return found

    async def says(self, text: str, *expected: str, reply_to: Message | None = None) -> Message:
        """Write, see each expected text, and return the last message; without any, the own message."""
        self.mark_read()
        message = await self.person.say(text, self.group, reply_to)
        return await self._all(expected, message)

    async def edits(self, message: Message, text: str, *expected: str) -> Message:
        """Edit an own message."""
        self.mark_read()
        return await self._all(expected, await self.person.edit(message, text))

    async def taps(self, label: str, *expected: str) -> Message:
        """Press a key of the reply keyboard, once it is there."""
        await self.waits_for(lambda: label in self.keys(), f"the key {label!r}")
        self.mark_read()
        return await self._all(expected, await self.person.tap(label, self.group))

    async def presses(self, label: str, *expected: str, on: Message | None = None) -> Message:
        """Press a button, once it is there, and see each expected text; without any, return the answer."""
        await self.waits_for(lambda: self.offers(label, on), f"the button {label!r}")
        self.mark_read()
        answer = await self.person.press(label, self.group, on, SECONDS)
        assert answer is not None, f"the press of {label!r} was never answered; {transcript(self.chat)}"
        return await self._all(expected, answer)

    def keys(self) -> list[str]:
        """Return the labels of the reply keyboard that the chat shows this person."""
        shown = self.chat.keyboards.get(self.id)
        return [key["text"] for row in shown.value["keyboard"] for key in row] if shown else []

    def offers(self, label: str, on: Message | None = None) -> bool:
        """Whether this message, else any, has a button whose label begins so."""
        newest = list(self.chat.newest_first())
        stored = [each for each in newest if not on or each.message["message_id"] == on["message_id"]]
        return any(shown.startswith(label) for each in stored for shown in labels_of(each.message))

    async def presses_old(self, label: str, shown: Message) -> Message:
        """Press a button of a message as it was shown then, as a slow phone does; return the answer."""
        self.mark_read()
        rows = shown["reply_markup"]["inline_keyboard"]
        data = next(each["callback_data"] for row in rows for each in row if each["text"] == label)
        stored = self.chat.messages[shown["message_id"]]
        callback = self.person.world.press(self.person.user, self.chat, stored, data, forgotten=False)
        return await self.waits_for(lambda: callback.answer, f"an answer to {label!r}")

    async def shares(self, sending: Any, *expected: str) -> Any:
        """Await a sending of the person's, see each expected text, and return what was sent."""
        self.mark_read()
        sent = await sending
        await self._all(expected, {})
        return sent

    async def _all(self, expected: tuple[str, ...], otherwise: Message) -> Message:
        found = otherwise
        for text in expected:
            found = await self.sees(text)
        return found


@dataclass
class Setup:
    """One running bot with its groups; people are made as they are needed."""

    simulator: Simulator
    bot: BotProcess
    folder: Path
    groups: dict[str, Group]
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(10_001))

    def person(self, name: str = "Warga", **facts: Any) -> Person:
        """Return a new person."""
        return self.simulator.person(next(self._ids), name, **facts)

    def user(self, name: str = "Warga") -> ChatUser:
        """Return a new person in a private chat."""
        return ChatUser(self.person(name))

    def citizen(self, answers: Answers = ANSWERS, link: str = "dpmd", **options: Any) -> Citizen:
        """Return a new scripted citizen."""
        return Citizen(self.person(answers.name.split()[0]), answers, link=link, seconds=SECONDS, **options)

    async def at(self, step: str, answers: Answers = ANSWERS, link: str = "dpmd") -> tuple[Citizen, ChatUser]:
        """Return a new citizen whom the bot asks this question, and the same person as a user."""
        citizen = self.citizen(answers, link)
        await citizen.begin()
        await citizen.play(step)
        return citizen, ChatUser(citizen.person)

    async def filed(self, answers: Answers = ANSWERS, link: str = "dpmd") -> tuple[Citizen, ChatUser, str]:
        """Return a new citizen who has filed a complaint, the same person as a user, and the number."""
        citizen = self.citizen(answers, link)
        reference = await citizen.file()
        return citizen, ChatUser(citizen.person), reference

    def officer(self, person: int = RINA, group: str = "dpmd") -> ChatUser:
        """Return an officer in a group."""
        return ChatUser(self.simulator.people[person], self.groups[group])

    def cards(self, reference: str, group: str = "dpmd") -> list[Message]:
        """Return the complaint's cards that the group shows now, the newest first."""
        newest = self.groups[group].chat.newest_first()
        return [stored.message for stored in newest if is_card(stored.message, reference)]

    async def card(self, reference: str, group: str = "dpmd") -> Message:
        """Wait for a complaint's card, and return the newest."""
        return await self.card_shows(reference, "", group)

    def newest_id(self, group: str = "dpmd") -> int:
        """Return the id of the group's newest message, 0 without any."""
        return max(self.groups[group].chat.messages, default=0)

    async def card_shows(self, reference: str, text: str, group: str = "dpmd", *, after: int = 0) -> Message:
        """Wait until a card that is newer than message `after` says this."""
        return await ChatUser(self.simulator.people[RINA], self.groups[group]).waits_for(
            lambda: next(
                (
                    card
                    for card in self.cards(reference, group)
                    if card["message_id"] > after and text in words(card)
                ),
                None,
            ),
            f"{text!r} on the card of {reference}",
        )

    async def named(self, message: Message) -> Message:
        """Wait until the bot has stored the id of this message, as it has before a person replies."""
        # A group that moved keeps the name that the settings give it.
        first = {group.id: STAFF[name] for name, group in self.groups.items() if name in STAFF}
        chat = int(message["chat"]["id"])
        wanted = (first.get(chat, chat), message["message_id"])
        async with asyncio.timeout(SECONDS):
            while not self.read(NAMED, *wanted):  # noqa: ASYNC110 - the database is the other process's
                await asyncio.sleep(LOOK_AGAIN)
        return message

    def read(self, query: str, *values: Any) -> list[Any]:
        """Return what a query finds in the bot's database."""
        with closing(sqlite3.connect(f"file:{self.folder / 'aduan.db'}?mode=ro", uri=True)) as database:
            return database.execute(query, values).fetchall()

    async def rested(self) -> None:
        """Wait until nothing is left to be sent, and each outcome is on its card."""
        async with asyncio.timeout(SECONDS):
            while self.read("SELECT 1 FROM outbox"):  # noqa: ASYNC110 - the database is the other process's
                await asyncio.sleep(LOOK_AGAIN)

    async def settled(self) -> None:
        """Wait until the bot has taken all that waits: a new message is answered after it."""
        for _ in range(2):
            await self.user().says("/id", "Nomor akun")
        async with asyncio.timeout(SECONDS):
            # Of a person who sent many updates, some wait for a later turn.
            while self.read("SELECT 1 FROM waiting"):  # noqa: ASYNC110 - the database is the other process's
                await asyncio.sleep(LOOK_AGAIN)


def is_card(message: Message, reference: str) -> bool:
    """Whether this is the card of a complaint, and not a message about it."""
    return words(message).startswith(f"Pengaduan {reference}") and "Lihat Identitas" in labels_of(message)


def build(simulator: Simulator, groups: dict[str, int]) -> dict[str, Group]:
    """Make the groups with two officers and the leader in each."""
    names = {RINA: "Rina", BUDI: "Budi", LEADER: "Pak Lurah"}
    members = [simulator.person(person, name) for person, name in names.items()]
    simulator.person(OPERATOR, "Operator")
    return {name: simulator.group(chat, name, members=members) for name, chat in groups.items()}


def introduce(simulator: Simulator, groups: dict[str, Group]) -> None:
    """Let the bot know who is in the groups, so that no act has to wait for a check of membership."""
    for group in groups.values():
        for person in group.chat.present():
            if person in simulator.people:
                user = simulator.people[person].user
                change = member_change(simulator.world, group.chat, OWNER, ("left", "member"), user)
                simulator.world.queue({"chat_member": change})


@asynccontextmanager
async def opened(
    folder: Path, limits: Any = None, *, known: bool = True, **settings: Any
) -> AsyncIterator[Setup]:
    """Run a bot with both agencies, and end it; with practice=True it follows the messenger's time.

    `known`: the bot knows who is in its groups, as during most of a day.
    """
    routes = practice_routes if settings.get("practice") else None
    simulator = await Simulator.start(limits=limits, routes=routes)
    try:
        simulator.world.callback_lifetime = SECONDS
        groups = build(simulator, {**STAFF, "restricted": RESTRICTED})
        if known:
            introduce(simulator, groups)
        chosen = {"agencies": AGENCIES, "pacing": UNPACED, "operator_chat_id": OPERATOR, **settings}
        bot = await BotProcess.run(simulator, folder, **chosen)
        try:
            yield Setup(simulator, bot, folder, groups)
        finally:
            if bot.running:
                await bot.stop()
        # Each test is also one of the log: it holds nothing that people wrote.
        assert spoken_in(simulator, bot.log) == set()
    finally:
        await simulator.close()
