"""What the members of a division do with a case that they have: the buttons of its card there.

They answer the desk ("Lapor") and may ask the citizen ("Tanya"); the response is the desk's. Any member may
act for the division; "Terima" says who does it.
"""

from __future__ import annotations

from conversations import casefile
from conversations.complaints.case import Case, Purpose, changed
from conversations.complaints.complaint import Part
from conversations.conversation import Conversation
from conversations.desk import access, prompts, refusals, viewing
from conversations.desk.access import RefusableAct
from conversations.desk.purposes import WRITTEN
from conversations.desk.refusals import OUTDATED, Refusal, Result
from conversations.effects import AnswerPress, Outcome, RecordHistory, Send
from conversations.events import ButtonPressed
from conversations.screens import ButtonHandler
from conversations.world import World


def at_division(act: RefusableAct) -> ButtonHandler:
    """The handler of a button that works where the division that has the case gets its card.

    A division that had the case learns where it is now; other groups learn nothing.
    """

    def handle(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
        if access.is_with_division_here(case, event.origin.chat, world):
            return act(event, world, conversation, case)
        if had_it_here(case, event.origin.chat, world):
            return refusals.left_refusal(case, world)
        return OUTDATED

    return access.in_any_chat(handle)


def had_it_here(case: Case, chat: int, world: World) -> bool:
    """Whether a division whose card comes to this chat was ever given the case."""
    given = (entry.target for entry in case.thread if entry.purpose is Purpose.INSTRUCTION)
    past = (case.model_copy(update={"division": division}) for division in given)
    return any(access.is_with_division_here(each, chat, world) for each in past)


def accept(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Terima": the presser handles the case at the division; a second presser reads who does."""
    officer = access.officer_of(event, world)
    if refusal := access.handling_refusal(case, officer.id, world):
        return refusal
    if case.accepted_by:
        params = {
            "reference": case.reference,
            "name": case.accepted_by.name,
            "since": case.accepted_at.isoformat() if case.accepted_at else "",
        }
        return Refusal("desk.already_accepted", params)
    accepted = changed(case, accepted_by=officer, accepted_at=world.now)
    answer = AnswerPress(event.press, "desk.now_accepted", {"reference": case.reference})
    record = RecordHistory(case.id, access.history_name(event), "accepted", officer.name)
    return Outcome.of(conversation, accepted, answer, record)


def report(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Lapor": ask for the report to the desk; by a link where the case is confidential."""
    return _write(event, world, conversation, case, Purpose.REPORT)


def ask(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Tanya": ask for a question to the citizen; by a link where the case is confidential."""
    return _write(event, world, conversation, case, Purpose.QUESTION)


def note(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Catatan": ask for a note; by a link where the case is confidential."""
    return _write(event, world, conversation, case, Purpose.NOTE)


def _write(
    event: ButtonPressed, world: World, conversation: Conversation, case: Case, purpose: Purpose
) -> Result:
    refusal = access.writing_refusal(case, event.origin.person.id, purpose, world, event.origin.chat)
    if refusal:
        return refusal
    if case.complaint.confidential:
        return viewing.by_link(event, world, conversation, case, WRITTEN[purpose].link)
    return prompts.open_prompt(event, world, conversation, case, purpose)


def open_evidence(case: Case) -> tuple[Part, ...]:
    """The evidence that the division may see: none of a confidential case."""
    return () if case.complaint.confidential else casefile.evidence(case)


def evidence(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Bukti": send the files and places below the card; of a confidential case, by a link."""
    if refusal := access.handling_refusal(case, event.origin.person.id, world):
        return refusal
    if case.complaint.confidential:
        return viewing.by_link(event, world, conversation, case, "evidence")
    message = viewing.evidence_message(case, reply_to=casefile.division_key(case))
    return Outcome.of(conversation, Send(event.origin.chat, message))


def read_all(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Baca lengkap": send the text without the person; of a confidential case, by a link."""
    if refusal := access.handling_refusal(case, event.origin.person.id, world):
        return refusal
    if case.complaint.confidential:
        return viewing.by_link(event, world, conversation, case, "read")
    message = viewing.full_message(case, world, reply_to=casefile.division_key(case))
    return Outcome.of(conversation, Send(event.origin.chat, message))
