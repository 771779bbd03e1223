"""The country's calendar: holidays, joint leave and the agency's own closed days."""

import subprocess
from collections.abc import Callable
from datetime import date

import pytest

from bot.clock import calendars
from bot.clock.calendars import WorkingCalendar


@pytest.mark.parametrize(
    ("label", "works"),
    [
        ("Monday 2026-11-02", True),
        ("Saturday 2026-11-07", False),
        ("Sunday 2026-11-08", False),
        ("Monday 2026-08-17", False),  # Independence Day
        ("Wednesday 2026-03-18", False),  # joint leave of Nyepi
        ("Thursday 2026-12-24", False),  # joint leave of Christmas
        ("Friday 2026-12-25", False),
        ("Tuesday 2026-11-10", True),
    ],
)
def test_offices_work_on_weekdays_that_are_no_holidays(label: str, works: bool) -> None:
    weekday, _, iso = label.partition(" ")
    day = date.fromisoformat(iso)
    assert day.strftime("%A") == weekday
    assert WorkingCalendar().is_working_day(day) is works


def test_the_agency_closes_on_days_of_its_own() -> None:
    anniversary = date(2026, 9, 18)
    assert WorkingCalendar().is_working_day(anniversary)
    assert not WorkingCalendar([anniversary]).is_working_day(anniversary)


@pytest.mark.parametrize(("year", "missing"), [(2026, False), (2027, False), (2030, True)])
def test_a_year_without_joint_leave_is_reported(year: int, missing: bool) -> None:
    assert WorkingCalendar().missing_joint_leave(year) is missing


def test_estimated_holidays_are_reported_in_any_language_of_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANGUAGE", "id")
    estimated = WorkingCalendar().estimated_dates(2030)
    assert estimated == tuple(sorted(estimated))
    assert estimated
    assert WorkingCalendar().estimated_dates(2025) == ()


def _hung(*_: object, **__: object) -> None:
    raise subprocess.TimeoutExpired("python", calendars.PATIENCE)


def _refused(*_: object, **__: object) -> None:
    raise BlockingIOError


def _answering(output: bytes) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    return lambda *_, **__: subprocess.CompletedProcess("python", 0, output)


@pytest.mark.parametrize(
    "run",
    [_refused, _hung, *(_answering(words) for words in (b"", b"a warning\n{}", b"[]", b'{"soon": "Eid"}'))],
    ids=["refused", "hung", "silent", "with a warning", "a list", "no date"],
)
def test_a_process_that_does_not_answer_is_not_needed(
    monkeypatch: pytest.MonkeyPatch, run: Callable[..., object]
) -> None:
    known = dict(calendars._read(2026, calendars.CATEGORIES))
    calendars._read.cache_clear()
    calendars._decade.cache_clear()
    monkeypatch.setattr(subprocess, "run", run)
    assert dict(calendars._read(2026, calendars.CATEGORIES)) == known
