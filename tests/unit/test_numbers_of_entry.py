"""A complaint that was received in the year before has the number of the year of entry."""

from __future__ import annotations

from datetime import datetime

from bot.database.serials import number_of
from tests.unit.filed import Desk
from tests.unit.transcript import WIB


def test_the_year_of_a_number_is_that_of_the_number_itself() -> None:
    received = datetime(2026, 12, 31, 8, 0, tzinfo=WIB)
    case = Desk().file(reference="DPMD-2027-0003", received_at=received)
    assert number_of(case) == ("dpmd", 2027, 3)
