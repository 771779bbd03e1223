"""A number or draft that has a case already when another one is to be filed under it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from bot.database.serials import NUMBERED, Number


class FilingRefusedError(Exception):
    """A unique key refuses to file one of the cases with these numbers."""

    def __init__(self, numbers: Iterable[Number]) -> None:
        super().__init__("a second case of one draft or one number")
        self.numbers = tuple(numbers)


def filed(connection: Connection, numbers: Iterable[Number]) -> list[Number]:
    """Those of the numbers under which a case is filed."""
    return [number for number in numbers if connection.execute(NUMBERED, number._asdict()).first()]
