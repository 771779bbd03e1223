"""A message that was sent by mistake is recalled: deleted from the citizen's chat after a confirmation.

The messenger deletes messages for 48 hours. Afterwards, and where it refuses, the citizen is asked to ignore
the message. The case can be answered again in both cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conversations import casefile, keys
from conversations.complaints.case import (
    RESPONSES,
    SENT,
    Case,
    Contribution,
    Purpose,
    Recall,
    changed,
    transition,
)
from conversations.complaints.life_cycle import CaseEvent, Role, allowed
from conversations.conversation import Conversation
from conversations.desk import access, drafts, refusals
from conversations.desk.refusals import Refusal, Result
from conversations.effects import DeleteMessages, Edit, Lane, Outcome, RecordHistory, Send, StripButtons
from conversations.events import ButtonPressed, Delivery, MessageReported
from conversations.keys import Key
from conversations.message_kinds import Kind
from conversations.messages import Button, OutgoingMessage
from conversations.reading.numbers import MOST_ID, whole
from conversations.world import World

CONFIRM_ACTION = "recall_sure"
# What is sent to the citizen -> the kind of its key, and the purposes that are counted together.
_REPORTED: Mapping[Purpose, tuple[Kind, frozenset[Purpose]]] = {
    **dict.fromkeys(RESPONSES, (Kind.RESPONSE, RESPONSES)),
    Purpose.QUESTION: (Kind.QUESTION, frozenset({Purpose.QUESTION})),
    Purpose.REQUEST: (Kind.REQUEST, frozenset({Purpose.REQUEST})),
    Purpose.COMPLETION: (Kind.COMPLETION, frozenset({Purpose.COMPLETION})),
}
# The characters of the message that the question shows.
SHOWN = 200


def may_be_recalled(case: Case) -> bool:
    """Whether a message to the citizen can be recalled."""
    return _place(case) > 0


def _place(case: Case) -> int:
    """The place in the thread, counted from 1, of the newest message to the citizen; 0 if it stays."""
    sent = [place for place, entry in enumerate(case.thread, 1) if entry.purpose in SENT and not entry.recall]
    if not sent:
        return 0
    if case.thread[sent[-1] - 1].purpose is Purpose.QUESTION:
        return sent[-1] if casefile.waiting_question(case) else 0
    return sent[-1] if allowed(case.status, CaseEvent.RECALLED, Role.OFFICER) else 0


def ask(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Tarik": ask the presser to confirm; the question shows which message is recalled."""
    if refusal := _refusal(event, world, case):
        return refusal
    place, person = _place(case), event.origin.person
    entry = case.thread[place - 1]
    params = {
        "reference": casefile.marked(case),
        "purpose": entry.purpose.value,
        "at": entry.at.isoformat(),
        "text": "" if case.complaint.confidential else entry.text[:SHOWN],
        "officer": {"id": person.id, "name": person.name},
    }
    answers = tuple(
        Button(label, CONFIRM_ACTION, case.id, case.version, f"{person.id},{place},{label}")
        for label in ("recall_yes", "discard")
    )
    message = OutgoingMessage("desk.recall_sure", params, (answers,), reply_to=keys.card(case.id))
    asked = access.with_prompted_officer(case, person)
    return Outcome.of(conversation, asked, Send(event.origin.chat, message, keys.recall(case.id, place)))


def _refusal(event: ButtonPressed, world: World, case: Case) -> Refusal | None:
    person = event.origin.person.id
    if refusal := access.handling_refusal(case, person, world):
        return refusal
    if not may_be_recalled(case):
        return _nothing_refusal(case)
    if case.officer and case.officer.id != person and not access.is_leader(case, person, world):
        return refusals.taken_refusal(case)
    return None


def _nothing_refusal(case: Case) -> Refusal:
    """The refusal where nothing can be recalled: it names who has recalled the newest message."""
    sent = [entry for entry in case.thread if entry.purpose in SENT]
    recall = sent[-1].recall if sent else None
    if recall is None and sent and (sent[-1].purpose in RESPONSES or not case.open):
        return refusals.state_refusal(case)
    if recall is None:
        return Refusal("desk.nothing_to_recall", {"reference": case.reference})
    params = {"reference": case.reference, "name": recall.by, "at": recall.at.isoformat()}
    return Refusal("desk.already_recalled", params)


def _newer_refusal(case: Case) -> Refusal:
    """The refusal where another message is the newest one now: it names who sent that."""
    newest = case.thread[_place(case) - 1]
    params = {"reference": case.reference, "name": newest.by, "at": newest.at.isoformat()}
    return Refusal("desk.message_newer", {**params, "approved_by": newest.approved_by})


