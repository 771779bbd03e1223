"""`aduan rotate-key`: makes a new sealing key, seals everything with it, and removes the old one.

The steps, each of which may be interrupted (kill -9) and repeated; the bot may run between two calls:

1. A new key is added to the key file, the old ones stay. With two keys in the file, an earlier call did that.
2. Its fingerprint is stored, before anything is sealed with it (bot/database/key_guard.py).
3. Rows and stored files are sealed again, in portions. What has the new key already is skipped, so that a
   repeated call continues.
4. Everything is looked through once more. When nothing needs the old key, its fingerprint is deleted and it
   is removed from the key file, in this order: the file may hold more keys than the database uses, never
   fewer.

A page that cannot be read may hide values of the old key, so damaged pages prevent step 1.

A value that is damaged opens with no key. It may open again after a part of the database is restored, so the
old key stays until it is given up with `--forget-damaged`.

The pepper stays: access codes, histories, proofs, the index of words and the names of stored files depend on
it, and of the access codes only hashes are known. A copy of a key file that was read by others gives away the
pepper too; with it, access codes of 8 characters can be tried against their hashes in a copy of the database.

Not sealed again: contents that no row needs, and the copy of a damaged row in the quarantine, which is kept
inside of a seal of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    Row,
    Table,
    bindparam,
    func,
    literal,
    select,
    tuple_,
    type_coerce,
    update,
)

from bot.config.sections import Database as Settings
from bot.database import erasure_requests, key_file, key_guard, schema
from bot.database.contents import Contents
from bot.database.file_rows import FileState, content, read_job
from bot.database.key_guard import load_fitting
from bot.database.own_contents import contents_of
from bot.database.pages import RESTORE
from bot.database.quarantine import DamagedRowError
from bot.database.sealed_columns import SEALED, SealedColumn
from bot.database.sealing import HEADER_BYTES, Codec, SealBrokenError, context
from bot.database.stores.choice import store_of
from bot.database.stores.store import Store
from bot.database.tables import files
from bot.files.content_names import needed_contents, rename_contents
from bot.operations.progress import progress

PORTION = 500
# The damaged values that a message names.
NAMED = 5
# SQLite's substr counts from 1; the number follows the flags.
NUMBER_AT, NUMBER_BYTES = 2, 2


_IS_STORED = files.c.state == FileState.STORED.value


class NoRegisterError(Exception):
    """There is no database whose keys could be changed."""


class PagesDamagedError(Exception):
    """Pages of the database are damaged: which values they hold cannot be known."""


class RotationUnfinishedError(Exception):
    """Everything that opens has the new key; damaged values still name the old one."""


@dataclass(slots=True)
class Done:
    """What a call sealed again, and the values that do not open, by table and key."""

    rows: int = 0
    files: int = 0
    damaged: tuple[str, ...] = ()


def rotate(settings: Settings, *, forget_damaged: bool = False) -> str:
    """Change the key of a stopped bot's store; return a sentence that says what was done.

    Raises AlreadyRunningError when the bot runs, NoRegisterError, MigrationNeededError, what load_fitting()
    raises, PagesDamagedError and RotationUnfinishedError when damaged pages or values may need the old
    key and are not to be forgotten.
    """
    store, keys = store_of(settings), settings.keys_path
    if not store.exists():
        raise NoRegisterError(store.not_there)
    hold = store.hold()
    try:
        # Before the first connection: with other keys nothing is written.
        codec = load_fitting(store, keys)
        if not forget_damaged:
            _require_pages(store)
        with hold.engine.connect() as connection:
            with connection.begin():
                schema.require(connection)
            if len(codec.fingerprints) == 1:
                key_file.add_key(keys)
                codec = Codec.load(keys, create=False)
            with connection.begin():
                key_guard.note(connection, codec)
            with progress("Sealing again") as advance:
                done = Rotation(connection, codec, contents_of(settings), advance).run()
            if done.damaged and not forget_damaged:
                raise RotationUnfinishedError(_unfinished(done, keys, codec))
            _remove_old(connection, codec, keys)
    finally:
        hold.release()
    return (
        f"{keys}: key {codec.newest} is the only one now; {done.rows} values and {done.files} files have it. "
        "Keep a copy of this file in another place, and the old copy as long as you keep older backups"
    )


def _require_pages(store: Store) -> None:
    if faults := store.damage():
        raise PagesDamagedError(
            f"{store}: the database is damaged ({faults[0]}). {RESTORE}; the keys were not changed"
        )


def _remove_old(connection: Connection, codec: Codec, keys: Path) -> None:
    """Remove all keys but the newest: first from the database's list, then from the file."""
    old = codec.fingerprints.keys() - {codec.newest}
    with connection.begin():
        for number in old:
            key_guard.forget(connection, number)
    key_file.remove_keys(keys, old)


def _unfinished(done: Done, keys: Path, codec: Codec) -> str:
    old = ", ".join(map(str, sorted(codec.fingerprints.keys() - {codec.newest})))
    more = f" and {len(done.damaged) - NAMED} more" if len(done.damaged) > NAMED else ""
    named = f"{', '.join(done.damaged[:NAMED])}{more}"
    return (
        f"{named}: damaged, and sealed with key {old}, which stays in {keys}. All others have key "
        f"{codec.newest}. Restore what is damaged and repeat this, or give it up with --forget-damaged"
    )


