"""The periods of registers and reports, as officers name them."""

from __future__ import annotations

from datetime import date

import pytest

from conversations.reading.periods import Period, month_of, quarter_of, read_period, year_of
from conversations.reading.text import Problem

TODAY = date(2026, 11, 26)  # a Thursday

NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30), "2026-11")
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31), "2026-10")
FOURTH = Period(date(2026, 10, 1), date(2026, 12, 31), "2026-Q4")
THIRD = Period(date(2026, 7, 1), date(2026, 9, 30), "2026-Q3")
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31), "2026")
BEFORE = Period(date(2025, 1, 1), date(2025, 12, 31), "2025")

PERIODS = {
    **dict.fromkeys(("", "  ", "\n\t", "\u200b", "\x00"), NOVEMBER),
    **dict.fromkeys(("2026-11", "11-2026", "2026/11", "11.2026", "2026–11", "bulan 11 2026"), NOVEMBER),
    **dict.fromkeys(("November 2026", "nov 2026", "NOPEMBER 2026", "bulan November tahun 2026"), NOVEMBER),
    **dict.fromkeys(("month of November 2026", "2026 November", "November", "２０２６－１１"), NOVEMBER),
    **dict.fromkeys(("bulan ini", "this month", "Bulan ini."), NOVEMBER),
    **dict.fromkeys(("bulan lalu", "bulan kemarin", "last month", "oktober", "2026-10", "10/2026"), OCTOBER),
    **dict.fromkeys(("2026-Q4", "2026Q4", "Q4 2026", "q4-2026", "Q4", "triwulan 4 2026"), FOURTH),
    **dict.fromkeys(("TW IV 2026", "tw iv/2026", "TW4", "triwulan ke-4 tahun 2026", "kuartal IV"), FOURTH),
    **dict.fromkeys(("triwulan keempat 2026", "fourth quarter of 2026", "quarter 4 2026"), FOURTH),
    **dict.fromkeys(("triwulan ini", "this quarter"), FOURTH),
    **dict.fromkeys(("triwulan lalu", "last quarter", "TW III", "2026 q3", "third quarter"), THIRD),
    **dict.fromkeys(("2026", "tahun 2026", "year 2026", "tahun ini", "this year"), YEAR),
    **dict.fromkeys(("tahun lalu", "tahun yang lalu", "last year", "2025"), BEFORE),
    "desember": Period(date(2025, 12, 1), date(2025, 12, 31), "2025-12"),
    "2024-02": Period(date(2024, 2, 1), date(2024, 2, 29), "2024-02"),
    "1900-1": Period(date(1900, 1, 1), date(1900, 1, 31), "1900-01"),
    "2999-Q4": Period(date(2999, 10, 1), date(2999, 12, 31), "2999-Q4"),
}

UNREADABLE = (
    *("2026-13", "2026-00", "0-2026", "13/2026", "2026-Q5", "Q0 2026", "TW V 2026", "triwulan"),
    *("0000", "0001-01", "1899", "3000", "9999-12", "20261", "202611", "26", "11-26", "11"),
    *("٢٠٢٦", "2026-11-26", "26 November 2026", "November 2026 jalan", "semua", "-", "?", "\U0001f6a7"),
    *("2026-11; DROP TABLE cases", "../../etc/passwd", "<b>2026</b>", "{{ 7 * 7 }}", "=SUM(A1)"),
    *("2026 2026", "tahun", "bulan depan", "q" * 5000, "1 " * 60, "\ud800", "Q" + "4" * 40),
)


@pytest.mark.parametrize("text", PERIODS)
def test_a_period_is_read(text: str) -> None:
    assert read_period(text, TODAY) == PERIODS[text]


@pytest.mark.parametrize("text", UNREADABLE, ids=ascii)
def test_anything_else_is_a_problem(text: str) -> None:
    assert read_period(text, TODAY) is Problem.PERIOD_UNREADABLE


def test_a_name_is_read_again_on_any_day() -> None:
    for month in range(1, 13):
        for containing in (month_of, quarter_of, year_of):
            period = containing(date(2024, month, 5))
            assert read_period(period.name, date(2031, 1, 1)) == period


def test_the_periods_before_the_first_of_january_are_those_of_the_year_before() -> None:
    new_year = date(2027, 1, 1)  # a Friday
    names = [read_period(text, new_year) for text in ("bulan lalu", "triwulan lalu", "tahun lalu")]
    assert [period.name for period in names if isinstance(period, Period)] == ["2026-12", "2026-Q4", "2026"]
