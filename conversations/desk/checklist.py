"""The list of what may be missing, which an officer ticks; and the withdrawal of a request.

    Rina:  [Minta Kelengkapan]
    Bot:   Rina, apa yang belum lengkap pada DPMD-2026-0001 · …? [☐ Uraian kejadian] [☐ Alamat lengkap] …
    Rina:  [☐ Alamat lengkap]                 (the same message changes)
    Bot:   … [☐ Uraian kejadian] [☑ Alamat lengkap] … [Lanjut] [Batal]
    Rina:  [Lanjut]                           (the same message changes)
    Bot:   Periksa dahulu. Ini yang akan dibaca pengadu: … • Alamat lengkap … [Kirim] [Ubah] [Batal]
    Rina:  (reply) RT dan RW belum ada.       (optional; the preview is sent again, with the remark)
    Rina:  [Kirim]

The ticks are kept in `Unsent.target`, the remark in `Unsent.parts`: two officers can tick at the same time,
and the first request that is sent wins.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from conversations import case_clock, casefile, keys
from conversations.complaints.case import Case, Purpose, changed, transition
from conversations.complaints.completion import askable
from conversations.complaints.life_cycle import CaseEvent, allowed
from conversations.conversation import Conversation, Unsent
from conversations.desk import access, completeness, posting, refusals, writing
from conversations.desk.refusals import OUTDATED, Refusal, Result
from conversations.effects import Edit, Outcome, RecordHistory, Send
from conversations.events import ButtonPressed
from conversations.messages import Button, OutgoingMessage
from conversations.parts import drop_files
from conversations.reading.numbers import MOST_ID, whole
from conversations.world import World

ACTION = completeness.ACTION
CONFIRM_ACTION = "withdraw_sure"


def pressed(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """A button below the list: turn a tick, go on to the preview, or close the list."""
    owner, _, what = event.value.partition(",")
    if owner != str(conversation.person):
        return refusals.not_yours(case, whole(owner, MOST_ID) or 0)
    unsent = conversation.writing
    if unsent is None or unsent.case != case.id or unsent.purpose is not Purpose.REQUEST:
        return OUTDATED
    if what == "discard":
        return _closed(event, world, conversation, case, unsent)
    return _refusal(event, world, case) or _ticked(event, world, conversation, case, unsent)


def _ticked(
    event: ButtonPressed, world: World, conversation: Conversation, case: Case, unsent: Unsent
) -> Result:
    what = event.value.partition(",")[2]
    if what == "next":
        return _previewed(event, world, conversation, case, unsent)
    if what not in askable(case.answers):
        return OUTDATED
    more = unsent.model_copy(update={"target": completeness.toggled(case, unsent.target, what)})
    return _shown(event, conversation, case, more)


def _refusal(event: ButtonPressed, world: World, case: Case) -> Refusal | None:
    if not access.may_write_here(case, event.origin, world):
        return OUTDATED
    return access.writing_refusal(case, event.origin.person.id, Purpose.REQUEST, world)


def _shown(event: ButtonPressed, conversation: Conversation, case: Case, unsent: Unsent) -> Outcome:
    """The list in the pressed message."""
    listing = unsent.model_copy(update={"listing": True})
    ticking = conversation.model_copy(update={"writing": listing})
    key, message = keys.preview(case.id, conversation.person), completeness.checklist(event, case, unsent)
    return Outcome.of(ticking, Edit(conversation.chat, key, message, event.origin.message))


def _previewed(
    event: ButtonPressed, world: World, conversation: Conversation, case: Case, unsent: Unsent
) -> Result:
    if not unsent.target:
        return Refusal("desk.nothing_ticked", {"reference": case.reference})
    key, message = keys.preview(case.id, conversation.person), writing.preview(event, world, case, unsent)
    shown = conversation.model_copy(update={"writing": unsent.model_copy(update={"listing": False})})
    return Outcome.of(shown, Edit(conversation.chat, key, message, event.origin.message))


def _closed(
    event: ButtonPressed, world: World, conversation: Conversation, case: Case, unsent: Unsent
) -> Outcome:
    message = OutgoingMessage("desk.discarded", {"reference": case.reference})
    edit = Edit(conversation.chat, keys.preview(case.id, conversation.person), message, event.origin.message)
    return Outcome.of(edit, *drop_files(unsent.parts)) + posting.close(world, conversation)


def rewrite(
    event: ButtonPressed, world: World, conversation: Conversation, case: Case, unsent: Unsent
) -> Outcome:
    """The button "Ubah" below a preview: of a request show the list again, else ask for the text again."""
    if unsent.purpose is Purpose.REQUEST:
        return _shown(event, conversation, case, unsent)
    return writing.rewrite(event, world, conversation, case, unsent)


def ask_withdrawal(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Tarik permintaan": ask for a confirmation; the question shows what the citizen reads."""
    if refusal := _withdrawal_refusal(event, world, case):
        return refusal
    person = event.origin.person
    params = {
        **_withdrawn_params(event, world, case),
        "officer": {"id": person.id, "name": person.name},
    }
    answers = tuple(
        Button(label, CONFIRM_ACTION, case.id, case.version, f"{person.id},{label}")
        for label in ("recall_yes", "discard")
    )
    message = OutgoingMessage("desk.withdraw_sure", params, (answers,), reply_to=keys.card(case.id))
    asked = access.with_prompted_officer(case, person)
    key = keys.withdrawal(case.id, person.id)
    return Outcome.of(conversation, asked, Send(event.origin.chat, message, key))


