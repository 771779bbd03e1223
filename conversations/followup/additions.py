"""A citizen adds messages to a case: they are counted in one message until "Kirim" (invariant 6).

A draft is set aside meanwhile and continues afterwards.
"""

from __future__ import annotations

from conversations import blocks, budgets, casefile, keys, listening
from conversations.complaints.case import Case, Contribution, Purpose, changed
from conversations.complaints.complaint import Part
from conversations.complaints.data_request import ASKED
from conversations.complaints.life_cycle import CaseEvent
from conversations.conversation import Conversation, Unsent
from conversations.effects import Outcome, RecordHistory, Send, StripButtons
from conversations.events import (
    ButtonPressed,
    FileLost,
    MessageEdited,
    PersonEvent,
    TextReceived,
)
from conversations.followup import attorney, data_requests, tally, withdrawal
from conversations.followup.group_notice import inform_groups
from conversations.followup.objection import reopens
from conversations.followup.refusals import edit_refusal, part_or_refusal
from conversations.intake.confusion import is_no_answer, phones
from conversations.messages import Button, OutgoingMessage
from conversations.parts import drop_files, give_files, keep, parts_without, with_edit
from conversations.reopening import reopened
from conversations.screens import in_new_messages, is_typed, is_wording, outdated, say
from conversations.world import World

# What held messages are not taken for.
_APART = frozenset({Purpose.ATTORNEY, *ASKED})


def begin(
    world: World,
    conversation: Conversation,
    case: Case,
    purpose: Purpose,
    parts: tuple[Part, ...] = (),
) -> Outcome:
    """Listen for this case, and begin with the held messages and `parts`.

    While messages for another case or purpose are not sent, these are held, and the person is asked to send
    or drop the others first.
    """
    # Held messages are no pages of a power of attorney, and no request about data: they stay held.
    left = conversation.held if purpose in _APART else ()
    added = parts if purpose in _APART else (*conversation.held, *parts)
    if refused := _blocked(world, conversation, case, purpose):
        return refused
    waiting = conversation.model_copy(update={"held": (*left, *added)})
    before = conversation.collecting
    if before and (before.case, before.purpose) != (case.id, purpose):
        if before.parts:
            return _settle_first(world, waiting, before)
        before = None
    if conversation.writing and conversation.writing.parts:
        return _settle_first(world, waiting, conversation.writing)
    earlier = before.parts if before else ()
    collecting = Unsent(case=case.id, purpose=purpose, parts=(*earlier, *added), since=world.now)
    listens = conversation.model_copy(
        update={"listener": "collecting", "collecting": collecting, "writing": None, "held": left}
    )
    if collecting.parts:
        count = tally.shown(listens, case, collecting, fresh=True, taken=added)
        return Outcome.of(listens, give_files(added, case.id), count)
    return _ask(listens, case, purpose)


def _blocked(world: World, conversation: Conversation, case: Case, purpose: Purpose) -> Outcome | None:
    """The notice that the account is blocked for what citizens add by themselves; None for the others."""
    blocked = blocks.refusal(world, conversation, case.agency) if purpose in budgets.LIMITED else None
    return Outcome.of(conversation, Send(conversation.chat, blocked)) if blocked else None


def ask_again(world: World, conversation: Conversation) -> Outcome:
    """Show again what is collected, or ask for it."""
    unsent = conversation.collecting
    case = world.cases.get(unsent.case) if unsent else None
    if unsent is None or case is None:
        return Outcome.of(conversation)
    if unsent.parts:
        return Outcome.of(conversation, tally.shown(conversation, case, unsent, fresh=True))
    return _ask(conversation, case, unsent.purpose)


def _ask(conversation: Conversation, case: Case, purpose: Purpose) -> Outcome:
    params = {
        "reference": case.reference,
        "purpose": purpose.value,
        "attorney": casefile.lacks_attorney(case),
    }
    stop = Button("cancel", "drop_parts", case.id, case.version)
    withdraws = purpose is Purpose.WITHDRAWAL
    buttons = withdrawal.reasons(case) if withdraws else ((stop,),)
    return say(conversation, "followup.collect", params, buttons=buttons)


def _settle_first(world: World, conversation: Conversation, unsent: Unsent) -> Outcome:
    case = world.cases.get(unsent.case)
    params = {
        "reference": case.reference if case else "",
        "purpose": unsent.purpose.value,
        "count": len(unsent.parts),
    }
    buttons = tally.send_or_drop(unsent, case.version if case else 0, conversation.person)
    return say(conversation, "followup.settle_first", params, buttons=buttons)


