"""Compares the key file with the database before anything is written to the database.

A database that is opened with the keys of another installation is ruined: what is written then opens with
these keys only, what was there with its own only. Therefore the table `installation` keeps fingerprints, each
derived from a secret and revealing nothing of it:

- `keys` is that of the key file: of its pepper, which stays for ever.
- `key:N` is that of the key with the number N. A row exists before anything is sealed with its key, and until
  nothing needs it any more (bot/operations/rotate_keys.py).

The rules, in this order:

1. A number that the database uses and the file lacks: the file is an older copy, or was cut.
2. A fingerprint that differs: the file is another installation's, unless it opens a stored value and its
   pepper fits. Then the fingerprint itself is damaged, and is written again.
3. No fingerprints, in a database of an earlier version: the keys must open one of some rows, and the pepper
   must fit one of some histories, if there are any. A few damaged rows do not refuse the right keys.

The comparison reads through a connection of its own, which cannot write. The fingerprints are written later,
when the database is open for writing.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, inspect, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DatabaseError

from bot.database import moving, schema
from bot.database.sealing import Codec, SealBrokenError, context
from bot.database.stores.store import Store
from bot.database.tables import installation
from conversations.complaints.references import CHAIN_START, Entry, chain_link

FILE = "keys"
NUMBERED = re.compile(r"key:([0-9]{1,5})")
# Damaged rows are few: the right keys open at least one of N rows.
LOOKED_AT = 20
# `substr` counts from 1: the key's number follows the flags (bot/database/sealing.py).
_NUMBER = "substr({0}, 2, 2)"
_TALKS = "SELECT chat, person, state FROM conversations"
_TEXTS = "SELECT case_id, seq, text FROM history WHERE text IS NOT NULL"
_FIRST = "SELECT case_id, seq, who, at, what, digest, link FROM history WHERE seq = 1 LIMIT :most"

_KEEP = insert(installation)
_KEEP = _KEEP.on_conflict_do_update(index_elements=["name"], set_={"value": _KEEP.excluded.value})


class KeysForeignError(Exception):
    """The key file is that of another installation."""


class KeysIncompleteError(Exception):
    """The key file lacks a key that the database uses."""


def load_fitting(store: Store, keys: Path) -> Codec:
    """The codec of a key file that fits the database; the database is not changed.

    Raises KeysMissingError, KeysDamagedError, KeysForeignError and KeysIncompleteError.
    """
    codec = Codec.load(keys, create=False, comes_back=store.keys_come_back)
    require_fit(store, codec, keys)
    return codec


def require_fit(store: Store, codec: Codec, keys: Path) -> None:
    """Raise KeysForeignError or KeysIncompleteError unless the keys are the database's."""
    if store.is_blank():
        return
    with _examined(store) as database:
        _Comparison(database, codec, store, keys).run()


def revision_of(store: Store) -> str:
    """The revision of the tables, empty for a database without tables."""
    with _examined(store) as database:
        return schema.stored_revision(database) or ""


def note(connection: Connection, codec: Codec) -> None:
    """Store the fingerprints of keys that fit."""
    values = {FILE: codec.fingerprint}
    values |= {_name(number): fingerprint for number, fingerprint in codec.fingerprints.items()}
    known = {name: value for name, value in connection.execute(select(installation)).all() if name in values}
    rows = [{"name": name, "value": value} for name, value in values.items() if known.get(name) != value]
    if rows:
        connection.execute(_KEEP, rows)


def forget(connection: Connection, number: int) -> None:
    """Delete the fingerprint of a key that nothing needs any more."""
    connection.execute(delete(installation).where(installation.c.name == _name(number)))


def _name(number: int) -> str:
    return f"key:{number}"


@contextmanager
def _examined(store: Store) -> Iterator[Connection]:
    engine = store.examining_engine()
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    finally:
        engine.dispose()


class _Comparison:
    """One comparison of a key file with a database."""

    def __init__(self, database: Connection, codec: Codec, store: Store, keys: Path) -> None:
        self._database, self._codec = database, codec
        self._store, self._keys = store, keys
        self._tables = set(inspect(database).get_table_names())

    def run(self) -> None:
        found_rows = self._rows("installation", "SELECT name, value FROM installation")
        stored: dict[Any, Any] = {row.name: row.value for row in found_rows}
        if moving.MARK in stored:
            raise moving.MoveUnfinishedError(self._store)
        numbers = {int(found[1]): stored[name] for name in stored if (found := NUMBERED.fullmatch(str(name)))}
        if lacking := sorted(numbers.keys() - self._codec.fingerprints.keys()):
            raise KeysIncompleteError(
                f"{self._keys} lacks key {lacking[0]}, which {self._store} uses; put the copy of the key "
                "file from the same time in its place"
            )
        if FILE in stored:
            fits = stored[FILE] == self._codec.fingerprint or (self._opens() and self._pepper_fits())
            others = (n for n, value in numbers.items() if value != self._codec.fingerprints[n])
            fits = fits and all(self._opens(number) for number in others)
        else:
            fits = self._opens(or_empty=True) and self._pepper_fits()
        if not fits:
            raise KeysForeignError(
                f"{self._keys} does not fit {self._store}: it is the key file of another installation; put "
                "the right one in its place"
            )

    def _rows(self, table: str, query: str, **values: object) -> list[Any]:
        """The rows; none in a database without the table, or where a page is damaged."""
        if table not in self._tables:
            return []
        try:
            return list(self._database.execute(text(query), values).all())
        except DatabaseError as error:
            if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_CORRUPT:
                return []
            raise

    def _opens(self, number: int = 0, *, or_empty: bool = False) -> bool:
        """Whether the keys open one of some stored values, of this key number if one is given."""
        values = list(self._values(number))
        return (or_empty and not values) or any(map(self._is_open, values))

    def _values(self, number: int) -> Iterator[tuple[object, bytes]]:
        """Sealed values with their contexts, in the form that they have had since the first version."""
        for chat, person, state in self._some("conversations", _TALKS, "state", number):
            yield state, context("conversations", chat, person)
        for case, seq, sealed in self._some("history", _TEXTS, "text", number):
            yield sealed, context("history", case, seq, "text")

    def _some(self, table: str, query: str, column: str, number: int) -> Sequence[tuple[Any, ...]]:
        if not number:
            return self._rows(table, f"{query} LIMIT :most", most=LOOKED_AT)
        joined = "AND" if "WHERE" in query else "WHERE"
        wanted = f"{query} {joined} {_NUMBER.format(column)} = :number LIMIT :most"
        return self._rows(table, wanted, number=number.to_bytes(2), most=LOOKED_AT)

    def _is_open(self, value: tuple[object, bytes]) -> bool:
        try:
            self._codec.open(*value)
        except SealBrokenError:
            return False
        return True

    def _pepper_fits(self) -> bool:
        """Whether the first link of one of some histories is keyed with this pepper, if there are any."""
        # Before this table was added, the links had no key.
        keyed = "installation" in self._tables
        first = self._rows("history", _FIRST, most=LOOKED_AT) if keyed else []
        return not first or any(map(self._is_linked, first))

    def _is_linked(self, row: tuple[Any, ...]) -> bool:
        case, seq, who, at, what, digest, link = row
        try:
            entry = Entry(case, seq, who, datetime.fromisoformat(at), what, digest)
            return chain_link(self._codec.chain_key, CHAIN_START, entry) == str(link)
        except (TypeError, ValueError):
            return False
