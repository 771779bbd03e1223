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
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import Connection

from bot.addresses.identities import Identities
from bot.addresses.wire_names import WireNames
from bot.channels.base import Raw, UnreadableUpdate
from bot.channels.numbers import MessageNumbers
from bot.channels.typed import MOST_STORED
from bot.channels.whatsapp.deliveries import LONGEST_WIRE_ID, Delivered, Part
from bot.channels.whatsapp.ports import Address
from bot.database import addresses, chats, outbox_reports, windows, wire_messages
from bot.database.addresses import FIRST_PERSON, Person
from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.database.wire_messages import WireName
from bot.foundation.faults import error_place, is_infrastructure
from conversations.reading.numbers import whole

log = structlog.get_logger(__name__)

WINDOW_SECONDS = 24 * 3600.0
# A message is delivered for seven days; an older date is damaged.
OLDEST_SECONDS = 30 * 24 * 3600.0
MOST_IN_MEMORY = 10_000
LATEST = 2**40
# The domain of the keys of updates; 63 bits of a hash are the number of an update.
UPDATE, HASH_DIGITS, NUMBER_BITS = "whatsapp update", 16, 63


@dataclass(slots=True)
class _Resolved:
    """The raws of a batch, the people whose names changed, and when people wrote, by chat."""

    raws: list[Raw]
    changed: list[Person]
    heard: dict[int, float]


class AddressBook:
    """The store's side of WhatsApp. `wall` is in seconds since 1970."""

    def __init__(self, database: Database, codec: Codec, wall: Callable[[], float]) -> None:
        self._database, self._codec, self._wall = database, codec, wall
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
        batch = _Batch(self._codec, updates, numbers, self._names.gathered, self._wall())
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


def number_of(codec: Codec, key: str) -> int:
    """The number of an update with this name: positive, 63 bits of a keyed hash."""
    hashed = int(codec.proof(UPDATE, key)[:HASH_DIGITS], 16)
    return hashed % (MOST_STORED - 1) + 1


class _Batch:
    """Updates that are resolved in one transaction."""

    def __init__(
        self,
        codec: Codec,
        updates: Sequence[Delivered],
        numbers: Sequence[int],
        gathered: dict[str, WireName],
        now: float,
    ) -> None:
        self._codec, self._updates, self._numbers = codec, updates, numbers
        self._wires, self._now = gathered, now
        self._people: Identities
        # Whose messages wait, or never arrived; among those with new names, who was unreachable under the
        # former ones.
        self._parked: frozenset[int] = frozenset()
        self._found: frozenset[int] = frozenset()
        self._rows: dict[int, int] = {}

    def resolve(self, connection: Connection) -> _Resolved:
        """Find the people, store what is new of them, and make the raws."""
        self._people = self._load(connection)
        found = [self._writer(update) for update in self._updates]
        writers = [writer and self._people.today(writer) for writer in found]
        changed = self._people.changed
        addresses.save(connection, self._codec, changed)
        heard: dict[int, float] = {}
        for update, writer in zip(self._updates, writers, strict=True):
            for chat in writer.chats if writer and update.part is Part.MESSAGE else ():
                heard[chat] = max(heard.get(chat, 0.0), self._at(update))
        self._parked = chats.parked(connection, heard) | outbox_reports.silent(connection, heard)
        moved = {
            writer.chat
            for update, writer in zip(self._updates, writers, strict=True)
            if writer and update.part is Part.OTHER
        }
        self._found = frozenset(chat for chat in moved if chats.is_unreachable(connection, chat))
        self._look_up(connection)
        raws = [self._raw(*each) for each in zip(self._updates, writers, self._numbers, strict=True)]
        for chat, at in heard.items():
            windows.note_heard(connection, chat, at)
        return _Resolved(raws, changed, heard)

    def _load(self, connection: Connection) -> Identities:
        named = [names for update in self._updates for names in (update.person, update.former)]
        users, numbers = {names.user_id for names in named}, {names.wa_id for names in named}
        stored = addresses.find(connection, self._codec, users, numbers)
        fresh = (number for _ in self._updates for number in addresses.new_numbers(connection, 1))
        return Identities(stored, fresh, lambda person: addresses.standing(connection, person), self._now)

    def _writer(self, update: Delivered) -> Person | None:
        """The person of an update; changes of names are applied in the order of the updates."""
        if update.fault:
            return None
        if update.part is Part.MESSAGE:
            return self._people.writer(update.person, update.name)
        if update.part is Part.OTHER:
            self._people.change(update.former, update.person)
        return self._people.known(update.person)

    def _look_up(self, connection: Connection) -> None:
        """Find the messages of ours that are named, and the chats of rows of the outbox."""
        named = {_named(update) for update in self._updates} - self._wires.keys() - {""}
        self._wires = {**wire_messages.find(connection, self._codec, named), **self._wires}
        rows = {_row(update) for update in self._updates} - {0}
        self._rows = addresses.chats_of_rows(connection, rows)

    def _raw(self, update: Delivered, writer: Person | None, number: int) -> Raw:
        update_id = number_of(self._codec, update.key)
        if update.fault:
            return UnreadableUpdate(update_id, update.raw, update.fault)
        ours = self._wires.get(_named(update))
        message = update.part is Part.MESSAGE
        chat = self._chat(update, writer, ours)
        replied = ours.message if ours and ours.chat == chat else 0
        return {
            "update_id": update_id,
            "whatsapp": update.part.value,
            "chat": chat,
            "message": number if message else replied,
            "reply_to": replied if message else 0,
            "name": writer.name if writer else "",
            "released": self._released(update, writer) if writer else [],
            "at": self._at(update),
            "body": {} if update.part is Part.OTHER else update.body,
        }

    def _chat(self, update: Delivered, writer: Person | None, ours: WireName | None) -> int:
        """The chat of an update; of a status the one that the message was sent to."""
        if writer and update.part is not Part.STATUS:
            return writer.chat
        return ours.chat if ours else writer.chat if writer else self._rows.get(_row(update), 0)

    def _released(self, update: Delivered, writer: Person) -> list[int]:
        """The chats whose messages may wait for this update.

        A message opens the window, which was closed until now; a change of names gives an address again.
        """
        if update.part is not Part.MESSAGE:
            return [writer.chat] if writer.chat in self._found else []
        if self._now - self._at(update) >= WINDOW_SECONDS:
            return []
        closed = 0 < writer.heard < self._now - WINDOW_SECONDS
        waits = {writer.chat} if writer.knocked or closed else set()
        return [chat for chat in writer.chats if chat in self._parked or chat in waits]

    def _at(self, update: Delivered) -> float:
        """When it was sent; now where the date is in the future, or impossible."""
        at = whole(str(update.body.get("timestamp", "")), LATEST) or 0
        return float(at) if 0 <= self._now - at <= OLDEST_SECONDS else self._now


def _named(update: Delivered) -> str:
    """The messenger's name of the message of ours that a message answers, or that a status is about."""
    if update.part is Part.STATUS:
        return str(update.body["id"])
    context: Any = update.body.get("context")
    found = context.get("id") if isinstance(context, dict) else None
    return found if isinstance(found, str) and len(found) <= LONGEST_WIRE_ID else ""


def _row(update: Delivered) -> int:
    """The row of the outbox that a status names; 0 for none."""
    if update.part is not Part.STATUS:
        return 0
    return whole(str(update.body.get("biz_opaque_callback_data") or ""), MOST_STORED) or 0
