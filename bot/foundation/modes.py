"""File modes: what this program makes can be read by its own user only, with any umask.

Files get 0600, folders 0700. What exists with a wider mode is tightened when it belongs to our user. A folder
is tightened only when its name is one that this program gives: the operator may have put the database into
a folder that others need, such as a home folder or /var/lib. `aduan check` names what stays wide.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

FILE, FOLDER = 0o600, 0o700
OTHERS = stat.S_IRWXG | stat.S_IRWXO
# The names of folders that this program makes, or that only it uses.
OURS = frozenset({"aduan", "data", "documents", "files", "keys", "state"})


def make_folder(folder: Path) -> None:
    """Create a folder and the missing ones above it, each for our user only. Raises OSError."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=FOLDER, exist_ok=True)
        # The umask may have taken away our own rights as well.
        each.chmod(FOLDER)
    if not missing:
        folder.mkdir(exist_ok=True)


def create(path: Path, flags: int = os.O_EXCL | os.O_WRONLY) -> int:
    """Open a file that is created when it is missing, for our user only; the handle. Raises OSError."""
    handle = os.open(path, flags | os.O_CREAT, FILE)
    # The umask may have taken away our own rights as well. The file of another user keeps its mode.
    with suppress(PermissionError):
        os.fchmod(handle, FILE)
    return handle


def make_file(path: Path) -> None:
    """Create an empty file for our user only; an existing one stays as it is. Raises OSError."""
    with suppress(FileExistsError):
        os.close(create(path))


def tighten(files: Iterable[Path], folders: Iterable[Path]) -> None:
    """Take the rights of others away from the files, and the folders named as ours, that our user owns."""
    named = [folder for folder in folders if folder.resolve().name in OURS]
    for path in wide((*files, *named)):
        found = path.stat()
        # A disk that is mounted read-only keeps its modes, and the bot starts.
        with suppress(OSError):
            if found.st_uid == os.geteuid():
                path.chmod(stat.S_IMODE(found.st_mode) & ~OTHERS)


def wide(paths: Iterable[Path]) -> list[Path]:
    """Those of the paths that exist and give rights to others than their owner."""
    return [path for path in paths if path.exists() and path.stat().st_mode & OTHERS]
