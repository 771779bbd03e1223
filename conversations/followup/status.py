"""/status: the asker's own complaints, and each one's timeline, due date and last message."""

from __future__ import annotations

from typing import Any

from conversations import casefile
from conversations.cards import verdict
from conversations.complaints.case import Case, Purpose, Status
from conversations.complaints.references import parse_reference
from conversations.conversation import Conversation
from conversations.effects import AnswerPress, Edit, Outcome, Send
from conversations.events import ButtonPressed, CommandReceived, PersonEvent
from conversations.followup import access as followup_access
from conversations.followup import additions as followup_collecting
from conversations.followup import unaddressed as followup_holding
from conversations.messages import Button, OutgoingMessage, Rows
from conversations.reading.numbers import MOST_PAGE, whole
from conversations.screens import say
from conversations.world import World

PAGE_SIZE = 5


def status(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """/status, perhaps with a number. The question of a draft goes on listening."""
    argument = event.argument if isinstance(event, CommandReceived) else ""
    if reference := parse_reference(argument):
        case = world.by_reference(reference)
        if case and case.filed_by == conversation.person:
            return show(world, conversation, case)
        return followup_access.ask_code(world, conversation, reference)
    if argument.strip():
        return followup_access.ask_reference(world, conversation, unread=True)
    if not world.own_cases(conversation.person):
        known = conversation.person in world.unread
        return followup_access.ask_reference(world, conversation, empty=not known)
    key, message = f"cases:{conversation.person}", _list(world, conversation, 0)
    return Outcome((conversation,), (), (Send(conversation.chat, message, key),))


def turn_page(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """Another page, in the same message."""
    page = whole(event.value, MOST_PAGE) or 0
    key, message = f"cases:{conversation.person}", _list(world, conversation, page)
    return Outcome((conversation,), (), (Edit(conversation.chat, key, message, event.origin.message),))


def _list(world: World, conversation: Conversation, page: int) -> OutgoingMessage:
    own = world.own_cases(conversation.person)
    pages = max(1, -(-len(own) // PAGE_SIZE))
    page = min(page, pages - 1)
    shown = own[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    params = {
        "total": len(own),
        "page": page + 1,
        "pages": pages,
        "cases": [_line(case, world) for case in shown],
        "draft": conversation.draft is not None,
    }
    return OutgoingMessage("followup.cases", params, _list_buttons(conversation, shown, page, pages))


def _line(case: Case, world: World) -> dict[str, Any]:
    agency = casefile.agency_of(case, world.rules)
    return {
        "reference": case.reference,
        "status": case.status.value,
        "service": agency.service_name(case.complaint.service),
        "received_at": case.received_at.date().isoformat(),
        "due": case.due_on.isoformat() if case.open else "",
    }


def _list_buttons(conversation: Conversation, shown: tuple[Case, ...], page: int, pages: int) -> Rows:
    rows: list[tuple[Button, ...]] = [
        (Button("case", "case", case.id, params={"reference": case.reference, "status": case.status.value}),)
        for case in shown
    ]
    turning = []
    if page > 0:
        turning.append(Button("newer", "cases", value=str(page - 1)))
    if page + 1 < pages:
        turning.append(Button("older", "cases", value=str(page + 1)))
    if turning:
        rows.append(tuple(turning))
    rows.append((Button("other_number", "other_number"),))
    if conversation.draft:
        rows.append((Button("resume_draft", "resume", style="success"),))
    return tuple(rows)


def other_number(_event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """A complaint that was filed from another account."""
    return followup_access.ask_reference(world, conversation)


def open_case(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """One of the own complaints, or one opened by its access code."""
    case = _visible(event, world, conversation)
    if case is None:
        return Outcome((conversation,), (), (AnswerPress(event.press, "system.press_outdated"),))
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
        return Outcome((conversation,), (), (AnswerPress(event.press, "system.press_outdated"),))
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
        return Outcome((conversation,), (), (AnswerPress(event.press, "system.press_outdated"),))
    if not followup_holding.may_add(case):
        params = {"reference": case.reference, "status": case.status.value}
        return say(conversation, "followup.not_open", params)
    return followup_collecting.begin(world, conversation, case, purpose)
