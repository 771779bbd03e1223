"""The names of backups: which are complete, and in which order they were made.

A backup is a folder, named by its number and time: `aduan-000007-2026-11-26-020000`. It gets that name when
it is complete and was read back; before, its name begins with a dot. The name of one whose store had faults
ends with `.faulty`: it counts as no good one. Numbers order the backups, whatever the clock said.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from bot.clock.zone import ZONE

MANIFEST = "manifest.json"
FAULTY, UNFINISHED = ".faulty", ".unfinished-"
NAME = re.compile(r"aduan-(\d{6,})-(\d{4}-\d{2}-\d{2}-\d{6})(\.faulty)?")
TIME = "%Y-%m-%d-%H%M%S"


class Backup(NamedTuple):
    """A complete backup. `day` is the date in its name."""

    path: Path
    number: int
    taken: datetime
    good: bool

    @property
    def day(self) -> str:
        """The day of its name."""
        return self.taken.date().isoformat()


def parse(path: Path) -> Backup | None:
    """The backup of this name; None for any other folder."""
    found = NAME.fullmatch(path.name)
    if not found or not (path / MANIFEST).is_file():
        return None
    try:
        taken = datetime.strptime(found[2], TIME).replace(tzinfo=ZONE)
    except ValueError:
        return None
    return Backup(path, int(found[1]), taken, good=not found[3])


def backups(folder: Path) -> list[Backup]:
    """The complete backups there, the oldest first; none without the folder. Raises OSError."""
    if not folder.is_dir():
        return []
    return sorted(filter(None, map(parse, folder.iterdir())), key=lambda backup: backup.number)


def good_ones(folder: Path) -> list[Backup]:
    """The backups that were verified without a fault, the oldest first. Raises OSError."""
    return [backup for backup in backups(folder) if backup.good]


def name_of(number: int, taken: datetime) -> str:
    """The name of a backup."""
    return f"aduan-{number:06}-{taken.astimezone(ZONE).strftime(TIME)}"
