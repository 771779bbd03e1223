"""A day in the future at the beginning of a text, as officers write it: "3 April 2026: menelepon desa"."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from conversations.reading.dates import CENTURY, MONTHS

# The latest day: this many days from today.
FARTHEST = 2 * 366
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_YEAR = r"(?:[\s./-]{1,3}(?P<year>20[0-9]{2}|[0-9]{2}))?"
_END = r"(?![0-9A-Za-z])[\s:,.;-]{0,5}"
_FORMS = tuple(
    re.compile(rf"\s{{0,5}}(?:(?:tanggal|tgl\.?|on)\s{{1,3}})?{pattern}{_END}", re.IGNORECASE)
    for pattern in (
        r"(?P<year>20[0-9]{2})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})",
        rf"(?P<day>[0-9]{{1,2}})\s{{0,3}}(?P<month>{_MONTH})\b{_YEAR}",
        rf"(?P<day>[0-9]{{1,2}})[/.-](?P<month>[0-9]{{1,2}}){_YEAR}",
    )
)
_TOMORROW = re.compile(rf"\s{{0,5}}(?:besok|tomorrow){_END}", re.IGNORECASE)


def split_day(text: str, today: date) -> tuple[date | None, str]:
    """The day at the beginning of the text, and the text after it; None without one.

    A day without a year is the next one of that date. The day may be in the past or too far: the caller
    checks it with `is_ahead`.
    """
    if found := _TOMORROW.match(text):
        return today + timedelta(days=1), text[found.end() :]
    for form in _FORMS:
        if (found := form.match(text)) and (day := next(_days(found, today), None)):
            return day, text[found.end() :]
    return None, text


def is_ahead(day: date, today: date) -> bool:
    """Whether the day is after today, and not farther than FARTHEST days."""
    return today < day <= today + timedelta(days=FARTHEST)


def _days(found: re.Match[str], today: date) -> Iterator[date]:
    written, day, year = found["month"].casefold(), int(found["day"]), found["year"]
    month = MONTHS.get(written) or int(written)
    if not 1 <= month <= max(MONTHS.values()):
        return
    years = [int(year) + (CENTURY if len(year) == len("26") else 0)] if year else [today.year, today.year + 1]
    for each in years:
        fits = 1 <= day <= monthrange(each, month)[1]
        if fits and (year or date(each, month, day) > today):
            yield date(each, month, day)
