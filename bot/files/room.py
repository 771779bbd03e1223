"""Keeps a reserve of the disk for the database: below it no file is fetched.

A full disk stops every complaint; a file that waits delays only itself. So before each fetch the free space
is compared with the reserve. Without room the file waits, without a write: its job is in the table already,
and the messenger keeps the file. Its chat is informed once, the operator too, and fetching goes on by itself.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

import structlog

from bot.foundation.faults import error_place

log = structlog.get_logger(__name__)

LOOK_SECONDS = 30.0


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


def free_bytes(folder: Path) -> int:
    """The free space of the disk on which the folder is, or will be. Raises OSError."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


class Room:
    """The room of `folder`, of which `reserve` bytes are the database's."""

    def __init__(
        self,
        folder: Path,
        reserve: int = 0,
        notices: RoomNotices | None = None,
        free: Callable[[Path], int] = free_bytes,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._folder, self._reserve, self._free = folder, reserve, free
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
            return self._free(self._folder) - size >= self._reserve
        except OSError as error:
            # The file is tried: its own failure is handled like any other.
            log.warning("files.room_unknown", reason=type(error).__name__)
            return True

    async def _inform(self, chat: int) -> None:
        if chat in self._informed:
            return
        free = self._free(self._folder)
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
