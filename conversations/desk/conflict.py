"""An officer whose name is similar to that of the reported person is asked whether they are meant.

    Budi:  [Ambil]
    Bot:   Budi, pengaduan DPMD-2026-0001 · … menyebut nama yang mirip dengan nama Anda.
           Apakah Anda yang dimaksud? [Ya, saya] [Bukan saya]

After "Bukan saya" the button works. After "Ya, saya" this officer cannot handle the case, and the leaders are
informed and can assign it to somebody (assigning.py). The case stays open to all other officers. The name of
the reported person is never shown.
"""

from __future__ import annotations

from conversations import casefile, keys
from conversations.complaints.case import Case, changed
from conversations.conversation import Conversation
from conversations.desk import access
from conversations.desk.access import OUTDATED, RefusableAct, Refusal, Result
from conversations.effects import Edit, Outcome, RecordHistory, Send, TellOperator
from conversations.events import ButtonPressed, Person
from conversations.messages import Button, OutgoingMessage
from conversations.reading.names import names_fit
from conversations.reading.numbers import MOST_ID, whole
from conversations.world import World

ACTION = "meant"
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


def must_be_asked(case: Case, person: Person, conversation: Conversation) -> bool:
    """Whether the reported name fits the officer's, who has not answered yet.

    Both names count: that of the profile, and the messenger's, which the conversation keeps.
    """
    answered = person.id in case.meant or person.id in case.not_meant
    names = (person.name, conversation.name)
    return not answered and any(names_fit(case.complaint.reported_person or "", name) for name in names)


def ask(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """Ask the presser; about a confidential case in private, because the question tells who is reported."""
    person = event.origin.person
    officer = {"id": person.id, "name": person.name}
    answers = tuple(
        Button(label, ACTION, case.id, case.version, f"{person.id},{label}")
        for label in ("meant_yes", "meant_no")
    )
    asked, key = access.with_prompted_officer(case, person), keys.meant(case.id, person.id)
    params = {"reference": casefile.marked(case), "officer": officer}
    if not is_hidden_here(event, world, case):
        message = OutgoingMessage("desk.meant_sure", params, (answers,), reply_to=keys.card(case.id))
        return Outcome.of(conversation, asked, Send(event.origin.chat, message, key))
    message = OutgoingMessage("desk.meant_sure", params, (answers,))
    elsewhere = Refusal("desk.asked_in_private", {"reference": case.reference})
    alert = access.refuse(event, conversation, elsewhere)
    return alert + Outcome.of(asked, Send(person.id, message, key))


def is_hidden_here(event: ButtonPressed, world: World, case: Case) -> bool:
    """Whether a question about the case's matter belongs in the private chat, as the case is confidential."""
    readable = event.origin.private or access.is_restricted(case, world)
    return case.complaint.confidential and not readable


def decided(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The answer to that question, by the officer who was asked."""
    asked, _, label = event.value.partition(",")
    if asked != str(conversation.person):
        return access.not_yours(case, whole(asked, MOST_ID) or 0)
    if not (event.origin.private or access.is_here(case, event.origin, world)):
        return OUTDATED
    if not must_be_asked(case, event.origin.person, conversation):
        return OUTDATED
    answered = _meant if label == "meant_yes" else _not_meant
    return Outcome.of(conversation) + answered(event, world, case)


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
        known = changed(known, officer=None, taken_at=None)
    record = RecordHistory(case.id, access.history_name(event), "meant", person.name)
    edit = _answered(event, case, "desk.meant")
    group = casefile.group_of(case, world.rules)
    in_group = Send(group, edit.message) if event.origin.private and not case.complaint.confidential else None
    return Outcome.of(known, edit, in_group, *_informed(event, world, case), record)


def _answered(event: ButtonPressed, case: Case, template: str) -> Edit:
    person = event.origin.person
    message = OutgoingMessage(template, {"reference": casefile.marked(case), "name": person.name})
    return Edit(event.origin.chat, keys.meant(case.id, person.id), message, event.origin.message)


def _informed(event: ButtonPressed, world: World, case: Case) -> tuple[Send | TellOperator, ...]:
    """The messages to the other leaders in private; to the operator where there are none."""
    person = event.origin.person
    leaders = casefile.agency_of(case, world.rules).leaders
    params = {"reference": case.reference, "name": person.name}
    assign = Button("assign", ASSIGN_ACTION, case.id, case.version, case.agency)
    message = OutgoingMessage("desk.meant_leader", {**params, "assign": True}, ((assign,),))
    sends = tuple(Send(leader, message) for leader in leaders if leader != person.id)
    # The operator has no rights in the group, and so no button.
    return sends or (TellOperator(OutgoingMessage("desk.meant_leader", {**params, "assign": False})),)
