"""Moves through a draft: show its question, go on to the next, edit a screen in place, explain a problem."""

from __future__ import annotations

from conversations.complaints import draft as drafts
from conversations.complaints.agency import Limits
from conversations.complaints.complaint import QUESTIONS
from conversations.complaints.draft import Draft, is_at
from conversations.complaints.kinds import STORY
from conversations.conversation import Conversation
from conversations.effects import Edit, Effect, Outcome, Send
from conversations.events import ButtonPressed
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
    if draft.screen == drafts.SUMMARY:
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
    answer = drafts.current_answer(draft, left.screen, agency_of(draft, world.rules))
    params = {"field": left.screen, "answer": answer}
    return OutgoingMessage("intake.answered", params, keyboard=REMOVE_KEYBOARD) if answer else None


def screen_message(world: World, conversation: Conversation, draft: Draft) -> OutgoingMessage:
    """The message of the draft's present screen."""
    if draft.screen == drafts.SUMMARY:
        return summary(world, conversation, draft)
    if draft.screen == drafts.SIGNING:
        return signing(world, conversation, draft)
    return question(world, conversation, draft)


def go_on(
    world: World, conversation: Conversation, draft: Draft, *, before: tuple[Effect, ...] = ()
) -> Outcome:
    """Go on to the first question without an answer, or to the summary."""
    onward = draft.model_copy(update={"screen": drafts.next_screen(draft)})
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


def limit_of(problem: Problem, limits: Limits) -> int:
    """The number in the wording of this problem, for messages that are collected."""
    return {
        Problem.TOO_LONG: limits.story_characters,
        Problem.TOO_MANY_FILES: limits.files,
        Problem.FILE_TOO_LARGE: limits.file_megabytes,
    }.get(problem, 0)
