"""`aduan restore BACKUP`: puts a backup in the place of a store that is lost, and nowhere else.

1. Everything is checked before anything is written: the place is empty, the key file is that of the backup,
   the backup is complete and opens, its tables are not newer than this program.
2. The database is written as `<database>.restoring`, before it the files. That name is also the mark that a
   restore has begun: one that was interrupted is started over, and a bot does not start on it.
3. Erasure orders that came after the backup are applied to the copy.
4. The registration numbers of the backup are added to the file of the highest numbers, so that numbers
   continue above both (bot/turns/numbering.py).
5. The last act is the rename to the database's own name.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from bot.config.sections import Database as Settings
from bot.database import schema
from bot.database.contents import Contents, FolderContents
from bot.database.gaps import Gap
from bot.database.key_guard import require_fit
from bot.database.order_lines import Line
from bot.database.order_log import NEXT_TO_BACKUPS, OrderLog, in_state_folder
from bot.database.own_contents import contents_of
from bot.database.pages import damaged_pages
from bot.database.sealing import Codec
from bot.database.serials import Number
from bot.database.stores.file_lock import Lock
from bot.database.stores.sqlite import SqliteStore
from bot.database.watermark import Watermark
from bot.foundation import disk
from bot.foundation.modes import make_folder
from bot.operations.backup_copies import digest_of, free, part_of, sync_all
from bot.operations.backup_examination import damaged_files, require_complete
from bot.operations.backup_folder import DATABASE, FILES, Manifest, Part
from bot.operations.erasure_orders import Erase, apply
from bot.operations.restored import Restored, RestoreError
from bot.operations.verify import verify

RESTORING = ".restoring"
PIECE = 1 << 20
LISTED = 5
# Files that SQLite keeps next to a database.
SUFFIXES = ("", "-wal", "-journal")
Progress = Callable[[int, int], None]


class Restore:
    """One restore of a backup to the place of the settings.

    `issued` are registration numbers that the backup does not have. `accept_faults`: also of a store that had
    faults when the backup was made.
    """

    def __init__(
        self,
        backup: Path,
        store: Settings,
        erase: Erase,
        *,
        issued: Sequence[Number] = (),
        accept_faults: bool = False,
        progress: Progress = lambda _done, _all: None,
    ) -> None:
        self._backup, self._store, self._erase = backup, store, erase
        self._contents = contents_of(store)
        self._issued, self._accept_faults = issued, accept_faults
        self._unfinished = store.path.with_name(f"{store.path.name}{RESTORING}")
        self._progress, self._done, self._total = progress, 0, 1

    def run(self) -> Restored:
        """Check, restore, and return what was done.

        Raises RestoreError, BackupError, KeysMissingError, KeysDamagedError, KeysIncompleteError,
        SchemaNewerError, OrdersDamagedError, AlreadyRunningError and OSError.
        """
        _require_empty(self._store, self._unfinished)
        codec = Codec.load(self._store.keys_path, create=False)
        manifest = self._checked(codec)
        lock = Lock(self._store.path)
        try:
            _require_empty(self._store, self._unfinished)
            orders = self._orders(codec, manifest)
            with self._writing():
                return self._written(codec, manifest, orders)
        finally:
            lock.release()

    def _checked(self, codec: Codec) -> Manifest:
        """The manifest of a backup that can be restored with these keys."""
        manifest = self._measured(codec)
        schema.require_known(manifest.revision)
        require_fit(SqliteStore(self._backup / DATABASE), codec, self._store.keys_path)
        if manifest.faults and not self._accept_faults:
            raise RestoreError(
                f"the store had faults when {self._backup} was made: {_listed(manifest.faults)}. Use another "
                "backup, or this one with --accept-faults"
            )
        files = FolderContents(self._backup / FILES)
        if found := self._new_faults(self._backup / DATABASE, files, codec, manifest):
            raise RestoreError(
                f"{self._backup} does not open completely with {self._store.keys_path}: {_listed(found)}. "
                "Use the copy of the key file from the time of the backup, or another backup; nothing was "
                "changed"
            )
        self._require_space(manifest)
        return manifest

    def _measured(self, codec: Codec) -> Manifest:
        manifest = require_complete(self._backup, codec, self._advance)
        self._done, self._total = 0, 2 * sum(part.size for part in manifest.parts.values())
        return manifest

    def _new_faults(self, database: Path, files: Contents, codec: Codec, manifest: Manifest) -> list[str]:
        """What does not open, beyond what the store had; of an older version's tables only damaged pages."""
        if found := damaged_pages(database):
            return found
        if manifest.revision != schema.HEAD:
            return []
        found = [
            fault for fault in verify(SqliteStore(database), codec).faults if fault not in manifest.faults
        ]
        return found + [
            f"files {key}: its content does not open"
            for path, key in damaged_files(SqliteStore(database), files, codec)
            if path not in manifest.erased and not manifest.faults
        ]

    def _require_space(self, manifest: Manifest) -> None:
        wanted = sum(part.size for part in manifest.parts.values())
        if (left := free(self._store.path)) < wanted:
            raise RestoreError(
                f"{self._store.path.parent}: {left / PIECE:.0f} MB are free, and the backup needs "
                f"{wanted / PIECE:.0f} MB; nothing was changed"
            )

    def _orders(self, codec: Codec, manifest: Manifest) -> list[Line]:
        """All erasure orders; from now on the state folder has them, too."""
        log = OrderLog(
            codec, in_state_folder(self._store.watermark_path), self._backup.parent / NEXT_TO_BACKUPS
        )
        if len(log.lines()) < manifest.orders:
            raise RestoreError(
                f"there were {manifest.orders} erasure orders when the backup was made, and "
                f"{len(log.lines())} are known here: put {NEXT_TO_BACKUPS} next to {self._backup}, as it "
                "was; nothing was changed"
            )
        return log.complete()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Set the mark, delete what an interrupted restore left, and leave an empty place after a failure."""
        disk.write(self._unfinished.parent, self._unfinished.name, [b""])
        try:
            self._clear()
            yield
        except BaseException:
            self._clear()
            self._unfinished.unlink(missing_ok=True)
            raise

    def _clear(self) -> None:
        # The folder itself stays: it may be the place of another disk.
        for path in self._store.files_path.iterdir() if self._store.files_path.is_dir() else ():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        for suffix in SUFFIXES[1:]:
            self._unfinished.with_name(f"{self._unfinished.name}{suffix}").unlink(missing_ok=True)

    def _written(self, codec: Codec, manifest: Manifest, orders: Sequence[Line]) -> Restored:
        self._copy(manifest)
        older, erased = manifest.revision != schema.HEAD, 0
        if not older:
            copy = SqliteStore(self._unfinished)
            applied = apply(copy, codec, self._contents, orders, self._erase)
            erased = len(applied.erased)
            _into_one_file(self._unfinished)
        complaints = self._verified(codec, manifest)
        numbers = self._raised(manifest)
        _sync(self._unfinished)
        self._unfinished.rename(self._store.path)
        disk.sync(self._store.path.parent)
        return Restored(manifest, self._backup, complaints, numbers, erased, older)

    def _copy(self, manifest: Manifest) -> None:
        """Files first. Raises RestoreError for one that is not what the manifest says."""
        make_folder(self._store.files_path)
        for name, part in sorted(manifest.parts.items(), key=lambda each: each[0] == DATABASE):
            source = self._backup / name
            if (self._database_of if name == DATABASE else self._content_of)(source, name) != part:
                raise RestoreError(f"{source} could not be copied as it is: use another disk or backup")
            self._advance(part.size)
        sync_all(self._store.files_path)

    def _database_of(self, source: Path, _name: str) -> Part:
        """Copy the database; what is there now."""
        _copy_over(source, self._unfinished)
        return digest_of(self._unfinished)

    def _content_of(self, source: Path, name: str) -> Part:
        """Copy a stored file; what is there now."""
        path = name.removeprefix(f"{FILES}/")
        self._contents.write(path, _pieces(source))
        return part_of(self._contents.read(path))

    def _verified(self, codec: Codec, manifest: Manifest) -> int:
        """The number of complaints, once the copy is verified."""
        found = self._new_faults(self._unfinished, self._contents, codec, manifest)
        if found:
            raise RestoreError(f"the restored copy has faults that the backup has not: {_listed(found)}")
        return manifest.tables.get("cases", 0)

    def _raised(self, manifest: Manifest) -> list[str]:
        """Add the backup's numbers to the file of the highest ones; return these as they are printed."""
        watermark = Watermark(self._store.watermark_path)
        watermark.load()
        known = [
            Number(agency, int(year), serial)
            for agency, years in manifest.numbers.items()
            for year, serial in years.items()
        ]
        watermark.raise_to([*known, *self._issued])
        return [
            Gap(agency, year, serial, serial).printed[1]
            for (agency, year), serial in sorted(watermark.highest.items())
        ]

    def _advance(self, done: int) -> None:
        self._done += done
        self._progress(min(self._done, self._total), self._total)


