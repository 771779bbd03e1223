"""A citizen files a complaint: what each message means while a draft listens."""

from __future__ import annotations

from collections.abc import Mapping

from conversations.conversation import Conversation
from conversations.effects import Outcome
from conversations.events import MessageEdited, PersonEvent, TextReceived, UnreadableReceived
from conversations.intake import start, story
from conversations.intake.answers import edited, read
from conversations.intake.buttons import ACTIONS, Handler
from conversations.intake.notice import AGENCY, NOTICE
from conversations.intake.reminders import draft_due, file_lost
from conversations.intake.start import begin, resume
from conversations.intake.typed import as_press
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
    return story.joins_album(event, draft)


def answer(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """A message while the draft listens."""
    draft = conversation.draft
    if draft is None:
        return resume(world, conversation)
    if isinstance(event, MessageEdited):
        return edited(event, world, conversation, draft)
    if isinstance(event, TextReceived) and (pressed := as_press(event, world, conversation, draft)):
        return pressed
    if isinstance(event, UnreadableReceived):
        return say(conversation, "intake.unreadable", {"kind": event.kind})
    if draft.screen in {AGENCY, NOTICE}:
        return say(conversation, "intake.press_a_button")
    return read(event, world, conversation, draft)


COMMANDS: Mapping[str, Handler] = {
    "start": start.start,
    "lapor": start.begin_or_resume,
    "batal": start.cancel_command,
}
