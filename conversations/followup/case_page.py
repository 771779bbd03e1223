"""The page of one complaint: its status, the whole of it, and what its owner can do from there."""

from __future__ import annotations

from conversations import casefile
from conversations.cards import verdict
from conversations.complaints.case import Case, Purpose, Status
from conversations.conversation import Conversation
from conversations.effects import AnswerPress, Outcome
from conversations.events import ButtonPressed
from conversations.followup import additions as followup_collecting
from conversations.followup import unaddressed as followup_holding
from conversations.messages import Button, Rows
from conversations.screens import say
from conversations.world import World


def open_case(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """One of the own complaints, or one opened by its access code."""
    case = _visible(event, world, conversation)
    if case is None:
        return Outcome.of(conversation, AnswerPress(event.press, "system.press_outdated"))
    return show(world, conversation, case)


def _visible(event: ButtonPressed, world: World, conversation: Conversation) -> Case | None:
    case = world.cases.get(event.subject)
    if case and (case.filed_by == conversation.person or case.id in conversation.opened):
        return case
    return None


def show(world: World, conversation: Conversation, case: Case) -> Outcome:
    """The complaint's status. To another account than the one that filed it nothing personal is shown."""
    own = case.filed_by == conversation.person
    agency = casefile.agency_of(case, world.rules)
    params = {
        "reference": case.reference,
        "agency": agency.full_name,
        "service": agency.service_name(case.complaint.service)
        if own
        else casefile.listed_service(case, world.rules),
        "status": case.status.value,
        "due": case.due_on.isoformat() if case.open else "",
        "overdue": case.is_overdue(world.today),
        "officer": case.officer.name if case.officer else "",
        "timeline": [
            {"status": step.status.value, "at": step.at.isoformat(), "by": step.by} for step in case.timeline
        ],
        "last": casefile.last_message(case, own=own),
        "until": case.objection_until.isoformat()
        if case.status is Status.RESPONDED and case.objection_until
        else "",
        "own": own,
    }
    buttons = _case_buttons(conversation, case) if own else ()
    return say(conversation, "followup.case", params, buttons=buttons)


def _case_buttons(conversation: Conversation, case: Case) -> Rows:
    rows: list[tuple[Button, ...]] = []
    number = casefile.open_question(case)
    if number and case.open:
        rows.append((Button("answer_now", "answer_now", case.id, case.version, str(number), "primary"),))
    rows += verdict(case, len(case.responses))
    adding = (
        (Button("add_information", "add", case.id, case.version),) if followup_holding.may_add(case) else ()
    )
    rows.append((*adding, Button("read_all", "read_case", case.id, case.version)))
    if conversation.draft:
        rows.append((Button("resume_draft", "resume", style="success"),))
    return tuple(rows)


def read_case(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """The own complaint in full, as it was signed, and all that was said since."""
    case = world.cases.get(event.subject)
    if case is None or case.filed_by != conversation.person:
        return Outcome.of(conversation, AnswerPress(event.press, "system.press_outdated"))
    params = {
        "reference": case.reference,
        "fields": [
            *casefile.fields(case, world.rules, personal=False),
            *casefile.fields(case, world.rules, personal=True),
        ],
        "confidential": case.complaint.confidential,
        "place": case.complaint.place,
        "signed_at": case.complaint.signed_at.isoformat(),
        "signature": case.complaint.signature,
        "evidence": casefile.counted(casefile.evidence(case)),
        "thread": casefile.thread(case, notes=False),
    }
    return say(conversation, "followup.full", params)


def add(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """Tambah Keterangan."""
    return _begin(event, world, conversation, Purpose.ADDITION)


def answer_now(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """Jawab sekarang: an officer's question is answered; a draft waits meanwhile."""
    return _begin(event, world, conversation, Purpose.ANSWER)


def _begin(event: ButtonPressed, world: World, conversation: Conversation, purpose: Purpose) -> Outcome:
    case = world.cases.get(event.subject)
    if case is None or case.filed_by != conversation.person:
        return Outcome.of(conversation, AnswerPress(event.press, "system.press_outdated"))
    if not followup_holding.may_add(case):
        params = {"reference": case.reference, "status": case.status.value}
        return say(conversation, "followup.not_open", params)
    return followup_collecting.begin(world, conversation, case, purpose)
