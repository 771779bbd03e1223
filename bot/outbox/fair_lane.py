"""A lane of one chat whose places are shared: one item of each share after the other. No network here.

The share of an item (`share_of`) is the case that it is about, or the person who asked for it. Within a share
items keep their order. A private chat has one reader and one share: it is first in, first out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

from bot.database.outbox_rows import Kind, LaneNumber, OutboxRow
from conversations import keys

T = TypeVar("T")


def share_of(row: OutboxRow) -> str:
    """In a group: the case of a card, reminder or addition; who asked, of a reply. Empty for all others.

    An edit by id has the share of its message's key. Leaving a group stays behind what is said there.
    """
    if row.chat > 0 or row.kind is Kind.LEAVE:
        return ""
    if row.lane == LaneNumber.ASKED:
        return str(row.asker or "")
    named = row.key or (row.message.reply_to if row.message else "")
    known = keys.parse(named) if named else None
    return known.case if known else ""


class FairLane(Generic[T]):
    """The waiting items of one lane."""

    __slots__ = ("_items", "_turns")

    def __init__(self) -> None:
        self._items: dict[str, deque[T]] = {}
        # The shares with items, the next one first.
        self._turns: deque[str] = deque()

    def __len__(self) -> int:
        return sum(map(len, self._items.values()))

    def __bool__(self) -> bool:
        return bool(self._turns)

    def __iter__(self) -> Iterator[T]:
        return (item for share in self._turns for item in self._items[share])

    @property
    def head(self) -> T | None:
        """The next item; it stays the next one until it is taken or another one is put first."""
        return self._items[self._turns[0]][0] if self._turns else None

    def put(self, item: T, share: str) -> None:
        """Add an item behind those of its share."""
        if share not in self._items:
            self._items[share] = deque()
            self._turns.append(share)
        self._items[share].append(item)

    def put_first(self, item: T, share: str) -> None:
        """Add an item before all others: it is tried again, and the lane waits with it."""
        if share in self._items:
            self._turns.remove(share)
        self._turns.appendleft(share)
        self._items.setdefault(share, deque()).appendleft(item)

    def take(self) -> T:
        """Take the next item out; its share goes behind the others. Raises IndexError."""
        share = self._turns.popleft()
        items = self._items[share]
        item = items.popleft()
        if items:
            self._turns.append(share)
        else:
            del self._items[share]
        return item

    def remove(self, item: T) -> None:
        """Take this item out. Raises ValueError when it is not there."""
        for share, items in self._items.items():
            if item in items:
                items.remove(item)
                if not items:
                    del self._items[share]
                    self._turns.remove(share)
                return
        raise ValueError("the item is not in this lane")

    def clear(self) -> None:
        """Take everything out."""
        self._items.clear()
        self._turns.clear()
