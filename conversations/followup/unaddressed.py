"""Messages while no dialogue listens are held, and the person is asked what they are for (invariant 6)."""

from __future__ import annotations

from conversations import casefile, keys, listening
from conversations.complaints import draft as drafts
from conversations.complaints.case import Case, Purpose
from conversations.complaints.complaint import Part
from conversations.complaints.wakeups import held_until, is_due
from conversations.conversation import Conversation
from conversations.effects import Edit, Effect, Outcome, Send, StripButtons, Weight
from conversations.events import ButtonPressed, DeadlinePassed, MessageEdited, PersonEvent
from conversations.followup import additions
from conversations.followup.asking import ask, may_add, may_answer, question, question_number
from conversations.followup.attorney import is_awaited, is_page
from conversations.followup.refusals import edit_refusal, part_or_refusal
from conversations.intake import dialogue as intake
from conversations.messages import Button, OutgoingMessage, Rows
from conversations.parts import drop_files, give_files, holds, keep, with_edit
from conversations.screens import outdated, say
from conversations.world import World


def hold(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Hold a message and ask what it is for; further messages change the count in that question."""
    part = part_or_refusal(event, world, conversation, conversation.held)
    if isinstance(part, Outcome):
        return part
    more = with_held(world, conversation, part)
    key, message = keys.held(conversation.person), question(more, world)
    asked: Effect = Send(conversation.chat, message, key)
    if conversation.held:
        asked = Edit(conversation.chat, key, message, weight=Weight.PROGRESS)
    # Until it is clear which case or draft they are for, files belong to the person.
    return Outcome.of(more, keep(event, str(conversation.person)), asked)


def count_held_again(world: World, conversation: Conversation) -> Outcome:
    """Correct the count in the question what the held messages are for, after a file of them was lost."""
    key = keys.held(conversation.person)
    if not conversation.held:
        return Outcome.of(StripButtons(conversation.chat, key=key))
    return Outcome.of(Edit(conversation.chat, key, question(conversation, world), weight=Weight.PROGRESS))


def with_held(world: World, conversation: Conversation, part: Part) -> Conversation:
    """The conversation with one more held message; reminder and expiry count from the newest one."""
    changes = {
        "held": (*conversation.held, part),
        "held_at": world.now,
        "held_reminded": False,
        "held_for_other": bool(conversation.held) and conversation.held_for_other,
    }
    return conversation.model_copy(update=changes)


def held_reminder(event: DeadlinePassed, world: World) -> Outcome:
    """Ask again what the held messages are for, and say until when they are kept."""
    conversation = world.conversation(event.chat, event.person)
    until = held_until(conversation)
    if until is None or not is_due(event.kind, conversation, world.terms, world.now):
        return Outcome()
    reminded = conversation.model_copy(update={"held_reminded": True})
    return Outcome.of(reminded, ask(reminded, world, until))


def held_expired(event: DeadlinePassed, world: World) -> Outcome:
    """Drop the held messages after a day, and inform the person."""
    conversation = world.conversation(event.chat, event.person)
    if not is_due(event.kind, conversation, world.terms, world.now):
        return Outcome()
    rows: Rows = ((Button("file_complaint", "begin"), Button("check_status", "status")),)
    params = {"parts": [{"kind": part.kind, "text": part.text} for part in conversation.held]}
    notice = OutgoingMessage("followup.held_expired", params, rows)
    emptied = conversation.model_copy(update={"held": ()})
    sent = Send(conversation.chat, notice, keys.held(conversation.person))
    return Outcome.of(emptied, *drop_files(conversation.held), sent)


def other(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """The buttons "Tentang hal lain" and "Bukan untuk ini": ask what else the messages are for."""
    if not conversation.held:
        return outdated(event, conversation)
    asked = conversation.model_copy(update={"held_for_other": True})
    return _strip(event, conversation) + Outcome.of(asked, ask(asked, world))


def answer(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """The button "Kirim jawaban": send the held messages as the answer to the officer's question."""
    if not conversation.held:
        return outdated(event, conversation)
    if not casefile.waiting_question(case):
        return other(event, world, conversation)
    return _strip(event, conversation) + additions.send_held(world, conversation, case, Purpose.ANSWER)


def _strip(event: ButtonPressed, conversation: Conversation) -> Outcome:
    return Outcome.of(StripButtons(conversation.chat, event.origin.message))


def add(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """The button of a case: collect the held messages for it."""
    if not conversation.held:
        return outdated(event, conversation)
    if not may_add(case):
        params = {"reference": case.reference, "status": case.status.value}
        return say(conversation, "followup.not_open", params)
    answers = event.value == "answer" and bool(casefile.waiting_question(case))
    purpose = Purpose.ANSWER if answers else Purpose.ADDITION
    return _strip(event, conversation) + additions.begin(world, conversation, case, purpose)


def attorney(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Outcome:
    """The button of a missing power of attorney: collect the held pages as such; other messages stay held."""
    pages = tuple(part for part in conversation.held if is_page(part))
    if not pages:
        return outdated(event, conversation)
    if not (may_add(case) and is_awaited(case)):
        return other(event, world, conversation)
    others = tuple(part for part in conversation.held if not is_page(part))
    left = conversation.model_copy(update={"held": others})
    return _strip(event, conversation) + additions.begin(world, left, case, Purpose.ATTORNEY, pages)


def new(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """The button "Pengaduan baru": begin a complaint with the held messages; a draft goes first.

    The button of a closed case begins one that names it.
    """
    if not conversation.held:
        return outdated(event, conversation)
    earlier = world.cases.get(event.subject)
    if conversation.filing and intake.is_untouched(conversation.filing):
        return to_draft(event, world, conversation, earlier)
    if conversation.filing:
        return intake.COMMANDS["lapor"](event, world, conversation)
    begun = intake.continuing(world, conversation, earlier) if earlier else intake.begin(world, conversation)
    return _strip(event, conversation) + begun


def to_draft(
    event: ButtonPressed, world: World, conversation: Conversation, earlier: Case | None = None
) -> Outcome:
    """The button of the draft: add the held messages to its story, and ask its question again.

    With `earlier` the draft names that complaint.
    """
    draft, held = conversation.filing, conversation.held
    if draft is None or not held:
        return outdated(event, conversation)
    longer = drafts.with_story(draft, (*draft.story, *held), world.now)
    given = Outcome.of(give_files(held, draft.id))
    joined = conversation.model_copy(update={"draft": longer, "held": ()})
    asked = intake.continuing(world, joined, earlier) if earlier else intake.resume(world, joined)
    return _strip(event, conversation) + given + asked


def is_answer(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """The button "Ini jawabannya": take the held texts as the answer of the draft's present question.

    At another question than the one above the button, it is asked again what they are for.
    """
    if not conversation.held:
        return outdated(event, conversation)
    if not may_answer(conversation) or event.value != question_number(conversation):
        return _strip(event, conversation) + Outcome.of(conversation, ask(conversation, world))
    emptied = conversation.model_copy(update={"held": ()})
    return _strip(event, conversation) + intake.answered_with(event, world, emptied, conversation.held)


def drop(event: ButtonPressed, _world: World, conversation: Conversation) -> Outcome:
    """The button "Batal": drop the held messages."""
    if not conversation.held:
        return outdated(event, conversation)
    dropped = drop_files(conversation.held)
    emptied = conversation.model_copy(update={"held": ()})
    over = OutgoingMessage("followup.let_go", {})
    edit = Edit(conversation.chat, keys.held(conversation.person), over, event.origin.message)
    return Outcome.of(emptied, edit, *dropped)


def edited(event: MessageEdited, world: World, conversation: Conversation) -> Outcome:
    """Apply an edit to collected or held messages; for a filed message, offer to add the new text."""
    if changed := additions.edited(event, world, conversation):
        return changed
    if refused := edit_refusal(event, world, conversation, conversation.held):
        return refused
    if parts := with_edit(conversation.held, event.origin.message, event.text):
        return say(conversation, "followup.edited", held=parts)
    message = event.origin.message
    for case in world.own_cases(conversation.person):
        if message in case.sources or holds(_filed(case), message):
            return _offer_to_add(event, world, conversation, case)
    if listening.present(conversation) == "intake":
        return intake.answer(event, world, conversation)
    return say(conversation, "followup.edit_unknown")


def _filed(case: Case) -> tuple[Part, ...]:
    later = tuple(part for entry in case.thread for part in entry.parts if not entry.by)
    added = (part for supplement in case.supplements for part in supplement.story)
    return (*case.complaint.story, *added, *later)


def _offer_to_add(event: MessageEdited, world: World, conversation: Conversation, case: Case) -> Outcome:
    """Offer to add the new text, because the signed complaint does not change."""
    if not may_add(case):
        params = {"reference": case.reference, "status": case.status.value}
        return say(conversation, "followup.not_open", params)
    part = Part(message=event.origin.message, at=event.origin.at, text=event.text)
    rows: Rows = (
        (Button("add_information", "hold_add", case.id, style="primary"),),
        (Button("discard", "hold_drop"),),
    )
    message = OutgoingMessage("followup.edit_filed", {"reference": case.reference}, rows)
    more = with_held(world, conversation, part)
    return Outcome.of(more, Send(conversation.chat, message, keys.held(conversation.person)))
