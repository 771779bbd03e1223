"""Typed wordings: a text that is exactly a button's or key's wording acts as pressing it."""

from __future__ import annotations

from conversations.complaints.complaint import QUESTIONS
from conversations.complaints.draft import Draft, is_at
from conversations.complaints.kinds import STORY
from conversations.conversation import Conversation
from conversations.effects import AnswerPress, Edit, Outcome, Send, StripButtons
from conversations.events import ButtonPressed, TextReceived
from conversations.intake import presses, start, story
from conversations.intake.buttons import ACTIONS
from conversations.intake.flow import screen_message
from conversations.intake.notice import AGENCY, NOTICE
from conversations.messages import Button, Rows
from conversations.world import World


def as_press(event: TextReceived, world: World, conversation: Conversation, draft: Draft) -> Outcome | None:
    """Press the present screen's button or key of that wording; None if there is none."""
    if draft.screen in QUESTIONS and QUESTIONS[draft.screen].kind.keys:
        return _as_key(event, world, conversation, draft)
    buttons = (button for row in _buttons(world, conversation, draft) for button in row)
    meant = next((button for button in buttons if _is_wording(button, event)), None)
    return _press(event, world, conversation, meant) if meant else None


def _buttons(world: World, conversation: Conversation, draft: Draft) -> Rows:
    if draft.screen not in {AGENCY, NOTICE}:
        return screen_message(world, conversation, draft).buttons
    shown = start.resume(world, conversation).effects[-1]
    return shown.message.buttons if isinstance(shown, Send) else ()


def _is_wording(button: Button, event: TextReceived) -> bool:
    if button.label == "choice":
        return str(button.params["text"]).casefold() == event.text.strip().casefold()
    return button.label in event.labels


def _press(event: TextReceived, world: World, conversation: Conversation, button: Button) -> Outcome:
    pressed = ButtonPressed(event.origin, "", button.action, button.subject, conversation.turn, button.value)
    outcome = ACTIONS[button.action](pressed, world, conversation)
    effects = tuple(
        Send(effect.chat, effect.message, effect.key) if isinstance(effect, Edit) else effect
        for effect in outcome.effects
        if not isinstance(effect, AnswerPress | StripButtons)
    )
    return Outcome.of(*outcome.conversations, *outcome.cases, *effects)


def _as_key(event: TextReceived, world: World, conversation: Conversation, draft: Draft) -> Outcome | None:
    """Press a key of the reply keyboard."""
    if "next" in event.labels and is_at(draft, STORY):
        return story.finish(world, conversation, draft)
    if "back" in event.labels:
        return presses.back(event, world, conversation, draft)
    if "remove_answer" in event.labels and QUESTIONS[draft.screen].addition and draft.screen in draft.answers:
        return presses.take_back(world, conversation, draft)
    if "cancel" in event.labels:
        return start.cancel(event, world, conversation, draft)
    return None
