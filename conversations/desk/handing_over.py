"""A case changes hands: its officer releases it, or another one takes it over after a confirmation."""

from __future__ import annotations

from typing import Any

from conversations import casefile, keys
from conversations.complaints.case import Case, changed
from conversations.complaints.life_cycle import CaseEvent, Role, allowed
from conversations.conversation import Conversation
from conversations.desk import access, refusals
from conversations.desk.refusals import Refusal, Result
from conversations.effects import AnswerPress, Outcome, RecordHistory, Send, StripButtons
from conversations.events import ButtonPressed
from conversations.messages import Button, OutgoingMessage
from conversations.reading.numbers import MOST_ID, whole
from conversations.world import World

CONFIRM_ACTION = "hand_over"


def has_holder(case: Case) -> bool:
    """Whether an officer handles the case, and it is open."""
    return case.open and case.officer is not None


def may_be_taken_over(case: Case) -> bool:
    """Whether another officer can take the case over: to answer it, or to correct its response."""
    corrects = allowed(case.status, CaseEvent.CORRECTED, Role.OFFICER)
    return case.officer is not None and (case.open or corrects)


def release(event: ButtonPressed, _world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Lepas": other officers can take the case; only the officer who handles it may do this."""
    if case.officer is None or not has_holder(case):
        return refusals.taken_refusal(case) if case.open else refusals.state_refusal(case)
    if case.officer.id != event.origin.person.id:
        return Refusal("desk.not_holder", {"reference": case.reference, "name": case.officer.name})
    answer = AnswerPress(event.press, "desk.released", {"reference": case.reference})
    name = event.origin.person.name
    record = RecordHistory(case.id, access.history_name(event), "released", name)
    free = changed(case, officer=None, taken_at=None, released_by=name)
    return Outcome.of(conversation, free, answer, record)


def take_over(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Ambil Alih": ask the presser to confirm; the question names the officer who handles it."""
    if refusal := _refusal(event, world, case):
        return refusal
    person, holder = event.origin.person, case.officer.id if case.officer else 0
    params: dict[str, Any] = {
        **refusals.taken_params(case),
        "reference": casefile.marked(case),
        "officer": {"id": person.id, "name": person.name},
    }
    answers = tuple(
        Button(label, CONFIRM_ACTION, case.id, case.version, f"{person.id},{holder},{label}")
        for label in ("take_over_yes", "discard")
    )
    message = OutgoingMessage("desk.take_over_sure", params, (answers,), reply_to=keys.card(case.id))
    return Outcome.of(conversation, Send(event.origin.chat, message, keys.take_over(case.id, person.id)))


def _refusal(event: ButtonPressed, world: World, case: Case) -> Refusal | None:
    if refusal := access.handling_refusal(case, event.origin.person.id, world):
        return refusal
    if not may_be_taken_over(case):
        return refusals.taken_refusal(case) if case.open else refusals.state_refusal(case)
    if case.officer and case.officer.id == event.origin.person.id:
        return Refusal("desk.taken_by_you", {"reference": case.reference})
    return None


def decided(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The answer to that question: "Ya, ambil alih" makes the presser the case's officer."""
    asked, holder, label = (*event.value.split(","), "", "")[:3]
    if asked != str(conversation.person):
        return refusals.not_yours(case, whole(asked, MOST_ID) or 0)
    strip = Outcome.of(conversation, StripButtons(event.origin.chat, event.origin.message))
    if label != "take_over_yes":
        return strip
    if refusal := _refusal(event, world, case):
        return refusal
    if case.officer is None or holder != str(case.officer.id):
        return refusals.taken_refusal(case)
    return strip + _taken_over(event, world, case)


def _taken_over(event: ButtonPressed, world: World, case: Case) -> Outcome:
    before, person = case.officer, event.origin.person
    earlier = {"id": before.id, "name": before.name} if before else None
    params = {"reference": casefile.marked(case), "name": person.name, "officer": earlier}
    message = OutgoingMessage("desk.taken_over", params, reply_to=keys.card(case.id))
    mine = changed(case, officer=access.officer_of(event, world), taken_at=world.now)
    names = f"{before.name if before else ''} -> {person.name}"
    record = RecordHistory(case.id, access.history_name(event), "taken_over", names)
    return Outcome.of(mine, Send(event.origin.chat, message), record)
