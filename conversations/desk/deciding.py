"""What "Kirim" does with an officer's decision: the step of the life cycle, and the message to the citizen.

A decision ends a complaint without a response, or takes such an end back (case.py: DECISIONS). Its reason is
compulsory, and the citizen reads it.
"""

from __future__ import annotations

from typing import Any

from conversations import casefile, keys
from conversations.complaints.case import DECISIONS, Case, Contribution, Purpose, changed, transition
from conversations.complaints.destinations import destination_of
from conversations.desk import access, duplicates, redirecting
from conversations.desk.access import Refusal
from conversations.effects import Outcome, RecordHistory, Send
from conversations.events import PersonEvent
from conversations.messages import Button, OutgoingMessage, Params, Rows
from conversations.reading.words import has_a_word
from conversations.world import World

# The longest number of another body, in characters.
TRACKING_LENGTH = 40


def reason_missing(
    _event: PersonEvent, _world: World, case: Case, contribution: Contribution
) -> Refusal | None:
    """The refusal of a decision without a reason in words."""
    if has_a_word(contribution.text):
        return None
    params = {"reference": case.reference, "purpose": contribution.purpose.value}
    return Refusal("desk.reason_missing", params)


def decide(event: PersonEvent, world: World, case: Case, contribution: Contribution) -> Outcome:
    """Carry out the decision, and send it to the citizen with its reason."""
    officer = access.officer_of(event, world)
    role, step = access.role_of(case, officer.id, world), DECISIONS[contribution.purpose]
    moved = transition(case, step, role, world.now, officer.name)
    moved = changed(moved, **_clock(world, case, contribution), thread=(*case.thread, contribution))
    passed, agency = Outcome(), redirecting.agency_of(contribution, world)
    if agency:
        moved, passed = redirecting.pass_on(event, world, moved, contribution, agency)
    record = RecordHistory(case.id, access.history_name(event), step, _in_history(moved, contribution))
    told = Outcome.of(moved, informed(world, moved, contribution), ready_text(world, moved), record)
    return told + passed


def _in_history(case: Case, contribution: Contribution) -> str:
    number = case.redirected_to.reference if case.redirected_to else ""
    return ": ".join(filter(None, (contribution.target, number, contribution.text)))


def redirection_problem(
    event: PersonEvent, world: World, case: Case, contribution: Contribution
) -> Refusal | None:
    """Why the case cannot be redirected: there is no reason, or the other agency cannot protect it."""
    agency = redirecting.agency_of(contribution, world)
    if destination_of(contribution.target, world.rules) is None:
        return Refusal("desk.destination_gone", {"reference": case.reference})
    refused = redirecting.refusal(case, agency) if agency else None
    return refused or reason_missing(event, world, case, contribution)


def _clock(world: World, case: Case, contribution: Contribution) -> dict[str, Any]:
    """What begins again: nothing is on its way; after a reinstatement the clock runs again."""
    reset: dict[str, Any] = {"delivery": None, "delivered_at": None, "objection_until": None}
    reset |= {"pending": None, "returned": None, "request": None}
    if contribution.purpose is Purpose.REINSTATEMENT:
        reset["due_on"] = casefile.due_from(world.today, case, world)
    return {**reset, "duplicate_of": duplicates.link(world, contribution)}


def previewed(world: World, case: Case, contribution: Contribution) -> Params:
    """The parameters of the preview: the message to the citizen, and whether it can reach them."""
    # As the case will be: the message after a reinstatement states the new due date.
    ahead = case.model_copy(update=_clock(world, case, contribution))
    return {
        **decision_params(world, ahead, contribution),
        "ready": _is_referred(world, contribution),
        "unreachable": casefile.unreachable(case, world.rules),
    }


def decision_params(world: World, case: Case, contribution: Contribution) -> dict[str, Any]:
    """The parameters of the message to the citizen; `case` is the case after the decision.

    The destination of a duplicate is the number of the original.
    """
    destination = destination_of(contribution.target, world.rules)
    return {
        "reference": case.reference,
        "officer": contribution.by,
        "text": contribution.text,
        "files": casefile.counted(contribution.parts),
        "destination": destination.name if destination else contribution.target,
        "contact": destination.contact if destination else "",
        "tracking": destination.tracking if destination else "",
        "days": world.rules.limits.objection_days,
        "due": case.due_on.isoformat(),
        "phones": list(casefile.agency_of(case, world.rules).contact.phones),
    }


def informed(world: World, case: Case, contribution: Contribution) -> Send:
    """The message to the citizen about the newest contribution of the case; its delivery is reported."""
    params = {**decision_params(world, case, contribution), "purpose": contribution.purpose.value}
    message = OutgoingMessage(
        "followup.decision", params, _buttons(case, contribution), files=contribution.files
    )
    return Send(case.filed_by, message, keys.decision(case.id, len(case.thread)), report=case.id)


def _buttons(case: Case, contribution: Contribution) -> Rows:
    match contribution.purpose:
        case Purpose.NOT_A_COMPLAINT:
            return ((Button("is_complaint", "is_complaint", case.id, case.version),),)
        case Purpose.REJECTION:
            return ((Button("new_complaint", "begin", case.id),),)
        case _:
            return ((Button("check_status", "status"),),)


def _is_referred(world: World, contribution: Contribution) -> bool:
    destination = destination_of(contribution.target, world.rules)
    return destination is not None and destination.outside is not None


def ready_text(world: World, case: Case) -> Send | None:
    """The matter of a complaint that was referred to a body outside, as a text that the citizen can copy."""
    decision = case.decision
    if decision is None or not _is_referred(world, decision):
        return None
    params = {
        "reference": case.reference,
        "destination": decision_params(world, case, decision)["destination"],
        "fields": casefile.fields(case, world.rules, personal=False),
    }
    return Send(case.filed_by, OutgoingMessage("followup.ready_text", params))


def tracking_problem(
    event: PersonEvent, world: World, case: Case, contribution: Contribution
) -> Refusal | None:
    """The refusal of a text that is no number of another body: one line of some characters, without files."""
    number = contribution.text.strip()
    if number and "\n" not in number and len(number) <= TRACKING_LENGTH and not contribution.files:
        return reason_missing(event, world, case, contribution)
    return Refusal("desk.no_tracking_number", {"reference": case.reference, "limit": TRACKING_LENGTH})


def tracked(event: PersonEvent, world: World, case: Case, contribution: Contribution) -> Outcome:
    """Keep the number under which the citizen filed it elsewhere, and confirm it to them."""
    known = changed(case, tracking=contribution.text.strip(), thread=(*case.thread, contribution))
    record = RecordHistory(case.id, access.history_name(event), contribution.purpose, known.tracking)
    return Outcome.of(known, informed(world, known, contribution), record)
