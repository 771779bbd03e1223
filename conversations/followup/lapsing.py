"""The clock while a complaint is incomplete: reminders to the citizen, and the end of the request.

After the last day the complaint counts as withdrawn. The notice offers a new complaint that names it.
"""

from __future__ import annotations

from typing import Any

from conversations import casefile, keys
from conversations.complaints.case import Case, changed, transition
from conversations.complaints.completion import Request
from conversations.complaints.draft import Draft
from conversations.complaints.life_cycle import CaseEvent, Role
from conversations.complaints.wakeups import is_due
from conversations.conversation import Conversation, ConversationKey
from conversations.effects import Lane, Outcome, RecordHistory, Send
from conversations.events import DeadlinePassed
from conversations.intake import completing, start, supplement
from conversations.intake.several import all_drafts
from conversations.messages import Button, OutgoingMessage
from conversations.world import World


def reminder(event: DeadlinePassed, world: World) -> Outcome:
    """Remind the citizen of what is missing, and of what is answered but not sent."""
    case = _due(event, world)
    if case is None or case.request is None:
        return Outcome()
    request = case.request.model_copy(update={"reminded_at": world.now})
    # The version is unchanged, because the card does not show reminders.
    reminded = case.model_copy(update={"request": request})
    draft = _begun(world, case)
    params = {
        "reference": case.reference,
        "items": list(request.items),
        "answered": supplement.answered(draft) if draft else [],
        "until": request.until.isoformat(),
        "left": (request.until - world.today).days,
    }
    message = OutgoingMessage("completion.reminder", params, completing.offer(case))
    record = RecordHistory(case.id, "clock", "completion_reminder")
    return Outcome.of(reminded, Send(case.filed_by, message), record)


def _due(event: DeadlinePassed, world: World) -> Case | None:
    case = world.cases.get(event.case)
    return case if is_due(event.kind, case, world.terms, world.now) else None


def _talk(world: World, case: Case) -> Conversation | None:
    return world.conversations.get(ConversationKey(case.filed_by, case.filed_by))


def _begun(world: World, case: Case) -> Draft | None:
    """What the citizen has begun to answer; None where the conversation is not loaded."""
    talk = _talk(world, case)
    known = all_drafts(talk) if talk else ()
    return next((draft for draft in known if draft.completes and draft.completes.case == case.id), None)


def lapsed(event: DeadlinePassed, world: World) -> Outcome:
    """End a case that was not completed in time; the citizen and the group are informed."""
    case = _due(event, world)
    if case is None or case.request is None:
        return Outcome()
    request = case.request
    days = (request.until - request.at.astimezone(world.now.tzinfo).date()).days
    over = changed(transition(case, CaseEvent.LAPSED, Role.CLOCK, world.now), request=None)
    params: dict[str, Any] = {"reference": case.reference, "days": days, "items": list(request.items)}
    again = ((Button("new_complaint", "begin", case.id, style="primary"),),)
    return Outcome.of(
        over,
        Send(case.filed_by, OutgoingMessage("completion.lapsed", params, again)),
        _group_informed(world, over, request, days),
        RecordHistory(case.id, "clock", CaseEvent.LAPSED, ", ".join(request.items)),
    ) + _without_answers(world, case)


def _group_informed(world: World, case: Case, request: Request, days: int) -> Send:
    officer = {"id": request.officer, "name": request.name}
    params = {"reference": casefile.marked(case), "officer": officer, "days": days}
    message = OutgoingMessage("desk.lapsed", params, reply_to=keys.card(case.id))
    return Send(casefile.group_of(case, world.rules), message, lane=Lane.UNASKED)


def _without_answers(world: World, case: Case) -> Outcome:
    """Drop what the citizen has answered and not sent, with its files."""
    talk, draft = _talk(world, case), _begun(world, case)
    return start.dropped(talk, draft)[1] if talk and draft else Outcome()
