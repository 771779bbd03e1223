"""`aduan backup`: a complete copy of the store without its keys, while the bot runs.

1. The erasure orders are completed next to the backups.
2. The database is copied as of one moment, then each file that this copy names. A file that the store has
   deleted in the meantime is left out; one that an earlier backup has already is linked.
3. The copy is read back: pages, rows, seals, histories, files. One that differs from the store is removed.
   One whose store has faults gets a name of its own, and the faults are reported.
4. Until the end the folder has another name, so that a backup that was not completed counts as none.
"""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.exc import DBAPIError

from bot.config.sections import Database as Settings
from bot.database import schema
from bot.database.backup_names import FAULTY, MANIFEST, UNFINISHED, backups, good_ones, name_of
from bot.database.contents import FolderContents
from bot.database.key_guard import load_fitting, revision_of
from bot.database.order_lines import OrdersDamagedError
from bot.database.order_log import NEXT_TO_BACKUPS, OrderLog, in_state_folder
from bot.database.own_contents import contents_of
from bot.database.pages import RESTORE, meaning, read_only
from bot.database.sealing import Codec
from bot.database.stores.choice import store_of
from bot.database.stores.server_errors import server_meaning
from bot.database.stores.sqlite import SqliteStore
from bot.database.stores.store import Store
from bot.foundation import disk
from bot.foundation.modes import make_folder
from bot.operations import backup_copies as copies
from bot.operations.backup_copies import Copied
from bot.operations.backup_examination import (
    Examination,
    damaged_files,
    examine,
    needed_files,
    require_complete,
)
from bot.operations.backup_folder import (
    DATABASE,
    FILES,
    KEY,
    BackupError,
    ForeignBackupError,
    Manifest,
    Part,
    encoded,
    read_manifest,
    working_in,
)

MEGABYTE = 1 << 20
# What a backup leaves free on the disk of the store itself.
RESERVE = 200 * MEGABYTE
Progress = Callable[[int, int], None]
_HIGHEST = "SELECT agency, year, max(serial) FROM cases GROUP BY agency, year ORDER BY agency, year"


class Made(NamedTuple):
    """The result; `faults` are those of the store itself, `size` is in bytes."""

    path: Path
    complaints: int
    files: int
    size: int
    faults: Sequence[str]

    def __str__(self) -> str:
        contents = f"{self.complaints} complaints, {self.files} files, {self.size / MEGABYTE:.1f} MB"
        if not self.faults:
            return f"{self.path}: {contents}; read back and verified"
        return (
            f"{self.path}: {contents}. THE STORE ITSELF HAS FAULTS, so this backup counts as no good one:\n"
            + "\n".join(self.faults)
        )


def make_backup(
    store: Settings, folder: Path, now: datetime, progress: Progress = lambda _done, _all: None
) -> Made:
    """Make one backup in the folder. `progress` is called with the bytes done and their total.

    Raises BackupError, OrdersDamagedError, SchemaNewerError, and what load_fitting() raises.
    """
    if not (rows := store_of(store)).exists():
        raise BackupError(rows.not_there)
    codec = load_fitting(rows, store.keys_path)
    try:
        with working_in(folder):
            return _Making(store, folder, codec, now, progress).run()
    except (OSError, sqlite3.Error, DBAPIError) as error:
        raise BackupError(_sentence(error, rows, folder)) from error


