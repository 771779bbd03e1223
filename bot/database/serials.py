"""Serial numbers of the register: the next one of each agency and year, and damaged ones read again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, or_, select, update

from bot.database.quarantine import Damage, DamagedRowError, Stage, damaged
from bot.database.tables import cases, gaps
from conversations.complaints.case import Case
from conversations.complaints.references import year_and_serial

# Above any agency's complaints in a year: numbering must not continue from a damaged number.
HIGHEST_SERIAL = 9_999_999
# The highest serial number of the cases, and of those that a lost copy of the register issued.
_LAST_SERIALS = select(
    *(
        select(func.max(number))
        .where(
            number.table.c.agency == bindparam("agency"),
            number.table.c.year == bindparam("year"),
            number.between(1, HIGHEST_SERIAL),
        )
        .scalar_subquery()
        for number in (cases.c.serial, gaps.c.last)
    )
)
# The cases that have this number.
NUMBERED = select(cases.c.id, cases.c.reference).where(
    cases.c.agency == bindparam("agency"),
    cases.c.year == bindparam("year"),
    cases.c.serial == bindparam("serial"),
)
# Of these three alone, so that a start reads an index and not the table.
_ODD_SERIALS = select(cases.c.agency, cases.c.year, cases.c.serial).where(
    or_(cases.c.serial < 1, cases.c.serial > HIGHEST_SERIAL)
)
_SET_SERIAL = update(cases).where(cases.c.id == bindparam("case")).values(serial=bindparam("number"))


class Number(NamedTuple):
    """A registration number as its parts; `agency` is the agency's id."""

    agency: str
    year: int
    serial: int


def number_of(case: Case) -> Number:
    """The number that a case was filed under."""
    return Number(case.agency, *year_and_serial(case.reference))


def repair_serials(connection: Connection, damage: Damage) -> None:
    """Read damaged serial numbers again from the registration numbers that end with them."""
    for odd in connection.execute(_ODD_SERIALS).all():
        for case, reference in connection.execute(NUMBERED, odd._asdict()).all():
            error = DamagedRowError("serial")
            damage.faults[Stage.CASE, case] = damaged(Stage.CASE, case, odd.serial, error)
            number = str(reference).rpartition("-")[2]
            if number.isascii() and number.isdecimal() and 0 < int(number[:7]) <= HIGHEST_SERIAL:
                connection.execute(_SET_SERIAL, {"case": case, "number": int(number)})


def next_serials(connection: Connection, agencies: Iterable[str], year: int) -> dict[tuple[str, int], int]:
    """The number that each agency's next complaint of the year gets, above every number ever issued."""
    found = {}
    for agency in agencies:
        last = connection.execute(_LAST_SERIALS, {"agency": agency, "year": year}).one()
        found[agency, year] = max(serial or 0 for serial in last) + 1
    return found
