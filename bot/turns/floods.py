"""The one notice to a person whose further updates are dropped (bot/sources/shares.py)."""

from __future__ import annotations

from bot.turns.batches import FloodBegan
from conversations.complaints.rules import Rules
from conversations.conversation import ConversationKey
from conversations.effects import AnswerPress, Outcome, Send
from conversations.engine import Needs
from conversations.messages import OutgoingMessage


def language_of(event: FloodBegan) -> Needs:
    """What the notice needs loaded: the conversation, which has the person's language."""
    return Needs(ConversationKey(event.origin.chat, event.origin.person.id))


def notice(event: FloodBegan, rules: Rules) -> Outcome:
    """An alert for a press, a message for messages; none in a group that is not ours."""
    origin = event.origin
    if event.press:
        return Outcome(effects=(AnswerPress(event.press, "system.flooded_press", alert=True),))
    at = origin.at.isoformat()
    if origin.private:
        message = OutgoingMessage("system.flooded", {"at": at, "contacts": rules.contacts()})
        return Outcome(effects=(Send(origin.chat, message),))
    if rules.of_chat(origin.chat) is None:
        return Outcome()
    officer = {"id": origin.person.id, "name": origin.person.name}
    message = OutgoingMessage("system.flooded_group", {"at": at, "officer": officer}, topic=origin.topic)
    return Outcome(effects=(Send(origin.chat, message),))
