"""The page of one complaint: its status, its whole text, and the buttons of its owner."""

from __future__ import annotations

from conversations import case_end, casefile
from conversations.cards import verdict
from conversations.complaints.case import Case, Purpose
from conversations.complaints.follow_up import CaseLink
from conversations.complaints.life_cycle import Status
from conversations.conversation import Conversation
from conversations.effects import Outcome
from conversations.events import ButtonPressed
from conversations.followup import additions, attorney, rights, withdrawal
from conversations.followup.asking import may_add
from conversations.followup.objection import may_object
from conversations.intake import completing
from conversations.messages import Button, Rows
from conversations.screens import ButtonHandler, CaseAct, outdated, say, with_case
from conversations.world import World


def is_own(case: Case, event: ButtonPressed, _world: World) -> bool:
    """Whether the presser filed the complaint."""
    return case.filed_by == event.origin.person.id


def for_owner(act: CaseAct) -> ButtonHandler:
    """The handler of a button for the person who filed the complaint."""
    return with_case(is_own, act, outdated)


def for_reader(act: CaseAct) -> ButtonHandler:
    """The handler of a button for a person who filed the complaint or opened it by its access code."""

    def may_read(case: Case, event: ButtonPressed, world: World) -> bool:
        conversation = world.conversation(event.origin.chat, event.origin.person.id)
        return is_own(case, event, world) or case.id in conversation.opened

    return with_case(may_read, act, outdated)


def open_case(_event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """A case of the list was pressed: show its page."""
    return show(world, conversation, case)


def show(world: World, conversation: Conversation, case: Case) -> Outcome:
    """The status of the complaint. Another account than the owner's gets no answers about the person."""
    own = case.filed_by == conversation.person
    agency = casefile.agency_of(case, world.rules)
    params = {
        "reference": case.reference,
        "agency": agency.full_name,
        "service": casefile.service_name(case, world.rules)
        if own
        else casefile.listed_service(case, world.rules),
        "status": case.status.value,
        "due": case.due_on.isoformat() if case.open and not case.request else "",
        "items": list(case.request.items) if case.request and own else [],
        "complete_by": case.request.until.isoformat() if case.request else "",
        "overdue": case.is_overdue(world.today),
        "officer": case.officer.name if case.officer else "",
        "verifier": {"name": case.verified_by.name, "position": case.verified_by.position}
        if case.verified_by
        else None,
        "address": agency.contact.address,
        "timeline": [
            {
                "status": step.status.value,
                "at": step.at.isoformat(),
                "by": step.by,
                "division": step.division,
            }
            for step in case.timeline
        ],
        "last": casefile.last_message(case, own=own),
        "until": case.objection_until.isoformat() if case.objection_until and may_object(case, world) else "",
        "own": own,
        "ended": case_end.ended(case, world.rules, group=False),
        "phones": list(agency.contact.phones),
        "original": case_end.original(case, world),
        "redirected_from": case.redirected_from.reference if case.redirected_from else "",
    }
    buttons = _case_buttons(world, conversation, case) if own else ()
    return say(conversation, "followup.case", params, buttons=buttons)


def _case_buttons(world: World, conversation: Conversation, case: Case) -> Rows:
    rows: list[tuple[Button, ...]] = [*completing.offer(case)]
    if number := casefile.waiting_question(case):
        rows.append((Button("answer_now", "answer_now", case.id, case.version, str(number), "primary"),))
    if case.status is Status.RESPONDED:
        rows += verdict(case, str(len(case.responses)))
    if case.answered_as_question and may_object(case, world):
        rows.append((Button("is_complaint", "is_complaint", case.id, case.version),))
    adding = (Button("add_information", "add", case.id, case.version),) if may_add(case) else ()
    rows.append((*adding, Button("read_all", "read_case", case.id, case.version)))
    rows.append((Button("papers", "documents", case.id, case.version), *rights.offer(case)))
    rows += attorney.offer(case) if may_add(case) else ()
    if withdrawal.may_withdraw(case):
        rows.append((Button("withdraw", "withdraw", case.id, case.version),))
    original = world.cases.get(case.duplicate_of.id) if case.duplicate_of else None
    if case.duplicate_of and original and original.filed_by == case.filed_by:
        rows.append((_linked(case.duplicate_of),))
    if case.redirected_to:
        rows.append((_linked(case.redirected_to),))
    if case.redirected_from:
        rows.append((_linked(case.redirected_from),))
    if case.status in {Status.CLOSED, Status.LAPSED} and not conversation.filing:
        rows.append((Button("new_complaint", "begin", case.id),))
    if conversation.filing:
        rows.append((Button("resume_draft", "resume", style="success"),))
    return tuple(rows)


def _linked(link: CaseLink) -> Button:
    """The button that opens another case of the same person."""
    return Button("case", "case", link.id, params={"reference": link.reference})


def read_case(_event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """The button "Baca lengkap": the complaint as it was signed, and the contributions since."""
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


def add(_event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """The button "Tambah Keterangan": listen for an addition."""
    return _begin(world, conversation, case, Purpose.ADDITION)


def send_attorney(_event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """The button "Kirim Surat Kuasa": listen for its pages; a draft is set aside."""
    if attorney.is_requested(case):
        return completing.begin(world, conversation, case)
    if not casefile.lacks_attorney(case):
        return say(conversation, "followup.attorney_kept", {"reference": case.reference})
    return _begin(world, conversation, case, Purpose.ATTORNEY)


def complete_now(_event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """The button "Lengkapi sekarang": ask for what is missing, one by one; a draft is set aside."""
    if case.request is None:
        return show(world, conversation, case)
    return completing.begin(world, conversation, case)


def answer_now(_event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """The button "Jawab sekarang": listen for the answer to the officer's question; a draft is set aside."""
    return _begin(world, conversation, case, Purpose.ANSWER)


def _begin(world: World, conversation: Conversation, case: Case, purpose: Purpose) -> Outcome:
    if not may_add(case):
        params = {"reference": case.reference, "status": case.status.value}
        return say(conversation, "followup.not_open", params)
    return additions.begin(world, conversation, case, purpose)
