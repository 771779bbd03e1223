"""How an officer is named: by the profile of the private conversation, else as the messenger names them."""

from __future__ import annotations

from dataclasses import replace

from conversations.conversation import ConversationKey
from conversations.events import Person, PersonEvent
from conversations.world import World


def key_of(person: int) -> ConversationKey:
    """The key of the conversation that contains this person's profile."""
    return ConversationKey(person, person)


def with_profile_name(event: PersonEvent, world: World) -> PersonEvent:
    """The event with the name of its sender's profile, so that each message and entry has that name."""
    profile = world.profile(event.origin.person.id)
    if profile is None:
        return event
    person = Person(event.origin.person.id, profile.name)
    return replace(event, origin=replace(event.origin, person=person))
