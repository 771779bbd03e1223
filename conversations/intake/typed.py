"""Typed wordings: a text that is the wording of a button or key, or a synonym of it, acts as pressing it."""

from __future__ import annotations

from conversations.complaints.complaint import QUESTIONS
from conversations.complaints.draft import Draft
from conversations.complaints.draft_path import is_at
from conversations.complaints.kinds import STORY
from conversations.conversation import Conversation, ShownButton
from conversations.effects import Outcome
from conversations.events import ButtonPressed, TextReceived
from conversations.intake import completing, presses, start, story
from conversations.intake.buttons import ACTIONS
from conversations.intake.questions import leaving
from conversations.messages import Button
from conversations.reading.words import plain
from conversations.screens import in_new_messages, is_typed, say
from conversations.world import World


def as_press(event: TextReceived, world: World, conversation: Conversation, draft: Draft) -> Outcome | None:
    """Press the button or key of the present screen that the text names; None if it names none.

    A text that names several buttons gets only these to choose from.
    """
    meant = [button for button in conversation.shown if _is_named(button, event, world)]
    if len(meant) > 1:
        return _ask_which(conversation, meant)
    if meant:
        return _press(event, world, conversation, meant[0])
    if draft.screen in QUESTIONS and QUESTIONS[draft.screen].kind.keys:
        return _as_key(event, world, conversation, draft)
    return start.resume(world, conversation) if _is_late_key(event, world, draft) else None


def _is_named(button: ShownButton, event: TextReceived, world: World) -> bool:
    if button.label == "choice":
        return plain(str(button.params["text"])) == plain(event.text) != ""
    if button.label == "change_field":
        return is_typed(event, world, f"change_field_{button.params['field']}")
    return is_typed(event, world, button.label)


def _is_late_key(event: TextReceived, world: World, draft: Draft) -> bool:
    """Whether it is the story's key, pressed or typed once more: it is no answer to another question."""
    return draft.screen in QUESTIONS and is_typed(event, world, "next")


def _ask_which(conversation: Conversation, meant: list[ShownButton]) -> Outcome:
    rows = tuple((_button(conversation, entry),) for entry in meant)
    return say(conversation, "intake.which_button", buttons=rows)


def _button(conversation: Conversation, shown: ShownButton) -> Button:
    return Button(
        shown.label,
        shown.action,
        shown.subject,
        version=conversation.turn,
        value=shown.value,
        params=shown.params,
    )


def _press(event: TextReceived, world: World, conversation: Conversation, button: ShownButton) -> Outcome:
    pressed = ButtonPressed(event.origin, "", button.action, button.subject, conversation.turn, button.value)
    return in_new_messages(ACTIONS[button.action](pressed, world, conversation), conversation.chat)


def _as_key(event: TextReceived, world: World, conversation: Conversation, draft: Draft) -> Outcome | None:
    """Press a key of the reply keyboard."""
    if is_at(draft, STORY) and is_typed(event, world, "next"):
        return story.finish(world, conversation, draft)
    if is_typed(event, world, "back"):
        return presses.back(event, world, conversation, draft)
    removable = QUESTIONS[draft.screen].addition and draft.screen in draft.answers
    if removable and is_typed(event, world, "remove_answer"):
        return presses.take_back(world, conversation, draft)
    if is_typed(event, world, leaving(draft)):
        return completing.cancel(event, world, conversation, draft)
    return None
