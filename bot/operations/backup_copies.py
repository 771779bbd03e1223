"""Copies of the store's parts: the database as of one moment, and each stored file.

The database is copied page by page within one read transaction. So the bot keeps writing, and the copy is not
begun again when it does.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from bot.database.contents import Contents, FolderContents
from bot.database.pages import read_only
from bot.foundation import disk
from bot.foundation.modes import make_file, make_folder
from bot.operations.backup_folder import DATABASE, Part

# Two megabytes of the usual page size; the progress is shown after each portion.
PAGES = 512
# Header and nonce of a sealed file: no two sealings have the same.
SEALED_HEAD = 15
Advance = Callable[[int], None]


class Copied(NamedTuple):
    """A copy of the database, the rows of each table in the source, and the revision of the tables."""

    part: Part
    tables: Mapping[str, int]
    revision: str


def copy_database(source: Path, folder: Path, advance: Advance = lambda _: None) -> Copied:
    """Copy the database into the folder; `advance` gets the bytes of each portion.

    The copy has its rows in one file, without a write-ahead log. Raises sqlite3.Error and OSError.
    """
    target = folder / DATABASE
    make_file(target)
    with closing(read_only(source)) as reading, closing(sqlite3.connect(target)) as writing:
        size, left = _page_size(reading), _pages(reading)

        def progress(_status: int, remaining: int, _total: int) -> None:
            nonlocal left
            advance((left - remaining) * size)
            left = remaining

        reading.backup(writing, pages=PAGES, progress=progress)
        writing.execute("PRAGMA journal_mode=DELETE")
        tables, revision = rows_by_table(reading), revision_of(reading)
    return Copied(_synced(target), tables, revision)


def rows_by_table(connection: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table has."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names}  # noqa: S608 - names of our tables


def revision_of(connection: sqlite3.Connection) -> str:
    """The revision of the tables; empty for none."""
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        return ""
    return str(row[0]) if row else ""


def copy_file(source: Contents, target: Contents, path: str) -> Part:
    """Copy a stored file. Raises FileNotFoundError for one that was deleted, else as `Contents` does."""
    content = source.read(path)
    target.write(path, [content])
    return part_of(content)


def part_of(content: bytes) -> Part:
    """Size and SHA-256 of a content."""
    return Part(size=len(content), sha256=hashlib.sha256(content).hexdigest())


def link_file(earlier: FolderContents, source: Contents, target: FolderContents, path: str) -> bool:
    """Link the file of an earlier backup, if the store has the same one; return whether that was done."""
    try:
        if earlier.head(path, SEALED_HEAD) != source.head(path, SEALED_HEAD):
            return False
        linked = target.folder / path
        make_folder(linked.parent)
        os.link(earlier.folder / path, linked)
    except OSError:
        # Not there, or a disk without links: it is copied.
        return False
    return True


def _synced(path: Path) -> Part:
    """The file, once it is on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        digest = hashlib.file_digest(file, "sha256")
        return Part(size=file.tell(), sha256=digest.hexdigest())


def digest_of(path: Path) -> Part:
    """Size and SHA-256 of a file. Raises OSError."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return Part(size=file.tell(), sha256=digest.hexdigest())


def _page_size(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA page_size").fetchone()[0])


def _pages(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA page_count").fetchone()[0])


def sync_all(folder: Path) -> None:
    """Sync each folder below, so that all names are on the disk."""
    for place, _, _ in os.walk(folder, topdown=False):
        disk.sync(Path(place))


def free(folder: Path) -> int:
    """The bytes that are free on the disk of a folder, which may be still to be made."""
    there = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
    return shutil.disk_usage(there).free
