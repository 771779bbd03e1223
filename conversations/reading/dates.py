"""When something happened, in a person's words. A text without a date is kept as it was typed."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from conversations.reading.text import ANSWER_LIMIT, Problem, read_text
from conversations.reading.words import plain

OLD_AFTER_DAYS = 30
EARLIEST_YEAR = 1900
MONTHS_A_YEAR = 12
DAYS_A_WEEK = 7
CENTURY = 2000
# The most years between two 29 Februaries (1896 to 1904).
LEAP_GAP = 8
FEWEST_PLACE_LETTERS = 3

_MONTHS = (
    ("januari", "january", "jan"),
    ("februari", "pebruari", "february", "feb", "peb"),
    ("maret", "march", "mar"),
    ("april", "apr"),
    ("mei", "may"),
    ("juni", "june", "jun"),
    ("juli", "july", "jul"),
    ("agustus", "august", "agust", "agst", "agus", "agu", "ags", "agt", "aug"),
    ("september", "sept", "sep"),
    ("oktober", "october", "okt", "oct"),
    ("november", "nopember", "nov", "nop"),
    ("desember", "december", "des", "dec"),
)
MONTHS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_WEEKDAYS = (
    ("senin", "monday"),
    ("selasa", "tuesday"),
    ("rabu", "wednesday"),
    ("kamis", "thursday"),
    ("jumat", "jum'at", "jum’at", "friday"),
    ("sabtu", "saturday"),
    ("minggu", "ahad", "sunday"),
)
WEEKDAYS = {name: number for number, names in enumerate(_WEEKDAYS) for name in names}
_NUMBERS = ("satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh")
NUMBERS = {"se": 1, "a": 1, **{name: number for number, name in enumerate(_NUMBERS, 1)}}
UNITS = {
    **dict.fromkeys(("hari", "day", "days"), "day"),
    **dict.fromkeys(("minggu", "pekan", "week", "weeks"), "week"),
    **dict.fromkeys(("bulan", "month", "months"), "month"),
    **dict.fromkeys(("tahun", "year", "years"), "year"),
}


# The hour, and the words before a day or a place: they are no part of the place.
_HOUR = re.compile(
    r"\b(?:pukul|jam|pkl\.?)\s{0,3}[0-9]{1,2}(?:[.:][0-9]{2})?\b|\b[0-9]{1,2}[.:][0-9]{2}(?=\s{0,3}wib\b)",
    re.IGNORECASE,
)
_FILLERS = frozenset(
    {
        *("pagi", "siang", "sore", "malam", "wib", "dini", "hari", "tanggal", "tgl", "waktu"),
        *("pada", "sekitar", "sekira", "kira-kira", "kurang", "lebih", "sejak", "mulai", "dari", "bertempat"),
        *("di", "at", "in", "on", "the", "around", "about", "morning", "afternoon", "evening"),
    }
)
_PUNCTUATION = " ,.;:-–()"
# Answers that name no time at all: it does not matter on which day they were given.
_NOT_KNOWN = frozenset(
    {
        *("tidak ingat", "tdk ingat", "nggak ingat", "gak ingat", "ndak ingat", "saya tidak ingat"),
        *("tidak tahu", "tdk tahu", "nggak tahu", "gak tahu", "ndak tahu", "saya tidak tahu", "kurang tahu"),
        *("tidak ingat lagi", "sudah lupa", "saya lupa", "lupa", "tidak tentu", "tidak yakin"),
        *("do not know", "i do not know", "i don t know", "do not remember", "i do not remember"),
        *("i don t remember", "no idea", "not sure", "i forgot"),
    }
)
_SOMEWHERE = re.compile(r"\b(?:di|at)\s{1,3}(?P<place>\S.*)", re.IGNORECASE | re.DOTALL)


class When(BaseModel):
    """When it happened: the text as typed, and the day and the place as far as they could be read from it.

    Where no day could be read, `said` is the day on which the text was sent; not of "tidak ingat".
    """

    model_config = ConfigDict(frozen=True)

    text: str
    day: date | None = None
    place: str | None = None
    said: date | None = None


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


Reader = Callable[[re.Match[str], date], date | None]


class Form(NamedTuple):
    """One way of naming a day. Each repetition in a pattern has a limit, so that the time is linear."""

    pattern: re.Pattern[str]
    read: Reader


def _form(pattern: str, read: Reader) -> Form:
    return Form(re.compile(pattern, re.IGNORECASE), read)


def _before(days: int) -> Reader:
    return lambda _found, today: today - timedelta(days=days)


def _calendar_date(found: re.Match[str], today: date) -> date | None:
    """The date of a day and a month; without a year the latest one that is not in the future."""
    day, written, year = int(found["day"]), found["month"].casefold(), found["year"]
    month = MONTHS.get(written) or int(written)
    if not year:
        return next((past for past in _by_year(today, month, day) if past <= today), None)
    return _valid(int(year) if len(year) > len("26") else CENTURY + int(year), month, day)


def _by_year(today: date, month: int, day: int) -> Iterator[date]:
    for back in range(LEAP_GAP + 1):
        if candidate := _valid(today.year - back, month, day):
            yield candidate


def _valid(year: int, month: int, day: int) -> date | None:
    if year < EARLIEST_YEAR or not 1 <= month <= MONTHS_A_YEAR:
        return None
    return date(year, month, day) if 1 <= day <= monthrange(year, month)[1] else None


def _time_ago(found: re.Match[str], today: date) -> date | None:
    typed = found["number"].casefold()
    number = NUMBERS[typed] if typed in NUMBERS else int(typed)
    match UNITS[found["unit"].casefold()]:
        case "day":
            return today - timedelta(days=number)
        case "week":
            return today - timedelta(weeks=number)
        case "month":
            return _months_before(today, number)
        case _:
            return _months_before(today, number * MONTHS_A_YEAR)


def _months_before(today: date, months: int) -> date | None:
    year, month = divmod(today.year * MONTHS_A_YEAR + today.month - 1 - months, MONTHS_A_YEAR)
    if year < EARLIEST_YEAR:
        return None
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _last_weekday(found: re.Match[str], today: date) -> date:
    back = (today.weekday() - WEEKDAYS[found["weekday"].casefold()]) % DAYS_A_WEEK
    return today - timedelta(days=back or DAYS_A_WEEK)


_ANY_MONTH, _ANY_WEEKDAY, _ANY_UNIT = _any_of(MONTHS), _any_of(WEEKDAYS), _any_of(UNITS)
# "Minggu lalu" is last week, "hari Minggu lalu" last Sunday.
_CLEAR_WEEKDAY = rf"(?<=hari )minggu|{_any_of(set(WEEKDAYS) - {'minggu'})}"
_LABEL = rf"\b(?:(?:hari\s{{1,3}})?(?:{_ANY_WEEKDAY}),?\s{{1,3}})?(?:(?:tanggal|tgl\.?|on)\s{{0,3}})?"
# The first day of "12-14 November" is skipped: the last one counts.
_FROM = r"(?:[0-9]{1,2}\s{0,3}(?:-|–|s/d|s\.d\.?|sampai|hingga|to)\s{0,3})?"
# Two digits after a month are a year only at the end of the date: "12 November 10 orang" has no year.
_YEAR = r"[0-9]{4}(?![0-9])|[0-9]{2}(?=\s{0,3}(?:\Z|[,;)]|\b(?:di|at|jam|pukul)\b))"
_WHICH = r"(?:(?:yang|yg)\s{1,3})?"
# "kemarin" is yesterday at the beginning, after a mark, and next to a part of the day. After another word
# it may mean the last one ("lebaran kemarin"), and before a day of the month it names that day.
_PARTS = r"hari|pagi|siang|sore|malam"
_YESTERDAY = r"(?:kemarin|kemaren|kmrn)"
_HOURS = r"(?:jam|pukul|pkl\.?)\s{0,3}[0-9.:]{1,5}"
_NO_DAY = r"(?!-)(?![^\n]{0,40}\b(?:tanggal|tgl)\b)"

# The first form that finds a day counts: calendar dates come before words, longer wordings before shorter.
FORMS = (
    _form(
        rf"{_LABEL}{_FROM}(?<![0-9])(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?[\s.-]{{0,3}}"
        rf"(?P<month>{_ANY_MONTH})\b(?:[\s.,'-]{{0,3}}(?P<year>{_YEAR}))?",
        _calendar_date,
    ),
    _form(
        rf"\b(?P<month>{_ANY_MONTH})\s{{1,3}}(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?![0-9])"
        r"(?:,?\s{1,3}(?P<year>[0-9]{4})(?![0-9]))?",
        _calendar_date,
    ),
    _form(
        r"(?<![0-9/.-])(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})(?![0-9/-])", _calendar_date
    ),
    _form(
        rf"{_LABEL}(?<![0-9/.-])(?P<day>[0-9]{{1,2}})(?P<mark>\s?[/.-]\s?)(?P<month>[0-9]{{1,2}})(?P=mark)"
        r"(?P<year>[0-9]{4}|[0-9]{2})(?![0-9/-])",
        _calendar_date,
    ),
    # Without a year at the beginning only: elsewhere it may be RT/RW, and with a dot an hour.
    _form(
        rf"\A{_LABEL}(?P<day>[0-9]{{1,2}})[/-](?P<month>[0-9]{{1,2}})(?![0-9/.-])(?P<year>)", _calendar_date
    ),
    _form(
        rf"\b(?:hari\s{{1,3}})?(?P<weekday>{_CLEAR_WEEKDAY})\s{{1,3}}{_WHICH}(?:lalu|kemarin)\b",
        _last_weekday,
    ),
    _form(rf"\blast\s{{1,3}}(?P<weekday>{_ANY_WEEKDAY})\b", _last_weekday),
    _form(
        rf"(?<!puluh )(?<!ratus )(?<![0-9][.,])\b(?P<number>[0-9]{{1,4}}|{_any_of(NUMBERS)})\s{{0,3}}"
        rf"(?P<unit>{_ANY_UNIT})\s{{1,3}}{_WHICH}(?:lalu|ago)\b",
        _time_ago,
    ),
    _form(r"\b(?:kemarin\s{1,3}(?:lusa|dulu)|the\s{1,3}day\s{1,3}before\s{1,3}yesterday)\b", _before(2)),
    _form(r"\b(?:tadi\s{1,3}malam|semalam|last\s{1,3}night)\b", _before(1)),
    _form(
        rf"(?:\A\W{{0,3}}|[,.;:(\n]\s{{0,3}}|\b(?:wib|{_HOURS}|{_PARTS}|sejak|dari|mulai|pada|baru)\s{{1,3}})"
        rf"{_YESTERDAY}\b{_NO_DAY}",
        _before(1),
    ),
    _form(rf"(?<!-)\b{_YESTERDAY}{_NO_DAY}\s{{1,3}}(?:{_PARTS}|jam|pukul|pkl)\b", _before(1)),
    _form(r"\byesterday\b", _before(1)),
    _form(r"\b(?:hari|pagi|siang|sore|malam)\s{1,3}ini\b", _before(0)),
    _form(r"\b(?:tadi|barusan|baru\s{1,3}saja|today|this\s{1,3}morning)\b", _before(0)),
    _form(
        r"\A(?:besok|lusa|tomorrow|(?:minggu|bulan|tahun)\s{1,3}depan|next\s{1,3}(?:week|month|year))\b",
        _before(-1),
    ),
)


def read_when(text: str, today: date) -> When | Problem:
    """The text and the day that it names, if any; a Problem for a future day or an impossible date alone."""
    typed = read_text(text, ANSWER_LIMIT)
    if isinstance(typed, Problem):
        return typed
    for found, day in _readings(typed, today):
        place = _place(f"{typed[: found.start()]} {typed[found.end() :]}")
        if day is None and place is None:
            return Problem.DATE_IMPOSSIBLE
        if day is not None:
            return Problem.DATE_IN_FUTURE if day > today else When(text=typed, day=day, place=place)
    somewhere = _SOMEWHERE.search(typed)
    return When(text=typed, place=_place(somewhere["place"]) if somewhere else None)


def is_not_known(text: str) -> bool:
    """Whether the text only says that its sender does not know when it was."""
    return plain(text) in _NOT_KNOWN


def is_old(day: date, today: date) -> bool:
    """Whether it happened more than OLD_AFTER_DAYS days ago, so that the citizen is warned."""
    return (today - day).days > OLD_AFTER_DAYS


def _readings(typed: str, today: date) -> Iterator[tuple[re.Match[str], date | None]]:
    for form in FORMS:
        if found := form.pattern.search(typed):
            yield found, form.read(found, today)


def _place(rest: str) -> str | None:
    """The place: the rest of the text next to the day, without the hour and the fillers at both ends."""
    words = [word for word in _HOUR.sub(" ", rest).split() if word.strip(_PUNCTUATION)]
    while words and _is_filler(words[0]):
        words.pop(0)
    while words and _is_filler(words[-1]):
        words.pop()
    place = " ".join(words).strip(_PUNCTUATION)
    return place if sum(map(str.isalpha, place)) >= FEWEST_PLACE_LETTERS else None


def _is_filler(word: str) -> bool:
    return word.casefold().strip(_PUNCTUATION) in _FILLERS
