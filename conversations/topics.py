"""The topic in which a message to a group is sent, where the group is a forum.

1. What is asked in a topic is answered there: a new message to the chat of the event, in the lane of replies.
2. Everything else goes to the topic of the chat: the agency's (`staff_topic_id`), or the division's. A card
   is always edited where it is; one whose message is gone is sent again in the topic of the chat.
3. A message that names its topic already keeps it: the cards of divisions.

A topic that is closed or gone is the channel's and the outbox's matter (bot/outbox/topics.py).
"""

from __future__ import annotations

from dataclasses import replace

from conversations import keys
from conversations.complaints.rules import Rules
from conversations.effects import Edit, Effect, Lane, Outcome, Send
from conversations.events import AnonymousSpoke, Event
from conversations.message_kinds import Kind

_CARDS = frozenset({Kind.CARD, Kind.DIVISION})


def placed(event: Event, rules: Rules, outcome: Outcome) -> Outcome:
    """The outcome whose messages to groups name their topics."""
    chat, topic = _asked_in(event)
    effects = tuple(_placed(effect, chat, topic, rules) for effect in outcome.effects)
    return replace(outcome, effects=effects)


def _asked_in(event: Event) -> tuple[int, int]:
    """The chat and the topic of the event; 0 for an event without a sender."""
    if isinstance(event, AnonymousSpoke):
        return event.chat, event.topic
    origin = getattr(event, "origin", None)
    return (origin.chat, origin.topic) if origin else (0, 0)


def _placed(effect: Effect, chat: int, topic: int, rules: Rules) -> Effect:
    if not isinstance(effect, Send | Edit) or effect.chat > 0 or effect.message.topic:
        return effect
    answers = effect.chat == chat and effect.lane is Lane.ASKED and not _edits_card(effect)
    chosen = topic if answers else _of_chat(effect.chat, rules)
    return replace(effect, message=replace(effect.message, topic=chosen)) if chosen else effect


def _edits_card(effect: Send | Edit) -> bool:
    key = keys.parse(effect.key)
    return isinstance(effect, Edit) and key is not None and key.kind in _CARDS


def _of_chat(chat: int, rules: Rules) -> int:
    """The topic of a staff group, or of a division's own group that has one topic; else 0."""
    agency = rules.of_chat(chat)
    if agency is None:
        return 0
    if chat == agency.staff_chat_id:
        return agency.staff_topic_id
    topics = {division.topic_id for division in agency.divisions if division.chat_id == chat}
    return topics.pop() if len(topics) == 1 else 0
