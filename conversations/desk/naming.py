"""Each message in a group that is about one case gets a key, so that a reply to it is about that case."""

from __future__ import annotations

from dataclasses import replace

from conversations import casefile, keys, message_kinds
from conversations.complaints.references import parse_reference
from conversations.effects import Effect, Lane, Outcome, Send
from conversations.events import PersonEvent
from conversations.world import World


def named(event: PersonEvent, world: World, outcome: Outcome) -> Outcome:
    """The outcome in which messages to the event's group have the key of the case that they are about.

    Messages with buttons have keys of their own: a later message with the same key would remove the buttons.
    """
    effects = tuple(_named(event, world, _below_its_card(event, world, effect)) for effect in outcome.effects)
    return replace(outcome, effects=effects)


def _below_its_card(event: PersonEvent, world: World, effect: Effect) -> Effect:
    """The message at a division as a reply to the card there, and not to that of the desk."""
    if not isinstance(effect, Send) or effect.chat != event.origin.chat or effect.lane is Lane.UNASKED:
        return effect
    answered = keys.parse(effect.message.reply_to)
    case = world.cases.get(answered.case) if answered and answered.kind is message_kinds.Kind.CARD else None
    place = casefile.division_place(case, world.rules) if case else None
    if case is None or place is None or place != (event.origin.chat, event.origin.topic):
        return effect
    message = replace(effect.message, reply_to=casefile.division_key(case))
    return replace(effect, message=message)


def _named(event: PersonEvent, world: World, effect: Effect) -> Effect:
    if not isinstance(effect, Send) or effect.chat != event.origin.chat:
        return effect
    if effect.key or effect.message.buttons:
        return effect
    reference = parse_reference(str(effect.message.params.get("reference", "")))
    case = world.by_reference(reference) if reference else None
    return replace(effect, key=keys.about(case.id, event.origin.message)) if case else effect
