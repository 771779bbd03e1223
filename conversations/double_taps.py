"""A second tap on a key of a reply keyboard sends its text once more: it changes nothing.

The text would meet the screen after the first tap, where it is another key or even an answer: two taps on
"Kembali" would go back two questions. No person reads a new screen and answers it within a second.
"""

from __future__ import annotations

from datetime import timedelta

from conversations.conversation import Conversation
from conversations.events import PersonEvent, TextReceived
from conversations.reading.words import plain
from conversations.screens import is_typed
from conversations.world import World

# Messengers state the time of sending in whole seconds.
LONGEST_PAUSE = timedelta(seconds=1)


def is_second_tap(event: PersonEvent, world: World, conversation: Conversation) -> bool:
    """Whether a text with a button's wording repeats the one before it, sent a moment ago.

    "Batalkan" is not meant: repeated, it asks its question again.
    """
    if not isinstance(event, TextReceived) or conversation.typed_at is None:
        return False
    pause = abs(event.origin.at - conversation.typed_at)
    same = plain(event.text) == conversation.typed and not is_typed(event, world, "cancel")
    return same and pause <= LONGEST_PAUSE


def noted(event: PersonEvent, world: World, conversation: Conversation) -> Conversation:
    """The conversation that remembers this text if it has a button's wording."""
    if not isinstance(event, TextReceived):
        return conversation
    typed = plain(event.text) if world.rules.words.is_any_button(event.text) else ""
    if not typed and not conversation.typed:
        return conversation
    at = event.origin.at if typed else None
    return conversation.model_copy(update={"typed": typed, "typed_at": at})
