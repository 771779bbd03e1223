"""Registration numbers that a lost copy of this register issued: stored, and not issued again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert

from bot.database.conversations import moment
from bot.database.serials import HIGHEST_SERIAL, Number
from bot.database.tables import cases, gaps
from conversations.complaints.references import registration_number

# The agencies of the cases, their years, and the highest number of each year. Each value is one step in the
# index of uq_cases_agency: a million cases take as long as ten. The last value of each list is null.
_AGENCIES = select(func.min(cases.c.agency).label("agency")).cte("agencies", recursive=True)
_AGENCIES = _AGENCIES.union_all(
    select(
        select(func.min(cases.c.agency))
        .where(cases.c.agency > _AGENCIES.c.agency)
        .correlate(_AGENCIES)
        .scalar_subquery()
    ).where(_AGENCIES.c.agency.is_not(None))
)
_YEARS = (
    select(
        _AGENCIES.c.agency,
        select(func.min(cases.c.year))
        .where(cases.c.agency == _AGENCIES.c.agency)
        .correlate(_AGENCIES)
        .scalar_subquery()
        .label("year"),
    )
    .where(_AGENCIES.c.agency.is_not(None))
    .cte("years", recursive=True)
)
_YEARS = _YEARS.union_all(
    select(
        _YEARS.c.agency,
        select(func.min(cases.c.year))
        .where(cases.c.agency == _YEARS.c.agency, cases.c.year > _YEARS.c.year)
        .correlate(_YEARS)
        .scalar_subquery(),
    ).where(_YEARS.c.year.is_not(None))
)
_OF_CASES = select(
    _YEARS.c.agency,
    _YEARS.c.year,
    select(func.max(cases.c.serial))
    .where(
        cases.c.agency == _YEARS.c.agency,
        cases.c.year == _YEARS.c.year,
        cases.c.serial.between(1, HIGHEST_SERIAL),
    )
    .correlate(_YEARS)
    .scalar_subquery(),
).where(_YEARS.c.year.is_not(None))
# Each loss of a database makes one row for each agency and year.
_OF_GAPS = select(gaps.c.agency, gaps.c.year, func.max(gaps.c.last)).group_by(gaps.c.agency, gaps.c.year)
ISSUED = (_OF_CASES, _OF_GAPS)
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
    for query in ISSUED:
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
