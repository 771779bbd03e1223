"""The sending of a response or question to the citizen, with the steps of the life cycle that it implies."""

from __future__ import annotations

from typing import Any

from conversations import casefile, keys, listening, papers
from conversations.cards import verdict
from conversations.complaints.case import Case, Contribution, Officer, Purpose, changed, transition
from conversations.complaints.life_cycle import IMPLIED, CaseEvent, Role, Status
from conversations.conversation import Conversation
from conversations.desk import access
from conversations.desk.handling import verified
from conversations.effects import Effect, Outcome, RecordHistory, Send, StripButtons
from conversations.events import PersonEvent
from conversations.messages import AskReply, Button, DocumentKind, OutgoingMessage, Params
from conversations.parts import drop_files
from conversations.world import World


def prompt(conversation: Conversation, case: Case, purpose: Purpose, name: str) -> Send:
    """The message that asks this officer to write; in the group it opens a reply for them alone."""
    params = {
        "reference": casefile.marked(case),
        "purpose": purpose.value,
        "officer": {"id": conversation.person, "name": name},
    }
    reply_to = "" if conversation.private else keys.card(case.id)
    ask = AskReply(conversation.person)
    message = OutgoingMessage("desk.prompt", params, keyboard=ask, reply_to=reply_to)
    return Send(conversation.chat, message, keys.prompt(case.id, conversation.person))


def close(world: World, conversation: Conversation) -> Outcome:
    """Close the prompt, and drop plain messages that were not assigned to it: they were talk.

    A reply to a card is kept until its own question is answered.
    """
    closed = conversation.model_copy(update={"writing": None})
    plain = conversation.undecided
    if plain is None or plain.reference:
        return listening.over(world, closed, "writing")
    closed = closed.model_copy(update={"undecided": None})
    return Outcome.of(*drop_files(plain.parts)) + listening.over(world, closed, "writing")


def shown_to_citizen(world: World, case: Case, contribution: Contribution) -> dict[str, Any]:
    """The parameters of the message to the citizen, which the preview shows too."""
    return {
        "reference": case.reference,
        "officer": contribution.by,
        "text": contribution.text,
        "files": casefile.counted(contribution.parts),
        "days": world.rules.limits.objection_days,
        "confirmed": case.verified_by is None,
    }


def previewed(world: World, case: Case, contribution: Contribution) -> Params:
    """The parameters of the preview: the message to the citizen, and whether it can reach them."""
    return {
        **shown_to_citizen(world, case, contribution),
        "unreachable": casefile.unreachable(case, world.rules),
    }


def receipt(
    world: World, case: Case, contribution: Contribution, *, delivered_at: str = "", waits: bool = False
) -> OutgoingMessage:
    """The message that confirms to the officers what was sent, and when it reached the citizen.

    `waits` says that it goes out when the citizen writes next.
    """
    params = {
        "reference": case.reference,
        "purpose": contribution.purpose.value,
        "officer": contribution.by,
        "approved_by": contribution.approved_by,
        "delivered_at": delivered_at,
        "told": case.recorded_by is not None,
        "messenger": case.messenger,
        "waits": waits,
        "off": casefile.is_off(case, world.rules),
    }
    return OutgoingMessage("desk.posted", params)


def _answer_params(world: World, case: Case, contribution: Contribution) -> dict[str, Any]:
    params = shown_to_citizen(world, case, contribution)
    if contribution.purpose is Purpose.CORRECTION:
        del params["confirmed"]
    return params


