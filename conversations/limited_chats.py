"""What is said in a chat whose messenger cannot answer a press, show a keyboard, or change a message.

1. The answer to a press is a message. A press never stays without one: an outdated button says so, together
   with the question that is valid now; a second tap on it says only that.
2. Keys are buttons there, so there is no keyboard to close: the message that closes one is left out.
3. Texts that go out together are one message. Each message costs there, and only the last one has buttons.
   A change of such a message that is not sent yet changes its last text.

In all other chats nothing changes (capabilities.py).
"""

from __future__ import annotations

from dataclasses import replace

from conversations.effects import AnswerPress, Edit, Effect, Outcome, Send, Weight
from conversations.events import ButtonPressed, Event
from conversations.messages import REMOVE_KEYBOARD, OutgoingMessage
from conversations.screens import KEYBOARD_CLOSED, OUTDATED
from conversations.world import World

TOGETHER = "followup.together"
# The shell completes the parameters of a message with this one, by its name.
_COMPLETED = "history_head"


def fitted(event: Event, world: World, outcome: Outcome, *, unanswered: str = "") -> Outcome:
    """The outcome with messages in place of what the messenger cannot do.

    A press of the action `unanswered` needs no message.
    """
    if isinstance(event, ButtonPressed) and not world.capabilities(event.origin.chat).press_answers:
        outcome = _in_words(event, outcome, answered=event.action == unanswered)
    effects = tuple(
        fitting for effect in outcome.effects if (fitting := _without_keyboard(effect, world)) is not None
    )
    return Outcome(outcome.conversations, outcome.cases, effects)


def _in_words(event: ButtonPressed, outcome: Outcome, *, answered: bool) -> Outcome:
    """The answers to a press as messages; an outdated press where nothing else is said."""
    chat, effects = event.origin.chat, list[Effect]()
    for effect in outcome.effects:
        if not isinstance(effect, AnswerPress):
            effects.append(effect)
        elif effect.template:
            effects.append(Send(chat, OutgoingMessage(effect.template, effect.params)))
    if not answered and not any(_is_read(effect, chat) for effect in effects):
        effects.append(Send(chat, OutgoingMessage(OUTDATED)))
    return Outcome(outcome.conversations, outcome.cases, tuple(effects))


def _is_read(effect: Effect, chat: int) -> bool:
    """Whether the person in this chat reads something because of the effect."""
    if isinstance(effect, Edit):
        return effect.chat == chat and effect.weight is not Weight.COSMETIC
    return isinstance(effect, Send) and effect.chat == chat


def _without_keyboard(effect: Effect, world: World) -> Effect | None:
    """The effect without the removal of a keyboard where there is none; None where it does only that."""
    if not isinstance(effect, Send) or world.capabilities(effect.chat).keyboards:
        return effect
    if effect.message.template == KEYBOARD_CLOSED:
        return None
    if effect.message.keyboard == REMOVE_KEYBOARD:
        return replace(effect, message=replace(effect.message, keyboard=None))
    return effect


def together(world: World, outcome: Outcome) -> Outcome:
    """The outcome in which a plain text and the message that follows it in the same chat are one."""
    effects: list[Effect] = []
    for effect in outcome.effects:
        place = _before(effects, effect, world)
        effects.append(effect if place is None else _joined(effects.pop(place), effect))
    return Outcome(outcome.conversations, outcome.cases, tuple(effects))


def _before(effects: list[Effect], effect: Effect, world: World) -> int | None:
    """The place of the plain text that the last message of this chat is, if this message can follow in it."""
    if not isinstance(effect, Send) or world.capabilities(effect.chat).edits or not _follows(effect):
        return None
    sent = [
        (place, one)
        for place, one in enumerate(effects)
        if isinstance(one, Send | Edit) and one.chat == effect.chat
    ]
    place, last = sent[-1] if sent else (0, None)
    return place if isinstance(last, Send) and _is_plain(last) else None


def _is_plain(send: Send) -> bool:
    message = send.message
    bare = not (message.buttons or message.keyboard or message.files or message.document or message.reply_to)
    return bare and not (send.key or send.report or _COMPLETED in message.params)


def _follows(send: Send) -> bool:
    message = send.message
    return not (send.report or message.document or message.reply_to or _COMPLETED in message.params)


def _joined(text: Effect, effect: Effect) -> Effect:
    if not isinstance(text, Send) or not isinstance(effect, Send):
        return effect
    params = {"messages": [*_texts(text.message), *_texts(effect.message)]}
    return replace(effect, message=replace(effect.message, template=TOGETHER, params=params))


def changed(before: OutgoingMessage, message: OutgoingMessage) -> OutgoingMessage:
    """A message that takes the place of an unsent one, with the texts that went before that one."""
    if before.template != TOGETHER or message.template == TOGETHER:
        return message
    params = {"messages": [*_texts(before)[:-1], *_texts(message)]}
    return replace(message, template=TOGETHER, params=params)


def _texts(message: OutgoingMessage) -> list[dict[str, object]]:
    if message.template == TOGETHER:
        return list(message.params["messages"])
    return [{"template": message.template, "params": dict(message.params)}]