def _withdrawal_refusal(event: ButtonPressed, world: World, case: Case) -> Refusal | None:
    person = event.origin.person.id
    if refusal := access.handling_refusal(case, person, world):
        return refusal
    role = access.role_of(case, person, world)
    if not allowed(case.status, CaseEvent.REQUEST_WITHDRAWN, role):
        return refusals.state_refusal(case)
    if case.officer and case.officer.id != person and not access.is_leader(case, person, world):
        return refusals.taken_refusal(case)
    return None


def _withdrawn_params(event: ButtonPressed, world: World, case: Case) -> dict[str, Any]:
    due = _fields_after_withdrawal(case, world)["due_on"].isoformat()
    return {"reference": case.reference, "officer": access.officer_of(event, world).name, "due": due}


def _fields_after_withdrawal(case: Case, world: World) -> dict[str, Any]:
    """The clock goes on today: a request that is withdrawn on its own day has changed nothing."""
    fields = case_clock.resumed(case, world.today - timedelta(days=1), world)
    return {**fields, "due_on": max(case.due_on, fields["due_on"])}


def decided(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The answer to that question: "Ya, tarik" takes the request back, and informs the citizen."""
    asked, _, label = event.value.partition(",")
    if asked != str(conversation.person):
        return refusals.not_yours(case, whole(asked, MOST_ID) or 0)
    key = keys.withdrawal(case.id, conversation.person)
    if label != "recall_yes":
        message = OutgoingMessage("desk.discarded", {"reference": case.reference})
        return Outcome.of(conversation, Edit(conversation.chat, key, message, event.origin.message))
    if refusal := _withdrawal_refusal(event, world, case):
        return refusal
    return Outcome.of(conversation) + _withdrawn(event, world, case, key)


def _withdrawn(event: ButtonPressed, world: World, case: Case, key: str) -> Outcome:
    params = _withdrawn_params(event, world, case)
    role = access.role_of(case, event.origin.person.id, world)
    back = transition(case, CaseEvent.REQUEST_WITHDRAWN, role, world.now, params["officer"])
    back = changed(back, **_fields_after_withdrawal(case, world))
    done = OutgoingMessage("desk.request_withdrawn", {**params, "reference": casefile.marked(case)})
    reason = ", ".join(case.request.items) if case.request else ""
    return Outcome.of(
        back,
        Edit(event.origin.chat, key, done, event.origin.message),
        Send(case.filed_by, OutgoingMessage("completion.withdrawn", params)),
        RecordHistory(case.id, access.history_name(event), CaseEvent.REQUEST_WITHDRAWN, reason),
    )
