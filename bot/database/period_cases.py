"""The cases that were received in a period, in portions, while the bot keeps working.

1. Days are those of the agencies' zone. The order is that of receipt, over all agencies that are asked for.
2. Each agency and each of its two groups is a range of the index `ix_cases_received`; the store sorts and
   merges the ranges, of each a portion at most: PostgreSQL would read and sort the whole rest of the period.
   A portion begins after the last row of the one before, so that each costs the same.
3. A portion is one short transaction: a long one would keep the write-ahead log from being emptied. A case
   that changes in between is read once, in its new or its old state; its time of receipt never changes.
4. A row that does not open is counted in `Skipped`, and the rows after it follow. The place in the order is
   kept as it is stored: a damaged text would not compare with itself after it was decoded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CompoundSelect,
    Connection,
    Engine,
    Row,
    Select,
    bindparam,
    func,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.types import NullType

from bot.clock.zone import ZONE
from bot.database.cases import load_cases
from bot.database.conversations import moment
from bot.database.quarantine import Damage
from bot.database.sealing import Codec
from bot.database.stores.expressions import as_stored, from_stored, row_order
from bot.database.stores.store import Store
from bot.database.tables import cases
from conversations.complaints.case import Case

PORTION = 200
# The most damaged rows that are named; the others are only counted.
MOST_NAMED = 100

_ROW = row_order(cases.c.id, cases.c.serial)


class PeriodQuery(NamedTuple):
    """The cases of these agencies received from the first to the last day, of one or both of their groups."""

    agencies: tuple[str, ...]
    first: date
    last: date
    restricted: tuple[bool, ...] = (False, True)


@dataclass(slots=True)
class Skipped:
    """The damaged rows of a reading: how many, and the registration numbers of the first ones."""

    count: int = 0
    references: list[str] = field(default_factory=list)

    def add(self, references: Sequence[object]) -> None:
        """Count these; a number is a plain column that may have been tampered with, and is made printable."""
        self.count += len(references)
        for reference in references[: MOST_NAMED - len(self.references)]:
            printable = (letter if letter.isprintable() else "?" for letter in str(reference)[:MOST_NAMED])
            self.references.append("".join(printable))


class _Place(NamedTuple):
    """Where a portion ends: the time of receipt as stored, and the row among those of this time.

    Without a row it is where the first portion begins.
    """

    at: Any
    row: Any


def cases_of_period(
    store: Store, codec: Codec, query: PeriodQuery, skipped: Skipped | None = None
) -> Iterator[Case]:
    """The cases in the order of receipt, read from the store of a bot that may be running.

    It blocks while it reads: call it in a thread of its own. Raises OperationalError without a store.
    """
    engine = store.reading_engine()
    try:
        yield from read_cases(engine, codec, query, skipped)
    finally:
        engine.dispose()


def read_cases(
    engine: Engine, codec: Codec, query: PeriodQuery, skipped: Skipped | None = None
) -> Iterator[Case]:
    """The cases in the order of receipt; no transaction is open while the caller works on them."""
    skipped = skipped if skipped is not None else Skipped()
    start, end = _bounds(query.first, query.last)
    after: _Place | None = _Place(start, None) if query.agencies else None
    while after is not None:
        page = _page(len(_ranges(query)), first=after.row is None)
        with engine.connect() as connection, connection.begin():
            rows = connection.execute(page, _given(query, after, end)).all()
            found = _opened(connection, codec, rows, skipped)
        after = _Place(rows[-1].place, rows[-1].row) if len(rows) == PORTION else None
        yield from found


def count_cases(connection: Connection, query: PeriodQuery) -> int:
    """The number of rows of the period, damaged ones among them."""
    start, end = _bounds(query.first, query.last)
    days = {"start": start, "end": end}
    return sum(connection.scalar(_COUNT, {**params, **days}) or 0 for params in _ranges(query))


def _opened(connection: Connection, codec: Codec, rows: Sequence[Row[Any]], skipped: Skipped) -> list[Case]:
    """The cases of these rows, in their order; those that do not open are counted."""
    names = [row.id for row in rows if isinstance(row.id, str)]
    opened = load_cases(connection, codec, names, damage=Damage())
    skipped.add([row.reference for row in rows if row.id not in opened])
    return [opened[row.id] for row in rows if row.id in opened]


def _ranges(query: PeriodQuery) -> list[dict[str, object]]:
    return [
        {"agency": agency, "restricted": int(restricted)}
        for agency in query.agencies
        for restricted in query.restricted
    ]


def _given(query: PeriodQuery, after: _Place, end: str) -> dict[str, object]:
    given: dict[str, object] = {"after_at": after.at, "end": end, "most": PORTION}
    if after.row is not None:
        given["after_row"] = after.row
    for number, params in enumerate(_ranges(query)):
        given |= {f"{name}_{number}": value for name, value in params.items()}
    return given


def _bounds(first: date, last: date) -> tuple[str, str]:
    """The first moment of the first day and the first one after the last day, as the store compares them."""
    days = first, last + timedelta(days=1)
    start, end = (moment(datetime.combine(day, time.min, tzinfo=ZONE)) for day in days)
    return start, end


@cache
def _page(ranges: int, *, first: bool) -> CompoundSelect[Any]:
    parts = (_range(number, first=first) for number in range(ranges))
    found = union_all(*parts)
    columns = found.selected_columns
    return found.order_by(columns.received_at, columns.row).limit(bindparam("most"))


def _range(number: int, *, first: bool) -> Select[Any]:
    """The rows of one group of one agency: of the first portion from a time on, then behind a place."""
    at = bindparam("after_at", type_=NullType)
    place = tuple_(from_stored(at), bindparam("after_row", type_=NullType))
    begins = cases.c.received_at >= (at if first else from_stored(at))
    behind = () if first else (tuple_(cases.c.received_at, _ROW) > place,)
    rows = select(
        cases.c.id,
        cases.c.reference,
        cases.c.received_at,
        _ROW.label("row"),
        as_stored(cases.c.received_at).label("place"),
    ).where(
        cases.c.agency == bindparam(f"agency_{number}"),
        cases.c.restricted == bindparam(f"restricted_{number}"),
        cases.c.received_at < bindparam("end"),
        begins,
        *behind,
    )
    return select(rows.order_by(cases.c.received_at, _ROW).limit(bindparam("most")).subquery())


_COUNT = select(func.count()).where(
    cases.c.agency == bindparam("agency"),
    cases.c.restricted == bindparam("restricted"),
    cases.c.received_at >= bindparam("start"),
    cases.c.received_at < bindparam("end"),
)