def _require_empty(store: Settings, unfinished: Path) -> None:
    """Raise RestoreError for a place that has a database, or files that no interrupted restore wrote."""
    there = [
        path
        for path in (store.path.with_name(f"{store.path.name}{end}") for end in SUFFIXES)
        if path.exists()
    ]
    files = store.files_path
    if files.is_dir() and any(files.iterdir()) and not unfinished.exists():
        there.append(files)
    if there:
        raise RestoreError(
            f"{there[0]} exists: a backup is restored to an empty place only. Stop the bot, move the whole "
            "data folder to another name, put the key file back, and restore again; nothing was changed"
        )


def _listed(faults: Sequence[str]) -> str:
    more = f" and {len(faults) - LISTED} more" if len(faults) > LISTED else ""
    return "; ".join(faults[:LISTED]) + more


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _copy_over(source: Path, target: Path) -> None:
    """Write the content of a file into one that exists."""
    with target.open("wb") as file:
        file.writelines(_pieces(source))
    _sync(target)


def _into_one_file(path: Path) -> None:
    """Move the write-ahead log into the database, which alone gets the final name. Raises RestoreError."""
    with closing(sqlite3.connect(path)) as connection:
        (mode,) = connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    if mode != "delete":
        raise RestoreError(f"{path} is in use by another program: end it, and restore again")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
