"""The lock of a database: two bots on one would answer everything twice, so the second is refused.

The lock file is next to the database itself: links are resolved, so that each path to one database leads to
one lock file. A hard link is a second name of the file and cannot be resolved; therefore the database file is
locked as well, by another kind of lock (flock) than SQLite's own (fcntl).
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from bot.database.stores.store import AlreadyRunningError
from bot.foundation.modes import create, make_folder


def lock_path(database: Path) -> Path:
    """The lock file of a database."""
    real = database.resolve()
    return real.with_name(real.name + ".lock")


class Lock:
    """Held while the process lives; the system releases it even after kill -9."""

    def __init__(self, database: Path) -> None:
        """Take the lock file and, if it exists, the database. Raises AlreadyRunningError when one is held."""
        self._database = database
        self._handles: list[int] = []
        path = lock_path(database)
        make_folder(path.parent)
        self._take(create(path, os.O_RDWR))
        with suppress(FileNotFoundError):
            self._take(os.open(database, os.O_RDONLY))

    def include_database(self) -> None:
        """Take the database too, which a first start makes after the lock. Raises AlreadyRunningError."""
        if len(self._handles) == 1:
            self._take(os.open(self._database, os.O_RDONLY))

    def release(self) -> None:
        """Release the lock. The file stays: a third process may hold it open already.

        The database is closed before: closing its file here would release SQLite's locks too.
        """
        while self._handles:
            os.close(self._handles.pop())

    def _take(self, handle: int) -> None:
        self._handles.append(handle)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            raise AlreadyRunningError(
                f"another `aduan run` works on {self._database}; stop that one first, two would answer twice"
            ) from None
