"""A number or draft that has a case already when another one is to be filed under it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, select

from bot.database.tables import cases

# (agency, year, serial number): the parts of a registration number.
Parts = tuple[str, int, int]

NUMBERED = select(cases.c.id, cases.c.reference).where(
    cases.c.agency == bindparam("agency"),
    cases.c.year == bindparam("year"),
    cases.c.serial == bindparam("serial"),
)


class FilingRefusedError(Exception):
    """A unique key refuses to file one of the cases with these numbers."""

    def __init__(self, numbers: Iterable[Parts]) -> None:
        super().__init__("a second case of one draft or one number")
        self.numbers = tuple(numbers)


def filed(connection: Connection, numbers: Iterable[Parts]) -> list[Parts]:
    """Those of the numbers under which a case is filed."""
    names = ("agency", "year", "serial")
    return [
        number
        for number in numbers
        if connection.execute(NUMBERED, dict(zip(names, number, strict=True))).first()
    ]
