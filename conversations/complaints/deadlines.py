"""Working-day arithmetic. Day 1 is the next counted day; the calendar comes in as an argument."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

IsWorkingDay = Callable[[date], bool]
Unit = Literal["working", "calendar"]

# The agencies' zone: western Indonesian time (WIB).
ZONE = ZoneInfo("Asia/Jakarta")
ONE_DAY = timedelta(days=1)
LONGEST_CLOSURE = 366


class StatutoryLimits(NamedTuple):
    """The calendar days that the law grants, as secondary sources give them.

    They are reported for UU 25/2009 art. 44 and 50; nobody here has read the articles in full, and
    PermenPANRB 5/2025 and Permendagri 8/2023 are newer. The agency is to confirm them.
    """

    say_whether_complete: int = 14
    complete: int = 30
    decide: int = 60
    tell_the_decision: int = 14


STATUTORY_LIMITS = StatutoryLimits()


class Clock(BaseModel):
    """How long an agency gives itself for a response. Source: the standard's "Waktu Penyelesaian"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: int = Field(default=3, ge=1, le=365)
    unit: Unit = "working"
    starts_at: Literal["receipt", "verification"] = "receipt"


class NoWorkingDayError(Exception):
    """The calendar holds no working day for a whole year."""


def due_date(start: date, days: int, unit: Unit, is_working_day: IsWorkingDay) -> date:
    """The last day of a term that begins on the counted day after `start`; no days end it on `start`."""
    due = start
    for _ in range(days):
        due = _next_counted(due, unit, is_working_day)
    return due


def days_left(today: date, due: date, unit: Unit, is_working_day: IsWorkingDay) -> int:
    """The counted days that are not yet over, today and the due date among them; 0 once overdue."""
    return _count(today, due + ONE_DAY, unit, is_working_day)


def days_overdue(today: date, due: date, unit: Unit, is_working_day: IsWorkingDay) -> int:
    """The counted days begun since the due date, today among them; 0 until then."""
    return _count(due + ONE_DAY, today + ONE_DAY, unit, is_working_day)


def remaining_at_pause(
    started: date, paused_on: date, due: date, unit: Unit, is_working_day: IsWorkingDay
) -> int:
    """The days of the term that a pause keeps: those not yet over, the day of the pause among them.

    The day on which the clock started is none of them. The term goes on with
    `due_date(completed_on, remaining, …)`.
    """
    return days_left(max(paused_on, started + ONE_DAY), due, unit, is_working_day)


def next_working_day(after: date, is_working_day: IsWorkingDay) -> date:
    """The first working day later than `after`."""
    return _next_counted(after, "working", is_working_day)


def previous_working_day(before: date, is_working_day: IsWorkingDay) -> date:
    """The last working day earlier than `before`."""
    return _nearest(before, -ONE_DAY, is_working_day)


def _next_counted(after: date, unit: Unit, is_working_day: IsWorkingDay) -> date:
    return after + ONE_DAY if unit == "calendar" else _nearest(after, ONE_DAY, is_working_day)


def _nearest(start: date, step: timedelta, is_working_day: IsWorkingDay) -> date:
    day = start
    for _ in range(LONGEST_CLOSURE):
        day += step
        if is_working_day(day):
            return day
    raise NoWorkingDayError(start)


def _count(first: date, end: date, unit: Unit, is_working_day: IsWorkingDay) -> int:
    if unit == "calendar":
        return max(0, (end - first).days)
    return sum(is_working_day(day) for day in _days(first, end))


def _days(first: date, end: date) -> Iterator[date]:
    for offset in range((end - first).days):
        yield first + timedelta(days=offset)
