"""In a group an officer is invited to introduce themselves; the introduction is private (introductions.py).

An officer with a name is invited once, after an act. One without a name is invited before each act that the
history records.
"""

from __future__ import annotations

from conversations.conversation import Conversation
from conversations.desk import access, introductions
from conversations.effects import AnswerPress, Outcome, RecordHistory, Send
from conversations.events import ButtonPressed, PersonEvent
from conversations.messages import Button, OutgoingMessage
from conversations.screens import ButtonHandler
from conversations.world import World

# The button that opens the private chat.
OPEN_ACTION = "introduce"


def named_first(act: ButtonHandler) -> ButtonHandler:
    """The act of an officer who has a name; without one, the presser is asked to introduce themselves."""

    def handle(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
        if event.origin.person.nameless:
            return _open(event, world, conversation)
        return act(event, world, conversation)

    return handle


def open_pressed(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """The button "Perkenalkan Diri" in a group: open the presser's private chat."""
    return _open(event, world, conversation)


def _open(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    if conversation.private:
        return introductions.open_page(event, world, conversation)
    if event.press:
        return Outcome.of(conversation, AnswerPress(event.press, link=introductions.LINK))
    return in_group(event, world, conversation)


def in_group(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """/petugas in a group: the button that opens the private chat."""
    return Outcome.of(conversation, _invitation(event, world, conversation))


def offered(event: PersonEvent, world: World, conversation: Conversation, outcome: Outcome) -> Outcome:
    """The outcome, with the offer to introduce themselves after the first recorded act of an officer."""
    who = access.history_name(event)
    acted = any(isinstance(effect, RecordHistory) and effect.who == who for effect in outcome.effects)
    if not acted or conversation.introduction_offered or world.profile(conversation.person):
        return outcome
    states = [state for state in outcome.conversations if state.key == conversation.key]
    after = (states or [conversation])[-1].model_copy(update={"introduction_offered": True})
    return outcome + Outcome.of(after, _invitation(event, world, after))


def _invitation(event: PersonEvent, world: World, conversation: Conversation) -> Send:
    person, profile = event.origin.person, world.profile(conversation.person)
    params = {
        "officer": {"id": person.id, "name": person.name},
        "position": profile.position if profile else "",
        "known": profile is not None,
        "nameless": person.nameless,
    }
    button = Button("introduce", OPEN_ACTION)
    return Send(conversation.chat, OutgoingMessage("desk.introduce_here", params, ((button,),)))
