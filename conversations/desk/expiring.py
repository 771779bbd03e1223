"""What officers have written and never sent, or never assigned to a case: dropped after a week."""

from __future__ import annotations

from conversations import casefile
from conversations.complaints.wakeups import is_due
from conversations.desk import posting, prompts
from conversations.effects import Outcome, Send
from conversations.events import DeadlinePassed
from conversations.messages import OutgoingMessage
from conversations.parts import drop_files
from conversations.world import World


def written_expired(event: DeadlinePassed, world: World) -> Outcome:
    """Drop what the officer has written, and say so in the chat in which it was written."""
    conversation = world.conversation(event.chat, event.person)
    unsent = conversation.writing
    if unsent is None or not is_due(event.kind, unsent, world.terms, world.now):
        return Outcome()
    closed = Outcome.of(*drop_files(unsent.parts)) + posting.close(world, conversation)
    case = world.cases.get(unsent.case)
    if case is None:
        return closed
    profile = world.profile(conversation.person)
    officer = {"id": conversation.person, "name": profile.name if profile else conversation.name}
    params = {"reference": casefile.marked(case), "purpose": unsent.purpose.value, "officer": officer}
    return Outcome.of(Send(conversation.chat, OutgoingMessage("desk.unsent_expired", params))) + closed


def undecided_expired(event: DeadlinePassed, world: World) -> Outcome:
    """Drop messages without a purpose. Without a notice: no text has said that they arrived."""
    conversation = world.conversation(event.chat, event.person)
    if not is_due(event.kind, conversation.undecided, world.terms, world.now):
        return Outcome()
    return prompts.drop_undecided(conversation)
