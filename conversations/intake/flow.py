"""Moves through a draft: show its question, go on to the next, edit a screen in place, explain a problem."""

from __future__ import annotations

from conversations import keys
from conversations.complaints import draft_path, shown_answers
from conversations.complaints.bounds import MOST_PARTS
from conversations.complaints.complaint import QUESTIONS
from conversations.complaints.draft import Draft, Previous
from conversations.complaints.draft_path import is_at
from conversations.complaints.kinds import STORY
from conversations.complaints.rules import Limits
from conversations.conversation import Conversation
from conversations.effects import Edit, Effect, Outcome, Send
from conversations.events import ButtonPressed, PersonEvent
from conversations.intake import supplement
from conversations.intake.questions import agency_of, question
from conversations.intake.signing import signing
from conversations.intake.summary import summary
from conversations.messages import REMOVE_KEYBOARD, OutgoingMessage, Params
from conversations.reading.identity import Problem
from conversations.screens import say, screen_key, show_message
from conversations.world import World


def at_screen(
    world: World,
    conversation: Conversation,
    draft: Draft,
    *,
    before: tuple[Effect, ...] = (),
    asking: OutgoingMessage | None = None,
) -> Outcome:
    """Show the draft's present screen and listen to its answer; `asking` replaces the question's text."""
    if draft.screen == draft_path.SUMMARY:
        draft = draft.model_copy(update={"changing": False, "replacing": 0})
    message = screen_message(world, conversation, draft)
    closing = None if asking else _farewell(world, conversation, draft)
    if asking:
        message = OutgoingMessage(asking.template, asking.params, keyboard=message.keyboard)
    return show_message(conversation, message, before=before, closing=closing, draft=draft, listener="intake")


def _farewell(world: World, conversation: Conversation, draft: Draft) -> OutgoingMessage | None:
    """The message that removes a reply keyboard and confirms what was kept; None if nothing was."""
    left = conversation.draft
    if left is None or left.screen not in QUESTIONS or not QUESTIONS[left.screen].kind.keys:
        return None
    if is_at(left, STORY):
        params: Params = {"count": len(draft.story)}
        kept = OutgoingMessage("intake.story_kept", params, keyboard=REMOVE_KEYBOARD)
        return kept if draft.story_finished else None
    answer = shown_answers.current_answer(draft, left.screen, agency_of(draft, world.rules))
    params = {"field": left.screen, "answer": answer}
    return OutgoingMessage("intake.answered", params, keyboard=REMOVE_KEYBOARD) if answer else None


def screen_message(world: World, conversation: Conversation, draft: Draft) -> OutgoingMessage:
    """The message of the draft's present screen."""
    if draft.screen == draft_path.SUMMARY:
        return (supplement.summary if draft.completes else summary)(world, conversation, draft)
    if draft.screen == draft_path.SIGNING:
        return (supplement.signing if draft.completes else signing)(world, conversation, draft)
    return question(world, conversation, draft)


def go_on(
    world: World, conversation: Conversation, draft: Draft, *, before: tuple[Effect, ...] = ()
) -> Outcome:
    """Go on to the first question without an answer, or to the summary."""
    onward = draft.model_copy(update={"screen": draft_path.next_screen(draft)})
    return at_screen(world, conversation, onward, before=before)


def in_place(event: ButtonPressed, before: Conversation, outcome: Outcome) -> Outcome:
    """The outcome with its screen shown in the pressed message instead of a new one.

    The message keeps the name that it had in `before`, so that a copy of it is changed as well. A
    screen with a reply keyboard stays a message of its own: an edit cannot bring one.
    """
    *others, send = outcome.effects
    if not isinstance(send, Send) or send.message.keyboard is not None:
        return outcome
    edit = Edit(send.chat, screen_key(before), send.message, at=event.origin.message)
    talks = tuple(talk.model_copy(update={"screen": before.screen}) for talk in outcome.conversations)
    return Outcome.of(*talks, *outcome.cases, *others, edit)


def complain(conversation: Conversation, problem: Problem, limit: int) -> Outcome:
    """Say what is wrong with an answer and what to do; the question is still open."""
    return say(conversation, "intake.problem", {"problem": problem, "limit": limit})


def too_long(
    event: PersonEvent, world: World, conversation: Conversation, draft: Draft, field: str
) -> Outcome:
    """Refuse an answer that is too long; pieces of it that were sent before this notice are refused too."""
    notice = keys.notice(conversation.person, event.origin.message)
    first = conversation.first_shown if field != draft.screen else notice
    previous = Previous(field=field, message=event.origin.message, shown=first, notice=notice)
    refused = draft.model_copy(update={"previous": previous})
    talk = conversation.model_copy(update={"draft": refused, "first_shown": first})
    return Outcome.of(talk, Send(talk.chat, too_long_notice(field, world.rules.limits), notice))


def too_long_notice(field: str, limits: Limits) -> OutgoingMessage:
    """The message that this field's answer is too long."""
    story = QUESTIONS[field].kind is STORY
    limit = limits.story_characters if story else limits.answer_characters
    return OutgoingMessage("intake.problem", {"problem": Problem.TOO_LONG, "limit": limit})


def remembered(outcome: Outcome, field: str, text: str = "", message: int = 0) -> Outcome:
    """The outcome of an answer by text, which a text that was written before the next question continues."""
    talk = outcome.conversations[-1]
    if talk.draft is None:
        return outcome
    previous = Previous(field=field, text=text, message=message, shown=talk.first_shown)
    draft = talk.draft.model_copy(update={"previous": previous})
    talks = (*outcome.conversations[:-1], talk.model_copy(update={"draft": draft}))
    return Outcome(talks, outcome.cases, outcome.effects)


def limit_of(problem: Problem, limits: Limits) -> int:
    """The number in the wording of this problem, for messages that are collected."""
    return {
        Problem.TOO_LONG: limits.story_characters,
        Problem.TOO_MANY_FILES: limits.files,
        Problem.TOO_MANY_PARTS: MOST_PARTS,
        Problem.FILE_TOO_LARGE: limits.file_megabytes,
    }.get(problem, 0)