class Rotation:
    """Seals a store again with the newest key of its codec; `advance` gets what is done and the total."""

    def __init__(
        self, connection: Connection, codec: Codec, contents: Contents, advance: Callable[[int, int], None]
    ) -> None:
        self._connection, self._codec, self._kept = connection, codec, contents
        self._old = codec.fingerprints.keys() - {codec.newest}
        self._advance, self._looked_at, self._total = advance, 0, 0

    def run(self) -> Done:
        """Seal all of it, then look for what still names an old key."""
        needed = self._name_contents()
        with self._connection.begin():
            counted = [(sealed.column.table, self._is_outdated(sealed)) for sealed in SEALED]
            self._total = sum(self._count(*each) for each in (*counted, (files, _IS_STORED)))
        rows = sum(self._rows(sealed) for sealed in SEALED) + self._erasures()
        return Done(rows, self._contents(), (*self._damaged_rows(), *self._damaged_contents(needed)))

    def _name_contents(self) -> list[str]:
        """Rename contents with a name of an earlier version: none may take a new one's place afterwards."""
        with self._connection.begin():
            needed = needed_contents(self._connection)
        rename_contents(self._kept, self._codec, self._kept.paths(), needed)
        return sorted(needed)

    def _count(self, table: Any, condition: ColumnElement[bool]) -> int:
        return self._connection.scalar(select(func.count()).select_from(table).where(condition)) or 0

    def _is_outdated(self, sealed: SealedColumn) -> ColumnElement[bool]:
        number = type_coerce(func.substr(sealed.column, NUMBER_AT, NUMBER_BYTES), LargeBinary)
        return number.in_([literal(old.to_bytes(NUMBER_BYTES), LargeBinary) for old in sorted(self._old)])

    def _portions(
        self, table: Table, condition: ColumnElement[bool], *, ended: bool = False
    ) -> Iterator[Sequence[Row[Any]]]:
        """In the order of the primary key, each portion in one transaction with what is done to it.

        `ended`: after its transaction, for what is written by another connection.
        """
        key = tuple_(*table.primary_key.columns)
        query = select(table).where(condition).order_by(*table.primary_key.columns).limit(PORTION)
        after = query
        while True:
            with self._connection.begin():
                rows = self._connection.execute(after).all()
                if not rows:
                    return
                if not ended:
                    yield rows
            if ended:
                yield rows
            self._looked_at += len(rows)
            self._advance(self._looked_at, self._total)
            after = query.where(key > tuple_(*(getattr(rows[-1], c.name) for c in table.primary_key.columns)))

    def _rows(self, sealed: SealedColumn) -> int:
        """Seal the outdated values of a column; their number."""
        table, done = sealed.column.table, 0
        save = update(table).values({sealed.column.name: bindparam("sealed")})
        for column in table.primary_key.columns:
            save = save.where(column == bindparam(f"in_{column.name}"))
        for rows in self._portions(table, self._is_outdated(sealed)):
            if changed := [each for row in rows if (each := self._sealed(sealed, row))]:
                self._connection.execute(save, changed)
            done += len(changed)
        return done

    def _sealed(self, sealed: SealedColumn, row: Row[Any]) -> dict[str, object] | None:
        """The row's key and its new value; None when it does not open."""
        try:
            bound = sealed.sealed_to(row)
            plain = self._codec.open(getattr(row, sealed.column.name), bound)
        except (SealBrokenError, TypeError, ValueError):
            return None
        named = {f"in_{c.name}": getattr(row, c.name) for c in sealed.column.table.primary_key.columns}
        return {**named, "sealed": self._codec.seal(plain, bound)}

    def _erasures(self) -> int:
        """Seal the erasures that are not finished; their number. Their values are texts of `installation`."""
        with self._connection.begin():
            waiting = erasure_requests.waiting(self._connection, self._codec)
            for one in waiting:
                erasure_requests.keep(self._connection, self._codec, one)
        return len(waiting)

    def _contents(self) -> int:
        """Seal the outdated contents of the stored files; their number."""
        stored = self._portions(files, _IS_STORED, ended=True)
        return sum(self._content(row) for rows in stored for row in rows)

    def _content(self, row: Row[Any]) -> bool:
        try:
            job = read_job(self._codec, row)
        except (SealBrokenError, DamagedRowError, ValidationError):
            return False
        if not self._names_old(job.path):
            return False
        data = content(self._kept, self._codec, job)
        if data is None:
            return False
        self._kept.write(job.path, self._codec.seal_in_pieces(data, context("file", job.sha256)))
        return True

    def _names_old(self, path: str) -> bool:
        """Whether a content is there and names an old key; several files may have one content."""
        try:
            return self._codec.key_of(self._kept.read(path, HEADER_BYTES)) in self._old
        except FileNotFoundError:
            return False

    def _damaged_rows(self) -> Iterator[str]:
        for sealed in SEALED:
            table = sealed.column.table
            for rows in self._portions(table, self._is_outdated(sealed)):
                for row in rows:
                    named = ":".join(str(getattr(row, c.name)) for c in table.primary_key.columns)
                    yield f"{table.name} {named}"

    def _damaged_contents(self, needed: Sequence[str]) -> Iterator[str]:
        yield from (self._kept.place(path) for path in needed if self._names_old(path))
