"""Files on disk: a file under its final name is complete and synced. Contents are named by a keyed hash."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
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
    with incomplete(path) as temporary:
        _write(folder / temporary, target, pieces)
    sync(target.parent)


@contextlib.contextmanager
def incomplete(path: str) -> Iterator[str]:
    """The temporary path of a content, for as long as this process writes it."""
    temporary = f"{path}.{secrets.token_hex(8)}{TEMPORARY}"
    name = temporary.rpartition("/")[2]
    _incomplete.add(name)
    try:
        yield temporary
    finally:
        _incomplete.discard(name)


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


def head(folder: Path, path: str, most: int) -> tuple[int, bytes]:
    """The size of a content and its first bytes. Raises FileNotFoundError, also for another path."""
    if not PLACE.fullmatch(path):
        raise FileNotFoundError(path)
    with (folder / path).open("rb") as file:
        return os.fstat(file.fileno()).st_size, file.read(most)


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


def free_bytes(folder: Path) -> int:
    """The free space of the disk on which the folder is, or will be. Raises OSError."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


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
