"""How a case ended, for templates: a decision, another case, the plan of an archived one."""

from __future__ import annotations

from typing import Any

from conversations import casefile
from conversations.complaints.case import Case
from conversations.complaints.destinations import destination_of
from conversations.complaints.rules import Rules
from conversations.world import World


def ended(case: Case, rules: Rules, *, group: bool) -> dict[str, Any]:
    """Where a complaint went that ended without a response, and its number there; empty for others.

    `group` is for the card: of a confidential case it has no number of another body.
    """
    decision = case.decision
    if decision is None:
        return {}
    other = case.redirected_to or case.duplicate_of
    destination = destination_of(decision.target, rules)
    return {
        "purpose": decision.purpose.value,
        "by": decision.by,
        "at": decision.at.isoformat(),
        "destination": destination.name if destination else "",
        "contact": destination.contact if destination else "",
        "tracking": destination.tracking if destination else "",
        # A number of a confidential case leads to its content elsewhere.
        "number": "" if group and case.complaint.confidential else case.tracking,
        "reference": other.reference if other else "",
    }


def original(case: Case, world: World) -> dict[str, Any]:
    """The status of the case that this one is a duplicate of; never its content; empty for no duplicate."""
    link = case.duplicate_of
    if link is None:
        return {}
    found = world.cases.get(link.id)
    answers = [entry for entry in found.responses if not entry.recall] if found else []
    return {
        "reference": link.reference,
        "status": found.status.value if found else "",
        "answered": answers[-1].at.isoformat() if answers else "",
    }


def division_name(case: Case, division: str, rules: Rules) -> str:
    """The name of a division of the case's agency; empty for the complaint desk, and for none."""
    divisions = casefile.agency_of(case, rules).divisions
    return next((entry.name for entry in divisions if entry.id == division), "")


def plan(case: Case, world: World) -> dict[str, Any]:
    """The follow-up plan for the group: of a confidential case without its text; empty without one."""
    if case.plan is None:
        return {}
    known = case.plan
    return {
        "text": "" if case.complaint.confidential else known.text,
        "division": division_name(case, known.division, world.rules),
        "due": known.due_on.isoformat() if known.due_on else "",
        "overdue": known.is_open and known.due_on is not None and world.today > known.due_on,
        "by": known.by,
        "done_by": known.done_by,
        "done_at": known.done_at.isoformat() if known.done_at else "",
    }
