"""An officer whose name is similar to that of the reported person is asked whether they are meant.

    Budi:  [Ambil]
    Bot:   Budi, pengaduan DPMD-2026-0001 · … menyebut nama yang mirip dengan nama Anda.
           Apakah Anda yang dimaksud? [Ya, saya] [Bukan saya]

After "Bukan saya" the button works. After "Ya, saya" this officer cannot handle the case, and the leaders are
informed and can assign it to somebody (assigning.py). The case stays open to all other officers. The name of
the reported person is never shown. With "Ubah jawaban" below the answer the officer takes it back, and is
asked again; the history names both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from conversations import casefile, keys
from conversations.complaints.case import Case, changed
from conversations.conversation import Conversation
from conversations.desk import access, refusals
from conversations.desk.access import RefusableAct
from conversations.desk.refusals import OUTDATED, Refusal, Result
from conversations.effects import Edit, Outcome, RecordHistory, Send, TellOperator
from conversations.events import ButtonPressed, Person
from conversations.messages import Button, OutgoingMessage
from conversations.reading.names import names_fit
from conversations.reading.numbers import MOST_ID, whole
from conversations.world import World

ACTION = "meant"
YES, NO, UNDO = "meant_yes", "meant_no", "meant_undo"
# The button of the leaders' notice; its act is in assigning.py.
ASSIGN_ACTION = "assign"


def asked_first(act: RefusableAct) -> RefusableAct:
    """The act of an officer who is not meant: where the names are similar, the presser is asked before it."""

    def handle(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
        result = act(event, world, conversation, case)
        if isinstance(result, Refusal) or not must_be_asked(case, event.origin.person, conversation):
            return result
        return ask(event, world, conversation, case)

    return handle


def has_answered(case: Case, person: Person) -> bool:
    """Whether the officer has said that they are meant, or not."""
    return person.id in case.meant or person.id in case.not_meant


def must_be_asked(case: Case, person: Person, conversation: Conversation) -> bool:
    """Whether the reported name fits the officer's, who has not answered yet.

    Both names count: that of the profile, and the messenger's, which the conversation keeps.
    """
    names = (person.name, conversation.name)
    fits = any(names_fit(case.complaint.reported_person or "", name) for name in names)
    return not has_answered(case, person) and fits


def ask(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """Ask the presser; about a confidential case in private, because the question tells who is reported."""
    person = event.origin.person
    asked, key = access.with_prompted_officer(case, person), keys.meant(case.id, person.id)
    message = _question(case, person)
    if not is_hidden_here(event, world, case):
        message = replace(message, reply_to=keys.card(case.id))
        return Outcome.of(conversation, asked, Send(event.origin.chat, message, key))
    elsewhere = Refusal("desk.asked_in_private", {"reference": case.reference})
    alert = refusals.refuse(event, conversation, elsewhere)
    return alert + Outcome.of(asked, Send(person.id, message, key))


def _question(case: Case, person: Person) -> OutgoingMessage:
    params = {"reference": casefile.marked(case), "officer": {"id": person.id, "name": person.name}}
    answers = tuple(_button(case, person, label) for label in (YES, NO))
    return OutgoingMessage("desk.meant_sure", params, (answers,))


def _button(case: Case, person: Person, label: str) -> Button:
    return Button(label, ACTION, case.id, case.version, f"{person.id},{label}")


def is_hidden_here(event: ButtonPressed, world: World, case: Case) -> bool:
    """Whether a question about the case's matter belongs in the private chat, as the case is confidential."""
    readable = event.origin.private or access.is_restricted(case, world)
    return case.complaint.confidential and not readable


def decided(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The answer to that question, by the officer who was asked."""
    asked, _, label = event.value.partition(",")
    if asked != str(conversation.person):
        return refusals.not_yours(case, whole(asked, MOST_ID) or 0)
    if not (event.origin.private or access.is_here(case, event.origin, world)):
        return OUTDATED
    person, act = event.origin.person, _ACTS.get(label)
    due = has_answered(case, person) if label == UNDO else must_be_asked(case, person, conversation)
    if act is None or not due:
        return OUTDATED
    return Outcome.of(conversation) + act(event, world, case)


def _not_meant(event: ButtonPressed, _world: World, case: Case) -> Outcome:
    person = event.origin.person
    # The version is unchanged, because the card does not show the answer.
    known = case.model_copy(update={"not_meant": (*case.not_meant, person.id)})
    record = RecordHistory(case.id, access.history_name(event), "not_meant", person.name)
    return Outcome.of(known, _answered(event, case, "desk.not_meant"), record)


def _meant(event: ButtonPressed, world: World, case: Case) -> Outcome:
    """Exclude the officer; a case that they handle is released."""
    person = event.origin.person
    known = case.model_copy(update={"meant": (*case.meant, person.id)})
    if case.officer and case.officer.id == person.id:
        known = changed(known, officer=None, taken_at=None, released_by="")
    record = RecordHistory(case.id, access.history_name(event), "meant", person.name)
    edit = _answered(event, case, "desk.meant")
    group = casefile.group_of(case, world.rules)
    in_group = (
        Send(group, replace(edit.message, buttons=()))
        if event.origin.private and not case.complaint.confidential
        else None
    )
    return Outcome.of(known, edit, in_group, *_informed(event, world, case, "desk.meant_leader"), record)


def _taken_back(event: ButtonPressed, world: World, case: Case) -> Outcome:
    """Ask again; who was informed that this officer is meant learns that the answer was taken back."""
    person = event.origin.person
    left = {
        name: tuple(one for one in getattr(case, name) if one != person.id) for name in ("meant", "not_meant")
    }
    known = case.model_copy(update=left)
    record = RecordHistory(case.id, access.history_name(event), "meant_taken_back", person.name)
    edit = Edit(
        event.origin.chat, keys.meant(case.id, person.id), _question(case, person), event.origin.message
    )
    was_meant = person.id in case.meant
    informed = _informed(event, world, case, "desk.meant_taken_back") if was_meant else ()
    return Outcome.of(known, edit, *informed, record)


_ACTS: Mapping[str, Callable[[ButtonPressed, World, Case], Outcome]] = {
    YES: _meant,
    NO: _not_meant,
    UNDO: _taken_back,
}


def _answered(event: ButtonPressed, case: Case, template: str) -> Edit:
    person = event.origin.person
    params = {"reference": casefile.marked(case), "name": person.name}
    message = OutgoingMessage(template, params, ((_button(case, person, UNDO),),))
    return Edit(event.origin.chat, keys.meant(case.id, person.id), message, event.origin.message)


def _informed(
    event: ButtonPressed, world: World, case: Case, template: str
) -> tuple[Send | TellOperator, ...]:
    """The messages to the other leaders in private; to the operator where there are none."""
    person = event.origin.person
    leaders = casefile.agency_of(case, world.rules).leaders
    params = {"reference": case.reference, "name": person.name}
    if template != "desk.meant_leader":
        message = OutgoingMessage(template, params)
        taken_back = tuple(Send(leader, message) for leader in leaders if leader != person.id)
        return taken_back or (TellOperator(message),)
    assign = Button("assign", ASSIGN_ACTION, case.id, case.version, case.agency)
    message = OutgoingMessage("desk.meant_leader", {**params, "assign": True}, ((assign,),))
    sends = tuple(Send(leader, message) for leader in leaders if leader != person.id)
    # The operator has no rights in the group, and so no button.
    return sends or (TellOperator(OutgoingMessage("desk.meant_leader", {**params, "assign": False})),)
