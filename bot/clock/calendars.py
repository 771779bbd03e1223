"""The working days of Indonesia: Monday to Friday, less holidays, joint leave and the agency's own days."""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from bot.clock import country_days

# Joint leave (cuti bersama) is in the second category; the library's default set misses it.
JOINT_LEAVE = "government"
CATEGORIES = ("public", JOINT_LEAVE)
FIRST_DAY_OF_WEEKEND = 5
# So many years are read at once.
YEARS = 10
# Reading takes half a second, on a loaded machine some seconds.
PATIENCE = 30.0

# Holiday names are asked for in English on every machine, so that this mark is found.
LANGUAGE = "en_US"
ESTIMATED = "(estimated)"


class WorkingCalendar:
    """Knows for any date whether offices work. Each year is read once, for all agencies."""

    def __init__(self, closed: Iterable[date] = ()) -> None:
        """Take the agency's own closed days, which the country's calendar does not know."""
        self._closed = frozenset(closed)

    def is_working_day(self, day: date) -> bool:
        """Whether the office works on `day`."""
        if day.weekday() >= FIRST_DAY_OF_WEEKEND or day in self._closed:
            return False
        return day not in _read(day.year, CATEGORIES)

    def missing_joint_leave(self, year: int) -> bool:
        """Whether no joint leave is known for `year`: due dates in it may then be too early."""
        return not _read(year, (JOINT_LEAVE,))

    def estimated_dates(self, year: int) -> tuple[date, ...]:
        """The holidays of `year` that follow the moon and are not decreed yet, in order."""
        return tuple(sorted(day for day, name in _read(year, CATEGORIES).items() if ESTIMATED in name))


@lru_cache(maxsize=32)
def _read(year: int, categories: tuple[str, ...]) -> Mapping[date, str]:
    days = _decade(year // YEARS * YEARS, categories)
    return MappingProxyType({day: name for day, name in days.items() if day.year == year})


@lru_cache(maxsize=8)
def _decade(first: int, categories: tuple[str, ...]) -> Mapping[date, str]:
    """The holidays of ten years, read by a process of its own: the library keeps 11 MB, for all countries."""
    asked = [str(first), str(first + YEARS), LANGUAGE, *categories]
    command = [sys.executable, "-P", country_days.__file__, *asked]
    try:
        done = subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)  # noqa: S603 - ours
        return _dated(json.loads(done.stdout))
    except (OSError, subprocess.SubprocessError, ValueError, AttributeError):
        # The machine may refuse another process, or add words to its output. A due date waits for neither.
        return _dated(country_days.found(*asked))


def _dated(found: Mapping[str, str]) -> Mapping[date, str]:
    return {date.fromisoformat(day): name for day, name in found.items()}
