"""Refusals of an act on a case, which state what is true now, and how they are sent."""

from __future__ import annotations

from typing import NamedTuple

from conversations import casefile
from conversations.complaints.block import Block
from conversations.complaints.case import Case
from conversations.complaints.life_cycle import Status
from conversations.conversation import Conversation
from conversations.desk.purposes import is_explained
from conversations.effects import AnswerPress, Outcome, Send
from conversations.events import ButtonPressed, PersonEvent
from conversations.messages import OutgoingMessage, Params
from conversations.screens import told_erased
from conversations.world import World


class Refusal(NamedTuple):
    """The message that says why an act is refused, and its parameters."""

    template: str
    params: Params


Result = Outcome | Refusal


def outcome_of(event: PersonEvent, conversation: Conversation, result: Result) -> Outcome:
    """The outcome; of a refusal, the reply to the officer."""
    return refuse(event, conversation, result) if isinstance(result, Refusal) else result


def left_refusal(case: Case, world: World) -> Refusal:
    """The refusal that tells a division where the case is now: at another one, or at the desk."""
    params = {
        "reference": case.reference,
        "division": casefile.division_of(case, world.rules),
        "status": case.status.value,
        "name": case.timeline[-1].by if case.timeline else "",
    }
    return Refusal("desk.left_division", params)


def assigned_refusal(case: Case, world: World) -> Refusal:
    """The refusal that names the division that has the case, who instructed it last, and when."""
    place = casefile.instruction_place(case)
    params = {
        "reference": case.reference,
        "division": casefile.division_of(case, world.rules),
        "name": case.thread[place - 1].by if place else "",
        "at": case.assigned_at.isoformat() if case.assigned_at else "",
    }
    return Refusal("desk.already_assigned", params)


def taken_refusal(case: Case) -> Refusal:
    """The refusal that names the officer who handles the case, and since when; or says that no one does."""
    if case.officer is None:
        return Refusal("desk.no_holder", {"reference": case.reference, "name": case.released_by})
    return Refusal("desk.taken", taken_params(case))


def taken_params(case: Case) -> dict[str, str]:
    """The number, the officer who handles the case, and since when."""
    name = case.officer.name if case.officer else ""
    since = case.taken_at.isoformat() if case.taken_at else ""
    return {"reference": case.reference, "name": name, "since": since}


def state_refusal(case: Case) -> Refusal:
    """The refusal that states the status, where the life cycle has no such step."""
    if case.awaits_approval and case.pending:
        waiting = case.pending.contribution
        params = {"reference": case.reference, "name": waiting.by, "at": waiting.at.isoformat()}
        return Refusal("desk.awaiting_approval", params)
    if is_explained(case) and case.explained_by:
        params = {"reference": case.reference, "name": case.explained_by}
        return Refusal("desk.already_explained", params)
    if case.status is Status.RESPONDED and case.responses:
        given = case.responses[-1]
        params = {"reference": case.reference, "name": given.by, "at": given.at.isoformat()}
        return Refusal("desk.already_answered", {**params, "approved_by": given.approved_by})
    if case.request:
        params = {
            "reference": case.reference,
            "name": case.request.name,
            "at": case.request.at.isoformat(),
            "until": case.request.until.isoformat(),
        }
        return Refusal("desk.already_requested", params)
    last = case.timeline[-1] if case.timeline else None
    params = {
        "reference": case.reference,
        "status": case.status.value,
        "name": last.by if last else "",
        "at": last.at.isoformat() if last else "",
    }
    return Refusal("desk.not_now", params)


def plan_refusal(case: Case) -> Refusal:
    """The refusal of an act on a follow-up plan that is not open: who has carried it out, or the status."""
    if case.plan is None or case.plan.done_at is None:
        return state_refusal(case)
    params = {"reference": case.reference, "name": case.plan.done_by, "at": case.plan.done_at.isoformat()}
    return Refusal("desk.plan_done_already", params)


def block_refusal(case: Case) -> Refusal:
    """The refusal of a block: who has blocked the account because of this case, or that it is no account."""
    if case.block:
        return blocked_already(case, case.block)
    return Refusal("desk.block_no_account", {"reference": case.reference})


def blocked_already(case: Case, block: Block) -> Refusal:
    """The refusal that names who has blocked the account, and until when."""
    params = {
        "reference": case.reference,
        "name": block.officer.name,
        "at": block.at.isoformat(),
        "until": block.until.isoformat(),
    }
    return Refusal("desk.block_already", params)


def refuse(event: PersonEvent, conversation: Conversation, refusal: Refusal) -> Outcome:
    """Send a refusal: as the alert of a button whose press is not answered yet, else to the chat."""
    if isinstance(event, ButtonPressed) and event.press:
        alert = AnswerPress(event.press, refusal.template, refusal.params, alert=True)
        return Outcome.of(conversation, alert)
    message = OutgoingMessage(refusal.template, refusal.params)
    return Outcome.of(conversation, Send(event.origin.chat, message))


OUTDATED = Refusal("system.press_outdated", {})


def not_yours(case: Case, owner: int) -> Refusal:
    """The refusal that names the officer who was asked."""
    return Refusal("desk.not_yours", {"reference": case.reference, "name": case.prompted.get(owner, "")})


def erased_refusal(case: Case) -> Refusal | None:
    """The refusal that says that the data of the case were erased; None while they are there."""
    return Refusal("erased.here", told_erased(case)) if case.erased else None


def outdated(event: ButtonPressed, conversation: Conversation) -> Outcome:
    """Refuse a button of a case that is not handled here, or of a prompt that was closed."""
    return refuse(event, conversation, OUTDATED)
