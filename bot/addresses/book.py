"""The people of WhatsApp: resolves delivered updates to raws, and gives the channel addresses and windows.

1. `resolve()` is one write before the turn that takes the raws. It finds each person, or makes a number for a
   new one, follows changes of names, and notes when people last wrote.
2. A process that is killed between this write and the turn has stored no update: the messenger delivers it
   again, its person is found again, and it is taken once.
3. An update that cannot be resolved on its own data is passed on alone as unreadable.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

import structlog

from bot.addresses.batch import WINDOW_SECONDS, Batch, number_of
from bot.addresses.wire_names import WireNames
from bot.channels.base import Raw, UnreadableUpdate
from bot.channels.numbers import MessageNumbers
from bot.channels.whatsapp.deliveries import LONGEST_WIRE_ID, Delivered
from bot.channels.whatsapp.ports import Address
from bot.database import addresses, wire_messages
from bot.database.addresses import FIRST_PERSON, Person
from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.database.wire_messages import WireName
from bot.foundation.faults import error_place, is_infrastructure
from conversations.complaints.terms import Terms

log = structlog.get_logger(__name__)

MOST_IN_MEMORY = 10_000


class AddressBook:
    """The store's side of WhatsApp. `wall` is in seconds since 1970."""

    def __init__(self, database: Database, codec: Codec, terms: Terms, wall: Callable[[], float]) -> None:
        self._database, self._codec, self._wall = database, codec, wall
        self._terms = terms
        self._numbers = MessageNumbers(wall)
        self._names = WireNames(database, codec)
        self._addresses: OrderedDict[int, Address] = OrderedDict()
        self._heard: dict[int, float] = {}

    async def start(self) -> None:
        """Learn who wrote within the last day, and the largest number of a message."""
        since = self._wall() - WINDOW_SECONDS
        self._heard = await self._database.read(lambda c: addresses.heard_since(c, since))
        newest = await self._database.read(wire_messages.newest)
        self._numbers = MessageNumbers(self._wall, newest)

    async def stop(self) -> None:
        """Store what is gathered."""
        await self._names.flush()

    async def address(self, chat: int) -> Address | None:
        """The names of the person with this number; None for an unknown one."""
        if chat in self._addresses:
            self._addresses.move_to_end(chat)
            return self._addresses[chat]
        number = chat - FIRST_PERSON
        person = await self._database.read(lambda c: addresses.of_number(c, self._codec, number))
        if person is None:
            return None
        # What was noted while it was read is newer.
        if person.chat not in self._addresses:
            self._remember(person)
        return self._addresses[person.chat]

    def _remember(self, person: Person) -> None:
        if person.now:
            # Another number is this person's: it is read each time.
            self._addresses.pop(person.chat, None)
            return
        self._addresses[person.chat] = Address(person.user_id, person.wa_id)
        self._addresses.move_to_end(person.chat)
        if len(self._addresses) > MOST_IN_MEMORY:
            self._addresses.popitem(last=False)

    def heard(self, chat: int) -> float:
        """When the person last wrote, in seconds since 1970; 0 when that is longer ago than a day."""
        at = self._heard.get(chat, 0.0)
        return at if at > self._wall() - WINDOW_SECONDS else 0.0

    def note_closed(self, chat: int) -> None:
        """Note that the messenger says the person's window is closed."""
        self._heard.pop(chat, None)

    def next_message(self) -> int:
        """A number for a message that was accepted now."""
        return self._numbers.next()

    def note_sent(self, chat: int, message: int, wire_id: str) -> None:
        """Store the messenger's name of a message of ours, soon."""
        if 0 < len(wire_id) <= LONGEST_WIRE_ID:
            self._names.add(WireName(chat, message, wire_id))

    async def wire_id(self, chat: int, message: int) -> str:
        """The messenger's name of a message of ours; empty when it is unknown."""
        return await self._names.of_message(chat, message)

    async def resolve(self, updates: Sequence[Delivered]) -> list[Raw]:
        """The updates as raws, in order. Raises faults that may be over soon (bot/foundation/faults.py)."""
        try:
            return await self._resolve(updates)
        except Exception as error:
            if is_infrastructure(error):
                raise
            log.error("addresses.not_resolved", error=error_place(error), updates=len(updates))  # noqa: TRY400
            if len(updates) == 1:
                return [self._unreadable(updates[0], error)]
        return [raw for update in updates for raw in await self.resolve([update])]

    async def _resolve(self, updates: Sequence[Delivered]) -> list[Raw]:
        # Here, as the numbers belong to the event loop's thread.
        numbers = [self._numbers.next() for _ in updates]
        batch = Batch(self._codec, self._terms, updates, numbers, self._names.gathered, self._wall())
        resolved = await self._database.write(batch.resolve)
        for person in resolved.changed:
            self._remember(person)
        self._note_heard(resolved.heard)
        return resolved.raws

    def _note_heard(self, heard: dict[int, float]) -> None:
        self._heard.update({chat: max(at, self._heard.get(chat, 0.0)) for chat, at in heard.items()})
        if len(self._heard) > MOST_IN_MEMORY:
            since = self._wall() - WINDOW_SECONDS
            self._heard = {chat: at for chat, at in self._heard.items() if at > since}

    def _unreadable(self, update: Delivered, error: Exception) -> UnreadableUpdate:
        return UnreadableUpdate(number_of(self._codec, update.key), update.raw, error_place(error))
