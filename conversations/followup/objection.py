"""An objection: until when it may be made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from conversations.complaints.case import Case
from conversations.complaints.complaint import Part
from conversations.complaints.life_cycle import Status
from conversations.conversation import Unsent
from conversations.world import World


def may_object(case: Case, world: World, parts: Sequence[Part] = ()) -> bool:
    """Whether "Belum Puas" reopens the case now.

    It is responded or answered as a question, and the objection days are not over or these messages were
    written in them. Silence that has closed it meanwhile is no obstacle to what was written in time.
    """
    until = case.objection_until
    if case.answered_as_question:
        return until is None or world.today <= until or _written_in_time(parts, until, world)
    if until is None or (case.status is Status.RESPONDED and world.today <= until):
        return case.status is Status.RESPONDED
    silent = case.status is Status.RESPONDED or _closed_by_silence(case, until, world)
    return silent and _written_in_time(parts, until, world)


def reopens(case: Case, unsent: Unsent, world: World) -> bool:
    """Whether this objection reopens the case: its first message was written within the objection days."""
    return may_object(case, world, unsent.parts)


def _written_in_time(parts: Sequence[Part], until: date, world: World) -> bool:
    return bool(parts) and parts[0].at.astimezone(world.now.tzinfo).date() <= until


def _closed_by_silence(case: Case, until: date, world: World) -> bool:
    """Whether the case was closed after the last day for an objection: "Puas" closes it before."""
    closed_on = case.timeline[-1].at.astimezone(world.now.tzinfo).date()
    return case.status is Status.CLOSED and closed_on > until
