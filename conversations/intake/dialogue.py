"""A citizen files a complaint: what each message means while a draft listens."""

from __future__ import annotations

from collections.abc import Mapping

from conversations.complaints.draft import Draft
from conversations.conversation import Conversation
from conversations.effects import AnswerPress, Edit, Outcome, Send, StripButtons
from conversations.events import (
    ButtonPressed,
    MessageEdited,
    PersonEvent,
    TextReceived,
    UnreadableReceived,
)
from conversations.intake import start as intake_start
from conversations.intake import story as intake_story
from conversations.intake.answers import edited, read
from conversations.intake.buttons import ACTIONS, Handler, go_back, without
from conversations.intake.flow import screen_message
from conversations.intake.reminders import draft_due, file_lost
from conversations.intake.start import AGENCY, NOTICE, begin, resume
from conversations.messages import Button
from conversations.screens import say
from conversations.world import World

__all__ = ["ACTIONS", "COMMANDS", "answer", "begin", "belongs_to_draft", "draft_due", "file_lost", "resume"]


def belongs_to_draft(event: PersonEvent, conversation: Conversation) -> bool:
    """Whether an event is the draft's business even while another dialogue listens."""
    draft = conversation.draft
    if draft is None:
        return False
    if isinstance(event, MessageEdited):
        message = event.origin.message
        return message in draft.sources or any(part.message == message for part in draft.story)
    return intake_story.joins_album(event, draft)


def answer(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """A message while the draft listens."""
    draft = conversation.draft
    if draft is None:
        return resume(world, conversation)
    if isinstance(event, MessageEdited):
        return edited(event, world, conversation, draft)
    if isinstance(event, TextReceived) and (pressed := _as_press(event, world, conversation, draft)):
        return pressed
    if isinstance(event, UnreadableReceived):
        return say(conversation, "intake.unreadable", {"kind": event.kind})
    if draft.screen in {AGENCY, NOTICE}:
        return say(conversation, "intake.press_a_button")
    return read(event, world, conversation, draft)


def _as_press(event: TextReceived, world: World, conversation: Conversation, draft: Draft) -> Outcome | None:
    """A text that is exactly a button's wording acts as pressing it."""
    if draft.screen in {"story", "phone"}:
        return _as_key(event, world, conversation, draft)
    if draft.screen in {AGENCY, NOTICE}:
        shown = resume(world, conversation).effects[-1]
        message = shown.message if isinstance(shown, Send) else None
    else:
        message = screen_message(conversation, draft, world)
    for button in (button for row in (message.buttons if message else ()) for button in row):
        if _is_wording(button, event):
            return _press(button, event, world, conversation)
    return None


def _is_wording(button: Button, event: TextReceived) -> bool:
    if button.label == "choice":
        return str(button.params["text"]).casefold() == event.text.strip().casefold()
    return button.label in event.labels


def _press(button: Button, event: TextReceived, world: World, conversation: Conversation) -> Outcome:
    pressed = ButtonPressed(event.origin, "", button.action, button.subject, conversation.turn, button.value)
    outcome = ACTIONS[button.action](pressed, world, conversation)
    effects = tuple(
        Send(effect.chat, effect.message, effect.key) if isinstance(effect, Edit) else effect
        for effect in outcome.effects
        if not isinstance(effect, AnswerPress | StripButtons)
    )
    return Outcome.of(*outcome.conversations, *outcome.cases, *effects)


def _as_key(event: TextReceived, world: World, conversation: Conversation, draft: Draft) -> Outcome | None:
    """The keys of the reply keyboard under the story and the phone question."""
    if "next" in event.labels and draft.screen == "story":
        return intake_story.finish(conversation, draft, world)
    if "back" in event.labels:
        return go_back(conversation, draft, world)
    if "remove_answer" in event.labels and draft.screen in draft.answers:
        return without(conversation, draft, world)
    if "cancel" in event.labels:
        return intake_start.cancel(event, world, conversation)
    return None


COMMANDS: Mapping[str, Handler] = {
    "start": intake_start.start,
    "lapor": intake_start.file_command,
    "batal": intake_start.cancel,
}
