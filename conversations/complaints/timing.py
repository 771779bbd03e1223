"""Whether the agency has kept the time for a response, and how many days the response took.

1. The response of a case is the first one that was not recalled. It counts from the day on which it was sent
   to the citizen; where a leader approves, from the approval.
2. It is on time if that day is not after the due date that held then (`Contribution.due_on`), which a pause
   had postponed. A response of an earlier version has no such date: there the days that it took count.
3. Days are counted from the receipt to the response; day 1 is the next counted day. The days from a request
   for what is missing to its completion, both included, do not count; of a request that was withdrawn, the
   day of the withdrawal counts again (desk/checklist.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from conversations.complaints.case import Case, Contribution
from conversations.complaints.deadlines import ONE_DAY, ZONE, Clock, IsWorkingDay, Unit
from conversations.complaints.life_cycle import Status


class Timing(StrEnum):
    """Whether the agency has kept the time for the response."""

    ON_TIME = "on_time"
    LATE = "late"
    # Open, without a response, and the due date has passed.
    OVERDUE = "overdue"
    # Open, and the due date has not passed or the clock is paused.
    RUNNING = "running"
    # Ended without a response.
    ENDED = "ended"


# Those whose time is over: they are in the share on time.
JUDGED = (Timing.ON_TIME, Timing.LATE, Timing.OVERDUE)


def timing(case: Case, clock: Clock, today: date, works: IsWorkingDay) -> Timing:
    """The timing of the case; `works` is the calendar of its agency."""
    if answer := response(case):
        return Timing.ON_TIME if _in_time(case, answer, clock, works) else Timing.LATE
    if not case.open:
        return Timing.ENDED
    return Timing.OVERDUE if case.is_overdue(today) else Timing.RUNNING


def response(case: Case) -> Contribution | None:
    """The first response that was not recalled; None without one."""
    return next((entry for entry in case.responses if entry.recall is None), None)


def received_on(case: Case) -> date:
    """The day on which the complaint reached the agency."""
    return case.received_at.astimezone(ZONE).date()


def sent_on(entry: Contribution) -> date:
    """The day on which it was sent."""
    return entry.at.astimezone(ZONE).date()


def days_taken(case: Case, day: date, unit: Unit, works: IsWorkingDay, since: date | None = None) -> int:
    """The counted days after the receipt, or after `since`, up to this day, without those of the pauses."""
    first, paused = (since or received_on(case)) + ONE_DAY, set(_paused(case))
    days = (first + timedelta(days=offset) for offset in range((day - first).days + 1))
    return sum((unit == "calendar" or works(one)) and one not in paused for one in days)


def _in_time(case: Case, answer: Contribution, clock: Clock, works: IsWorkingDay) -> bool:
    if answer.due_on:
        return sent_on(answer) <= answer.due_on
    since = _verified_on(case) if clock.starts_at == "verification" else None
    return days_taken(case, sent_on(answer), clock.unit, works, since) <= clock.days


def _verified_on(case: Case) -> date | None:
    verified = (line.at for line in case.timeline if line.status is Status.VERIFIED)
    return next((at.astimezone(ZONE).date() for at in verified), None)


def _paused(case: Case) -> Iterator[date]:
    """The days of the pauses that are over."""
    completed = {supplement.at for supplement in case.supplements}
    asked: date | None = None
    for line in case.timeline:
        day = line.at.astimezone(ZONE).date()
        if line.status is Status.INCOMPLETE:
            asked = day
        elif asked is not None:
            days = (day - asked).days + (line.at in completed)
            yield from (asked + timedelta(days=offset) for offset in range(days))
            asked = None
