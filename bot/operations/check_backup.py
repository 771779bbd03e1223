"""The part of `aduan check` about backups: are there any, how old are they, would they survive the disk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from bot.config.settings import Config
from bot.database.backup_names import Backup, backups
from bot.foundation.modes import wide
from bot.operations.check_findings import Finding, note, ok

TOO_OLD = timedelta(days=2)
# A clock may be some minutes ahead of the one that named the backup.
AHEAD = timedelta(hours=1)


def examine_backup(config: Config, now: datetime) -> Iterator[Finding]:
    """The findings about the folder of the daily backups; `now` is wall time."""
    if not config.backup.folder:
        yield note(
            "no backup is configured: when this disk fails, all complaints are lost",
            "Set backup.folder to a folder on another disk, or run `aduan backup --to FOLDER` daily.",
        )
        return
    folder = Path(config.backup.folder)
    try:
        found = backups(folder)
    except OSError as error:
        yield note(f"backup.folder: {folder} cannot be read ({error.strerror})", "Is its disk mounted?")
        return
    yield from _age(folder, found, now)
    yield from _place(config, folder)
    if wide([folder]):
        yield note(f"{folder}: others on this machine may open the backups", f"Run: chmod 700 {folder}")


def _age(folder: Path, found: list[Backup], now: datetime) -> Iterator[Finding]:
    good = [backup for backup in found if backup.good]
    if not good:
        yield note(
            f"backup.folder: {folder} has no good backup yet",
            "Run `aduan backup`. The running bot makes one by itself, and logs why it could not.",
        )
    elif not -AHEAD <= now - good[-1].taken <= TOO_OLD:
        yield note(
            f"the newest good backup is of {good[-1].taken:%Y-%m-%d %H:%M}: {good[-1].path}",
            "Run `aduan backup`, which says what is wrong. If the date is wrong, check the machine's clock.",
        )
    else:
        yield ok(f"the newest backup is {good[-1].path}")
    if found and not found[-1].good:
        yield note(
            f"{found[-1].path}: the store had faults when this backup was made",
            "Run `aduan verify`. The newest backup without faults is kept.",
        )


def _place(config: Config, folder: Path) -> Iterator[Finding]:
    """Whether the backups are lost together with the data. The disk of a server cannot be seen from here."""
    if not config.database.is_file:
        return
    data = config.database.path.absolute().parent
    if data.resolve() in (folder.resolve(), *folder.resolve().parents):
        yield note(
            f"backup.folder: {folder} is inside of the data folder {data}",
            "Set it to a folder on another disk: who deletes the data folder deletes the backups too.",
        )
    elif _disk(folder) == _disk(data):
        yield note(
            f"backup.folder: {folder} is on the same disk as the data",
            "Set it to another disk, or copy the backups to another machine regularly.",
        )


def _disk(folder: Path) -> int:
    """The disk of a folder, or of the one above that exists."""
    there = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
    return there.stat().st_dev
