"""The follow-up plan of an archived complaint: what is to be done, by which division, until when.

The officer chooses division and day before writing (archiving.py); a day of their own stands at the beginning
of the text. The plan is internal: citizens see that the complaint is archived, and not the plan.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from conversations import case_end, casefile, keys, papers
from conversations.complaints.case import Case, Contribution, changed, transition
from conversations.complaints.follow_up import Plan
from conversations.complaints.life_cycle import CaseEvent
from conversations.desk import access
from conversations.desk.refusals import Refusal
from conversations.effects import Outcome, RecordHistory, Send
from conversations.events import PersonEvent
from conversations.messages import DocumentKind, OutgoingMessage, Params
from conversations.reading.future_days import is_ahead, split_day
from conversations.reading.words import has_a_word
from conversations.world import World

# The division of a plan that the complaint desk itself carries out, and of a case without a follow-up.
DESK, NONE = "desk", "none"


def target(division: str, day: date | None) -> str:
    """What was chosen: the division, and the day; without a day it is read from the text."""
    return f"{division}|{day.isoformat() if day else ''}"


def division_of(contribution: Contribution) -> str:
    """The chosen division: its id, DESK or NONE."""
    return contribution.target.partition("|")[0]


def day_of(contribution: Contribution) -> date | None:
    """The chosen day; None without one."""
    day = contribution.target.partition("|")[2]
    return date.fromisoformat(day) if day else None


def read(world: World, _case: Case, contribution: Contribution) -> Contribution:
    """The contribution with the day at the beginning of its text, where none was chosen."""
    if day_of(contribution) or division_of(contribution) == NONE or not contribution.parts:
        return contribution
    first = contribution.parts[0]
    day, text = split_day(first.text, world.today)
    if day is None:
        return contribution
    parts = (first.model_copy(update={"text": text.strip()}), *contribution.parts[1:])
    chosen = target(division_of(contribution), day)
    return contribution.model_copy(update={"target": chosen, "parts": parts})


def problem(_event: PersonEvent, world: World, case: Case, contribution: Contribution) -> Refusal | None:
    """Why the plan cannot be saved: no day, a day that is over or too far, or no words."""
    day = day_of(contribution)
    if division_of(contribution) != NONE and (day is None or not is_ahead(day, world.today)):
        shown = day.isoformat() if day else ""
        return Refusal("desk.no_plan_day", {"reference": case.reference, "day": shown})
    if has_a_word(contribution.text):
        return None
    params = {"reference": case.reference, "purpose": contribution.purpose.value}
    return Refusal("desk.reason_missing", params)


def previewed(world: World, case: Case, contribution: Contribution) -> Params:
    """The parameters of the preview."""
    day = day_of(contribution)
    division = division_of(contribution) or (case.plan.division if case.plan else "")
    return {
        "text": contribution.text,
        "files": casefile.counted(contribution.parts),
        "division": case_end.division_name(case, division, world.rules),
        "needed": division != NONE,
        "due": day.isoformat() if day else "",
    }


def saved(_world: World, case: Case, contribution: Contribution) -> OutgoingMessage:
    """What replaces the preview."""
    params = {
        "reference": case.reference,
        "purpose": contribution.purpose.value,
        "officer": contribution.by,
        "confidential": case.complaint.confidential,
    }
    return OutgoingMessage("desk.plan_saved", params)


def archive(event: PersonEvent, world: World, case: Case, contribution: Contribution) -> Outcome:
    """Archive the case with this plan."""
    officer = access.officer_of(event, world)
    role = access.role_of(case, officer.id, world)
    archived = transition(case, CaseEvent.ARCHIVED, role, world.now, officer.name)
    plan = Plan(
        text=contribution.text,
        division=division_of(contribution),
        due_on=day_of(contribution),
        by=officer.name,
        at=world.now,
    )
    record = RecordHistory(
        case.id, access.history_name(event), CaseEvent.ARCHIVED, _in_history(plan, contribution)
    )
    filed = changed(archived, plan=plan, thread=(*case.thread, contribution))
    return Outcome.of(filed, _closing_record(event, world, filed), record)


def _closing_record(event: PersonEvent, world: World, case: Case) -> Send:
    """The closing record on paper, to the case's group; of a confidential case to its readers only."""
    confidential = case.complaint.confidential
    private = confidential and not access.is_restricted(case, world)
    group = casefile.group_of(case, world.rules)
    marked = casefile.marked(case)
    message = papers.message(case, DocumentKind.CLOSING, reference=marked, confidential=confidential)
    if private:
        return Send(event.origin.person.id, message)
    return Send(group, replace(message, reply_to=keys.card(case.id)))


def postpone(event: PersonEvent, _world: World, case: Case, contribution: Contribution) -> Outcome:
    """Give the plan another day, with a reason; it is reminded on that day."""
    if case.plan is None:
        return Outcome()
    plan = case.plan.model_copy(update={"due_on": day_of(contribution), "reminded_on": None})
    text = _in_history(plan, contribution)
    record = RecordHistory(case.id, access.history_name(event), "plan_postponed", text)
    return Outcome.of(changed(case, plan=plan, thread=(*case.thread, contribution)), record)


def _in_history(plan: Plan, contribution: Contribution) -> str:
    return f"{plan.division} {plan.due_on or ''}: {contribution.text}"
