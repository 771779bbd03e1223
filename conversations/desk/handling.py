"""Taking and verifying a case. Refusals go by what is true now, never by the card's age."""

from __future__ import annotations

from conversations import casefile
from conversations.cards import edit_card
from conversations.complaints.case import Case, CaseEvent, Officer, Role, allowed, changed, transition
from conversations.conversation import Conversation
from conversations.desk import access as desk_access
from conversations.desk.access import Refusal
from conversations.effects import AnswerPress, Effect, Outcome, RecordHistory, Send
from conversations.events import ButtonPressed, PersonEvent
from conversations.messages import OutgoingMessage
from conversations.world import World


def take(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """The presser handles the case from now on; a second one is told who does, and since when."""
    case = desk_access.pressed_case(event, world)
    if case is None or not isinstance(event, ButtonPressed):
        return desk_access.unknown_button(event, conversation)
    if hidden := desk_access.hidden_from(case, event.origin.person.id, world):
        return desk_access.refuse(event, conversation, hidden)
    if not case.open:
        return desk_access.refuse(event, conversation, desk_access.state_refusal(case))
    if case.officer:
        own = case.officer.id == event.origin.person.id
        mine = Refusal("desk.taken_by_you", {"reference": case.reference})
        return desk_access.refuse(event, conversation, mine if own else desk_access.taken(case))
    officer, role = desk_access.officer_of(event), desk_access.role_of(case, event.origin.person.id, world)
    case = changed(case, officer=officer, taken_at=world.now)
    history: tuple[Effect, ...] = (RecordHistory(case.id, desk_access.who(event), "taken", officer.name),)
    case, steps = start(case, role, officer, world)
    told = AnswerPress(event.press, "desk.now_yours", {"reference": case.reference})
    return Outcome.of(conversation, case, told, edit_card(case, world), *history, *steps)


def start(case: Case, role: Role, officer: Officer, world: World) -> tuple[Case, tuple[Effect, ...]]:
    """The case in progress where it is verified and somebody handles it; else as it is."""
    if case.officer is None or not allowed(case.status, CaseEvent.STARTED, role):
        return case, ()
    started = transition(case, CaseEvent.STARTED, role, world.now, officer.name)
    return started, (RecordHistory(case.id, f"officer:{officer.id}", CaseEvent.STARTED, officer.name),)


def verify(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """The presser confirms that the complaint is complete; the citizen's receipt names them."""
    case = desk_access.pressed_case(event, world)
    if case is None or not isinstance(event, ButtonPressed):
        return desk_access.unknown_button(event, conversation)
    if hidden := desk_access.hidden_from(case, event.origin.person.id, world):
        return desk_access.refuse(event, conversation, hidden)
    officer, role = desk_access.officer_of(event), desk_access.role_of(case, event.origin.person.id, world)
    if not allowed(case.status, CaseEvent.VERIFIED, role):
        return desk_access.refuse(event, conversation, _not_verifiable(case))
    case, history = verified(case, role, officer, world)
    case, steps = start(case, role, officer, world)
    told = AnswerPress(event.press, "desk.now_verified", {"reference": case.reference})
    effects = (told, confirm_receipt(case), edit_card(case, world), *history, *steps)
    return Outcome.of(conversation, case, *effects)


def _not_verifiable(case: Case) -> Refusal:
    if case.verified_by is None:
        return desk_access.state_refusal(case)
    params = {"reference": case.reference, "name": case.verified_by.name}
    return Refusal("desk.already_verified", params)


def verified(case: Case, role: Role, officer: Officer, world: World) -> tuple[Case, tuple[Effect, ...]]:
    """The case verified in the officer's name, with a fresh clock where the agency starts it here."""
    case = transition(case, CaseEvent.VERIFIED, role, world.now, officer.name)
    due_on = case.due_on
    if casefile.agency_of(case, world.rules).clock.starts_at == "verification":
        due_on = casefile.due_from(world.today, case, world)
    case = case.model_copy(update={"verified_by": officer, "due_on": due_on})
    return case, (RecordHistory(case.id, f"officer:{officer.id}", CaseEvent.VERIFIED, officer.name),)


def confirm_receipt(case: Case) -> Send:
    """The receipt, completed with the name of the officer who confirmed it."""
    name = case.verified_by.name if case.verified_by else ""
    params = {"reference": case.reference, "officer": name, "due": case.due_on.isoformat()}
    return Send(case.filed_by, OutgoingMessage("followup.receipt_confirmed", params))
