"""The response clock of a case: its due date, and what a pause leaves of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from conversations.casefile import agency_of
from conversations.complaints.case import Case
from conversations.complaints.deadlines import IsWorkingDay, due_date, remaining_at_pause
from conversations.complaints.life_cycle import Status
from conversations.world import World


def due_from(start: date, case: Case, world: World) -> date:
    """The due date of a clock that starts on this day."""
    clock = agency_of(case, world.rules).clock
    return due_date(start, clock.days, clock.unit, _calendar(case, world))


def days_kept(case: Case, world: World) -> int:
    """The days of the response clock that are not over when it is paused now, today included."""
    clock = agency_of(case, world.rules).clock
    started = [case.clock_from or case.received_at.astimezone(world.now.tzinfo).date()]
    restarts = {Status.REOPENED}
    if clock.starts_at == "verification" and case.clock_from is None:
        restarts.add(Status.VERIFIED)
    started += [
        step.at.astimezone(world.now.tzinfo).date() for step in case.timeline if step.status in restarts
    ]
    return remaining_at_pause(max(started), world.today, case.due_on, clock.unit, _calendar(case, world))


def due_after_pause(case: Case, days: int, after: date, world: World) -> date:
    """The due date of a clock with these days left, whose day 1 is the next counted day after `after`."""
    unit = agency_of(case, world.rules).clock.unit
    return due_date(after, days, unit, _calendar(case, world))


def resumed(case: Case, after: date, world: World) -> dict[str, Any]:
    """The fields of a case whose clock goes on after this day, because nothing is asked for any more."""
    due = due_after_pause(case, case.request.days_kept, after, world) if case.request else case.due_on
    return {"request": None, "due_on": due, "clock_from": after}


def _calendar(case: Case, world: World) -> IsWorkingDay:
    return lambda day: world.providers.is_working_day(case.agency, day)
