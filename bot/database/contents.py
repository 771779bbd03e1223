"""The sealed contents of stored files: where they are is one choice, made by the configuration.

`Contents` is what the other parts know: a content is complete under its path, or absent. They are in a folder
(`FolderContents`), or in a table of the database (`TableContents` in bot/database/table_contents.py), so that
backup and failover of a database server have them. Every call waits for a disk or a server: the running bot
calls from threads.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection

from bot.foundation import disk


class Contents(Protocol):
    """The contents by path (`disk.PLACE`). Raises OSError for a folder, SQLAlchemyError for a table."""

    def write(self, path: str, pieces: Iterable[bytes]) -> None:
        """Store a content, completely or not at all; an earlier one of this path is replaced.

        Raises ValueError for a path that no content has.
        """

    def read(self, path: str, most: int = -1) -> bytes:
        """A content as written, or its first bytes. Raises FileNotFoundError, also for another path."""

    def head(self, path: str, most: int) -> tuple[int, bytes]:
        """The size of a content and its first bytes. Raises FileNotFoundError, also for another path."""

    def paths(self) -> list[str]:
        """The paths of all contents, and the temporary ones of contents that are not complete."""

    def is_left_over(self, path: str) -> bool:
        """Whether this is the temporary path of a content that a killed process has left."""

    def rename(self, path: str, new: str) -> None:
        """Give a content another path; the same content may be there already.

        Raises FileNotFoundError for one that is not there, ValueError for a path that no content has.
        """

    def erase(self, path: str, connection: Connection | None = None) -> None:
        """Delete a content; a missing one is ignored, also a path that no content has.

        Within a transaction of the store, its `connection` has to be given: a table deletes with it, because
        a second connection would wait for the first. A folder deletes at once.
        """

    def free(self) -> int | None:
        """The free bytes where the contents are; None where this machine cannot know."""

    def place(self, path: str = "") -> str:
        """Where a content is, or all of them are, in words for people."""


class FolderContents:
    """The contents as files of a folder, each synced before it gets its name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, path: str, pieces: Iterable[bytes]) -> None:
        """Write a temporary file, sync and rename it."""
        disk.write(self.folder, required(path), pieces)

    def read(self, path: str, most: int = -1) -> bytes:
        """Read the file."""
        return disk.read(self.folder, path, most)

    def head(self, path: str, most: int) -> tuple[int, bytes]:
        """Read the beginning of the file."""
        return disk.head(self.folder, path, most)

    def paths(self) -> list[str]:
        """List the folder."""
        return disk.contents(self.folder)

    def is_left_over(self, path: str) -> bool:
        """Whether no one in this process writes it."""
        return disk.is_left_over(path)

    def rename(self, path: str, new: str) -> None:
        """Rename the file."""
        disk.rename(self.folder, required(path), required(new))

    def erase(self, path: str, connection: Connection | None = None) -> None:  # noqa: ARG002 - for tables
        """Delete the file at once, also while the connection's transaction is open."""
        if is_path(path):
            disk.erase(self.folder, path)

    def free(self) -> int | None:
        """The free space of the disk."""
        return disk.free_bytes(self.folder)

    def place(self, path: str = "") -> str:
        """The path in the file system."""
        return str(self.folder / path)


def is_path(path: str) -> bool:
    """Whether a content can have this path, also a temporary one: a damaged path may point anywhere."""
    return bool(disk.PLACE.fullmatch(path) or disk.LEFT_OVER.fullmatch(path))


def required(path: str) -> str:
    """The final path of a content. Raises ValueError for any other."""
    if not disk.PLACE.fullmatch(path):
        raise ValueError(f"no path of a content: {path!r}")
    return path
