"""Messages as answers to the present question, and edits of messages that were answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from conversations.complaints import draft as drafts
from conversations.complaints.complaint import QUESTIONS
from conversations.complaints.draft import Draft, is_at
from conversations.complaints.kinds import RESOLUTION, STORY, TEXT, Reading
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
from conversations.intake.confusion import asked_again
from conversations.intake.doubts import asked_about, unconfirmed
from conversations.intake.filing import sign
from conversations.intake.flow import at_screen, complain, go_on, limit_of
from conversations.messages import OutgoingMessage
from conversations.parts import keep, part_of, refusal, sourced
from conversations.reading.identity import Problem
from conversations.reading.words import has_a_word
from conversations.screens import say
from conversations.world import World

# The kinds whose answers say whose words they are and what they quote.
QUOTING = (TEXT, RESOLUTION)


def read(event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Read a message as the answer to the present question."""
    if isinstance(event, ContactReceived):
        return _contact(event, world, conversation, draft)
    if page := intake_story.another_page(event, conversation, draft):
        return page
    if is_at(draft, STORY):
        return intake_story.collect(event, world, conversation, draft)
    if draft.screen == drafts.SIGNING:
        return sign(event, world, conversation, draft)
    return _answer(event, world, conversation, draft)


def _answer(event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    if isinstance(event, FileReceived | LocationReceived):
        return _file_or_place(event, world, conversation, draft)
    if draft.screen == drafts.SUMMARY:
        return asked_again(world, conversation, OutgoingMessage("intake.press_a_button"))
    return _text(event, world, conversation, draft)


def _text(event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    text = event.text if isinstance(event, TextReceived) else ""
    limit = world.rules.limits.answer_characters
    if draft.screen == "place":
        value = drafts.read_place(text)
        if isinstance(value, Problem):
            return complain(conversation, value, limit)
        changed = drafts.with_answer(draft, "place", value, world.now, event.origin.message)
        return at_screen(world, conversation, changed.model_copy(update={"screen": drafts.SIGNING}))
    kind = QUESTIONS[draft.screen].kind
    if kind in QUOTING:
        text = sourced(event.origin, text)
    value = kind.read_or_refuse(text, Reading(_sent_on(event, world), limit))
    if value is Problem.CHOOSE_A_BUTTON:
        message = OutgoingMessage("intake.problem", {"problem": value, "limit": limit})
        return asked_again(world, conversation, message)
    if isinstance(value, Problem):
        return complain(conversation, value, limit)
    number = event.origin.message
    doubt = asked_about(world, conversation, draft, value, number)
    return doubt or accept(world, conversation, draft, value, number)


def _sent_on(event: PersonEvent, world: World) -> date:
    """The day on which a message was sent, in the agencies' zone: "kemarin" is the day before it."""
    return event.origin.at.astimezone(world.now.tzinfo).date()


def accept(world: World, conversation: Conversation, draft: Draft, value: Any, message: int = 0) -> Outcome:
    """Store an answer and go on. Its place answers its own question; a warning never blocks it."""
    question = QUESTIONS[draft.screen]
    changed = drafts.with_answer(draft, draft.screen, value, world.now, message)
    before: list[Effect] = []
    if value is not None:
        place, warning = question.kind.follows(value, world.today)
        if place and question.fills:
            changed = drafts.with_answer(changed, question.fills, place, world.now)
        if warning:
            before.append(Send(conversation.chat, OutgoingMessage(f"intake.{warning}")))
    return go_on(world, conversation, changed, before=tuple(before))


def _contact(event: ContactReceived, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    if not _takes(draft, event):
        return say(conversation, "intake.contact_unasked")
    if not event.own:
        return complain(conversation, Problem.CONTACT_NOT_OWN, 0)
    number = event.phone if event.phone.startswith("+") else f"+{event.phone}"
    return accept(world, conversation, draft, number, event.origin.message)


def _takes(draft: Draft, event: PersonEvent) -> bool:
    """Whether a message of this type answers the present question."""
    takes = QUESTIONS[draft.screen].kind.takes if draft.screen in QUESTIONS else None
    return takes is not None and isinstance(event, takes)


def _file_or_place(
    event: FileReceived | LocationReceived, world: World, conversation: Conversation, draft: Draft
) -> Outcome:
    part = part_of(event)
    if part is None or not _takes(draft, event):
        return intake_story.evidence(event, world, conversation, draft)
    if isinstance(event, LocationReceived):
        return accept(world, conversation, draft, part.text, event.origin.message)
    if problem := refusal(event, (), world.rules.limits):
        return complain(conversation, problem, limit_of(problem, world.rules.limits))
    accepted = accept(world, conversation, draft, [part.model_dump(mode="json")], part.message)
    return accepted + Outcome.of(keep(event, draft.id))


def edited(event: MessageEdited, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Correct the answer that an edited message gave, if it still is the answer."""
    if outcome := intake_story.edit_part(event, world, conversation, draft):
        return _refresh(outcome, world)
    if _says_nothing(event, draft):
        return complain(conversation, Problem.EMPTY, 0)
    waiting = unconfirmed(draft) if conversation.listener == "intake" else None
    if waiting and waiting.message == event.origin.message:
        return read(TextReceived(event.origin, event.text), world, conversation, draft)
    field = draft.sources.get(event.origin.message, "")
    limit = world.rules.limits.answer_characters
    if field == "place":
        value: Any = drafts.read_place(event.text)
    elif field in QUESTIONS and (reader := QUESTIONS[field].kind.read):
        value = reader(event.text, Reading(_sent_on(event, world), limit))
    else:
        return say(conversation, "intake.edit_too_late")
    if isinstance(value, Problem):
        return complain(conversation, value, limit)
    changed = drafts.with_answer(draft, field, value, world.now, event.origin.message)
    return _refresh(say(conversation, "intake.edited", {"field": field}, draft=changed), world)


def _says_nothing(event: MessageEdited, draft: Draft) -> bool:
    """Whether a text was changed to one without a letter or digit; a caption may be."""
    captions = {part.message for part in draft.story if part.kind != "text"}
    return event.origin.message not in captions and not has_a_word(event.text)


def _refresh(outcome: Outcome, world: World) -> Outcome:
    """Show summary or signing again after an edit: they show the earlier answer."""
    conversation = outcome.conversations[-1]
    draft = conversation.draft
    if draft is None or conversation.listener != "intake":
        return outcome
    if draft.screen not in {drafts.SUMMARY, drafts.SIGNING}:
        return outcome
    return outcome + go_on(world, conversation, draft)
