"""A notice that several messages in a row cause is sent once.

Who sends 15 photos over a limit of 10 reads once that the limit is reached: each further refusal within a
minute of the last one is an edit of that notice. After a pause the notice is sent again, because a message
without a visible answer looks lost.
"""

from __future__ import annotations

from datetime import timedelta

from conversations import keys
from conversations.conversation import Conversation, Notice
from conversations.effects import Edit, Effect, Outcome, Send, Weight
from conversations.events import PersonEvent
from conversations.reading.text import Problem

PAUSE = timedelta(minutes=1)
PROBLEMS = frozenset({Problem.TOO_MANY_FILES, Problem.TOO_MANY_PARTS})
# The notices of budgets.py that one message after the other can cause.
TEMPLATES = frozenset({"limits.files_today", "limits.edits_today", "limits.state_full", "limits.blocked"})


def once(event: PersonEvent, outcome: Outcome) -> Outcome:
    """The outcome in which a notice that repeats the last one is an edit of it."""
    if not any(_is_notice(effect) for effect in outcome.effects):
        return outcome
    origin = event.origin
    talks, notice = [], None
    for talk in outcome.conversations:
        if talk.key == (origin.chat, origin.person.id):
            notice = _next(event, talk)
            talks.append(talk.model_copy(update={"notice": notice}))
        else:
            talks.append(talk)
    if notice is None:
        return outcome
    repeats = notice.message != origin.message
    effects = tuple(_keyed(effect, origin.person.id, notice, repeats=repeats) for effect in outcome.effects)
    return Outcome(tuple(talks), outcome.cases, effects)


def _is_notice(effect: Effect) -> bool:
    if not isinstance(effect, Send):
        return False
    return effect.message.template in TEMPLATES or effect.message.params.get("problem") in PROBLEMS


def _next(event: PersonEvent, conversation: Conversation) -> Notice:
    """The notice that is shown: the last one after less than a minute, else a new one."""
    before, origin = conversation.notice, event.origin
    goes_on = before is not None and origin.at - before.at < PAUSE
    return Notice(message=before.message if before and goes_on else origin.message, at=origin.at)


def _keyed(effect: Effect, person: int, notice: Notice, *, repeats: bool) -> Effect:
    if not isinstance(effect, Send) or not _is_notice(effect):
        return effect
    # The first time the key is unknown, and the message is sent; later it says the same again.
    weight = Weight.COSMETIC if repeats else Weight.CONTENT
    return Edit(effect.chat, keys.notice(person, notice.message), effect.message, weight=weight)
