"""A response or question goes out to the citizen, with every step of the life cycle that it implies."""

from __future__ import annotations

from typing import Any

from conversations import casefile
from conversations.cards import card_key, edit_card, verdict
from conversations.complaints.case import (
    IMPLIED,
    Case,
    CaseEvent,
    Contribution,
    Officer,
    Purpose,
    Role,
    changed,
    transition,
)
from conversations.conversation import Conversation
from conversations.desk import access as desk_access
from conversations.desk.handling import verified
from conversations.effects import DropFile, Effect, Outcome, RecordHistory, Send
from conversations.events import PersonEvent
from conversations.intake import dialogue as intake
from conversations.messages import AskReply, Button, OutgoingMessage
from conversations.world import World


def prompt(conversation: Conversation, case: Case, purpose: Purpose, name: str) -> Send:
    """The message that asks this officer alone to write."""
    params = {
        "reference": casefile.marked(case),
        "purpose": purpose.value,
        "officer": {"id": conversation.person, "name": name},
    }
    reply_to = "" if conversation.private else card_key(case)
    ask = AskReply(conversation.person)
    message = OutgoingMessage("desk.prompt", params, keyboard=ask, reply_to=reply_to)
    return Send(conversation.chat, message, f"prompt:{case.id}:{conversation.person}")


def ended(world: World, conversation: Conversation) -> Outcome:
    """The prompt is closed; a draft that was set aside in this private chat asks on."""
    closed = conversation.model_copy(update={"listener": "nobody", "collecting": None})
    if closed.private:
        closed = closed.model_copy(update={"asked_reference": ""})
        return intake.resume(world, closed) if closed.draft else Outcome.of(closed)
    if closed.asked_reference:
        return Outcome.of(closed)
    # What was said plainly and never claimed was talk. A reply to a card waits for its own question.
    talk = tuple(DropFile(part.file) for part in closed.held if part.file)
    return Outcome.of(closed.model_copy(update={"held": ()}), *talk)


def shown_to_citizen(case: Case, contribution: Contribution, world: World) -> dict[str, Any]:
    """The parameters of what the citizen reads; the preview shows the same."""
    return {
        "reference": case.reference,
        "officer": contribution.by,
        "text": contribution.text,
        "files": casefile.counted(contribution.parts),
        "days": world.rules.limits.objection_days,
        "confirmed": case.verified_by is None,
    }


def post(event: PersonEvent, world: World, case: Case, contribution: Contribution) -> Outcome:
    """Send it, and bring case, card and history up to date."""
    if contribution.purpose is Purpose.RESPONSE:
        return _respond(event, world, case, contribution)
    officer = desk_access.officer_of(event)
    asked = changed(_taken(case, officer, world), thread=(*case.thread, contribution))
    number = sum(1 for entry in asked.thread if entry.purpose is Purpose.QUESTION)
    answer = Button("answer_now", "answer_now", case.id, asked.version, str(number), "primary")
    params = shown_to_citizen(case, contribution, world)
    wanted = {name: params[name] for name in ("reference", "officer", "text", "files")}
    message = OutgoingMessage("followup.question", wanted, ((answer,),), files=contribution.files)
    effects = (
        Send(case.filed_by, message, f"question:{case.id}:{number}", report=case.id),
        edit_card(asked, world),
        RecordHistory(case.id, desk_access.who(event), Purpose.QUESTION, contribution.text),
    )
    return Outcome.of(asked, *effects)


def _taken(case: Case, officer: Officer, world: World) -> Case:
    if case.officer:
        return case
    return case.model_copy(update={"officer": officer, "taken_at": world.now})


def _respond(event: PersonEvent, world: World, case: Case, contribution: Contribution) -> Outcome:
    officer = desk_access.officer_of(event)
    role = desk_access.role_of(case, officer.id, world)
    params = shown_to_citizen(case, contribution, world)
    moved, history = _step(case, CaseEvent.RESPONDED, role, officer, world)
    moved = changed(
        _taken(moved, officer, world),
        thread=(*case.thread, contribution),
        delivery=None,
        delivered_at=None,
        objection_until=None,
    )
    number = len(moved.responses)
    message = OutgoingMessage("followup.response", params, verdict(moved, number), files=contribution.files)
    said = RecordHistory(case.id, desk_access.who(event), "response", contribution.text)
    send = Send(case.filed_by, message, f"response:{case.id}:{number}", report=case.id)
    return Outcome.of(moved, send, edit_card(moved, world), *history, said)


def _step(
    case: Case, event: CaseEvent, role: Role, officer: Officer, world: World
) -> tuple[Case, tuple[Effect, ...]]:
    """The case moved on, implied steps first, each with its line in the history."""
    history: tuple[Effect, ...] = ()
    if implied := IMPLIED.get((case.status, event)):
        case, history = _step(case, implied, role, officer, world)
        later, more = _step(case, event, role, officer, world)
        return later, (*history, *more)
    if event is CaseEvent.VERIFIED:
        return verified(case, role, officer, world)
    case = transition(case, event, role, world.now, officer.name)
    return case, (RecordHistory(case.id, f"officer:{officer.id}", event, officer.name),)
