"""Officers pass messages on to a complainant without an account, and mark them as passed on (no_account.py).

    Bot:   Rina, mohon sampaikan kepada pengadu DPMD-2026-0001 · … lewat surat: … [Sudah disampaikan]
    Rina:  (writes a letter) [Sudah disampaikan]
    Bot:   ✅ DPMD-2026-0001 · …: sudah disampaikan kepada pengadu oleh Rina, …   (the same message)

A response counts as delivered from then on, and the objection days begin. The button "Belum disampaikan" of
the card sends again what waits.
"""

from __future__ import annotations

from conversations import casefile, keys, no_account
from conversations.complaints.case import Case, changed
from conversations.complaints.untold import Untold
from conversations.conversation import Conversation
from conversations.desk import access, delivery
from conversations.desk.refusals import OUTDATED, Refusal, Result
from conversations.effects import AnswerPress, Edit, Outcome, RecordHistory
from conversations.events import ButtonPressed, Delivery, MessageReported
from conversations.messages import OutgoingMessage
from conversations.reading.numbers import MOST_ID, whole
from conversations.world import World

ACTION = "passed_on"


def done(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Sudah disampaikan": the message has reached the complainant."""
    if not (event.origin.private or access.is_handled_here(case, event.origin, world)):
        return OUTDATED
    if refusal := access.handling_refusal(case, conversation.person, world):
        return refusal
    number = whole(event.value, MOST_ID)
    told = next((one for one in case.untold if one.number == number), None)
    if told is None:
        return Refusal("desk.passed_on_before", {"reference": case.reference})
    left = changed(case, untold=tuple(one for one in case.untold if one != told))
    record = RecordHistory(case.id, access.history_name(event), "passed_on", told.template)
    passed = Outcome.of(conversation, left, _marked(event, world, case, told), record)
    reported = MessageReported(world.now, case.id, told.key, Delivery.DELIVERED)
    return passed + delivery.delivery_reported(reported, world.after(passed))


def _marked(event: ButtonPressed, world: World, case: Case, told: Untold) -> Edit:
    params = {
        **no_account.about(case, told),
        "name": event.origin.person.name,
        "at": world.now.isoformat(),
    }
    message = OutgoingMessage("desk.passed_on", params)
    return Edit(event.origin.chat, keys.pass_on(case.id, told.number), message, at=event.origin.message)


def has_untold(case: Case) -> bool:
    """Whether a message waits to be passed on."""
    return bool(case.untold)


def again(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Belum disampaikan": send what waits again; of a confidential case, to the presser."""
    person = event.origin.person.id
    if refusal := access.handling_refusal(case, person, world):
        return refusal
    if not has_untold(case):
        return Refusal("desk.passed_on_before", {"reference": case.reference})
    chats = (person if case.complaint.confidential else casefile.group_of(case, world.rules),)
    waiting = tuple(one.model_copy(update={"chats": chats}) for one in case.untold)
    # The version is unchanged, because the card does not show the chats.
    moved = case.model_copy(update={"untold": waiting})
    tasks = (send for one in waiting for send in no_account.tasks(moved, one, world))
    private = case.complaint.confidential
    alert = Refusal("desk.asked_in_private", {"reference": case.reference})
    answer = AnswerPress(event.press, alert.template, alert.params, alert=True) if private else None
    return Outcome.of(conversation, moved, answer, *tasks)
