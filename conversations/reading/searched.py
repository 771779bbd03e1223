"""The words by which complaints are found, and the days that a search names."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from conversations.reading.dates import EARLIEST_YEAR, FORMS, MONTHS
from conversations.reading.words import plain

# Shorter words are in most texts; of a longer one only the beginning counts.
SHORTEST, LONGEST = 3, 32
# Numbers of more digits are telephone and identity numbers.
MOST_DIGITS = 6
# Words that are in most complaints.
COMMON = frozenset(
    {
        *(
            "ada",
            "adalah",
            "agar",
            "akan",
            "aku",
            "anda",
            "atas",
            "atau",
            "bagi",
            "bahwa",
            "bapak",
            "beberapa",
        ),
        *("belum", "bisa", "bukan", "dalam", "dan", "dapat", "dari", "dengan", "dia", "hal", "hanya", "hari"),
        *("harus", "ibu", "ini", "itu", "jadi", "jika", "juga", "kalau", "kami", "karena", "kata", "kepada"),
        *("kita", "lagi", "lalu", "lebih", "mereka", "mohon", "namun", "oleh", "pada", "para", "pernah"),
        *("saat", "saja", "sampai", "sangat", "saya", "sebagai", "sejak", "sekali", "sekarang", "seperti"),
        *("serta", "setelah", "sudah", "supaya", "tapi", "tetapi", "telah", "tentang", "terima", "kasih"),
        *("tersebut", "tidak", "tolong", "untuk", "yang", "yaitu", "the", "and", "for", "not", "was", "with"),
    }
)
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_MONTH_OF_YEAR = re.compile(
    rf"(?<![0-9])(?<![0-9] )\b(?P<month>{_MONTH})\s{{1,3}}(?P<year>[0-9]{{4}})(?![0-9])", re.IGNORECASE
)


def words(text: str) -> Iterator[str]:
    """The words of a text in their order, without case and punctuation; some of them may be repeated."""
    for word in plain(text).split():
        if len(word) >= SHORTEST and word not in COMMON and not _is_personal_number(word):
            yield word[:LONGEST]


def _is_personal_number(word: str) -> bool:
    return word.isdecimal() and len(word) > MOST_DIGITS


def some_words(text: str, most: int) -> tuple[tuple[str, ...], bool]:
    """The first different words, at most `most`, and whether there are more."""
    found = dict[str, None]()
    for word in words(text):
        if word not in found and len(found) == most:
            return tuple(found), True
        found[word] = None
    return tuple(found), False


class Period(NamedTuple):
    """The days that a text names, and the rest of the text."""

    first: date
    last: date
    rest: str


def read_period(text: str, today: date) -> Period | None:
    """A day ("17 Maret", "17-03-2026", "kemarin") or a month ("Maret 2026"); None without one in the past."""
    for form in FORMS:
        if found := form.pattern.search(text):
            day = form.read(found, today)
            if day is not None and day <= today:
                return Period(day, day, _without(text, found))
    if found := _MONTH_OF_YEAR.search(text):
        return _month(found, text)
    return None


def _month(found: re.Match[str], text: str) -> Period | None:
    year, month = int(found["year"]), MONTHS[found["month"].casefold()]
    if year < EARLIEST_YEAR:
        return None
    last = date(year, month, monthrange(year, month)[1])
    return Period(date(year, month, 1), last, _without(text, found))


def _without(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"
