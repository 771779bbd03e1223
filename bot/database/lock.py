"""The lock of a database: two bots on one would answer everything twice, so the second is refused."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class AlreadyRunningError(Exception):
    """Another process works on this database."""


class Lock:
    """Held while the process lives; the system releases it even after kill -9."""

    def __init__(self, database: Path) -> None:
        """Take the lock file next to the database. Raises AlreadyRunningError when it is held."""
        path = database.with_name(database.name + ".lock")
        path.parent.mkdir(parents=True, exist_ok=True)
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._handle)
            raise AlreadyRunningError(
                f"another `aduan run` works on {database}; stop that one first, two would answer twice"
            ) from None

    def release(self) -> None:
        """Release the lock. The file stays: a third process may hold it open already."""
        os.close(self._handle)
