"""The leader approves a draft response or returns it; nothing reaches the citizen before.

Rina:    (writes a response) [Kirim]
Bot:     ⏳ Konsep tanggapan akhir DPMD-2026-0001 dari Rina menunggu persetujuan pimpinan.
Bot to the leader, and to the group after [Periksa Konsep]:
Konsep tanggapan akhir DPMD-2026-0001 · … dari Rina: … [Setujui] [Kembalikan]
Leader:  [Kembalikan]
Bot:     Ibu Kepala, mohon balas pesan ini dengan alasan pengembalian untuk DPMD-2026-0001 · …
Leader:  (reply) Sebutkan tanggalnya. [Kirim]
Bot:     Rina, konsep Anda untuk DPMD-2026-0001 dikembalikan Ibu Kepala: … [Perbaiki]
Rina:    [Perbaiki] [Kirim]
Leader:  [Setujui]
Bot:     ✅ Tanggapan akhir DPMD-2026-0001 dikirim oleh Rina, disetujui Ibu Kepala. …
"""

from __future__ import annotations

from conversations import casefile, keys
from conversations.complaints.case import Case, DraftResponse, Purpose
from conversations.complaints.life_cycle import CaseEvent, Role
from conversations.conversation import Conversation
from conversations.desk import access, drafts, posting, prompts, viewing
from conversations.desk.access import OUTDATED, Refusal, Result
from conversations.effects import AnswerPress, Outcome, RecordHistory, Send, StripButtons
from conversations.events import ButtonPressed
from conversations.messages import OutgoingMessage
from conversations.world import World


def awaits(case: Case) -> bool:
    """Whether a draft waits for approval."""
    return case.awaits_approval


def review(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Periksa Konsep": show the draft with the deciding buttons; by a link where confidential."""
    if not case.awaits_approval or case.pending is None:
        return access.state_refusal(case)
    if refusal := access.handling_refusal(case, event.origin.person.id, world):
        return refusal
    if case.complaint.confidential:
        return viewing.by_link(event, world, conversation, case, "review")
    message = drafts.review(case, world, case.pending)
    return Outcome.of(conversation, Send(event.origin.chat, message, keys.approval(case.id)))


def review_message(case: Case, world: World) -> OutgoingMessage:
    """The draft for a leader who followed the link; the card's status where none waits any more."""
    if case.pending is None or not case.awaits_approval:
        refusal = access.state_refusal(case)
        return OutgoingMessage(refusal.template, refusal.params)
    return drafts.review(case, world, case.pending)


def _decided_refusal(event: ButtonPressed, world: World, case: Case) -> Refusal | None:
    """Why this person cannot decide about this draft; None when they can."""
    asked = access.with_prompted_officer(case, event.origin.person)
    if not access.may_write_here(asked, event.origin, world):
        return OUTDATED
    if refusal := access.handling_refusal(case, event.origin.person.id, world):
        return refusal
    if access.role_of(case, event.origin.person.id, world) is not Role.LEADER:
        return Refusal("desk.leaders_approve", {"reference": case.reference})
    if case.pending is None or not case.awaits_approval:
        return _over_refusal(case, event.value)
    if event.value != str(case.pending.number):
        return Refusal("desk.draft_newer", {"reference": case.reference})
    return None


def _over_refusal(case: Case, number: str) -> Refusal:
    """The refusal of a decision about a draft that does not wait: who took it back, or the case's status."""
    back = case.returned
    if back is None or number != str(back.number) or not back.ended_by:
        return access.state_refusal(case)
    return Refusal("desk.draft_back", {"reference": case.reference, "name": back.ended_by})


def approve(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Setujui": send the draft to the citizen in its author's name."""
    if refusal := _decided_refusal(event, world, case):
        return refusal
    return _approved(event, world, conversation, case, case.pending) if case.pending else OUTDATED


def _approved(
    event: ButtonPressed, world: World, conversation: Conversation, case: Case, draft: DraftResponse
) -> Outcome:
    name = access.officer_of(event, world).name
    given = {"approved_by": name, "at": world.now}
    contribution = draft.contribution.model_copy(update=given)
    sent = posting.sent_by(draft.officer, Role.LEADER, world, case, contribution)
    record = RecordHistory(case.id, access.history_name(event), CaseEvent.APPROVED, name)
    key = keys.posted(case.id, len(case.thread) + 1)
    posted = Send(contribution.chat, posting.receipt(world, case, contribution), key)
    answer = AnswerPress(event.press, "desk.now_approved", {"reference": case.reference})
    strips = (StripButtons(event.origin.chat, event.origin.message), *drafts.over(case, world))
    return Outcome.of(conversation, answer, record) + sent + Outcome.of(posted, *strips)


def return_draft(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Kembalikan": ask the leader for the reason."""
    if refusal := _decided_refusal(event, world, case):
        return refusal
    return prompts.open_prompt(event, world, conversation, case, Purpose.RETURN, target=event.value)


def withdraw(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Tarik Konsep": the author, the officer who handles the case or a leader takes it back."""
    draft, person = case.pending, event.origin.person.id
    if draft is None or not case.awaits_approval:
        return _over_refusal(case, str(case.returned.number) if case.returned else "")
    if refusal := access.handling_refusal(case, person, world):
        return refusal
    role, holder = access.role_of(case, person, world), case.officer.id if case.officer else 0
    if person not in {draft.officer.id, holder} and role is not Role.LEADER:
        params = {"reference": case.reference, "name": draft.officer.name}
        return access.taken_refusal(case) if holder else Refusal("desk.authors_withdraw", params)
    back = drafts.taken_back(world, case, CaseEvent.DRAFT_WITHDRAWN, role, access.officer_of(event, world))
    record = RecordHistory(case.id, access.history_name(event), CaseEvent.DRAFT_WITHDRAWN)
    params = {"reference": casefile.marked(case), "name": access.officer_of(event, world).name}
    rows = () if case.complaint.confidential else drafts.revise_row(back, draft)
    message = OutgoingMessage("desk.draft_withdrawn", params, rows, reply_to=keys.card(case.id))
    notice = Send(event.origin.chat, message)
    return Outcome.of(conversation, back, notice, *drafts.over(case, world), record)


def revise(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Perbaiki": continue the returned draft as the text of a new prompt."""
    draft, person = case.returned, event.origin.person.id
    if draft is None or event.value != str(draft.number):
        return access.state_refusal(case) if case.awaits_approval or not case.open else OUTDATED
    if not access.may_write_here(case, event.origin, world):
        return OUTDATED
    if refusal := access.writing_refusal(case, person, draft.contribution.purpose, world):
        return refusal
    parts = draft.contribution.parts
    return prompts.open_prompt(event, world, conversation, case, draft.contribution.purpose, parts)
