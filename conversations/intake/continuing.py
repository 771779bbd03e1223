"""A text that was written before the present question was shown continues the answer before it.

People send one answer in several messages, clients cut a long one at 4,096 characters, and after a pause of
the bot all of them arrive at once. Its sender could not see the present question, so it is no answer to that.
A piece of an answer that was refused as too long is refused as well. A text that continues nothing is held by
the engine, and the person is asked what it is for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from conversations.complaints import draft as drafts
from conversations.complaints import shown_answers
from conversations.complaints.complaint import QUESTIONS, Part
from conversations.complaints.draft import Draft, Previous
from conversations.complaints.kind import Reading
from conversations.complaints.kinds import STORY
from conversations.conversation import Conversation
from conversations.effects import Edit, Outcome, Weight
from conversations.events import ButtonPressed, TextReceived
from conversations.intake.answers import read, sent_on
from conversations.intake.doubts import unconfirmed
from conversations.intake.flow import at_screen, go_on, too_long, too_long_notice
from conversations.intake.questions import agency_of
from conversations.parts import part_of, refusal
from conversations.reading.identity import Problem
from conversations.screens import say
from conversations.world import World


def joined(event: TextReceived, world: World, conversation: Conversation, draft: Draft) -> Outcome | None:
    """Join the text to the answer before the present question; None where it continues none."""
    if waiting := unconfirmed(draft):
        whole = TextReceived(event.origin, f"{waiting.value}\n{event.text}")
        again = draft.model_copy(update={"unconfirmed": None})
        return read(whole, world, conversation, again) if waiting.field == draft.screen else None
    previous = draft.previous
    if previous is None or previous.shown != conversation.first_shown:
        return None
    if previous.notice:
        return _refused_too(event, world, conversation, draft, previous)
    if QUESTIONS[previous.field].kind is STORY:
        return _more_story(event, world, conversation, draft, previous)
    return _more_text(event, world, conversation, draft, previous)


def answered_with(
    event: ButtonPressed, world: World, conversation: Conversation, texts: Sequence[Part]
) -> Outcome:
    """Act on "Ini jawabannya": read held texts as the answer of the present question."""
    draft, newest = conversation.draft, texts[-1]
    if draft is None:
        return Outcome.of(conversation)
    origin = replace(
        event.origin,
        message=newest.message,
        at=newest.at,
        forwarded=newest.forwarded,
        quoted=newest.quoted,
    )
    said = TextReceived(origin, "\n".join(part.text for part in texts))
    return read(said, world, conversation, draft)


def _refused_too(
    event: TextReceived, world: World, conversation: Conversation, draft: Draft, previous: Previous
) -> Outcome:
    """Refuse a further piece of an answer that was refused as too long."""
    refused = previous.model_copy(update={"message": event.origin.message})
    talk = conversation.model_copy(update={"draft": draft.model_copy(update={"previous": refused})})
    notice = too_long_notice(previous.field, world.rules.limits)
    return Outcome.of(talk, Edit(talk.chat, previous.notice, notice, weight=Weight.COSMETIC))


def _more_story(
    event: TextReceived, world: World, conversation: Conversation, draft: Draft, previous: Previous
) -> Outcome | None:
    part = part_of(event)
    if part is None or (problem := refusal(event, draft.story, world.rules.limits)) is Problem.EMPTY:
        return None
    if problem:
        return too_long(event, world, conversation, draft, previous.field)
    changed = drafts.with_story(draft, (*draft.story, part), world.now)
    return _said(world, conversation, changed, previous.field, changed.story)


def _more_text(
    event: TextReceived, world: World, conversation: Conversation, draft: Draft, previous: Previous
) -> Outcome | None:
    question, limits = QUESTIONS[previous.field], world.rules.limits
    text = f"{previous.text}\n{event.text}"
    reading = Reading(sent_on(event, world), limits.answer_characters)
    value = question.kind.read_or_refuse(text, reading)
    if value is Problem.TOO_LONG:
        return _refuse_all(event, world, conversation, draft, previous)
    if isinstance(value, Problem):
        return None
    # An edit of one piece cannot replace the whole answer: its messages are no longer its sources.
    changed = drafts.with_answer(draft, previous.field, value, world.now)
    place, _warning = question.kind.follows(value, world.today)
    if place and question.fills:
        changed = drafts.with_answer(changed, question.fills, place, world.now)
    longer = {"text": text, "message": event.origin.message}
    changed = changed.model_copy(update={"previous": previous.model_copy(update=longer)})
    said = _said(world, conversation, changed, previous.field, value)
    if draft.screen in changed.answers and draft.screen not in draft.answers:
        return said + go_on(world, said.conversations[-1], changed)
    return said


def _said(world: World, conversation: Conversation, changed: Draft, field: str, answer: Any) -> Outcome:
    params = {"field": field, "answer": shown_answers.shown(field, answer, agency_of(changed, world.rules))}
    return say(conversation, "intake.joined", params, draft=changed)


def _refuse_all(
    event: TextReceived, world: World, conversation: Conversation, draft: Draft, previous: Previous
) -> Outcome:
    """Refuse an answer whose pieces together are too long, and ask its question again."""
    emptied = drafts.without_answer(draft, previous.field)
    refused = too_long(event, world, conversation, emptied, previous.field)
    talk = refused.conversations[-1]
    asked = at_screen(world, talk, emptied.model_copy(update={"screen": previous.field}))
    return Outcome((), (), refused.effects) + _with_notice(asked, talk)


def _with_notice(asked: Outcome, before: Conversation) -> Outcome:
    """The question asked again; further pieces that were written before it are refused too."""
    talk = asked.conversations[-1]
    refused = before.draft.previous if before.draft else None
    shown = refused.model_copy(update={"shown": talk.first_shown}) if refused else None
    draft = talk.draft.model_copy(update={"previous": shown}) if talk.draft else None
    return Outcome((talk.model_copy(update={"draft": draft}),), asked.cases, asked.effects)
