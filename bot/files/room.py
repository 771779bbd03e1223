"""Keeps a reserve of the disk for the database: below it no file is fetched.

A full disk stops every complaint; a file that waits delays only itself. So before each fetch the free space
is compared with the reserve. Without room the file waits, without a write: its job is in the table already,
and the messenger keeps the file. Its chat is informed once, the operator too, and fetching goes on by itself.

Contents in a table are on the disk of the database's server, whose room this machine cannot know. Then
nothing is compared and no file waits: the administrator of the server has to watch that disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import structlog

from bot.foundation.faults import error_place

log = structlog.get_logger(__name__)

LOOK_SECONDS = 30.0


class Place(Protocol):
    """Where the contents of files are."""

    def free(self) -> int | None:
        """The free bytes; None where this machine cannot know. Raises OSError."""


class RoomNotices(Protocol):
    """Informs people that files wait."""

    async def full(self, chat: int, free: int) -> None:
        """A file of this chat waits, with `free` bytes on the disk."""

    async def again(self) -> None:
        """There is room again."""


class NoNotices:
    """Informs no one."""

    async def full(self, chat: int, free: int) -> None:
        """Do nothing."""

    async def again(self) -> None:
        """Do nothing."""


class Room:
    """The room of `place`, of which `reserve` bytes are the database's."""

    def __init__(
        self,
        place: Place,
        reserve: int = 0,
        notices: RoomNotices | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._place, self._reserve = place, reserve
        self._notices, self._pause = notices or NoNotices(), pause
        self._informed: set[int] = set()
        # How many files wait for room now.
        self.waiting_files = 0

    async def wait(self, chat: int, size: int) -> None:
        """Return when the disk has room for `size` bytes besides the reserve."""
        if self._has(size):
            return
        self.waiting_files += 1
        try:
            while not self._has(size):
                await self._inform(chat)
                await self._pause(LOOK_SECONDS)
        finally:
            self.waiting_files -= 1
        if self._informed:
            self._informed.clear()
            log.info("files.room_again")
            await self._told(self._notices.again())

    def _has(self, size: int) -> bool:
        try:
            free = self._place.free()
        except OSError as error:
            # The file is tried: its own failure is handled like any other.
            log.warning("files.room_unknown", reason=type(error).__name__)
            return True
        return free is None or free - size >= self._reserve

    async def _inform(self, chat: int) -> None:
        if chat in self._informed:
            return
        free = self._place.free() or 0
        log.warning("files.no_room", chat=chat, free=free, reserve=self._reserve)
        self._informed.add(chat)
        if not await self._told(self._notices.full(chat, free)):
            self._informed.discard(chat)

    async def _told(self, telling: Awaitable[None]) -> bool:
        try:
            await telling
        except Exception as error:  # noqa: BLE001 - the files wait in any case
            log.warning("files.no_room_not_told", error=error_place(error))
            return False
        return True
