"""The queue of one chat: two lanes of messages, each shared fairly (fair_lane.py). No network, no database.

Cosmetic edits wait behind the messages of both lanes (invariant 3). A later message may change the same one;
then the edit is dropped, as it would undo the newer one. Of the removals of buttons only the newest few wait:
the messages of the older ones are out of sight, and a press on them is answered.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from bot.channels.base import MadeDocument
from bot.database.outbox_parts import UNKNOWN
from bot.database.outbox_rows import Kind, LaneNumber, OutboxRow
from bot.outbox.fair_lane import FairLane, share_of
from bot.outbox.pacing import ASKED, COSMETIC, UNASKED, Lane, Turnstile

# How many removals of buttons of one chat wait at most.
MOST_REMOVALS = 3


class Way(Enum):
    """The queues of one chat: none waits for another.

    The upload of a large document must not delay the messages. A message that was accepted and failed waits
    longer each time before it is sent again; messages after it have been sent.
    """

    MESSAGES = "messages"
    DOCUMENTS = "documents"
    APART = "apart"


@dataclass(slots=True, eq=False)
class Item:
    """A row to send, not before `ready`, a monotonic time.

    `main` is the message that carries the row's key, once sent, `others` the rest of what was sent for
    it; `stored` is false for an item without a row; `replaced` is a newer payload that came meanwhile;
    `refused` says why some of its files were refused; `outdated` is an older copy, whose buttons are to go;
    `made` is the row's document; `apart` when it has lost its place, as later messages have been sent.
    """

    row: OutboxRow
    ready: float = field(default_factory=time.monotonic)
    main: int = 0
    others: tuple[int, ...] = ()
    stored: bool = True
    replaced: OutboxRow | None = None
    refused: str = ""
    outdated: int = 0
    made: MadeDocument | None = None
    apart: bool = False

    @property
    def way(self) -> Way:
        """The queue of its chat that it waits in."""
        return Way.DOCUMENTS if self.made else Way.APART if self.apart else Way.MESSAGES

    @property
    def lane(self) -> Lane:
        """Its lane; a private chat has one lane of messages, as it has one reader, and one of documents."""
        if self.row.is_cosmetic:
            return COSMETIC
        if self.made and self.row.chat > 0:
            return UNASKED
        return UNASKED if self.row.lane and self.row.chat < 0 else ASKED


class ChatQueue:
    """The lanes of one queue of a chat, and the alarm that wakes its sending task."""

    __slots__ = ("_alarm", "_lanes", "_turnstile", "chat", "running", "way")

    def __init__(self, chat: int, way: Way = Way.MESSAGES) -> None:
        self.chat, self.way = chat, way
        self.running: asyncio.Task[None] | None = None
        self._lanes: tuple[FairLane[Item], ...] = (FairLane(), FairLane(), FairLane())
        self._turnstile = Turnstile()
        self._alarm: asyncio.Future[None] | None = None

    def __bool__(self) -> bool:
        return any(self._lanes)

    def put(self, item: Item, *, first: bool = False) -> None:
        """Queue at the end of the item's share of its lane; `first` for an item that is tried again."""
        lane, share = self._lanes[item.lane], share_of(item.row)
        if first:
            lane.put_first(item, share)
        else:
            lane.put(item, share)
        self.wake()

    def heads(self) -> tuple[Item | None, ...]:
        """The next of each lane."""
        return tuple(lane.head for lane in self._lanes)

    def choose(self, waits: Sequence[float | None]) -> Lane:
        """The lane to serve, given how long the head of each has to wait (None: no head)."""
        asked, unasked, _ = waits
        if asked is None and unasked is None:
            return COSMETIC
        if asked is None or unasked is None:
            return UNASKED if asked is None else ASKED
        lane = self._turnstile.next_lane(asked=True, unasked=True)
        wait, other = (asked, unasked) if lane == ASKED else (unasked, asked)
        # A lane that has to wait does not delay the other.
        return lane if wait <= other else (UNASKED if lane == ASKED else ASKED)

    def take(self, lane: Lane) -> Item:
        """Take the next of a lane out."""
        item = self._lanes[lane].take()
        if lane != COSMETIC:
            self._turnstile.served(lane, other_waits=bool(self._lanes[1 - lane]))
        return item

    def superseded(self, row: OutboxRow, message: int) -> list[Item]:
        """Take out the cosmetic edits before this row of what it changes or replaces: its key, this message.

        A payload that replaced another one is newer than the number of its row. A message about progress is
        outdated by every other message.
        """
        lane = self._lanes[COSMETIC]
        found = [
            each
            for each in lane
            if (
                (row.key and each.row.key == row.key)
                or (message and each.row.at == message)
                or (each.row.is_progress and not row.is_progress)
            )
            and (each.row.id < row.id or (row.revision and each.row.id != row.id))
        ]
        for each in found:
            lane.remove(each)
        return found

    def outdated(self) -> list[Item]:
        """Take out the removals of buttons that are too many, the oldest first."""
        lane = self._lanes[COSMETIC]
        removals = sorted((each for each in lane if each.row.kind is Kind.STRIP), key=_created)
        found = removals[:-MOST_REMOVALS]
        for each in found:
            lane.remove(each)
        return found

    def remove(self, item: Item) -> None:
        """Take an item out, if it is here."""
        for lane in self._lanes:
            if item in lane:
                lane.remove(item)

    def keyed(self, key: str) -> list[Item]:
        """The stored items with this key."""
        return [item for lane in self._lanes for item in lane if item.stored and item.row.key == key]

    def questions_before(self, row: int) -> list[Item]:
        """The stored questions that are older than this row."""
        items = (item for lane in self._lanes for item in lane if item.stored)
        return [item for item in items if item.row.is_question and item.row.id < row]

    def clear(self) -> list[Item]:
        """Take everything out."""
        items = [item for lane in self._lanes for item in lane]
        for lane in self._lanes:
            lane.clear()
        return items

    async def sleep(self, seconds: float) -> None:
        """Wait N seconds, or until a new item arrives."""
        loop = asyncio.get_running_loop()
        self._alarm = loop.create_future()
        timer = loop.call_later(seconds, self.wake)
        try:
            await self._alarm
        finally:
            timer.cancel()
            self._alarm = None

    def wake(self) -> None:
        """End the waiting."""
        if self._alarm is not None and not self._alarm.done():
            self._alarm.set_result(None)


def _created(item: Item) -> float:
    return item.row.created


def as_edit(row: OutboxRow, message: int) -> OutboxRow:
    """A replacement whose earlier payload was sent meanwhile, as an edit of that message."""
    return replace(row, kind=Kind.EDIT, at=message, progress=0, attempts=0, not_before=0.0, parts=UNKNOWN)


def unstored_strip(chat: int, message: int) -> Item:
    """The removal of a message's buttons as an item without a row: no result depends on it."""
    row = OutboxRow(0, chat, LaneNumber.COSMETIC, Kind.STRIP, "", time.time(), at=message)
    return Item(row, stored=False)
