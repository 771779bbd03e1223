"""Taking and verifying a case. What is true now decides, and not the age of the card that was pressed."""

from __future__ import annotations

from datetime import timedelta

from conversations import cards, case_clock, casefile, papers
from conversations.complaints.case import Case, Officer, Purpose, changed, transition
from conversations.complaints.life_cycle import CaseEvent, Role, allowed
from conversations.conversation import Conversation
from conversations.desk import access, refusals
from conversations.desk.refusals import Refusal, Result
from conversations.effects import AnswerPress, Effect, Outcome, RecordHistory, Send
from conversations.events import ButtonPressed
from conversations.messages import DocumentKind, OutgoingMessage
from conversations.world import World


def take(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Ambil": the presser handles the case from now on. A second presser reads who does."""
    if refusal := _take_refusal(event, world, case):
        return refusal
    officer, role = access.officer_of(event, world), access.role_of(case, event.origin.person.id, world)
    case = changed(case, officer=officer, taken_at=world.now)
    record = RecordHistory(case.id, access.history_name(event), "taken", officer.name)
    case, steps = start(world, case, role, officer)
    answer = AnswerPress(event.press, "desk.now_yours", {"reference": case.reference})
    return Outcome.of(conversation, case, answer, record, *steps)


def _take_refusal(event: ButtonPressed, world: World, case: Case) -> Refusal | None:
    if refusal := access.handling_refusal(case, event.origin.person.id, world):
        return refusal
    if not case.open:
        return refusals.state_refusal(case)
    if case.officer and case.officer.id == event.origin.person.id:
        return Refusal("desk.taken_by_you", {"reference": case.reference})
    return refusals.taken_refusal(case) if case.officer else None


def start(world: World, case: Case, role: Role, officer: Officer) -> tuple[Case, tuple[Effect, ...]]:
    """The case in progress if it is verified and has an officer, else unchanged; and the history entry."""
    if case.officer is None or not allowed(case.status, CaseEvent.STARTED, role):
        return case, ()
    started = transition(case, CaseEvent.STARTED, role, world.now, officer.name)
    return started, (RecordHistory(case.id, f"officer:{officer.id}", CaseEvent.STARTED, officer.name),)


def verified(world: World, case: Case, role: Role, officer: Officer) -> tuple[Case, tuple[Effect, ...]]:
    """The case verified in the officer's name, with the history entry.

    The due date is set again where the agency's clock starts at the verification; not where it has started
    already, before the citizen completed the case. The level is 1 until an officer chooses another one.
    """
    agency = casefile.agency_of(case, world.rules)
    case = transition(case, CaseEvent.VERIFIED, role, world.now, officer.name)
    due_on = case.due_on
    first = case.verified_by is None
    if first and agency.clock.starts_at == "verification":
        due_on = case_clock.due_from(world.today, case, world)
    level = case.level or (1 if agency.classes or agency.divisions else 0)
    case = case.model_copy(update={"verified_by": officer, "due_on": due_on, "level": level})
    return case, (RecordHistory(case.id, f"officer:{officer.id}", CaseEvent.VERIFIED, officer.name),)


def explained(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Sudah dijelaskan": the response covers what was added; the objection days begin again."""
    if not case.unheard:
        return refusals.state_refusal(case)
    if refusal := access.writing_refusal(case, conversation.person, Purpose.RESPONSE, world):
        return refusal
    until = world.today + timedelta(days=world.rules.limits.objection_days) if case.delivered_at else None
    name = event.origin.person.name
    case = changed(case, explained=len(case.thread), explained_by=name, objection_until=until)
    params = {
        "reference": case.reference,
        "officer": name,
        "until": until.isoformat() if until else "",
    }
    message = OutgoingMessage("followup.explained", params, cards.verdict(case, str(len(case.responses))))
    record = RecordHistory(case.id, access.history_name(event), "explained", name)
    answer = AnswerPress(event.press, "desk.now_explained", {"reference": case.reference})
    return Outcome.of(conversation, case, answer, Send(case.filed_by, message), record)


def confirm_receipt(case: Case, world: World) -> tuple[Send, ...]:
    """The message that completes the receipt with the officer who confirmed the case, and the receipt."""
    agency, officer = casefile.agency_of(case, world.rules), case.verified_by
    params = {
        "reference": case.reference,
        "officer": officer.name if officer else "",
        "position": officer.position if officer else "",
        "agency": agency.full_name,
        "address": agency.contact.address,
        "due": case.due_on.isoformat(),
    }
    told = Send(case.filed_by, OutgoingMessage("followup.receipt_confirmed", params))
    return told, papers.send(case.filed_by, case, DocumentKind.RECEIPT)
