"""Dates and times in words, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from bot.clock.zone import ZONE
from conversations.complaints.rules import Language

DAYS: Mapping[Language, tuple[str, ...]] = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
MONTHS: Mapping[Language, tuple[str, ...]] = {
    "id": (
        *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
        *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
AT: Mapping[Language, str] = {"id": "pukul", "en": "at"}


def day_in_words(day: date | str, language: Language) -> str:
    """Say "Jumat, 27 Maret 2026"; takes a date, a moment (its day in WIB) or either as ISO text."""
    value = _read(day)
    weekday, month = DAYS[language][value.weekday()], MONTHS[language][value.month - 1]
    return f"{weekday}, {value.day} {month} {value.year}"


def month_in_words(day: date | str, language: Language) -> str:
    """Say "Maret 2026"."""
    value = _read(day)
    return f"{MONTHS[language][value.month - 1]} {value.year}"


def short_day(day: date | str, language: Language) -> str:
    """Say "27 Mar", for buttons."""
    value = _read(day)
    return f"{value.day} {MONTHS[language][value.month - 1][:3]}"


def day_in_figures(day: date | str, language: Language) -> str:
    """Say "Jumat, 27-03-2026", where the day is an addition to other words."""
    value = _read(day)
    return f"{DAYS[language][value.weekday()]}, {value:%d-%m-%Y}"


def moment_in_words(moment: datetime | str, language: Language) -> str:
    """Say "Jumat, 27 Maret 2026 pukul 10.42 WIB"; takes an aware moment, in any zone, or its ISO text."""
    value = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    local = value.astimezone(ZONE)
    return f"{day_in_words(local.date(), language)} {AT[language]} {local:%H.%M} WIB"


def _read(day: date | str) -> date:
    value = _parsed(day) if isinstance(day, str) else day
    return value.astimezone(ZONE).date() if isinstance(value, datetime) else value


def _parsed(text: str) -> date:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
