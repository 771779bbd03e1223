"""The copy of the log of erasure orders in the database, which all machines of a bot read and add to.

A row holds a line as the files have it. A database writer without the key file can delete rows, which the
files have, and can change no row unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, inspect, select

from bot.database.order_lines import Line, OrdersDamagedError, checked, encoded
from bot.database.sealing import Codec
from bot.database.tables import erasure_orders as table

PLACE = f"the table {table.name}"
ADVICE = "`aduan orders --join` writes the table again from the files"

_FROM = select(table).where(table.c.seq >= bindparam("first")).order_by(table.c.seq)
_LAST = select(func.max(table.c.seq))
_NEWEST = select(table).order_by(table.c.seq.desc()).limit(1)


def is_there(connection: Connection) -> bool:
    """Whether the database has the table, which one of an earlier version lacks."""
    return inspect(connection).has_table(table.name)


def newest(connection: Connection) -> tuple[int, str] | None:
    """Number and text of the last row."""
    found = connection.execute(_NEWEST).first()
    return (found.seq, found.line) if found else None


def count(connection: Connection) -> int:
    """How many rows there are, whole or not."""
    return connection.scalar(select(func.count()).select_from(table)) or 0


def read(connection: Connection, codec: Codec) -> list[Line]:
    """All lines. Raises OrdersDamagedError."""
    return checked(codec, _texts(connection.execute(_FROM, {"first": 1}).all(), 1), PLACE, ADVICE)


def extended(connection: Connection, codec: Codec, known: Sequence[Line]) -> list[Line]:
    """The lines `known`, and those that the table has after them.

    Reads only what was added since, as a writer calls it. Raises OrdersDamagedError when the last line that
    both have differs.
    """
    both = min(connection.scalar(_LAST) or 0, len(known))
    rows = connection.execute(_FROM, {"first": max(both, 1)}).all()
    before = known[: both - 1] if both else []
    found = checked(codec, _texts(rows, both or 1), PLACE, ADVICE, before)
    if both and found[both - 1] != known[both - 1]:
        raise OrdersDamagedError(f"{PLACE}: line {both} was changed while this process worked; {ADVICE}")
    return [*known, *found[len(known) :]]


def add(connection: Connection, lines: Sequence[Line]) -> None:
    """Add the lines that the table lacks."""
    last = connection.scalar(_LAST) or 0
    if new := [{"seq": line.seq, "line": encoded(line)} for line in lines[last:]]:
        connection.execute(insert(table), new)


def replace(connection: Connection, lines: Sequence[Line]) -> None:
    """Put these lines in the place of all rows."""
    connection.execute(delete(table))
    add(connection, lines)


def _texts(rows: Sequence[Row[tuple[int, str]]], first: int) -> Iterator[str]:
    """The texts of rows whose numbers are counted from `first`; a row with another number is no line."""
    for number, row in enumerate(rows, start=first):
        yield row.line if row.seq == number else ""
