"""The folder of backups: their manifests, one backup at a time, and which old ones are deleted."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bot.database.backup_names import MANIFEST, UNFINISHED, Backup, backups
from bot.database.sealing import Codec
from bot.foundation import disk
from bot.foundation.modes import make_folder

DATABASE, FILES = "aduan.db", "files"
FORMAT = 1
KEY, SEALED = "key file of a backup", "manifest of a backup"
PROOF = "proof"


class BackupError(Exception):
    """A backup cannot be made or used; the message says what to do."""


class BackupBusyError(BackupError):
    """Another process makes a backup in the same folder."""


class ForeignBackupError(BackupError):
    """A backup was made with another key file."""


class Part(BaseModel):
    """A file of a backup; `sha256` in hex is that of the file as it is, sealed."""

    model_config = ConfigDict(frozen=True)

    size: int
    sha256: str


class Manifest(BaseModel):
    """What a backup contains."""

    model_config = ConfigDict(frozen=True)

    # The form of this manifest.
    format: int = FORMAT
    # Counts the backups of a folder.
    number: int
    # When its copy of the database was begun.
    created: datetime
    # The version of the program that made it.
    version: str
    # The revision of the tables.
    revision: str
    # An HMAC that only the key file of the store gives.
    key: str
    # Rows by table.
    tables: dict[str, int]
    # The highest registration number by agency and year.
    numbers: dict[str, dict[str, int]]
    # Files of the store by their path in the backup.
    parts: dict[str, Part]
    # Contents that were deleted in the store while the backup was made.
    erased: tuple[str, ...] = ()
    # How many erasure orders there were.
    orders: int = 0
    # What was wrong in the store itself, a sentence each.
    faults: tuple[str, ...] = ()


def encoded(manifest: Manifest, codec: Codec) -> bytes:
    """The manifest as it is stored, with an HMAC over all of it."""
    content = manifest.model_dump(mode="json")
    return json.dumps({**content, PROOF: _proof(content, codec)}, indent=1).encode("ascii")


def read_manifest(path: Path, codec: Codec) -> Manifest:
    """The manifest of a backup made with this key file. Raises BackupError and OSError."""
    try:
        content = json.loads((path / MANIFEST).read_bytes())
        proof = content.pop(PROOF, "")
        manifest = Manifest.model_validate(content)
    except FileNotFoundError:
        raise BackupError(f"{path} is no backup: it has no {MANIFEST}") from None
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise BackupError(f"{path / MANIFEST} is damaged: use another backup") from None
    if manifest.format > FORMAT:
        raise BackupError(
            f"{path} was made by a newer version of Aduan ({_printable(manifest.version)}): use that version"
        )
    if not codec.proves(manifest.key, KEY):
        raise ForeignBackupError(
            f"{path} was made with another key file: put the copy of its key file in the place of the "
            "present one; nothing was changed"
        )
    if not codec.proves(proof, SEALED, _canonical(content)):
        raise BackupError(f"{path / MANIFEST} was changed after the backup was made: use another backup")
    return manifest


def _proof(content: object, codec: Codec) -> str:
    return codec.proof(SEALED, _canonical(content))


def _canonical(content: object) -> str:
    """Of the content as stored, and not as this version reads it: later versions add keys."""
    return json.dumps(content, sort_keys=True)


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """Make the folder, keep a second backup out, and delete what a killed one left. Raises BackupError."""
    make_folder(folder)
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupBusyError(f"another backup is being made in {folder}; wait for its end") from None
        remove(folder.glob(f"{UNFINISHED}*"))
        yield
    finally:
        os.close(handle)


def rotated(folder: Path, keep_days: int) -> list[Backup]:
    """Delete the backups that are not among those of the newest `keep_days` days; return them.

    Days are counted in backups: neither a wrong clock nor days without a backup delete one. The newest good
    backup stays in any case.
    """
    old = outdated(backups(folder), keep_days)
    remove(backup.path for backup in old)
    return old


def outdated(found: Sequence[Backup], keep_days: int) -> list[Backup]:
    """The backups to delete, of these, the oldest first. Faulty ones replace no good one."""
    good = _oldest_kept([each for each in found if each.good], keep_days)
    faulty = max(good, _oldest_kept([each for each in found if not each.good], keep_days))
    return [each for each in found if each.number < (good if each.good else faulty)]


def _oldest_kept(found: Sequence[Backup], keep_days: int) -> int:
    """The number of the oldest one of the newest `keep_days` days that have one; 0 without any."""
    kept, oldest = set[str](), 0
    for backup in reversed(found):
        kept.add(backup.day)
        if len(kept) > keep_days:
            break
        oldest = backup.number
    return oldest


def remove(paths: Iterator[Path]) -> None:
    """Delete folders, each first under a name that counts as no backup: a kill leaves no half one."""
    for path in paths:
        hidden = path if path.name.startswith(UNFINISHED) else path.with_name(f"{UNFINISHED}{path.name}")
        if hidden != path:
            path.rename(hidden)
            disk.sync(path.parent)
        shutil.rmtree(hidden)
