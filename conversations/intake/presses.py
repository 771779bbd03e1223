"""What the buttons under a question do: answer it, skip it, keep or remove its answer, or go back."""

from __future__ import annotations

from typing import Any

from conversations.complaints import draft as drafts
from conversations.complaints import draft_path, shown_answers
from conversations.complaints.complaint import QUESTIONS, REUSABLE
from conversations.complaints.draft import Draft
from conversations.complaints.draft_path import is_at
from conversations.complaints.entry_kinds import PAST_DAY
from conversations.complaints.kinds import NEAR_DAYS, STORY, WHEN
from conversations.conversation import Conversation
from conversations.effects import Edit, Lane, Outcome, Weight
from conversations.events import ButtonPressed, PersonEvent
from conversations.intake import completing
from conversations.intake.answers import accept
from conversations.intake.doubts import unconfirmed
from conversations.intake.flow import at_screen, go_on
from conversations.intake.notice import ask_notice
from conversations.intake.questions import agency_of, last_answer
from conversations.messages import OutgoingMessage
from conversations.screens import outdated, say, screen_key
from conversations.world import World


def answered(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on a choice: the question's message then shows the answer instead of its buttons."""
    if draft.screen not in QUESTIONS:
        return outdated(event, conversation)
    # A manipulated client can send any value: only one that is offered is an answer.
    kind = QUESTIONS[draft.screen].kind
    value = kind.pressed(event.value, agency_of(draft, world.rules), world.today)
    if value is None:
        return _not_offered(event, world, conversation, draft)
    return accept(world, conversation, draft, value) + _done_with(event, world, conversation, draft, value)


def _not_offered(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Refuse a choice that is not offered; a day that was offered on an earlier day is asked again."""
    refused = outdated(event, conversation)
    if (is_at(draft, WHEN) or is_at(draft, PAST_DAY)) and event.value.startswith(NEAR_DAYS):
        return refused + at_screen(world, conversation, draft)
    return refused


def _done_with(
    event: ButtonPressed, world: World, conversation: Conversation, draft: Draft, answer: Any
) -> Outcome:
    """Replace the pressed question by its field and the chosen answer, once the chat is quiet."""
    if not event.press:
        return Outcome()
    shown = shown_answers.shown(draft.screen, answer, agency_of(draft, world.rules))
    message = OutgoingMessage("intake.answered", {"field": draft.screen, "answer": shown})
    at = event.origin.message
    chat, key = event.origin.chat, screen_key(conversation)
    return Outcome.of(Edit(chat, key, message, at, Lane.COSMETIC, Weight.COSMETIC))


def confirm(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on "Ya" below an answer that hardly can be one: it is the answer."""
    waiting = unconfirmed(draft)
    if waiting is None or draft.screen not in QUESTIONS:
        return outdated(event, conversation)
    accepted = accept(world, conversation, draft, waiting.value, waiting.message)
    return accepted + _done_with(event, world, conversation, draft, waiting.value)


def correct(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on "Ubah" there: ask the question again; the next answer counts without a further question."""
    if unconfirmed(draft) is None:
        return outdated(event, conversation)
    return at_screen(world, conversation, draft)


def use_last(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on "Pakai yang terakhir": answer as in the account's last complaint."""
    value = last_answer(conversation, draft)
    if not value or draft.screen not in REUSABLE:
        return outdated(event, conversation)
    return accept(world, conversation, draft, value) + _done_with(event, world, conversation, draft, value)


def other(_event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on "Lainnya": ask for the name of another service."""
    params = {"example": agency_of(draft, world.rules).example}
    return say(conversation, "intake.type_service", params)


def skip(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on "Lewati" or "Kirim nanti": leave an optional question without an answer."""
    question = QUESTIONS.get(draft.screen)
    if question is None or not question.optional or draft.completes:
        return outdated(event, conversation)
    return accept(world, conversation, draft, None) + _done_with(event, world, conversation, draft, None)


def keep(_event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on "Tetap seperti semula": go on with the answer as it is."""
    return go_on(world, conversation, draft)


def remove(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on "Hapus jawaban ini", which only optional additions have."""
    if draft.screen not in QUESTIONS or not QUESTIONS[draft.screen].addition:
        return outdated(event, conversation)
    return take_back(world, conversation, draft)


def take_back(world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Remove the present question's answer; it is kept as superseded like any replaced answer."""
    emptied = drafts.with_answer(draft, draft.screen, None, world.now)
    return go_on(world, conversation, drafts.without_answer(emptied, draft.screen))


def back(_event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Go one screen back; every answer is kept."""
    if draft.changing and is_at(draft, STORY):
        draft = draft.model_copy(update={"story_finished": True, "replacing": 0})
    before = draft_path.screen_before(draft)
    if not before and draft.completes:
        return completing.later(world, conversation, draft)
    if not before and drafts.is_on_behalf(draft):
        return at_screen(world, conversation, draft)
    if not before:
        return ask_notice(world, conversation, draft)
    return at_screen(world, conversation, draft.model_copy(update={"screen": before}))


def switch(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on "Mewakili orang lain" or its opposite, and ask the question again."""
    turns = QUESTIONS[draft.screen].switch if draft.screen in QUESTIONS else None
    if turns is None or draft.completes:
        return outdated(event, conversation)
    on = not draft.answers.get(turns.field)
    changed = drafts.with_answer(draft, turns.field, on, world.now)
    return at_screen(world, conversation, changed)
