"""What a message means as an answer to the draft's question, and what an edit of one corrects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from conversations.complaints import draft as drafts
from conversations.complaints.complaint import QUESTIONS, Ask, Reading
from conversations.complaints.draft import Draft
from conversations.conversation import Conversation
from conversations.effects import Effect, Outcome, Send
from conversations.events import (
    ContactReceived,
    FileReceived,
    LocationReceived,
    MessageEdited,
    PersonEvent,
    TextReceived,
)
from conversations.intake import story as intake_story
from conversations.intake.filing import sign
from conversations.intake.flow import at_screen, complain, go_on, limit_of
from conversations.messages import OutgoingMessage
from conversations.parts import keep, part_of, refusal
from conversations.reading.identity import Problem, is_old
from conversations.screens import say
from conversations.world import World


def read(event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Take a message for the question that listens."""
    if isinstance(event, ContactReceived):
        return _contact(event, world, conversation, draft)
    if page := intake_story.another_page(event, conversation, draft):
        return page
    return _READERS.get(draft.screen, _answer_of_kind)(event, world, conversation, draft)


def _answer_of_kind(event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    if isinstance(event, FileReceived | LocationReceived):
        return _file_or_place(event, world, conversation, draft)
    if draft.screen == drafts.SUMMARY:
        return say(conversation, "intake.press_a_button")
    return _text(event, world, conversation, draft)


_READERS: Mapping[str, Callable[[PersonEvent, World, Conversation, Draft], Outcome]] = {
    "story": intake_story.collect,
    drafts.SIGNING: sign,
}


def _text(event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    text = event.text if isinstance(event, TextReceived) else ""
    limit = world.rules.limits.answer_characters
    if draft.screen == "place":
        value = drafts.read_place(text)
        if isinstance(value, Problem):
            return complain(conversation, value, limit)
        changed = drafts.with_answer(draft, "place", value, world.now, event.origin.message)
        return at_screen(conversation, changed.model_copy(update={"screen": drafts.SIGNING}), world)
    value = QUESTIONS[draft.screen].read(text, Reading(world.today, limit))
    if isinstance(value, Problem):
        return complain(conversation, value, limit)
    return accept(conversation, draft, world, value, event.origin.message)


def accept(conversation: Conversation, draft: Draft, world: World, value: Any, message: int = 0) -> Outcome:
    """Store an answer and go on. An old occurrence is warned of, never blocked."""
    changed = drafts.with_answer(draft, draft.screen, value, world.now, message)
    before: list[Effect] = []
    if draft.screen == "occurred" and value:
        if value["place"]:
            changed = drafts.with_answer(changed, "occurred_place", value["place"], world.now)
        if value["day"] and is_old(drafts.day_of(value), world.today):
            before.append(Send(conversation.chat, OutgoingMessage("intake.old_occurrence")))
    return go_on(conversation, changed, world, before=tuple(before))


def _contact(event: ContactReceived, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    if draft.screen != "phone":
        return say(conversation, "intake.contact_unasked")
    if not event.own:
        return complain(conversation, Problem.CONTACT_NOT_OWN, 0)
    number = event.phone if event.phone.startswith("+") else f"+{event.phone}"
    return accept(conversation, draft, world, number, event.origin.message)


def _file_or_place(
    event: FileReceived | LocationReceived, world: World, conversation: Conversation, draft: Draft
) -> Outcome:
    part = part_of(event)
    if part and isinstance(event, LocationReceived) and draft.screen == "occurred_place":
        return accept(conversation, draft, world, part.text, event.origin.message)
    question = QUESTIONS.get(draft.screen)
    if part and isinstance(event, FileReceived) and question and question.ask is Ask.FILE:
        if problem := refusal(event, (), world.rules.limits):
            return complain(conversation, problem, limit_of(problem, world.rules.limits))
        kept = keep(event, draft.id)
        accepted = accept(conversation, draft, world, [part.model_dump(mode="json")], part.message)
        return accepted + Outcome.of(kept)
    return intake_story.evidence(event, world, conversation, draft)


def edited(event: MessageEdited, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """An earlier message was edited: the answer it gave is corrected, if it still is the answer."""
    if outcome := intake_story.edit_part(event, world, conversation, draft):
        return _refresh(outcome, world)
    field = draft.sources.get(event.origin.message, "")
    if field == "place":
        value: Any = drafts.read_place(event.text)
    elif field in QUESTIONS and QUESTIONS[field].ask is not Ask.FILE:
        limit = world.rules.limits.answer_characters
        value = QUESTIONS[field].read(event.text, Reading(world.today, limit))
    else:
        return say(conversation, "intake.edit_too_late")
    if isinstance(value, Problem):
        return complain(conversation, value, world.rules.limits.answer_characters)
    changed = drafts.with_answer(draft, field, value, world.now, event.origin.message)
    return _refresh(say(conversation, "intake.edited", {"field": field}, draft=changed), world)


def _refresh(outcome: Outcome, world: World) -> Outcome:
    """After an edit, summary and signing are shown anew: they had shown the old answer."""
    conversation = outcome.conversations[-1]
    draft = conversation.draft
    if draft is None or conversation.listener != "intake":
        return outcome
    if draft.screen not in {drafts.SUMMARY, drafts.SIGNING}:
        return outcome
    return outcome + go_on(conversation, draft, world)
