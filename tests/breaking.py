"""Breaks one stored row with plain SQL: a bit of it, its shape, the type of one of its values.

`Sealed` is the one place that seals: it learns each value's context by letting the store's own loaders open
it, so that this module does not know what a seal is bound to.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, Connection, Integer, LargeBinary, String, text

from bot.database.cases import load_cases
from bot.database.conversations import load_conversations
from bot.database.files_table import files_by_key
from bot.database.outbox_table import load_rows
from bot.database.sealing import Codec
from bot.database.stores.store import Store
from bot.database.tables import metadata
from conversations.conversation import ConversationKey

Row = Mapping[str, Any]
# A row of the store -> the columns that are to change.
Change = Callable[[Row, "Sealed"], Mapping[str, Any]]


class Sealed:
    """Opens and seals the values of a stopped bot's store."""

    def __init__(self, store: Store, keys: Path) -> None:
        self._codec = Codec.load(keys, create=False)
        self._contexts: dict[bytes, bytes] = {}
        opened = self._codec.open

        def noted(sealed: object, context: bytes) -> bytes:
            if isinstance(sealed, bytes):
                self._contexts[sealed] = context
            return opened(sealed, context)

        self._codec.open = noted  # type: ignore[method-assign]
        with changing(store) as connection:
            self._load(connection)
            connection.rollback()

    def _load(self, connection: Connection) -> None:
        def all_of(columns: str) -> list[Any]:
            return list(connection.exec_driver_sql(f"SELECT {columns}").all())

        keys = {ConversationKey(*row) for row in all_of("chat, person FROM conversations")}
        load_conversations(connection, self._codec, keys)
        load_cases(connection, self._codec, [row[0] for row in all_of("id FROM cases")])
        files_by_key(connection, self._codec, [row[0] for row in all_of("key FROM files")])
        load_rows(connection, self._codec)

    def reshaped(self, sealed: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
        """The value with its JSON changed, under a valid seal."""
        context = self._contexts[sealed]
        values = json.loads(self._codec.open(sealed, context))
        change(values)
        return self._codec.seal(json.dumps(values).encode(), context)


@contextmanager
def changing(store: Store) -> Iterator[Connection]:
    """A connection to the store of a stopped bot; the block commits what it writes."""
    engine = store.writing_engine()
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def break_row(store: Store, keys: Path, table: str, where: str, change: Change) -> None:
    """Change one row, which the condition must find, in the store of a stopped bot."""
    sealed = Sealed(store, keys)
    # Without the types of the columns: a value may be of another one.
    with changing(store) as connection:
        row = dict(connection.execute(text(f"SELECT * FROM {table} WHERE {where}")).mappings().one())  # noqa: S608
        changes = change(row, sealed)
        columns = ", ".join(f'"{name}" = :new_{name}' for name in changes)
        key = [column.name for column in metadata.tables[table].primary_key]
        found = " AND ".join(f"{name} = :old_{name}" for name in key)
        values = {f"new_{name}": value for name, value in changes.items()}
        values |= {f"old_{name}": row[name] for name in key}
        assert connection.execute(text(f"UPDATE {table} SET {columns} WHERE {found}"), values).rowcount == 1  # noqa: S608
        connection.commit()


def bit(column: str) -> Change:
    """One bit of the value flipped, in the middle of it."""
    return lambda row, _sealed: {column: flipped(row[column])}


def flipped(value: Any) -> Any:
    """The value with one bit in its middle changed."""
    if isinstance(value, int):
        return value ^ (1 << 20)
    raw = bytearray(value.encode() if isinstance(value, str) else value)
    raw[len(raw) // 2] ^= 4
    return raw.decode() if isinstance(value, str) else bytes(raw)


def without(column: str, field: str) -> Change:
    """Another version's JSON: it names the field in another way."""

    def rename(values: dict[str, Any]) -> None:
        values[f"{field}_of_another_version"] = values.pop(field)

    return lambda row, sealed: {column: sealed.reshaped(row[column], rename)}


def other(column: str, **fields: Any) -> Change:
    """The same JSON with other values, under a valid seal."""
    return lambda row, sealed: {column: sealed.reshaped(row[column], lambda values: values.update(fields))}


@dataclass(frozen=True)
class Value:
    """Another value in a column's place."""

    column: str
    value: Any

    def __call__(self, _row: Row, _sealed: Sealed) -> Mapping[str, Any]:
        return {self.column: self.value}

    def fits(self, table: str) -> bool:
        """Whether it is of the column's type, which SQLite does not require."""
        kind = metadata.tables[table].c[self.column].type
        if isinstance(kind, LargeBinary | String):
            return isinstance(self.value, bytes if isinstance(kind, LargeBinary) else str)
        if isinstance(kind, BigInteger):
            return isinstance(self.value, int)
        return isinstance(self.value, int) and (not isinstance(kind, Integer) or abs(self.value) < 1 << 31)
