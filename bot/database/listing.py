"""One page of an agency's cases, at the same cost for fifty and for fifty thousand.

1. A listing has a set of statuses. Each status is a range of an index that is in the listing's order. From
   each range the store reads as many rows as come before the end of the page, and merges them.
2. Cases are counted up to MOST_LISTED; above it, the number is "more than". Pages end there as well, so that
   a page never skips more rows than that.
3. Only the cases of the page are opened.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnCollection,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    bindparam,
    func,
    literal,
    select,
    union_all,
)

from bot.database.cases import load_cases
from bot.database.quarantine import Damage
from bot.database.sealing import Codec
from bot.database.tables import cases
from conversations.complaints.life_cycle import OPEN, Status
from conversations.queries import (
    MOST_LISTED,
    Listed,
    Listing,
    ListingFilter,
)

_ORDER = ("due_on", "year", "serial")


def listed(connection: Connection, codec: Codec, listing: Listing, damage: Damage | None = None) -> Listed:
    """The page, or the last one where there are fewer; open cases with the earliest due date first."""
    statuses = _statuses(listing)
    given = {
        "agency": listing.agency,
        "restricted": int(listing.restricted),
        "officer": listing.officer,
        "division": listing.value,
        "today": listing.today.isoformat(),
    }
    found = connection.scalar(_count(listing.filter, statuses), {**given, "most": MOST_LISTED + 1}) or 0
    total = min(found, MOST_LISTED)
    page = min(listing.page, max(0, total - 1) // listing.page_size)
    first = page * listing.page_size
    most = min(listing.page_size, max(total - first, 1))
    rows = {"most": most, "first": first, "until": first + most}
    names = connection.execute(_page(listing.filter, statuses), {**given, **rows}).scalars().all()
    opened = load_cases(connection, codec, names, damage=damage)
    shown = tuple(opened[name] for name in names if name in opened)
    return Listed(shown, total, page, more=found > MOST_LISTED)


def _statuses(listing: Listing) -> tuple[str, ...]:
    if listing.filter == "status":
        return (listing.value,)
    # The clock of an incomplete complaint is paused.
    paused = {Status.INCOMPLETE} if listing.filter == "overdue" else set[Status]()
    return tuple(sorted(status.value for status in OPEN - paused))


def _wanted(name: ListingFilter) -> ColumnElement[bool]:
    """The rows of a filter, apart from their status."""
    wanted = (cases.c.agency == bindparam("agency")) & (cases.c.restricted == bindparam("restricted"))
    match name:
        case "mine" | "officer":
            return wanted & (cases.c.officer == bindparam("officer"))
        case "division":
            return wanted & (cases.c.division == bindparam("division"))
        case "overdue":
            return wanted & (cases.c.due_on < bindparam("today"))
        case _:
            return wanted


@cache
def _count(name: ListingFilter, statuses: tuple[str, ...]) -> Select[int]:
    some = select(literal(1)).where(_wanted(name), cases.c.status.in_(statuses)).limit(bindparam("most"))
    return select(func.count()).select_from(some.subquery())


@cache
def _page(name: ListingFilter, statuses: tuple[str, ...]) -> CompoundSelect[Any]:
    # Cases that are over: the newest first, because no one works through them.
    over = not {Status(status) for status in statuses} & OPEN
    ranges = union_all(*(_range(name, status, over=over) for status in statuses))
    order = _in_order(ranges.selected_columns, over=over)
    return ranges.order_by(*order).limit(bindparam("most")).offset(bindparam("first"))


def _range(name: ListingFilter, status: str, *, over: bool) -> Select[Any]:
    """The first rows of a status: PostgreSQL would sort all of them to merge them with others."""
    rows = select(cases.c.id, *(cases.c[column] for column in _ORDER))
    rows = rows.where(_wanted(name), cases.c.status == status).order_by(*_in_order(cases.c, over=over))
    return select(rows.limit(bindparam("until")).subquery())


def _in_order(columns: ColumnCollection[str, Any], *, over: bool) -> list[ColumnElement[Any]]:
    return [columns[column].desc() if over else columns[column] for column in _ORDER]