def decided(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The answer to that question: "Ya, tarik" deletes the message and puts the case back."""
    asked, place, label = (*event.value.split(","), "", "")[:3]
    if asked != str(conversation.person):
        return refusals.not_yours(case, whole(asked, MOST_ID) or 0)
    if label != "recall_yes":
        return Outcome.of(conversation, StripButtons(event.origin.chat, event.origin.message))
    if refusal := _refusal(event, world, case):
        return refusal
    return _recalled(event, world, case) if place == str(_place(case)) else _newer_refusal(case)


def _recalled(event: ButtonPressed, world: World, case: Case) -> Outcome:
    place, person = _place(case), event.origin.person
    entry = case.thread[place - 1]
    recalled = entry.model_copy(update={"recall": Recall(by=person.name, at=world.now)})
    thread = (*case.thread[: place - 1], recalled, *case.thread[place:])
    history = RecordHistory(case.id, access.history_name(event), CaseEvent.RECALLED, entry.text)
    kind, number = _sent_as(case, place)
    key = keys.recalled(kind, case.id, number)
    # A message that waits for the citizen is dropped: nothing waits any more.
    waiting = tuple(one for one in case.waiting if one != str(Key(kind, case.id, number)))
    back = changed(_put_back(event, world, case, entry), thread=thread, waiting=waiting)
    params = {"reference": casefile.marked(case), "purpose": entry.purpose.value, "name": person.name}
    message = OutgoingMessage("desk.recalling", params)
    done = Outcome.of(
        back,
        Edit(event.origin.chat, keys.recall(case.id, place), message, event.origin.message),
        DeleteMessages(case.filed_by, str(Key(kind, case.id, number)), key, case.id),
        _letter_deleted(case, kind, number),
        *_leaders_informed(event, world, case, params),
        *(drafts.over(case, world) if case.pending else ()),
        history,
    )
    return done + _without_account(world, case, back, key) if case.recorded_by else done


def _letter_deleted(case: Case, kind: Kind, number: int) -> DeleteMessages | None:
    """The deletion of the response's letter, which is reported to no one; None for a question."""
    if kind is not Kind.RESPONSE:
        return None
    letter = keys.letter(case.id, number)
    return DeleteMessages(case.filed_by, letter, keys.recalled(Kind.LETTER, case.id, number), "")


def _without_account(world: World, case: Case, back: Case, key: str) -> Outcome:
    """No messenger reports the deletion: it is done where the message was not passed on yet."""
    deletion = keys.parse(key)
    if deletion is None:
        return Outcome()
    waits = any(one.key == str(keys.recalled_message(deletion)) for one in case.untold)
    how = Delivery.DELIVERED if waits else Delivery.UNREACHABLE
    return reported(MessageReported(world.now, case.id, key, how), world, back, deletion)


def _put_back(event: ButtonPressed, world: World, case: Case, entry: Contribution) -> Case:
    """The case without this response: it waits for an answer again, with its due date."""
    if entry.purpose not in RESPONSES:
        return case
    person = event.origin.person
    role = access.role_of(case, person.id, world)
    back = transition(case, CaseEvent.RECALLED, role, world.now, person.name)
    reset: dict[str, object] = {
        "delivery": None,
        "delivered_at": None,
        "objection_until": None,
        "stars": 0,
    }
    if case.pending:
        # A correction that waits for the leader is of the response that is recalled.
        reset |= {"pending": None, "returned": case.pending.model_copy(update={"ended_by": person.name})}
    return back.model_copy(update=reset)


def _leaders_informed(
    event: ButtonPressed, world: World, case: Case, params: dict[str, str]
) -> tuple[Send, ...]:
    """The messages to the leaders in private; a leader who pressed needs none."""
    leaders = casefile.agency_of(case, world.rules).leaders
    message = OutgoingMessage("desk.recalled_leader", {**params, "reference": case.reference})
    return tuple(Send(leader, message) for leader in leaders if leader != event.origin.person.id)


def _sent_as(case: Case, place: int) -> tuple[Kind, int]:
    """The kind and number in the key of the message to the citizen."""
    kind, purposes = _REPORTED[case.thread[place - 1].purpose]
    return kind, sum(1 for entry in case.thread[:place] if entry.purpose in purposes)


def place_of(case: Case, key: Key) -> int:
    """The place in the thread, counted from 1, of the message to the citizen with this key; 0 if unknown."""
    places = range(1, len(case.thread) + 1)
    sent = (place for place in places if case.thread[place - 1].purpose in _REPORTED)
    return next((place for place in sent if _sent_as(case, place) == (key.kind, key.number)), 0)


def reported(event: MessageReported, world: World, case: Case, key: Key) -> Outcome:
    """The messenger deleted the message, or refused to: inform the citizen once, and the group."""
    place = place_of(case, keys.recalled_message(key))
    entry = case.thread[place - 1] if place else None
    if entry is None or entry.recall is None:
        return Outcome()
    deleted = event.delivery is Delivery.DELIVERED
    if entry.recall.deleted is deleted:
        return Outcome()
    known = entry.model_copy(update={"recall": entry.recall.model_copy(update={"deleted": deleted})})
    thread = (*case.thread[: place - 1], known, *case.thread[place:])
    # The version is unchanged, because the card does not show the outcome.
    case = case.model_copy(update={"thread": thread})
    record = RecordHistory(case.id, "clock", "recall_deleted" if deleted else "recall_kept", str(key))
    notice = _notice(case, entry, deleted=deleted) if entry.recall.deleted is None else None
    strip = None if deleted else StripButtons(case.filed_by, key=str(keys.recalled_message(key)))
    return Outcome.of(case, record, strip, notice, _group_informed(world, case, place, deleted=deleted))


def _notice(case: Case, entry: Contribution, *, deleted: bool) -> Send:
    params: dict[str, Any] = {
        "reference": case.reference,
        "purpose": entry.purpose.value,
        "at": entry.at.isoformat(),
        "deleted": deleted,
        "open": case.open,
    }
    return Send(case.filed_by, OutgoingMessage("followup.recalled", params))


def _group_informed(world: World, case: Case, place: int, *, deleted: bool) -> Edit:
    entry = case.thread[place - 1]
    params = {
        "reference": casefile.marked(case),
        "purpose": entry.purpose.value,
        "name": entry.recall.by if entry.recall else "",
        "deleted": deleted,
        "open": case.open,
        "told": case.recorded_by is not None,
    }
    message = OutgoingMessage("desk.recalled", params)
    group = casefile.group_of(case, world.rules)
    return Edit(group, keys.recall(case.id, place), message, lane=Lane.UNASKED)
