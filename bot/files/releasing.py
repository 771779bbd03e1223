"""Erases the contents of dropped files at once, unless another file has the same content.

A cancelled draft gives its space back within a moment, so that drafts that are begun and cancelled again and
again cannot fill the disk. What is missed (the process ends, the disk fails) the hourly sweep finds.

While the time is not certain, nothing is erased here: after a loss of complaints contents are spared for a
month, and a clock that is ahead would end it. The sweep erases them once the time is certain.

A content that a row needs is never erased:

1. The check and the deletion are one step of the writer's thread. A file whose content is stored and whose
   row is not marked yet is in `fresh`; its mark is written by the same thread.
2. A folder deletes at once. A table deletes with the connection of the transaction that checked, so that
   nothing is erased when the transaction fails.
3. A content that is stored again is in `fresh` before its write begins. So it is spared, or it was erased
   before: then its new pieces come after the deletion, in a table after the end of that transaction.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from functools import partial
from threading import Lock

import structlog
from sqlalchemy import Connection

from bot.database.contents import Contents
from bot.database.engine import Database
from bot.database.freed_files import DroppedFile, needed_of
from bot.files.content_names import are_spared, needed_contents
from bot.foundation.disk import PLACE

log = structlog.get_logger(__name__)

# After an erasure, until the next one: what is dropped meanwhile is looked up by one query.
PAUSE_SECONDS = 1.0


def _never() -> bool:
    return False


class FreshContents:
    """The contents that are stored and whose files are not marked yet. Used by several threads.

    Two files may have the same content: it is fresh until both are marked.
    """

    def __init__(self) -> None:
        self._paths: Counter[str] = Counter()
        self._lock = Lock()

    def add(self, path: str) -> None:
        """Note a content, before it is written."""
        with self._lock:
            self._paths[path] += 1

    def discard(self, path: str) -> None:
        """Forget a content once: its file is marked, or it could not be written."""
        with self._lock:
            if self._paths[path] > 1:
                self._paths[path] -= 1
            else:
                del self._paths[path]

    def erase_others(self, contents: Contents, paths: Iterable[str], connection: Connection) -> int:
        """Erase these contents, except fresh ones; return the number of the erased.

        `connection` is that of the transaction which has found them unneeded. Raises as `Contents` does.
        """
        return sum(self._erase_other(contents, path, connection) for path in paths)

    def _erase_other(self, contents: Contents, path: str, connection: Connection) -> bool:
        # The lock is held for one content: a file that is being stored waits for it.
        with self._lock:
            if path in self._paths:
                return False
            contents.erase(path, connection)
        return True


class Releasing:
    """Erases what is dropped, in one step for all that is dropped within a moment."""

    def __init__(self, database: Database, contents: Contents, fresh: FreshContents) -> None:
        self._database, self._contents, self._fresh = database, contents, fresh
        self._is_certain: Callable[[], bool] = _never
        self._wall: Callable[[], float] = time.time
        self._waiting: set[str] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self, is_certain: Callable[[], bool], wall: Callable[[], float]) -> None:
        """Erase from now on, whenever `is_certain` says that the time `wall` is."""
        self._is_certain, self._wall = is_certain, wall

    def accept(self, dropped: Iterable[DroppedFile]) -> None:
        """Erase the contents of these files, those that no other file needs."""
        self._waiting |= {one.path for one in dropped if PLACE.fullmatch(one.path)}
        if self._waiting and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop; the sweep after the next start erases what is left."""
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, set()
            try:
                count = await self._released(batch)
                log.info("files.released", count=count)
            except Exception as error:  # noqa: BLE001 - the hourly sweep finds them
                log.warning("files.not_released", reason=type(error).__name__)
            await asyncio.sleep(PAUSE_SECONDS)

    async def _released(self, paths: Collection[str]) -> int:
        if not self._is_certain():
            return 0
        return await self._database.write(partial(self._erase, paths, self._wall()))

    async def sweep(self, orphans: Collection[str]) -> int:
        """Erase these contents, those that still no row needs; return the number of the erased."""
        return await self._database.write(partial(self._sweep, orphans))

    def _sweep(self, orphans: Collection[str], connection: Connection) -> int:
        needed = needed_contents(connection)
        unneeded = [path for path in orphans if path not in needed]
        return self._fresh.erase_others(self._contents, unneeded, connection)

    def _erase(self, paths: Collection[str], now: float, connection: Connection) -> int:
        if are_spared(connection, now):
            return 0
        needed = needed_of(connection, paths)
        return self._fresh.erase_others(self._contents, sorted(set(paths) - needed), connection)
