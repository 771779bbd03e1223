"""When officers are reminded of a case. Every moment is 08:00 of a working day of the agency.

1. Not verified: the working day after the clock started (receipt, completion or objection).
2. Due soon: the working day before the due date. Due today: the due date. Overdue: each later working day.
3. While the case is incomplete its clock is paused: none of these.
4. A statutory limit (deadlines.STATUTORY_LIMITS, calendar days) is announced twice: three days before its
   last day, or on the working day before that; and on the working day after its last day.
5. A moment counts when it is later than the last reminder (`Case.reminded_at`) and than the start of the
   clock. One reminder therefore covers all earlier ones: after downtime a case is reminded of once.
6. The moments are counted when the case is stored. When holidays are added later, the clock wakes on one of
   them, finds no working day, and looks again the next morning.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple

from conversations.complaints.case import Case
from conversations.complaints.deadlines import (
    ONE_DAY,
    STATUTORY_LIMITS,
    ZONE,
    IsWorkingDay,
    next_working_day,
    previous_working_day,
)
from conversations.complaints.life_cycle import OPEN, Status
from conversations.complaints.terms import Terms

MORNING = time(8)
# The calendar days before the end of a statutory limit on which it is announced.
ANNOUNCED_BEFORE = 3
# The clock of these runs towards the due date.
CLOCKED = OPEN - {Status.INCOMPLETE}
# These begin a clock.
_STARTS = frozenset({Status.RECEIVED, Status.REOPENED})

Duty = Literal["say_whether_complete", "complete", "decide", "tell_the_decision"]


class StatutoryLimit(NamedTuple):
    """What the law requires, from when the limit counts, and its last day."""

    duty: Duty
    since: datetime
    last_day: date


class Announcement(NamedTuple):
    """A statutory limit that is near its end, or over, and the moment from which it is announced."""

    limit: StatutoryLimit
    over: bool
    at: datetime


def morning_of(day: date) -> datetime:
    """The moment from which the clock acts on a day."""
    return datetime.combine(day, MORNING, ZONE)


def next_morning(now: datetime) -> datetime:
    """The first such moment after now."""
    today = now.astimezone(ZONE).date()
    morning = morning_of(today)
    return morning if now < morning else morning_of(today + ONE_DAY)


def next_working_morning(after: datetime, works: IsWorkingDay) -> datetime:
    """The first such moment of a working day after this one."""
    day = next_morning(after).date()
    return morning_of(day if works(day) else next_working_day(day, works))


def is_working_morning(now: datetime, works: IsWorkingDay) -> bool:
    """Whether officers are reminded now: on a working day, from 08:00 on."""
    today = now.astimezone(ZONE).date()
    return works(today) and now >= morning_of(today)


def clock_started(case: Case) -> datetime:
    """When the present clock of the case started; of an entry on behalf, when it was entered."""
    return next((line.at for line in reversed(case.timeline) if line.status in _STARTS), case.received_at)


def unverified(case: Case, terms: Terms) -> datetime | None:
    """The reminder that the case is not verified."""
    if case.status is not Status.RECEIVED:
        return None
    started = clock_started(case).astimezone(ZONE).date()
    return _later(case, morning_of(next_working_day(started, _calendar(case, terms))))


def due_soon(case: Case, terms: Terms) -> datetime | None:
    """The reminder before the due date."""
    if case.status not in CLOCKED:
        return None
    return _later(case, morning_of(previous_working_day(case.due_on, _calendar(case, terms))))


def due_today(case: Case, terms: Terms) -> datetime | None:
    """The reminder on the due date; none where it is no working day, as with a clock in calendar days."""
    if case.status not in CLOCKED or not _calendar(case, terms)(case.due_on):
        return None
    return _later(case, morning_of(case.due_on))


def overdue(case: Case, terms: Terms) -> datetime | None:
    """The next reminder after the due date."""
    if case.status not in CLOCKED:
        return None
    after = max(_since(case), morning_of(case.due_on))
    return next_working_morning(after, _calendar(case, terms))


def statutory(case: Case, terms: Terms) -> datetime | None:
    """The next announcement of a statutory limit."""
    since = _since(case)
    return min((one.at for one in _announcements(case, terms) if one.at > since), default=None)


def announced(case: Case, terms: Terms, now: datetime) -> Announcement | None:
    """The newest announcement since the last reminder; None for none."""
    since = _since(case)
    passed = [one for one in _announcements(case, terms) if since < one.at <= now]
    return max(passed, key=lambda one: one.at, default=None)


def statutory_limits(case: Case) -> tuple[StatutoryLimit, ...]:
    """The limits that run for the case in its present status.

    Source: UU 25/2009 art. 44 and 50 according to secondary sources (deadlines.StatutoryLimits).
    """
    started = clock_started(case)
    days = STATUTORY_LIMITS
    if case.status is Status.RECEIVED:
        return (
            _limit("say_whether_complete", started, days.say_whether_complete),
            _limit("decide", started, days.decide),
        )
    if case.status is Status.INCOMPLETE:
        return (_limit("complete", _last_step(case), days.complete),)
    if case.status in OPEN:
        return (_limit("decide", _complete_since(case), days.decide),)
    if case.status is Status.RESPONDED and case.objection_until is None:
        return (_limit("tell_the_decision", _last_step(case), days.tell_the_decision),)
    return ()


def _limit(duty: Duty, since: datetime, days: int) -> StatutoryLimit:
    return StatutoryLimit(duty, since, since.astimezone(ZONE).date() + timedelta(days=days))


def _announcements(case: Case, terms: Terms) -> Iterator[Announcement]:
    works = _calendar(case, terms)
    for limit in statutory_limits(case):
        day = limit.last_day - timedelta(days=ANNOUNCED_BEFORE)
        before = day if works(day) else previous_working_day(day, works)
        if morning_of(before) > limit.since:
            yield Announcement(limit, over=False, at=morning_of(before))
        yield Announcement(limit, over=True, at=morning_of(next_working_day(limit.last_day, works)))


def _complete_since(case: Case) -> datetime:
    """When the case was verified or reopened, whichever is later; else when its clock started."""
    steps = {Status.VERIFIED, Status.REOPENED}
    return next((line.at for line in reversed(case.timeline) if line.status in steps), clock_started(case))


def _last_step(case: Case) -> datetime:
    return case.timeline[-1].at if case.timeline else case.received_at


def _since(case: Case) -> datetime:
    """The moment that a reminder must be later than."""
    started = clock_started(case)
    return max(started, case.reminded_at) if case.reminded_at else started


def _later(case: Case, at: datetime) -> datetime | None:
    return at if at > _since(case) else None


def _calendar(case: Case, terms: Terms) -> IsWorkingDay:
    return terms.calendar(case.agency)
