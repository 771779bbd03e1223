"""A copy of the log of erasure orders in a file: a line each, added at the end.

A line is on the disk when `add()` returns. A line that a kill left incomplete is no order.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.database.order_lines import Line, checked, encoded
from bot.database.sealing import Codec
from bot.foundation import disk
from bot.foundation.modes import create, make_folder

ADVICE = "put the other copy in its place"


def read(codec: Codec, path: Path) -> list[Line]:
    """The complete lines of a copy; none without the file. Raises OrdersDamagedError and OSError."""
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return []
    return _lines(codec, path, content)


def add(codec: Codec, path: Path, lines: Sequence[Line]) -> None:
    """Add the lines that this copy lacks after its last complete one. Raises as read() does."""
    if len(read(codec, path)) >= len(lines):
        return
    make_folder(path.parent)
    handle = create(path, os.O_RDWR)
    with os.fdopen(handle, "r+b") as file:
        # A file on a network disk belongs to several machines. Some network disks have no locks.
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)
        content = file.read()
        file.seek(0)
        file.truncate(content.rfind(b"\n") + 1)
        file.seek(0, os.SEEK_END)
        new = lines[len(_lines(codec, path, content)) :]
        file.write(b"".join(encoded(line).encode("ascii") + b"\n" for line in new))
        file.flush()
        os.fsync(file.fileno())
    disk.sync(path.parent)


def set_aside(path: Path) -> Path:
    """Give a copy another name, which is returned. Raises OSError."""
    aside = path.with_name(f"{path.name}.joined-{secrets.token_hex(4)}")
    path.rename(aside)
    disk.sync(path.parent)
    return aside


@contextmanager
def locked(folder: Path, *, wait: bool = True) -> Iterator[None]:
    """Keep other processes of this machine from adding a line. Raises OSError.

    Without `wait` a lock that another process has raises BlockingIOError.
    """
    make_folder(folder)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _lines(codec: Codec, path: Path, content: bytes) -> list[Line]:
    return checked(codec, content.split(b"\n")[:-1], str(path), ADVICE)
