"""The dates of product.md, with the country's real calendar, and the arithmetic around them."""

from datetime import date

import pytest
from pydantic import ValidationError

from bot.clock.calendars import WorkingCalendar
from conversations.complaints.deadlines import (
    STATUTORY_LIMITS,
    Clock,
    NoWorkingDayError,
    Unit,
    days_left,
    days_overdue,
    due_date,
    next_working_day,
    previous_working_day,
    remaining_at_pause,
)
from tests.unit.dates import day

INDONESIA = WorkingCalendar().is_working_day


def weekdays_only(when: date) -> bool:
    return when.weekday() < 5


@pytest.mark.parametrize(
    ("received", "days", "unit", "due"),
    [
        ("Tuesday 2026-03-17", 3, "working", "Friday 2026-03-27"),  # Nyepi, Idul Fitri and their joint leave
        ("Wednesday 2026-12-23", 3, "working", "Wednesday 2026-12-30"),  # joint leave on the 24th
        ("Monday 2026-11-02", 3, "working", "Thursday 2026-11-05"),
        ("Friday 2026-11-06", 3, "working", "Wednesday 2026-11-11"),
        ("Saturday 2026-11-07", 3, "working", "Wednesday 2026-11-11"),
        ("Sunday 2026-11-08", 1, "working", "Monday 2026-11-09"),
        ("Tuesday 2026-03-17", 3, "calendar", "Friday 2026-03-20"),
        ("Wednesday 2026-12-23", 14, "calendar", "Wednesday 2027-01-06"),
        ("Monday 2026-11-02", 0, "working", "Monday 2026-11-02"),
    ],
)
def test_due_date_counts_from_the_day_after(received: str, days: int, unit: Unit, due: str) -> None:
    assert due_date(day(received), days, unit, INDONESIA) == day(due)


@pytest.mark.parametrize(
    ("today", "unit", "left", "overdue"),
    [
        ("Tuesday 2026-11-03", "working", 3, 0),
        ("Thursday 2026-11-05", "working", 1, 0),  # the due date itself is not over
        ("Friday 2026-11-06", "working", 0, 1),
        ("Sunday 2026-11-08", "working", 0, 1),  # a weekend adds nothing
        ("Monday 2026-11-09", "working", 0, 2),
        ("Sunday 2026-11-08", "calendar", 0, 3),
        ("Tuesday 2026-11-03", "calendar", 3, 0),
    ],
)
def test_days_left_and_overdue_never_overlap(today: str, unit: Unit, left: int, overdue: int) -> None:
    due = day("Thursday 2026-11-05")
    assert days_left(day(today), due, unit, weekdays_only) == left
    assert days_overdue(day(today), due, unit, weekdays_only) == overdue


@pytest.mark.parametrize(
    ("paused", "kept", "completed", "due"),
    [
        ("Tuesday 2026-11-03", 3, "Friday 2026-11-06", "Wednesday 2026-11-11"),
        ("Monday 2026-11-02", 3, "Friday 2026-11-06", "Wednesday 2026-11-11"),  # paused on the first day
        ("Thursday 2026-11-05", 1, "Friday 2026-11-06", "Monday 2026-11-09"),
        ("Friday 2026-11-06", 0, "Monday 2026-11-09", "Monday 2026-11-09"),  # it was late already
    ],
)
def test_a_pause_keeps_the_days_that_are_not_over(paused: str, kept: int, completed: str, due: str) -> None:
    received = day("Monday 2026-11-02")
    first_due = due_date(received, 3, "working", weekdays_only)
    remaining = remaining_at_pause(received, day(paused), first_due, "working", weekdays_only)
    assert remaining == kept
    assert due_date(day(completed), remaining, "working", weekdays_only) == day(due)


def test_neighbouring_working_days_pass_over_the_holidays() -> None:
    assert next_working_day(day("Tuesday 2026-03-17"), INDONESIA) == day("Wednesday 2026-03-25")
    assert previous_working_day(day("Wednesday 2026-03-25"), INDONESIA) == day("Tuesday 2026-03-17")


def test_a_calendar_without_working_days_is_refused_instead_of_searched_for_ever() -> None:
    with pytest.raises(NoWorkingDayError):
        due_date(day("Monday 2026-11-02"), 1, "working", lambda _day: False)


def test_the_clock_is_three_working_days_from_receipt_unless_configured() -> None:
    clock = Clock()
    assert (clock.days, clock.unit, clock.starts_at) == (3, "working", "receipt")
    with pytest.raises(ValidationError, match="days"):
        Clock(days=0)


def test_statutory_limits_are_calendar_days() -> None:
    received = day("Wednesday 2026-12-23")
    ends = [due_date(received, days, "calendar", INDONESIA) for days in STATUTORY_LIMITS]
    assert ends == [
        day("Wednesday 2027-01-06"),
        day("Friday 2027-01-22"),
        day("Sunday 2027-02-21"),
        day("Wednesday 2027-01-06"),
    ]
