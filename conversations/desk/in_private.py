"""An officer's messages in the private chat: the text for an open prompt, and typed buttons."""

from __future__ import annotations

from collections.abc import Mapping

from conversations.conversation import Conversation
from conversations.desk import refusals, writing
from conversations.desk.dialogue import PRIVATE_ACTIONS
from conversations.effects import Outcome
from conversations.events import ButtonPressed, PersonEvent
from conversations.screens import in_new_messages, is_typed
from conversations.world import World

# The buttons of the preview, which an officer can type in the private chat: the label -> the action.
_PREVIEW: Mapping[str, str] = {
    "send": "desk_post",
    "save": "desk_post",
    "rewrite": "desk_rewrite",
    "discard": "desk_discard",
}


def receive(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Handle a message, or an edit, for an officer's prompt in the private chat."""
    if pressed := _typed_button(event, world, conversation):
        return pressed
    return refusals.outcome_of(event, conversation, writing.receive(event, world, conversation))


def _typed_button(event: PersonEvent, world: World, conversation: Conversation) -> Outcome | None:
    """Press the button of the preview that a text names; None where there is no preview or it names none."""
    unsent = conversation.writing
    case = world.cases.get(unsent.case) if unsent else None
    if unsent is None or case is None or not unsent.parts:
        return None
    for label, action in _PREVIEW.items():
        if is_typed(event, world, label):
            origin, person = event.origin, str(conversation.person)
            pressed = ButtonPressed(origin, "", action, case.id, case.version, person)
            outcome = PRIVATE_ACTIONS[action](pressed, world, conversation)
            return in_new_messages(outcome, conversation.chat)
    return None
