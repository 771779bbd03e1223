"""Makes inputs of the turns from updates, by the same rules wherever these come from.

Updates that exceed their sender's budget are dropped, further ones of a batch wait (shares.py). An unreadable
one is marked as such and does not affect the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from bot.channels.base import ChatMigrated, Raw, ShellEvent, UnreadableUpdate
from bot.foundation.faults import error_place
from bot.sources.shares import Fate, Sifted, as_incoming
from bot.turns.batches import FloodBegan, Incoming
from conversations.events import ButtonPressed, Event


class Reads(Protocol):
    """The part of a channel that reads updates."""

    name: str

    def read(self, raw: Mapping[str, Any], /) -> Event | ShellEvent | None:
        """An update as an event."""


def nothing_dropped(updates: Sequence[Raw]) -> list[Sifted]:
    """Drop nothing: for a source without shares."""
    return [Sifted(update) for update in updates]


class Inputs:
    """Reads the updates of one channel; `sift` drops and postpones them."""

    def __init__(
        self, channel: Reads, sift: Callable[[Sequence[Raw]], list[Sifted]] = nothing_dropped
    ) -> None:
        self._channel, self._sift = channel, sift

    def read(self, updates: Sequence[Raw]) -> list[Incoming]:
        """The updates that are not dropped, as inputs of the turns."""
        sifted = self._sift(updates)
        read = [self._incoming(update) for update in sifted]
        if not any(isinstance(one.event, ChatMigrated) for one in read):
            return read
        # Updates before the notice of a move are read again: now their group's new id is known.
        return [self._incoming(update) for update in sifted]

    def _incoming(self, sifted: Sifted) -> Incoming:
        name, update = self._channel.name, sifted.raw
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
            return Incoming(name, number, self._channel.read(update), update)
        except Exception as error:  # noqa: BLE001 - invariant 2: the other updates are taken
            return Incoming(name, number, None, update, unreadable=error_place(error))
