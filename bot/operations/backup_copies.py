"""Copies of the store's parts: the database as of one moment, and each stored file."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from bot.database.contents import Contents, FolderContents
from bot.database.stores.store import Store
from bot.foundation import disk
from bot.foundation.modes import make_file, make_folder
from bot.operations.backup_folder import DATABASE, Part

# Header and nonce of a sealed file: no two sealings have the same.
SEALED_HEAD = 15
Advance = Callable[[int], None]


class Copied(NamedTuple):
    """A copy of the database, the rows of each table in the source, and the revision of the tables."""

    part: Part
    tables: Mapping[str, int]
    revision: str


def copy_database(source: Store, folder: Path, advance: Advance = lambda _: None) -> Copied:
    """Copy the database into the folder; `advance` gets the bytes of each portion.

    The copy is one file of SQLite. Raises sqlite3.Error, SQLAlchemyError and OSError.
    """
    target = folder / DATABASE
    make_file(target)
    made = source.copy_to(target, advance)
    return Copied(_synced(target), made.tables, made.revision)


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


def sync_all(folder: Path) -> None:
    """Sync each folder below, so that all names are on the disk."""
    for place, _, _ in os.walk(folder, topdown=False):
        disk.sync(Path(place))


def free(folder: Path) -> int:
    """The bytes that are free on the disk of a folder, which may be still to be made."""
    there = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
    return shutil.disk_usage(there).free