def receive(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Add a message to the collected ones and change the count, or say why it cannot be added."""
    unsent = conversation.collecting
    case = world.cases.get(unsent.case) if unsent else None
    if unsent is None or case is None:
        return Outcome.of(conversation)
    if is_typed(event, world, tally.send_label(unsent.purpose)) or is_wording(event, world, "next"):
        return in_new_messages(send(world, conversation, case), conversation.chat)
    if is_typed(event, world, "cancel", "discard", "withdraw_not") or is_wording(event, world, "back"):
        return in_new_messages(drop(world, conversation), conversation.chat)
    if isinstance(event, TextReceived) and is_no_answer(event.text, world):
        return explained(world, conversation)
    return _join(event, world, conversation, case, unsent)


def explained(world: World, conversation: Conversation) -> Outcome:
    """What the messages are for, in plainer words, with the buttons of the count."""
    unsent = conversation.collecting
    case = world.cases.get(unsent.case) if unsent else None
    if unsent is None or case is None:
        return Outcome.of(conversation)
    params = {
        "phones": phones(world, case.agency),
        "purpose": unsent.purpose.value,
        "reference": case.reference,
    }
    buttons = tally.send_or_drop(unsent, case.version, conversation.person)
    return say(conversation, "explain.collecting", params, buttons=buttons)


def _join(
    event: PersonEvent, world: World, conversation: Conversation, case: Case, unsent: Unsent
) -> Outcome:
    refused = attorney.refuse_other(event, conversation, unsent)
    if refused := refused or data_requests.refuse_other(event, conversation, unsent):
        return refused
    part = part_or_refusal(event, world, conversation, unsent.parts)
    if isinstance(part, Outcome):
        return part
    more = unsent.model_copy(update={"parts": (*unsent.parts, part)})
    count = tally.shown(conversation, case, more, fresh=not unsent.parts)
    return Outcome.of(conversation.model_copy(update={"collecting": more}), keep(event, case.id), count)


def count_without_lost(event: FileLost, world: World, conversation: Conversation) -> Outcome:
    """Take a lost file out of the collected messages and correct their count."""
    unsent = conversation.collecting
    case = world.cases.get(unsent.case) if unsent else None
    left = parts_without(unsent.parts, event.file) if unsent else ()
    if unsent is None or case is None or left == unsent.parts:
        return Outcome()
    fewer = unsent.model_copy(update={"parts": left})
    corrected = conversation.model_copy(update={"collecting": fewer})
    return Outcome.of(corrected, tally.shown(conversation, case, fewer, fresh=False))


def edited(event: MessageEdited, world: World, conversation: Conversation) -> Outcome | None:
    """Apply an edit to a collected message, whose earlier text is kept; None for another message."""
    unsent = conversation.collecting
    parts = with_edit(unsent.parts, event.origin.message, event.text) if unsent else None
    if unsent is None or parts is None:
        return None
    if refused := edit_refusal(event, world, conversation, unsent.parts):
        return refused
    return say(conversation, "followup.edited", collecting=unsent.model_copy(update={"parts": parts}))


def send_pressed(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """The button "Kirim": send the collected messages."""
    unsent = conversation.collecting
    if unsent is None or unsent.case != case.id:
        return outdated(event, conversation)
    return send(world, conversation, case)


def drop_pressed(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """The button "Batalkan": drop the collected messages."""
    unsent = conversation.collecting
    if unsent is None or unsent.case != event.subject:
        return outdated(event, conversation)
    return drop(world, conversation)


def drop(world: World, conversation: Conversation) -> Outcome:
    """Drop the collected messages; a draft that was set aside continues."""
    unsent = conversation.collecting
    case = world.cases.get(unsent.case) if unsent else None
    if unsent is None or case is None:
        return Outcome.of(conversation)
    message = OutgoingMessage("followup.dropped", {"reference": case.reference})
    count = tally.finished(conversation, unsent, message)
    return Outcome.of(count, *drop_files(unsent.parts)) + _close(world, conversation)


def _close(world: World, conversation: Conversation) -> Outcome:
    return listening.over(world, conversation.model_copy(update={"collecting": None}), "collecting")


def send(world: World, conversation: Conversation, case: Case) -> Outcome:
    """Add the collected messages to the case, and send them to its group."""
    unsent = conversation.collecting
    if unsent is None or not unsent.parts:
        return say(conversation, "followup.nothing_yet", {"reference": case.reference})
    late = _late(world, conversation, case, unsent)
    if late:
        unsent = unsent.model_copy(update={"purpose": Purpose.ADDITION})
    if refused := _refused(world, conversation, case, unsent):
        return refused
    return (late or Outcome()) + _sent(world, conversation, case, unsent)


def _late(world: World, conversation: Conversation, case: Case, unsent: Unsent) -> Outcome | None:
    """The message that an objection or withdrawal is late, and becomes an addition; None for the others."""
    if unsent.purpose is Purpose.OBJECTION and not reopens(case, unsent, world):
        return say(conversation, "followup.objection_late", {"reference": case.reference})
    if unsent.purpose is Purpose.WITHDRAWAL and not withdrawal.may_withdraw(case):
        return say(conversation, "followup.withdraw_late", withdrawal.late(case))
    return None


def send_held(world: World, conversation: Conversation, case: Case, purpose: Purpose) -> Outcome:
    """Send the held messages to the case at once; while other messages are not sent, these go first."""
    held = conversation.held
    for waiting in (conversation.collecting, conversation.writing):
        if waiting and waiting.parts:
            return _settle_first(world, conversation, waiting)
    unsent = Unsent(case=case.id, purpose=purpose, parts=held, since=world.now)
    if refused := _refused(world, conversation, case, unsent):
        return refused
    emptied = conversation.model_copy(update={"held": ()})
    return Outcome.of(give_files(held, case.id)) + _sent(world, emptied, case, unsent, tallied=False)


def _refused(world: World, conversation: Conversation, case: Case, unsent: Unsent) -> Outcome | None:
    """The notice that nothing can be added today, or at all: the messages stay unsent; None while it can."""
    message = budgets.addition_refusal(world, conversation, case, unsent.purpose, unsent.parts)
    return Outcome.of(conversation, Send(conversation.chat, message)) if message else None


def _sent(
    world: World, conversation: Conversation, case: Case, unsent: Unsent, *, tallied: bool = True
) -> Outcome:
    if unsent.purpose is Purpose.ATTORNEY:
        return _attorney_sent(world, conversation, case, unsent)
    if unsent.purpose in ASKED:
        message, done = data_requests.sent(world, conversation, case, unsent)
        return Outcome.of(tally.finished(conversation, unsent, message)) + done + _close(world, conversation)
    if unsent.purpose is Purpose.WITHDRAWAL:
        case, done = withdrawal.withdrawn(world, conversation, case, unsent)
        finished = tally.finished(conversation, unsent, withdrawal.confirmation(world, case))
        return Outcome.of(finished) + done + _close(world, conversation)
    entry = Contribution(purpose=unsent.purpose, by="", at=world.now, parts=unsent.parts)
    conversation = budgets.with_addition(world, conversation, case, unsent.purpose)
    strip, what = None, unsent.purpose.value
    if unsent.purpose is Purpose.OBJECTION:
        strip = StripButtons(conversation.chat, key=keys.response(case.id, len(case.responses)))
        case, what = reopened(case, world), CaseEvent.OBJECTED.value
    case = changed(case, thread=(*case.thread, entry))
    params = {
        "reference": case.reference,
        "purpose": unsent.purpose.value,
        "count": len(entry.parts),
        "due": case.due_on.isoformat(),
        "open": case.open,
        "unheard": case.unheard,
    }
    message = OutgoingMessage("followup.sent", params)
    sent = Outcome.of(
        case,
        tally.finished(conversation, unsent, message) if tallied else Send(conversation.chat, message),
        strip,
        *inform_groups(case, world, entry),
        RecordHistory(case.id, f"citizen:{conversation.person}", what, entry.text),
    )
    return sent + _close(world, conversation)


def _attorney_sent(world: World, conversation: Conversation, case: Case, unsent: Unsent) -> Outcome:
    """Keep the pages with the identity; the group is informed without them."""
    kept = attorney.with_pages(case, unsent)
    message = OutgoingMessage("followup.attorney_kept", {"reference": case.reference})
    finished = tally.finished(conversation, unsent, message)
    informed = attorney.informed(kept, world, conversation)
    return Outcome.of(kept, finished, *informed) + _close(world, conversation)
