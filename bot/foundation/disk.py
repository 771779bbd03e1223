"""Files on disk: what bears its name is whole and synced. A content bears its hash as its name."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path

TEMPORARY = ".part"
# The paths of contents: a damaged one must not lead out of the folder.
PLACE = re.compile(r"[0-9a-f]{2}/[0-9a-f]{64}")
# Marks the temporary files of this process: those of others were left by a kill.
OWN = secrets.token_hex(4)


def place_of(sha256: str) -> str:
    """Where a content lies, relative to the store's folder."""
    return f"{sha256[:2]}/{sha256}"


def write(folder: Path, path: str, pieces: Iterable[bytes]) -> None:
    """Put a content in its place, whole or not at all."""
    target = folder / path
    _make(target.parent)
    temporary = target.with_name(f"{target.name}.{OWN}-{secrets.token_hex(4)}{TEMPORARY}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync(target.parent)


def read(folder: Path, path: str) -> bytes:
    """A content as it was written. Raises FileNotFoundError, also for a path that none was written to."""
    if not PLACE.fullmatch(path):
        raise FileNotFoundError(path)
    return (folder / path).read_bytes()


def contents(folder: Path) -> list[str]:
    """All that lies there, half-written files of a killed process included."""
    return [f"{each.parent.name}/{each.name}" for each in folder.glob("??/*") if each.is_file()]


def is_left_over(path: str) -> bool:
    """Whether this is a half-written file of a process that was killed."""
    return path.endswith(TEMPORARY) and f".{OWN}-" not in path


def erase(folder: Path, path: str) -> None:
    """Delete a content; one that is gone already is as good."""
    with contextlib.suppress(FileNotFoundError):
        (folder / path).unlink()


def _make(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync(folder.parent)


def sync(folder: Path) -> None:
    """Have the folder's names on the disk: those of new, renamed and deleted files."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
