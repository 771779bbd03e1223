"""Resolves a batch of delivered updates to raws, in one transaction (bot/addresses/book.py).

1. The people are found or made, and changes of their names are followed, in the order of the updates.
2. Where two numbers were found to be one person, what both have becomes one (bot/database/joining.py).
3. The messages of ours that updates name are found, also those to another number of the writer.
4. What waits for a person is released: by a message, which opens the window, or by new names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from bot.addresses.identities import Identities
from bot.channels.base import Raw, UnreadableUpdate
from bot.channels.typed import MOST_STORED
from bot.channels.whatsapp.callbacks import part_of
from bot.channels.whatsapp.deliveries import LONGEST_WIRE_ID, Delivered, Part
from bot.database import addresses, chats, joining, outbox_reports, windows, wire_messages
from bot.database.addresses import Person
from bot.database.sealing import Codec
from bot.database.wire_messages import WireName
from conversations.complaints.terms import Terms
from conversations.reading.numbers import whole

WINDOW_SECONDS = 24 * 3600.0
# A message is delivered for seven days; an older date is damaged.
OLDEST_SECONDS = 30 * 24 * 3600.0
LATEST = 2**40
# The domain of the keys of updates; 63 bits of a hash are the number of an update.
UPDATE, HASH_DIGITS = "whatsapp update", 16


@dataclass(slots=True)
class Resolved:
    """The raws of a batch, the people whose names changed, and when people wrote, by chat."""

    raws: list[Raw]
    changed: list[Person]
    heard: dict[int, float]


def number_of(codec: Codec, key: str) -> int:
    """The number of an update with this name: positive, 63 bits of a keyed hash."""
    hashed = int(codec.proof(UPDATE, key)[:HASH_DIGITS], 16)
    return hashed % (MOST_STORED - 1) + 1


class Batch:
    """Updates that are resolved in one transaction."""

    def __init__(
        self,
        codec: Codec,
        terms: Terms,
        updates: Sequence[Delivered],
        numbers: Sequence[int],
        gathered: dict[str, WireName],
        now: float,
    ) -> None:
        self._codec, self._terms, self._updates, self._numbers = codec, terms, updates, numbers
        self._wires, self._now = gathered, now
        self._people: Identities
        self._writers: list[Person | None] = []
        # The chats whose messages wait, or never arrived; of people with new names, those that were
        # unreachable under the former ones; of people who had two numbers, those whose window is open.
        self._parked: frozenset[int] = frozenset()
        self._found: frozenset[int] = frozenset()
        self._opened: frozenset[int] = frozenset()
        self._rows: dict[int, int] = {}

    def resolve(self, connection: Connection) -> Resolved:
        """Find the people, store what is new of them, and make the raws."""
        self._people = self._load(connection)
        found = [self._writer(update) for update in self._updates]
        self._writers = [writer and self._people.today(writer) for writer in found]
        changed = self._people.changed
        addresses.save(connection, self._codec, changed)
        merged = {goes.chat: stays.chat for goes, stays in self._people.merged}
        joining.join(connection, self._codec, self._terms, merged, self._now)
        heard = self._heard()
        self._find_waiting(connection, heard)
        self._look_up(connection)
        raws = [self._raw(*each) for each in zip(self._updates, self._writers, self._numbers, strict=True)]
        for chat, at in heard.items():
            windows.note_heard(connection, chat, at)
        return Resolved(raws, changed, heard)

    def _heard(self) -> dict[int, float]:
        """When the people wrote, by chat; of a person who had two numbers also when either wrote before."""
        heard: dict[int, float] = {}
        for update, writer in zip(self._updates, self._writers, strict=True):
            for chat in writer.chats if writer and update.part is Part.MESSAGE else ():
                heard[chat] = max(heard.get(chat, 0.0), self._at(update))
        for goes, stays in self._people.merged:
            latest = max(heard.get(stays.chat, 0.0), goes.heard, stays.heard)
            if latest > self._now - WINDOW_SECONDS:
                heard.update(dict.fromkeys(stays.chats, latest))
                self._opened |= {*stays.chats}
        return heard

    def _find_waiting(self, connection: Connection, heard: Mapping[int, float]) -> None:
        """Find the chats whose messages wait for what was heard, or for new names."""
        self._parked = chats.parked(connection, heard) | outbox_reports.silent(connection, heard)
        moved = {
            chat
            for update, writer in zip(self._updates, self._writers, strict=True)
            if writer and update.part is Part.OTHER
            for chat in writer.chats
        }
        self._found = frozenset(chat for chat in moved if chats.is_unreachable(connection, chat))

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
        self._move_answered(connection)
        rows = {_row(update) for update in self._updates} - {0}
        self._rows = addresses.chats_of_rows(connection, rows)

    def _move_answered(self, connection: Connection) -> None:
        """Let an answer to a message find its key, where it was sent after its number led to another one."""
        for update, writer in zip(self._updates, self._writers, strict=True):
            ours = self._wires.get(_named(update))
            if writer and ours and update.part is Part.MESSAGE and ours.chat in writer.chats[1:]:
                joining.move_sent(connection, {ours.chat: writer.chat})

    def _raw(self, update: Delivered, writer: Person | None, number: int) -> Raw:
        update_id = number_of(self._codec, update.key)
        if update.fault:
            return UnreadableUpdate(update_id, update.raw, update.fault)
        ours = self._wires.get(_named(update))
        message = update.part is Part.MESSAGE
        chat = self._chat(update, writer, ours)
        theirs = writer.chats if writer and message else (chat,)
        replied = ours.message if ours and ours.chat in theirs else 0
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
            waits = self._found | (self._parked & self._opened)
            return [chat for chat in writer.chats if chat in waits]
        if self._now - self._at(update) >= WINDOW_SECONDS:
            return []
        closed = 0 < writer.heard < self._now - WINDOW_SECONDS
        waits = self._parked | ({writer.chat} if writer.knocked or closed else set())
        return [chat for chat in writer.chats if chat in waits]

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
    return part_of(update.body)[0]
