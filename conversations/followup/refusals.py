"""Short explanations that leave everything as it is."""

from __future__ import annotations

from conversations.conversation import Conversation
from conversations.effects import Outcome
from conversations.events import ContactReceived, PersonEvent
from conversations.screens import say


def explain(conversation: Conversation, template: str) -> Outcome:
    """One message that takes no parameters."""
    return say(conversation, template)


def is_unreadable(event: PersonEvent, conversation: Conversation) -> Outcome:
    """A kind of message that cannot be kept."""
    if isinstance(event, ContactReceived):
        return explain(conversation, "followup.contact_unasked")
    return explain(conversation, "followup.unreadable")
