"""Registration numbers that a lost copy of this register issued: stored, and not issued again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from bot.database.cases import Number
from bot.database.conversations import moment
from bot.database.tables import cases, gaps
from conversations.complaints.references import registration_number

_ISSUED = tuple(
    select(number.table.c.agency, number.table.c.year, func.max(number)).group_by(
        number.table.c.agency, number.table.c.year
    )
    for number in (cases.c.serial, gaps.c.last)
)
# A damaged gap is written again.
_NOTE = insert(gaps)
_NOTE = _NOTE.on_conflict_do_update(
    index_elements=["agency", "year", "first"], set_={"last": _NOTE.excluded.last, "at": _NOTE.excluded.at}
)
_NEWEST = select(func.max(gaps.c.at))


@dataclass(frozen=True, slots=True)
class Gap:
    """The serial numbers `first` to `last` of an agency's year."""

    agency: str
    year: int
    first: int
    last: int

    @property
    def printed(self) -> tuple[str, str]:
        """Its first and last number as they are printed."""
        prefix = self.agency.replace("_", "")
        first, last = (registration_number(prefix, self.year, serial) for serial in (self.first, self.last))
        return first, last


def issued(connection: Connection) -> list[Number]:
    """The highest number of each agency and year that the register knows of, noted gaps included."""
    highest: dict[tuple[str, int], int] = {}
    for query in _ISSUED:
        for agency, year, serial in connection.execute(query):
            # A damaged row has no number; its own reader reports it.
            if not (isinstance(agency, str) and isinstance(year, int) and isinstance(serial, int)):
                continue
            highest[agency, year] = max(serial, highest.get((agency, year), 0))
    return [Number(agency, year, serial) for (agency, year), serial in highest.items()]


def missing(known: Iterable[Number], marked: Mapping[tuple[str, int], int]) -> list[Gap]:
    """The numbers that were issued according to the watermark and are not in the register."""
    last = {(agency, year): serial for agency, year, serial in known}
    return [
        Gap(agency, year, last.get((agency, year), 0) + 1, serial)
        for (agency, year), serial in sorted(marked.items())
        if serial > last.get((agency, year), 0)
    ]


def is_recent(connection: Connection, since: datetime) -> bool:
    """Whether a gap was noted after this business time."""
    newest = connection.scalar(_NEWEST)
    return newest is not None and str(newest) > moment(since)


def note(connection: Connection, found: Iterable[Gap], at: datetime) -> None:
    """Write the gaps into the register; `at` is business time."""
    rows = [{**asdict(gap), "at": moment(at)} for gap in found]
    if rows:
        connection.execute(_NOTE, rows)
