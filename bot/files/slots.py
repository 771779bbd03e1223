"""Places for the files that are fetched at the same time: they are in memory until they are on disk.

Some at a time, of large ones one, so that the memory is bounded. The chats take turns: 200 files of one
person delay the photo of another by one file, not by 200. A chat's large files wait apart from its small
ones, because a large one that waits for another must not hold back a photo.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

AT_ONCE = 3

# A chat, and whether the files are its large ones.
Share = tuple[int, bool]


class Slots:
    """`at_once` places, of which one at most is for a large file."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._free, self._large_free = at_once, True
        self._waiting: dict[Share, deque[asyncio.Future[None]]] = {}
        # The shares that wait, the next one first.
        self._turns: deque[Share] = deque()

    @asynccontextmanager
    async def place(self, chat: int, *, large: bool) -> AsyncIterator[None]:
        """Wait for a place, and give it back at the end."""
        share = (chat, large)
        await self._taken(share)
        try:
            yield
        finally:
            self._give_back(share)

    async def _taken(self, share: Share) -> None:
        turn = asyncio.get_running_loop().create_future()
        if share not in self._waiting:
            self._waiting[share] = deque()
            self._turns.append(share)
        self._waiting[share].append(turn)
        self._serve()
        try:
            await turn
        except asyncio.CancelledError:
            # It may have got its place in the moment in which it was cancelled.
            if turn.done() and not turn.cancelled():
                self._give_back(share)
            raise

    def _give_back(self, share: Share) -> None:
        self._free += 1
        self._large_free = self._large_free or share[1]
        self._serve()

    def _serve(self) -> None:
        """Give the free places to the shares in turn."""
        while self._free and (share := self._next()) is not None:
            self._turns.remove(share)
            turns = self._waiting[share]
            turn = turns.popleft()
            if turns:
                self._turns.append(share)
            else:
                del self._waiting[share]
            if not turn.done():
                self._free -= 1
                self._large_free = self._large_free and not share[1]
                turn.set_result(None)

    def _next(self) -> Share | None:
        return next((share for share in self._turns if self._large_free or not share[1]), None)