class _Making:
    """One backup on its way."""

    def __init__(
        self, store: Settings, folder: Path, codec: Codec, now: datetime, progress: Progress
    ) -> None:
        self._store, self._folder, self._codec, self._now = store, folder, codec, now
        self._rows, self._contents = store_of(store), contents_of(store)
        earlier = backups(folder)
        self._earlier = earlier[-1] if earlier else None
        self._number = earlier[-1].number + 1 if earlier else 1
        self._progress, self._done, self._total = progress, 0, 1
        self._parts: dict[str, Part] = {}
        self._linked: set[str] = set()

    def run(self) -> Made:
        """All steps."""
        before = self._required()
        orders, differ = self._completed_orders()
        name = name_of(self._number, self._now)
        place = self._folder / f"{UNFINISHED}{name}"
        make_folder(place / FILES)
        try:
            copied = self._copy_database(place)
            erased, lost = self._copy_files(place, before)
            found = self._examined(place, copied, erased)
            found.faults += lost
            found.faults += [fault for fault in differ if fault not in found.faults]
            manifest = self._manifest(place, copied, orders, erased, found)
            disk.write(place, MANIFEST, [encoded(manifest, self._codec)])
            require_complete(place, self._codec)
            copies.sync_all(place)
            final = self._folder / (name + (FAULTY if found.faults else ""))
            place.rename(final)
            disk.sync(self._folder)
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
        size = sum(part.size for part in manifest.parts.values())
        return Made(final, found.complaints, len(manifest.parts) - 1, size, tuple(found.faults))

    def _completed_orders(self) -> tuple[int, list[str]]:
        """How many erasure orders there are, and what is wrong with their table, which prevents no backup."""
        paths = in_state_folder(self._store.watermark_path), self._folder / NEXT_TO_BACKUPS
        try:
            return len(OrderLog(self._codec, *paths, store=self._rows).complete()), []
        except OrdersDamagedError as error:
            return len(OrderLog(self._codec, *paths).complete()), [str(error)]

    def _required(self) -> Manifest | None:
        """The manifest of the backup before; refuses a folder of another installation, and newer tables."""
        schema.require_known(revision_of(self._rows))
        try:
            return read_manifest(self._earlier.path, self._codec) if self._earlier else None
        except ForeignBackupError:
            raise BackupError(
                f"{self._folder} has backups of another installation: name another folder"
            ) from None

    def _copy_database(self, place: Path) -> Copied:
        size = self._rows.size_of_rows()
        self._require_space(size)
        self._total = 2 * size
        copied = copies.copy_database(self._rows, place, self._advance)
        self._parts[DATABASE] = copied.part
        return copied

    def _copy_files(self, place: Path, before: Manifest | None) -> tuple[list[str], list[str]]:
        """The contents that the store deleted in the meantime, and faults about those it has lost."""
        needed, missing = needed_files(SqliteStore(place / DATABASE)), []
        self._require_space(self._bytes_of([path for path in needed if not self._is_known(path, before)]))
        self._total += 2 * self._bytes_of(needed)
        for path in needed:
            try:
                self._parts[f"{FILES}/{path}"] = part = self._copy_file(
                    FolderContents(place / FILES), path, before
                )
                self._advance(part.size)
            except FileNotFoundError:
                missing.append(path)
        still = set(needed_files(self._rows)) if missing else set()
        lost = [f"files: the content {path} is missing in the store" for path in missing if path in still]
        return missing, lost

    def _copy_file(self, files: FolderContents, path: str, before: Manifest | None) -> Part:
        known = before.parts.get(f"{FILES}/{path}") if before else None
        if known and self._earlier:
            earlier = FolderContents(self._earlier.path / FILES)
            if copies.link_file(earlier, self._contents, files, path):
                self._linked.add(path)
                return known
        return copies.copy_file(self._contents, files, path)

    def _examined(self, place: Path, copied: Copied, erased: Sequence[str]) -> Examination:
        """Read the copy back. Raises BackupError for one that is none."""
        found = examine(place / DATABASE, self._codec, copied.tables)
        if found.broken:
            raise BackupError(self._broken(found.broken))
        damaged = self._damaged(place)
        if again := sorted({path for path, _ in damaged} & self._linked):
            # The earlier backup's file is damaged, perhaps the store's is not.
            self._copy_again(place, again)
            damaged = self._damaged(place)
        found.faults += [
            f"files {key}: its content is damaged in the store" for path, key in damaged if path not in erased
        ]
        return found

    def _damaged(self, place: Path) -> list[tuple[str, str]]:
        share, files = self._bytes_of([]), FolderContents(place / FILES)
        return list(
            damaged_files(SqliteStore(place / DATABASE), files, self._codec, lambda _: self._advance(share))
        )

    def _copy_again(self, place: Path, paths: Sequence[str]) -> None:
        files = FolderContents(place / FILES)
        for path in paths:
            files.erase(path)
            self._parts[f"{FILES}/{path}"] = copies.copy_file(self._contents, files, path)

    def _manifest(
        self, place: Path, copied: Copied, orders: int, erased: Sequence[str], found: Examination
    ) -> Manifest:
        return Manifest(
            number=self._number,
            created=self._now,
            version=version("aduan"),
            revision=copied.revision,
            key=self._codec.proof(KEY),
            tables=dict(copied.tables),
            numbers=_highest_numbers(place / DATABASE),
            parts=dict(sorted(self._parts.items())),
            erased=tuple(erased),
            orders=orders,
            faults=tuple(found.faults),
        )

    def _broken(self, lines: Sequence[str]) -> str:
        good = good_ones(self._folder)
        newest = f"the newest good one is {good[-1].path}" if good else "there is no good one in this folder"
        said = "; ".join(lines)
        return f"the database is damaged ({said}), so no backup was kept; {newest}. {RESTORE}"

    def _bytes_of(self, paths: Sequence[str]) -> int:
        sizes = 0
        for path in paths:
            try:
                sizes += self._contents.head(path, 0)[0]
            except OSError:
                continue
        return sizes

    def _is_known(self, path: str, before: Manifest | None) -> bool:
        return bool(before and f"{FILES}/{path}" in before.parts)

    def _require_space(self, wanted: int) -> None:
        """Raise BackupError before a disk is full that the store may be on as well."""
        path = self._store.path
        same = path.exists() and self._folder.stat().st_dev == path.stat().st_dev
        free = copies.free(self._folder)
        if free < wanted + (RESERVE if same else 0):
            raise BackupError(
                f"{self._folder}: {free / MEGABYTE:.0f} MB are free, and the backup needs "
                f"{wanted / MEGABYTE:.0f} MB"
                + (f" and leaves {RESERVE / MEGABYTE:.0f} MB to the bot" if same else "")
                + "; free some space, or name a folder on another disk"
            )

    def _advance(self, done: int) -> None:
        self._done += done
        self._progress(min(self._done, self._total), self._total)


def _highest_numbers(database: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    with closing(read_only(database)) as connection:
        for agency, year, serial in connection.execute(_HIGHEST):
            if isinstance(serial, int):
                found.setdefault(str(agency), {})[str(year)] = serial
    return found


def _sentence(error: OSError | sqlite3.Error | DBAPIError, rows: Store, folder: Path) -> str:
    said = (error.orig or error) if isinstance(error, DBAPIError) else error
    code = getattr(said, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_FULL or getattr(said, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"{folder}: no space is left on this disk, nothing of this backup was kept; free some space, or "
            "name a folder on another disk"
        )
    if isinstance(said, OSError):
        return f"{said.filename or folder}: {said.strerror}; nothing of this backup was kept"
    what = meaning(said) or server_meaning(said) or (str(said).splitlines() or [type(said).__name__])[0]
    return f"{rows}: {what}; nothing of this backup was kept"
