"""Groups that are not an agency's, and senders in an agency's group who cannot be identified."""

from __future__ import annotations

from conversations.effects import AnswerPress, LeaveChat, Outcome, Send, TellOperator
from conversations.events import AnonymousSpoke, BotAdded
from conversations.messages import OutgoingMessage
from conversations.world import World


def greet_group(event: BotAdded, world: World) -> Outcome:
    """Leave a group that is not ours with a line for citizens; the operator reads how it is registered."""
    operator = world.rules.operator_chat_id
    if world.rules.of_chat(event.chat) or event.chat == operator:
        return Outcome()
    named = {"chat": event.chat, "title": event.title}
    # Without an operator's chat, the group itself reads the lines for the configuration.
    greeting = OutgoingMessage("system.unknown_group", named | ({"chat": 0} if operator else {}))
    note = TellOperator(OutgoingMessage("system.operator_unknown_group", named)) if operator else None
    return Outcome.of(Send(event.chat, greeting), note, LeaveChat(event.chat))


def refuse_anonymous(event: AnonymousSpoke, world: World) -> Outcome:
    """Refuse an administrator who writes as the group: no one can say which officer acts."""
    if not world.rules.of_chat(event.chat):
        return Outcome()
    message = OutgoingMessage("system.no_anonymous")
    return Outcome.of(Send(event.chat, message), AnswerPress(event.press) if event.press else None)