def ask(event: PersonEvent, world: World, case: Case, contribution: Contribution) -> Outcome:
    """Send a question to the citizen, and add it to the case and its history."""
    officer = access.officer_of(event, world)
    # A division's question leaves the case with the officer at the desk.
    at_division = access.is_with_division_here(case, event.origin.chat, world)
    held = case if at_division else taken(world, case, officer)
    asked = changed(held, thread=(*case.thread, contribution))
    number = sum(1 for entry in asked.thread if entry.purpose is Purpose.QUESTION)
    answer = Button("answer_now", "answer_now", case.id, asked.version, str(number), "primary")
    params = shown_to_citizen(world, case, contribution)
    wanted = {name: params[name] for name in ("reference", "officer", "text", "files")}
    message = OutgoingMessage("followup.question", wanted, ((answer,),), files=contribution.files)
    return Outcome.of(
        asked,
        Send(case.filed_by, message, keys.question(case.id, number), report=case.id),
        RecordHistory(case.id, access.history_name(event), Purpose.QUESTION, contribution.text),
    )


def taken(world: World, case: Case, officer: Officer) -> Case:
    """The case with its officer; without one, with this officer."""
    if case.officer:
        return case
    return case.model_copy(update={"officer": officer, "taken_at": world.now})


def respond(event: PersonEvent, world: World, case: Case, contribution: Contribution) -> Outcome:
    """Send a response or its correction to the citizen, and add it to the case and its history."""
    officer = access.officer_of(event, world)
    role = access.role_of(case, officer.id, world)
    return sent_by(officer, role, world, case, contribution)


def sent_by(officer: Officer, role: Role, world: World, case: Case, contribution: Contribution) -> Outcome:
    """The same in this officer's name; `role` is that of the person who causes the event.

    The letter on paper follows.
    """
    contribution = contribution.model_copy(update={"position": officer.position, "nip": officer.nip})
    moved, history = step(world, case, _event(case, contribution), role, officer)
    moved = changed(
        taken(world, moved, officer),
        thread=(*case.thread, contribution.model_copy(update={"due_on": moved.due_on})),
        pending=None,
        returned=None,
        delivery=None,
        delivered_at=None,
        objection_until=None,
    )
    number = len(moved.responses)
    buttons = verdict(moved, str(number))
    params, template = _answer_params(world, case, contribution), f"followup.{contribution.purpose}"
    message = OutgoingMessage(template, params, buttons, files=contribution.files)
    record = RecordHistory(case.id, f"officer:{officer.id}", contribution.purpose, contribution.text)
    send = Send(case.filed_by, message, keys.response(case.id, number), report=case.id)
    return Outcome.of(moved, _without_verdict(case), send, _letter(moved, number), *history, record)


def _letter(case: Case, number: int) -> Send:
    """The response letter; it replaces the one before it where the response is a correction."""
    correction = case.responses[number - 1].purpose is Purpose.CORRECTION
    message = papers.message(case, DocumentKind.RESPONSE, str(number), correction=correction)
    return Send(case.filed_by, message, keys.letter(case.id, number))


def _event(case: Case, contribution: Contribution) -> CaseEvent:
    if contribution.purpose is Purpose.CORRECTION:
        return CaseEvent.CORRECTED
    waited = case.status is Status.AWAITING_APPROVAL
    return CaseEvent.APPROVED if waited else CaseEvent.RESPONDED


def _without_verdict(case: Case) -> StripButtons | None:
    """The effect that removes the verdict's buttons of the response before this one, if there is one."""
    if case.status not in {Status.RESPONDED, Status.CLOSED}:
        return None
    return StripButtons(case.filed_by, key=keys.response(case.id, len(case.responses)))


def step(
    world: World, case: Case, event: CaseEvent, role: Role, officer: Officer
) -> tuple[Case, tuple[Effect, ...]]:
    """The case after the event, implied steps first, and a history entry for each step."""
    history: tuple[Effect, ...] = ()
    if implied := IMPLIED.get((case.status, event)):
        case, history = step(world, case, implied, role, officer)
        later, more = step(world, case, event, role, officer)
        return later, (*history, *more)
    if event is CaseEvent.VERIFIED:
        return verified(world, case, role, officer)
    case = transition(case, event, role, world.now, officer.name)
    return case, (RecordHistory(case.id, f"officer:{officer.id}", event, officer.name),)
