"""Arithmetic of working days. Day 1 is the next counted day; the calendar is an argument."""

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
    """The calendar days that the law grants, according to secondary sources.

    Source: UU 25/2009 art. 44 and 50, not read in full. PermenPANRB 5/2025 and Permendagri 8/2023 are newer:
    the agency has to confirm the numbers.
    """

    say_whether_complete: int = 14
    complete: int = 30
    decide: int = 60
    tell_the_decision: int = 14


STATUTORY_LIMITS = StatutoryLimits()


class Clock(BaseModel):
    """The time within which an agency responds. Source: its service standard, "Waktu Penyelesaian"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: int = Field(default=3, ge=1, le=365)
    unit: Unit = "working"
    starts_at: Literal["receipt", "verification"] = "receipt"


class NoWorkingDayError(Exception):
    """The calendar has no working day within LONGEST_CLOSURE days."""


def due_date(start: date, days: int, unit: Unit, is_working_day: IsWorkingDay) -> date:
    """The last day of a term whose day 1 is the next counted day after `start`; with 0 days it is `start`."""
    due = start
    for _ in range(days):
        due = _next_counted(due, unit, is_working_day)
    return due


def days_left(today: date, due: date, unit: Unit, is_working_day: IsWorkingDay) -> int:
    """The number of counted days from today to the due date, both included; 0 when it has passed."""
    return _count(today, due + ONE_DAY, unit, is_working_day)


def days_overdue(today: date, due: date, unit: Unit, is_working_day: IsWorkingDay) -> int:
    """The number of counted days after the due date, today included; 0 until then."""
    return _count(due + ONE_DAY, today + ONE_DAY, unit, is_working_day)


def remaining_at_pause(
    started: date, paused_on: date, due: date, unit: Unit, is_working_day: IsWorkingDay
) -> int:
    """The number of days that remain when the clock is paused, the day of the pause included.

    The day on which the clock started does not count. After the pause the due date is
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
