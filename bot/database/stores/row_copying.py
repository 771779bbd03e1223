"""Copies the rows of a store to another one: table by table, in the order of the primary keys, in portions.

1. Values are copied as they are stored, sealed ones too: no key is needed, and none of them is opened.
2. SQLite keeps any value in any column, a damaged file also a text that is no UTF-8. PostgreSQL keeps
   neither, and no text with U+0000. `faults()` names the rows that have such values, before anything is
   written.
3. A digest over all values of a table, in the same order in both stores, shows whether the copy is equal. The
   order is the same because texts are compared byte by byte in both (bot/database/tables.py).
4. Contents of files are not rows here: `Contents` copies them, as one of the stores may have a folder.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnClause,
    Connection,
    Float,
    Integer,
    LargeBinary,
    Select,
    Table,
    column,
    func,
    select,
    table,
)
from sqlalchemy.sql.sqltypes import BigInteger

from bot.database.stores.store import Undecoded, insert_rows
from bot.database.tables import file_contents, metadata

# The rows of a portion, which are in memory at once.
PORTION = 500
SMALL, LARGE = 2**31, 2**63
Values = tuple[Any, ...]
Advance = Callable[[int], None]
Write = Callable[[Sequence[Values]], None]
Insert = Callable[[Connection, Table, Sequence[Values]], None]


class Copied(NamedTuple):
    """How many rows of a table there are, and a digest over their values."""

    rows: int
    digest: str


def tables_of_rows() -> list[Table]:
    """Every table of this version except the contents of files."""
    return [each for each in metadata.sorted_tables if each is not file_contents]


def count(connection: Connection, of: Iterable[Table]) -> int:
    """How many rows these tables have."""
    return sum(connection.scalar(select(func.count()).select_from(each)) or 0 for each in of)


def faults(connection: Connection, of: Table, advance: Advance = lambda _: None) -> Iterator[str]:
    """A sentence for each row with a value that not every store can hold; no value is quoted."""
    for portion in _portions(connection, of):
        for values in portion:
            if fault := _fault(of, values):
                yield f"{of.name} {_name(of, values)}: {fault}"
        advance(len(portion))


def copy(source: Connection, of: Table, write: Write, advance: Advance) -> Copied:
    """Give the rows of a table to `write` in portions, without those that have a fault."""
    seen = _Digest()
    for portion in _portions(source, of):
        sound = [values for values in portion if not _fault(of, values)]
        if sound:
            write(sound)
        seen.add(of, sound)
        advance(len(portion))
    return seen.result


def measured(connection: Connection, of: Table, advance: Advance, without: Iterable[Values] = ()) -> Copied:
    """What a table has; `without` are the primary keys of rows that do not count."""
    seen, left_out = _Digest(), set(without)
    for portion in _portions(connection, of):
        seen.add(of, [values for values in portion if _key(of, values) not in left_out])
        advance(len(portion))
    return seen.result


def inserting(connection: Connection, into: Table, insert: Insert = insert_rows) -> Write:
    """What writes portions, each in a transaction of its own; `insert` is the store's way to do so."""

    def write(rows: Sequence[Values]) -> None:
        with connection.begin():
            insert(connection, into, rows)

    return write


class _Digest:
    """Counts rows and adds up their values."""

    def __init__(self) -> None:
        self._rows, self._sha256 = 0, hashlib.sha256()

    def add(self, of: Table, rows: Sequence[Values]) -> None:
        for values in rows:
            self._sha256.update(repr(_comparable(of, values)).encode("ascii", "backslashreplace"))
        self._rows += len(rows)

    @property
    def result(self) -> Copied:
        return Copied(self._rows, self._sha256.hexdigest())


def _portions(connection: Connection, of: Table) -> Iterator[Sequence[Values]]:
    """The rows with their values as the driver gives them: types would convert damaged ones."""
    with connection.execute(_untyped(of), execution_options={"yield_per": PORTION}) as rows:
        for portion in rows.partitions():
            yield [tuple(row) for row in portion]


def _untyped(of: Table) -> Select[Any]:
    names: list[ColumnClause[Any]] = [column(each.name) for each in of.columns]
    keys: list[ColumnClause[Any]] = [column(each.name) for each in of.primary_key]
    return select(*names).select_from(table(of.name)).order_by(*keys)


def _comparable(of: Table, values: Values) -> Values:
    """The values in a form that is equal for equal ones: a store may give a whole number for 2.0."""
    return tuple(
        float(value) if isinstance(each.type, Float) and value is not None else value
        for each, value in zip(of.columns, values, strict=True)
    )


def _key(of: Table, values: Values) -> Values:
    named = dict(zip((each.name for each in of.columns), values, strict=True))
    return tuple(named[each.name] for each in of.primary_key)


def _name(of: Table, values: Values) -> str:
    """The primary key, in letters that cannot control a terminal."""
    shown = ":".join(_shown(value) for value in _key(of, values))
    return "".join(letter if letter.isprintable() else "?" for letter in shown)


def _shown(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _fault(of: Table, values: Values) -> str:
    """What is wrong with the first value that not every store can hold; empty for a sound row."""
    for each, value in zip(of.columns, values, strict=True):
        if said := _wrong(each, value):
            return f"{each.name} {said}"
    return ""


def _wrong(of: Any, value: object) -> str:
    if value is None:
        return "" if of.nullable else "has no value"
    kind = of.type
    if isinstance(kind, LargeBinary):
        return "" if type(value) is bytes else "holds no bytes"
    if isinstance(kind, Float):
        return "" if type(value) in (int, float) and not _is_nan(value) else "holds no number"
    if isinstance(kind, Integer):
        return _wrong_number(value, LARGE if isinstance(kind, BigInteger) else SMALL)
    return _wrong_text(value)


def _wrong_number(value: object, limit: int) -> str:
    if type(value) is not int:
        return "holds no whole number"
    return "" if -limit <= value < limit else "holds a number that is too large"


def _wrong_text(value: object) -> str:
    if isinstance(value, Undecoded):
        return "holds a text that is not UTF-8"
    if not isinstance(value, str):
        return "holds no text"
    return "holds a text with the character U+0000" if "\x00" in value else ""


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)
