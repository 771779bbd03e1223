"""Makes inputs of the turns out of a channel's updates: read, dropped, or stored for later (shares.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from bot.channels.base import ChatMigrated, Raw, ShellEvent, UnreadableUpdate
from bot.foundation.faults import error_place
from bot.sources.shares import Fate, Sifted, as_incoming
from bot.turns.batches import FloodBegan, Incoming
from conversations.events import ButtonPressed, Event


class Reader(Protocol):
    """The part of a channel that reads updates."""

    @property
    def name(self) -> str:
        """The name of the channel."""

    def read(self, raw: Mapping[str, Any], /) -> Event | ShellEvent | None:
        """An update as an event."""


def take_all(updates: Sequence[Raw]) -> list[Sifted]:
    """Drop nothing: without shares."""
    return [Sifted(update) for update in updates]


class Inputs:
    """Reads one channel's updates; `sift` drops and postpones them (shares.py)."""

    def __init__(self, reader: Reader, sift: Callable[[Sequence[Raw]], list[Sifted]] = take_all) -> None:
        self._reader, self._sift = reader, sift

    def read(self, updates: Sequence[Raw]) -> list[Incoming]:
        """The updates that are not dropped, as inputs of the turns; an unreadable one is marked as such."""
        return self._read(self._sift(updates))

    def _read(self, updates: Sequence[Sifted]) -> list[Incoming]:
        read = [self._incoming(update) for update in updates]
        if not any(isinstance(one.event, ChatMigrated) for one in read):
            return read
        # Updates before the notice of a move are read again: now their group's new id is known.
        return [self._incoming(update) for update in updates]

    def _incoming(self, sifted: Sifted) -> Incoming:
        name, update = self._reader.name, sifted.raw
        if stored := as_incoming(name, sifted):
            return stored
        read = self._read_one(name, update)
        if sifted.fate is not Fate.TOLD:
            return read
        origin = getattr(read.event, "origin", None)
        press = read.event.press if isinstance(read.event, ButtonPressed) else ""
        return replace(read, event=FloodBegan(origin, press) if origin else None, unreadable="")

    def _read_one(self, name: str, update: Raw) -> Incoming:
        if isinstance(update, UnreadableUpdate):
            return Incoming(name, update.update_id, None, update.raw, unreadable=update.reason)
        number = int(update["update_id"])
        try:
            return Incoming(name, number, self._reader.read(update), update)
        except Exception as error:  # noqa: BLE001 - invariant 2: the other updates are taken
            return Incoming(name, number, None, update, unreadable=error_place(error))
