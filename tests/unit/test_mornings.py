"""The moments of reminders at midnight, in long holidays, with other clocks, after a clock started again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.turns.providers import calendars
from conversations.complaints import mornings, wakeups
from conversations.complaints.case import Case, Happened
from conversations.complaints.deadlines import Clock, due_date
from conversations.complaints.life_cycle import Status
from conversations.complaints.rules import Rules
from conversations.complaints.terms import Terms
from conversations.events import WakeupKind as Kind
from tests.unit.filed import Desk
from tests.unit.transcript import RULES, WIB

EIGHT = 8


def at(day: str, hour: int = EIGHT, minute: int = 0) -> datetime:
    """A moment in WIB; the day with its weekday, as "Friday 2026-03-27"."""
    parsed = date.fromisoformat(day.split()[1])
    assert f"{parsed:%A}" == day.split(maxsplit=1)[0]
    return datetime(parsed.year, parsed.month, parsed.day, hour, minute, tzinfo=WIB)


def terms(**changes: Any) -> Terms:
    """The real calendar for one agency with these settings."""
    rules = Rules(agencies=(RULES.agencies[0].model_copy(update=changes),))
    return Terms(rules, calendars(rules))


def case_at(received: datetime, known: Terms, **changes: Any) -> Case:
    """A case that was received then, with its due date."""
    clock = known.rules.agencies[0].clock
    due = due_date(received.date(), clock.days, clock.unit, known.calendar("dpmd"))
    line = Happened(status=Status.RECEIVED, at=received)
    return Desk().file(**{"received_at": received, "due_on": due, "timeline": (line,), **changes})


def reminders(case: Case, known: Terms, until: datetime) -> list[tuple[Kind, datetime]]:
    """What the clock does if it looks at every moment, and no officer acts."""
    found = []
    while (wakeup := wakeups.next_wakeup([case], known)) and wakeup.at <= until:
        found.append((wakeups.due([case], known, wakeup.at)[0].kind, wakeup.at))
        case = case.model_copy(update={"reminded_at": wakeup.at})
    return found


def test_a_complaint_of_the_last_minute_of_a_year() -> None:
    known = terms()
    case = case_at(at("Thursday 2026-12-31", 23, 59), known)
    # Friday 1 and Tuesday 5 January 2027 are holidays.
    assert reminders(case, known, at("Friday 2027-01-08")) == [
        (Kind.UNVERIFIED, at("Monday 2027-01-04")),
        (Kind.DUE_SOON, at("Wednesday 2027-01-06")),
        (Kind.DUE_TODAY, at("Thursday 2027-01-07")),
        (Kind.OVERDUE, at("Friday 2027-01-08")),
    ]


def test_a_complaint_at_midnight_belongs_to_the_new_day() -> None:
    known = terms()
    before = case_at(at("Monday 2026-09-07", 23, 59), known)
    after = case_at(at("Tuesday 2026-09-08", 0, 0), known)
    assert [moment for _, moment in reminders(before, known, at("Tuesday 2026-09-08"))] == [
        at("Tuesday 2026-09-08")
    ]
    assert reminders(after, known, at("Tuesday 2026-09-08")) == []
    assert (before.due_on, after.due_on) == (date(2026, 9, 10), date(2026, 9, 11))


def test_a_moment_in_utc_counts_by_its_day_in_wib() -> None:
    known = terms()
    received = at("Tuesday 2026-09-08", 0, 30).astimezone(UTC)
    assert received.date() == date(2026, 9, 7)
    case = case_at(received, known)
    assert mornings.unverified(case, known) == at("Wednesday 2026-09-09")


def test_no_reminder_comes_during_lebaran() -> None:
    known = terms()
    case = case_at(at("Tuesday 2026-03-17", 10), known)
    assert [moment for _, moment in reminders(case, known, at("Friday 2026-03-27"))] == [
        *(at("Wednesday 2026-03-25"), at("Thursday 2026-03-26"), at("Friday 2026-03-27"))
    ]


def test_the_agency_s_own_closed_days_are_no_working_days() -> None:
    known = terms(closed_dates=(date(2026, 9, 8), date(2026, 9, 9)))
    case = case_at(at("Monday 2026-09-07", 10), known)
    assert reminders(case, known, at("Tuesday 2026-09-15"))[0] == (
        Kind.UNVERIFIED,
        at("Thursday 2026-09-10"),
    )
    assert case.due_on == date(2026, 9, 14)


def test_a_clock_in_calendar_days_may_end_on_a_day_off() -> None:
    known = terms(clock=Clock(days=3, unit="calendar"))
    case = case_at(at("Thursday 2026-09-10", 10), known, status=Status.VERIFIED)
    assert case.due_on == date(2026, 9, 13)  # a Sunday
    assert reminders(case, known, at("Monday 2026-09-14")) == [
        (Kind.DUE_SOON, at("Friday 2026-09-11")),
        (Kind.OVERDUE, at("Monday 2026-09-14")),
    ]


def test_a_term_of_one_day_has_no_reminder_before_it_began() -> None:
    known = terms(clock=Clock(days=1))
    case = case_at(at("Monday 2026-09-07", 10), known, status=Status.VERIFIED)
    assert reminders(case, known, at("Wednesday 2026-09-09")) == [
        (Kind.DUE_TODAY, at("Tuesday 2026-09-08")),
        (Kind.OVERDUE, at("Wednesday 2026-09-09")),
    ]


AGAIN = {
    "an objection": Status.REOPENED,
    "a completion": Status.RECEIVED,
}


@pytest.mark.parametrize("name", AGAIN)
def test_a_clock_that_started_again_has_its_own_reminders(name: str) -> None:
    known = terms()
    started = at("Monday 2026-09-07", 15)
    first = case_at(at("Monday 2026-08-03", 10), known)
    line = Happened(status=AGAIN[name], at=started)
    case = first.model_copy(
        update={
            "status": AGAIN[name],
            "timeline": (*first.timeline, line),
            "due_on": date(2026, 9, 10),
            "reminded_at": at("Friday 2026-08-07"),
        }
    )
    found = reminders(case, known, at("Friday 2026-09-11"))
    unverified = [(Kind.UNVERIFIED, at("Tuesday 2026-09-08"))] if AGAIN[name] is Status.RECEIVED else []
    assert found == [
        *unverified,
        (Kind.DUE_SOON, at("Wednesday 2026-09-09")),
        (Kind.DUE_TODAY, at("Thursday 2026-09-10")),
        (Kind.OVERDUE, at("Friday 2026-09-11")),
    ]


def test_an_entry_on_behalf_is_not_reminded_of_before_it_was_entered() -> None:
    """A letter of a week ago: its clock counts from the letter, its reminders from the entry."""
    known = terms()
    letter, entered = at("Monday 2026-09-07", 10), at("Monday 2026-09-14", 11)
    case = case_at(letter, known, timeline=(Happened(status=Status.RECEIVED, at=entered),))
    assert case.due_on == date(2026, 9, 10)
    assert reminders(case, known, at("Tuesday 2026-09-15")) == [(Kind.UNVERIFIED, at("Tuesday 2026-09-15"))]


def test_an_incomplete_case_has_the_limit_of_its_completion_only() -> None:
    known = terms()
    asked = at("Monday 2026-09-07", 15)
    case = case_at(at("Monday 2026-09-07", 10), known, status=Status.INCOMPLETE)
    case = case.model_copy(
        update={"timeline": (*case.timeline, Happened(status=Status.INCOMPLETE, at=asked))}
    )
    # 30 days after 7 September are over on Wednesday 7 October; three days before that is a Sunday.
    assert reminders(case, known, at("Saturday 2026-10-31")) == [
        (Kind.STATUTORY, at("Friday 2026-10-02")),
        (Kind.STATUTORY, at("Thursday 2026-10-08")),
    ]


def test_a_response_that_was_not_delivered_has_to_be_told() -> None:
    known = terms()
    told = at("Monday 2026-09-07", 15)
    case = case_at(at("Friday 2026-09-04", 10), known, status=Status.RESPONDED)
    case = case.model_copy(update={"timeline": (*case.timeline, Happened(status=Status.RESPONDED, at=told))})
    assert reminders(case, known, at("Saturday 2026-10-31")) == [
        (Kind.STATUTORY, at("Friday 2026-09-18")),
        (Kind.STATUTORY, at("Tuesday 2026-09-22")),
    ]
    delivered = case.model_copy(update={"objection_until": date(2026, 9, 17)})
    assert [kind for kind, _ in reminders(delivered, known, at("Thursday 2026-09-17"))] == []
