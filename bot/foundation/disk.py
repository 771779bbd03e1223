"""Files on disk: a file under its final name is complete and synced. Contents are named by a keyed hash."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path

from bot.foundation.modes import create, make_folder

TEMPORARY = ".part"
# The paths of contents: a damaged path must not point outside of the folder.
PLACE = re.compile(r"[0-9a-f]{2}/[0-9a-f]{64}")
LEFT_OVER = re.compile(PLACE.pattern + r"\.[0-9a-f]{16}" + re.escape(TEMPORARY))
# The names of the incomplete files that this process is writing; others were left by a killed one.
_incomplete: set[str] = set()


def place_of(name: str) -> str:
    """The path of a content, relative to the store's folder."""
    return f"{name[:2]}/{name}"


def rename(folder: Path, path: str, new: str) -> None:
    """Give a content another name; the same content may be there under it already. Raises OSError."""
    target = folder / new
    _make(target.parent)
    (folder / path).replace(target)
    sync(target.parent)
    sync((folder / path).parent)


def write(folder: Path, path: str, pieces: Iterable[bytes]) -> None:
    """Write a content to its place, completely or not at all. Raises OSError."""
    target = folder / path
    _make(target.parent)
    temporary = target.with_name(f"{target.name}.{secrets.token_hex(8)}{TEMPORARY}")
    _incomplete.add(temporary.name)
    try:
        _write(temporary, target, pieces)
    finally:
        _incomplete.discard(temporary.name)
    sync(target.parent)


def _write(temporary: Path, target: Path, pieces: Iterable[bytes]) -> None:
    handle = create(temporary)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read(folder: Path, path: str, most: int = -1) -> bytes:
    """A content as it was written, or its first bytes. Raises FileNotFoundError, also for another path."""
    if not PLACE.fullmatch(path):
        raise FileNotFoundError(path)
    with (folder / path).open("rb") as file:
        return file.read(most)


def contents(folder: Path) -> list[str]:
    """The paths of all contents there, and of incomplete files of a killed process."""
    found = (f"{each.parent.name}/{each.name}" for each in folder.glob("??/*") if each.is_file())
    return [path for path in found if PLACE.fullmatch(path) or LEFT_OVER.fullmatch(path)]


def is_left_over(path: str) -> bool:
    """Whether this is an incomplete file of a process that was killed."""
    return path.endswith(TEMPORARY) and path.rpartition("/")[2] not in _incomplete


def erase(folder: Path, path: str) -> None:
    """Delete a content; a missing one is ignored."""
    with contextlib.suppress(FileNotFoundError):
        (folder / path).unlink()


def _make(folder: Path) -> None:
    if not folder.is_dir():
        make_folder(folder)
        sync(folder.parent)


def sync(folder: Path) -> None:
    """Sync the folder itself, so that new, renamed and deleted names are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
