"""What a person can see: a reply that would change a message which is out of sight is sent as a new one.

The core decides it, because it knows what was said in between. A conversation remembers the key of the
bot's newest message in its chat, and how many messages the person has sent below it:

1. A pressed message is in sight: the person has just pressed it, and it changes in place.
2. The bot's newest message changes in place while at most MOST_BELOW messages of the person are below it: a
   count stays readable while several photos arrive. After that it comes back below them; a notice does not,
   because one notice is enough for all messages that cause it (notices.py).
3. Any other message is sent again below. Sending it with the same key removes the buttons of the earlier one.

Where the messenger cannot change a message (capabilities.py), its weight says what an edit becomes.

Messages about a case that other people cause (a response, a question) do not pass through the citizen's
conversation. Whether one was sent meanwhile is read from the case.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from conversations import keys, message_kinds
from conversations.conversation import Conversation
from conversations.effects import Edit, Effect, Lane, Outcome, Send, Weight
from conversations.events import ButtonPressed, DeadlinePassed, Event, MessageEdited, PersonEvent
from conversations.world import World

# How many messages of the person may be below a message that changes in place.
MOST_BELOW = 3


def in_sight(event: PersonEvent | DeadlinePassed, world: World, outcome: Outcome) -> Outcome:
    """The outcome of an event in a private chat, with each reply where the person sees it."""
    before = conversation_of(event, world)
    unchanged = isinstance(event, MessageEdited) and not outcome.effects
    if unchanged or not before.private or not before.chat:
        return outcome
    latest, below = _newest(event, world, before)
    effects: list[Effect] = []
    sent = False
    for effect in outcome.effects:
        if world.capabilities(before.chat).edits:
            shown = _shown(event, effect, latest, below, before.chat)
        else:
            shown = _sent(effect, latest, before.chat)
        if isinstance(shown, Send) and shown.chat == before.chat:
            latest, below, sent = shown.key, 0, True
        effects.append(shown)
    after = next((one for one in reversed(outcome.conversations) if one.key == before.key), before)
    seen = {"latest": latest, "below": below, "latest_at": world.now if sent else before.latest_at}
    changed = after.model_copy(update={**seen, **_pressed(event, before), **_asked(world.now, before, after)})
    kept = () if changed == before and after is before else (changed,)
    return Outcome((*outcome.conversations, *kept), outcome.cases, tuple(effects))


def is_repeated(event: Event, before: Conversation) -> bool:
    """Whether this is the second tap on a button, with nothing in between."""
    return isinstance(event, ButtonPressed) and bool(before.pressed) and _name(event) == before.pressed


def conversation_of(event: PersonEvent | DeadlinePassed, world: World) -> Conversation:
    """The conversation in which the event happened."""
    if isinstance(event, DeadlinePassed):
        return world.conversation(event.chat, event.person)
    return world.conversation(event.origin.chat, event.origin.person.id)


def _newest(event: Event, world: World, before: Conversation) -> tuple[str, int]:
    """The key of the bot's newest message, and the number of messages below it, with this event's own."""
    own = not isinstance(event, ButtonPressed | DeadlinePassed | MessageEdited)
    return "" if others_wrote(world, before) else before.latest, before.below + own


def others_wrote(world: World, before: Conversation) -> bool:
    """Whether something about a case was sent to the person since the bot's newest message."""
    since = before.latest_at
    own = [case for case in world.cases.values() if case.filed_by == before.person]
    written = [entry.at for case in own for entry in case.thread]
    moved = [step.at for case in own for step in case.timeline]
    return since is not None and any(at > since for at in (*written, *moved))


def _shown(event: Event, effect: Effect, latest: str, below: int, chat: int) -> Effect:
    if not isinstance(effect, Edit) or effect.chat != chat:
        return effect
    if isinstance(event, ButtonPressed) and effect.at == event.origin.message:
        return effect
    if effect.key == latest and (below <= MOST_BELOW or _is_notice(effect.key)):
        return effect
    return Send(effect.chat, effect.message, effect.key, effect.lane)


def _sent(effect: Effect, latest: str, chat: int) -> Effect:
    """The effect where a message cannot change: content is a new message.

    A counter is sent by the shell; what repeats the newest message, or shows an answer in the place of its
    question, not at all.
    """
    if not isinstance(effect, Edit) or effect.chat != chat or effect.weight is Weight.PROGRESS:
        return effect
    if effect.weight is Weight.COSMETIC and (effect.lane is Lane.COSMETIC or effect.key == latest):
        return effect
    return Send(effect.chat, effect.message, effect.key, effect.lane)


def _is_notice(key: str) -> bool:
    parsed = keys.parse(key)
    return parsed is not None and parsed.kind is message_kinds.Kind.NOTICE


def _pressed(event: Event, before: Conversation) -> dict[str, Any]:
    """The button that was pressed last; a message or command in between forgets it."""
    if isinstance(event, DeadlinePassed):
        return {"pressed": before.pressed}
    return {"pressed": _name(event) if isinstance(event, ButtonPressed) else ""}


def _asked(now: datetime, before: Conversation, after: Conversation) -> dict[str, Any]:
    """When the present screen was shown."""
    return {"asked_at": now if after.turn != before.turn else before.asked_at}


def _name(event: ButtonPressed) -> str:
    return f"{event.action}:{event.subject}:{event.version}:{event.value}"
