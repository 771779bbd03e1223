"""A leader assigns a case to an officer, after another one has said that it is about them (conflict.py).

    Bot to the leader:
           Budi menyatakan bahwa ia mungkin yang dimaksud dalam DPMD-2026-0001 … [Tugaskan]
    Leader:  [Tugaskan]
    Bot to the leader:
           Siapa yang menangani DPMD-2026-0001? [Rina Wati] [Batal]
    Leader:  [Rina Wati]
    Bot to the leader:
           ✅ DPMD-2026-0001 ditugaskan kepada Rina Wati …
    Bot to the group:
           Rina Wati, Ibu Kepala menugaskan Anda menangani DPMD-2026-0001 · …

The list has the members of the case's group who have acted before, and may handle the case. Who has a name
like that of the reported person is not on it before they have answered that they are not meant.
"""

from __future__ import annotations

from collections.abc import Iterator

from conversations import casefile, keys
from conversations.complaints.case import Case, Officer, changed
from conversations.conversation import Conversation
from conversations.desk import access, conflict, refusals
from conversations.desk.handling import start
from conversations.desk.refusals import Refusal, Result
from conversations.effects import Edit, Outcome, RecordHistory, Send, StripButtons
from conversations.events import ButtonPressed, Person
from conversations.messages import Button, OutgoingMessage, Rows
from conversations.reading.numbers import MOST_ID, whole
from conversations.world import World

ASK_ACTION, ACTION = conflict.ASSIGN_ACTION, "assign_to"
# The actions for which the officers of the agency's groups are loaded (needs.py).
ACTIONS = frozenset({ASK_ACTION, ACTION})
# The most officers that are listed.
MOST = 20


def ask(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Tugaskan": list the officers to whom the case can be assigned."""
    if refusal := _refusal(event, world, case):
        return refusal
    officers = _candidates(case, world)
    params = {"reference": case.reference, "found": bool(officers)}
    message = OutgoingMessage("desk.assign_whom", params, _buttons(case, officers))
    return Outcome.of(
        conversation, Send(event.origin.chat, message, keys.assign(case.id, conversation.person))
    )


def _refusal(event: ButtonPressed, world: World, case: Case) -> Refusal | None:
    person = event.origin.person.id
    if not (event.origin.private or access.is_handled_here(case, event.origin, world)):
        return refusals.OUTDATED
    if not access.is_leader(case, person, world):
        return Refusal("desk.leaders_assign", {"reference": case.reference})
    if refusal := access.handling_refusal(case, person, world):
        return refusal
    if not case.open:
        return refusals.state_refusal(case)
    return refusals.taken_refusal(case) if case.officer else None


def _candidates(case: Case, world: World) -> tuple[Officer, ...]:
    """The officers who can handle the case, by name."""
    found = sorted(_officers(case, world), key=lambda officer: officer.name.casefold())
    return tuple(found[:MOST])


def _officers(case: Case, world: World) -> Iterator[Officer]:
    group = casefile.group_of(case, world.rules)
    for (chat, person), conversation in world.conversations.items():
        known, profile = world.members.get((group, person)), world.profile(person)
        acted = profile is not None or conversation.introduction_offered
        if chat != group or not acted or known is None or not known.present:
            continue
        name = profile.name if profile else conversation.name
        asked = conflict.must_be_asked(case, Person(person, name), conversation)
        if not asked and access.handling_refusal(case, person, world) is None:
            position, nip = (profile.position, profile.nip) if profile else ("", "")
            yield Officer(id=person, name=name, position=position, nip=nip)


def _buttons(case: Case, officers: tuple[Officer, ...]) -> Rows:
    if not officers:
        return ()
    named = ((_button(case, str(officer.id), officer.name),) for officer in officers)
    cancel = Button("discard", ACTION, case.id, case.version, f"{case.agency},")
    return (*named, (cancel,))


def _button(case: Case, value: str, name: str) -> Button:
    return Button("choice", ACTION, case.id, case.version, f"{case.agency},{value}", params={"text": name})


def chosen(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """An officer of that list was pressed: assign the case to them. Who has left since is listed no more."""
    _, _, number = event.value.partition(",")
    strip = Outcome.of(conversation, StripButtons(event.origin.chat, event.origin.message))
    if not number:
        return strip
    if refusal := _refusal(event, world, case):
        return refusals.refuse(event, conversation, refusal) + strip
    person = whole(number, MOST_ID)
    officer = next((one for one in _candidates(case, world) if one.id == person), None)
    if officer is None:
        return ask(event, world, conversation, case)
    return Outcome.of(conversation) + _assigned(event, world, case, officer)


def _assigned(event: ButtonPressed, world: World, case: Case, officer: Officer) -> Outcome:
    leader = event.origin.person
    mine = changed(case, officer=officer, taken_at=world.now)
    mine, steps = start(world, mine, access.role_of(case, officer.id, world), officer)
    record = RecordHistory(
        case.id, access.history_name(event), "appointed", f"{leader.name} -> {officer.name}"
    )
    done = OutgoingMessage("desk.assigned_done", {"reference": case.reference, "name": officer.name})
    edit = Edit(event.origin.chat, keys.assign(case.id, leader.id), done, event.origin.message)
    params = {
        "reference": casefile.marked(case),
        "name": leader.name,
        "officer": {"id": officer.id, "name": officer.name},
    }
    told = OutgoingMessage("desk.assigned_to", params, reply_to=keys.card(case.id))
    return Outcome.of(mine, edit, Send(casefile.group_of(case, world.rules), told), record, *steps)
