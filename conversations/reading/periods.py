"""The month, quarter or year that an officer names: "2026-11", "TW IV 2026", "bulan lalu"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from conversations.reading.dates import EARLIEST_YEAR, MONTHS, MONTHS_A_YEAR
from conversations.reading.text import Problem, read_text
from conversations.reading.words import LONGEST_PHRASE, plain

LATEST_YEAR = 2999
MONTHS_A_QUARTER = 3


class Period(NamedTuple):
    """A month, a quarter or a year: its first and last day, and its name, which `read_period` reads again.

    The name is "2026-11", "2026-Q4" or "2026".
    """

    first: date
    last: date
    name: str


def month_of(day: date) -> Period:
    """The month of this day."""
    return _months(day.year, day.month, 1, f"{day.year:04}-{day.month:02}")


def quarter_of(day: date) -> Period:
    """The quarter of this day."""
    quarter = (day.month - 1) // MONTHS_A_QUARTER + 1
    first = (quarter - 1) * MONTHS_A_QUARTER + 1
    return _months(day.year, first, MONTHS_A_QUARTER, f"{day.year:04}-Q{quarter}")


def year_of(day: date) -> Period:
    """The year of this day."""
    return _months(day.year, 1, MONTHS_A_YEAR, f"{day.year:04}")


def _months(year: int, month: int, count: int, name: str) -> Period:
    over, last = divmod(month - 1 + count, MONTHS_A_YEAR)
    end = date(year + over, last + 1, 1) - timedelta(days=1)
    return Period(date(year, month, 1), end, name)


Containing = Callable[[date], Period]

_QUARTERS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        (
            ("1", "i", "satu", "pertama", "kesatu", "1st", "first"),
            ("2", "ii", "dua", "kedua", "2nd", "second"),
            ("3", "iii", "tiga", "ketiga", "3rd", "third"),
            ("4", "iv", "empat", "keempat", "4th", "fourth"),
        ),
        start=1,
    )
    for name in names
}
# A period relative to today, in the form of `plain`.
_RELATIVE: Mapping[str, tuple[Containing, bool]] = {
    f"{word} {which}" if indonesian else f"{which} {word}": (containing, before)
    for containing, indonesian, words in (
        (month_of, True, ("bulan",)),
        (quarter_of, True, ("triwulan", "tri wulan", "tw", "kuartal", "kwartal")),
        (year_of, True, ("tahun",)),
        (month_of, False, ("month",)),
        (quarter_of, False, ("quarter",)),
        (year_of, False, ("year",)),
    )
    for word in words
    for which, before in (
        (("ini", False), ("lalu", True), ("kemarin", True), ("yang lalu", True), ("sebelumnya", True))
        if indonesian
        else (("this", False), ("last", True), ("previous", True))
    )
}


def _any_of(words: Mapping[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_YEAR = r"(?P<year>[0-9]{4})"
_OF_YEAR = rf"(?: (?:tahun |of )?{_YEAR})?"
_OF = r"(?:bulan |month |month of )?"
_MONTH, _NUMBER = rf"(?P<month>{_any_of(MONTHS)})", r"(?P<month>[0-9]{1,2})"
_WHICH = rf"(?P<quarter>{_any_of(_QUARTERS)})"
_QUARTER = rf"(?:triwulan|tri wulan|tw|kuartal|kwartal|quarter|q) ?(?:ke ?)?{_WHICH}"
# Each form matches the whole text in the form of `plain`: punctuation and case are gone.
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_OF}{_YEAR} {_NUMBER}",
        rf"{_OF}{_NUMBER} {_YEAR}",
        rf"{_OF}{_MONTH}{_OF_YEAR}",
        rf"{_OF}{_YEAR} {_MONTH}",
        rf"{_QUARTER}{_OF_YEAR}",
        rf"{_YEAR} ?{_QUARTER}",
        rf"{_WHICH} quarter{_OF_YEAR}",
        rf"(?:tahun |year |the year )?{_YEAR}",
    )
)


def read_period(text: str, today: date) -> Period | Problem:
    """The period that the text names; the present month for an empty text.

    A month or quarter without a year is the latest one that has begun.
    """
    typed = read_text(text, LONGEST_PHRASE)
    if typed is Problem.EMPTY:
        return month_of(today)
    if isinstance(typed, Problem):
        return Problem.PERIOD_UNREADABLE
    words = plain(typed)
    if words in _RELATIVE:
        containing, before = _RELATIVE[words]
        present = containing(today)
        return containing(present.first - timedelta(days=1)) if before else present
    for form in _FORMS:
        if found := form.fullmatch(words):
            return _named(found.groupdict(), today) or Problem.PERIOD_UNREADABLE
    return Problem.PERIOD_UNREADABLE


def _named(found: Mapping[str, str | None], today: date) -> Period | None:
    """The period of a form's parts; None when the month or the year does not exist."""
    month, containing = _first_month(found)
    year = int(found.get("year") or _latest_year(month, today))
    if not (EARLIEST_YEAR <= year <= LATEST_YEAR and 1 <= month <= MONTHS_A_YEAR):
        return None
    return containing(date(year, month, 1))


def _first_month(found: Mapping[str, str | None]) -> tuple[int, Containing]:
    if quarter := found.get("quarter"):
        return (_QUARTERS[quarter] - 1) * MONTHS_A_QUARTER + 1, quarter_of
    if month := found.get("month"):
        return MONTHS.get(month) or int(month), month_of
    return 1, year_of


def _latest_year(month: int, today: date) -> int:
    return today.year if month <= today.month else today.year - 1
