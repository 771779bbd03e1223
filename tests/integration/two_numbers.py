"""People on WhatsApp over a store, who file complaints and change their numbers, in any order of updates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bot.addresses.book import AddressBook
from bot.channels.base import BlockChanged
from bot.channels.whatsapp.deliveries import Delivered, Part
from bot.channels.whatsapp.ports import Address
from bot.database import addresses
from bot.database.cases import load_cases
from bot.database.conversations import load_conversations
from bot.sources.inputs import Inputs
from bot.turns.batches import Incoming
from conversations.complaints.case import Case
from conversations.conversation import Conversation, ConversationKey
from tests.integration.turn_setup import TurnSetup
from tests.unit.transcript import TERMS
from tests.unit.whatsapp_bodies import reader

NOW = 1_774_597_320.0
A, B, C = Address("ID.1", "6281"), Address("ID.2", "6282"), Address("ID.3", "6283")


class Channel:
    """The part of the channel that reads."""

    name = "whatsapp"

    def read(self, raw: Any, /) -> Any:
        """One update as an event."""
        return reader().read(raw)


def writes(key: str, who: Address, text: str, answers: str = "", at: float = NOW) -> Delivered:
    """A text of a person; `answers` is the messenger's name of a message of ours."""
    body = {"id": key, "timestamp": str(int(at)), "type": "text", "text": {"body": text}}
    return Delivered(key, Part.MESSAGE, who, body={**body, "context": {"id": answers}})


def changes(key: str, before: Address, now: Address, at: float = NOW) -> Delivered:
    """The notice that a person has other names now."""
    return Delivered(key, Part.OTHER, now, before, body={"timestamp": str(int(at))})


@dataclass
class Phones:
    """The incoming half of WhatsApp; the core files a complaint for "file NAME" and keeps the words said."""

    setup: TurnSetup
    now: float = NOW
    book: AddressBook = field(init=False)
    keys: Callable[[], int] = field(default_factory=lambda: count(1).__next__)

    def __post_init__(self) -> None:
        """Open the book."""
        self.book = AddressBook(self.setup.database, self.setup.codec, TERMS, lambda: self.now)

    async def resolved(self, *updates: Delivered) -> list[Incoming]:
        """The updates as inputs of a turn that has not begun."""
        raws = await self.book.resolve(updates)
        released = [chat for raw in raws if isinstance(raw, dict) for chat in raw["released"]]
        notices = [BlockChanged(chat, blocked=False) for chat in dict.fromkeys(released)]
        told = [Incoming("whatsapp", None, notice, b"") for notice in notices]
        return [*told, *Inputs(Channel()).read(raws)]

    async def hear(self, *updates: Delivered) -> None:
        """Take these updates, as they come in one delivery."""
        await self.setup.take(*await self.resolved(*updates))

    async def says(self, who: Address, text: str, answers: str = "") -> None:
        """Take a text of a person."""
        await self.hear(writes(f"wamid.{self.keys()}", who, text, answers, self.now))

    async def tells(self, before: Address, now: Address) -> None:
        """Take the notice of a change."""
        await self.hear(changes(f"notice.{self.keys()}", before, now, self.now))

    async def account(self, who: Address) -> int:
        """The number of the person with these names today."""
        codec = self.setup.codec
        found = await self.setup.database.write(
            lambda c: addresses.find(c, codec, [who.user_id], [who.wa_id])
        )
        person = next(person for person in found if person.user_id == who.user_id)
        while person.now:
            person = next(each for each in found if each.n == person.now)
        return person.chat

    async def cases(self, who: Address) -> list[Case]:
        """The complaints that the person finds, by their number."""
        account = await self.account(who)
        found = await self.setup.database.write(lambda c: load_cases(c, self.setup.codec, filed_by=[account]))
        return sorted(found.values(), key=lambda case: case.reference)

    async def filed(self, who: Address) -> list[str]:
        """The names of these complaints."""
        return [case.id for case in await self.cases(who)]

    async def talks(self) -> list[Conversation]:
        """All conversations."""
        rows = await self.setup.rows("SELECT chat, person FROM conversations")
        names = {ConversationKey(*map(int, map(str, row))) for row in rows}
        found = await self.setup.database.write(lambda c: load_conversations(c, self.setup.codec, names))
        return [found[key] for key in sorted(found)]
