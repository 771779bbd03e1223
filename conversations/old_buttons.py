"""Removes the buttons of a screen that another one follows: a question that is answered shows none.

A press that changes the pressed message takes its buttons with it. For every other way to answer (typed
words, a key, a press that is followed by a new message) the removal is an effect of its own. The messenger
shows it after the messages of the chat; until then, and on a slow phone, a press is answered as outdated.
"""

from __future__ import annotations

from conversations.conversation import Conversation
from conversations.effects import DeleteMessages, Edit, Effect, Outcome, Send, StripButtons
from conversations.events import ButtonPressed, DeadlinePassed, PersonEvent
from conversations.screens import screen_key
from conversations.sight import conversation_of
from conversations.world import World


def without_old_buttons(event: PersonEvent | DeadlinePassed, world: World, outcome: Outcome) -> Outcome:
    """The outcome of an event in a private chat, with the removal of the buttons of the screen before."""
    before = conversation_of(event, world)
    after = next((one for one in reversed(outcome.conversations) if one.key == before.key), before)
    if not before.private or not before.shown or after.turn == before.turn:
        return outcome
    pressed = _pressed(event, before)
    if any(_takes_buttons(effect, before, pressed) for effect in outcome.effects):
        return outcome
    return outcome + Outcome.of(StripButtons(before.chat, key=screen_key(before)))


def _pressed(event: PersonEvent | DeadlinePassed, before: Conversation) -> int:
    """The id of the screen's message where the event is a press on it, else 0."""
    return event.origin.message if isinstance(event, ButtonPressed) and event.version == before.turn else 0


def _takes_buttons(effect: Effect, before: Conversation, pressed: int) -> bool:
    """Whether this effect removes the screen's buttons, or replaces them."""
    if not isinstance(effect, Send | Edit | StripButtons | DeleteMessages) or effect.chat != before.chat:
        return False
    key = effect.target if isinstance(effect, DeleteMessages) else effect.key
    at = effect.at if isinstance(effect, Edit | StripButtons) else 0
    return key == screen_key(before) or bool(pressed and at == pressed)
