"""The officers of a group who have acted there are loaded with their memberships and profiles."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.database.conversations import MOST_OFFICERS, save_conversations
from bot.database.members import KnownMember, note_members
from bot.turns.loading import Loader
from conversations.conversation import Conversation, ConversationKey, OfficerProfile
from conversations.engine import Needs
from conversations.world import World
from tests.integration.turn_setup import GROUP, PROVIDERS, TurnSetup
from tests.unit.transcript import RULES, START

WALL = 1_000_000.0
RINA, BUDI, OTHER = 602, 601, 700
PROFILE = OfficerProfile(name="Rina Wati", position="Analis")


def _loaded(setup: TurnSetup, connection: Connection) -> World:
    world = World(START, RULES, PROVIDERS)
    Loader(connection, setup.codec, world, WALL).load([Needs(officers=frozenset({GROUP}))])
    return world


async def _store(setup: TurnSetup, *conversations: Conversation) -> None:
    terms = World(START, RULES, PROVIDERS).terms
    await setup.database.write(
        lambda connection: save_conversations(connection, setup.codec, conversations, terms)
    )


async def test_who_acted_in_the_group_is_loaded_with_membership_and_profile(setup: TurnSetup) -> None:
    await _store(
        setup,
        Conversation(chat=GROUP, person=RINA, name="Rina"),
        Conversation(chat=RINA, person=RINA, profile=PROFILE),
        Conversation(chat=GROUP, person=BUDI, name="Budi"),
        Conversation(chat=OTHER, person=OTHER),
        Conversation(chat=GROUP - 1, person=OTHER),
    )
    known = [
        KnownMember(GROUP, person, present=present, at=WALL, since=START)
        for person, present in ((RINA, True), (BUDI, False), (OTHER, True))
    ]
    await setup.database.write(lambda connection: note_members(connection, setup.codec, known))
    world = await setup.database.write(lambda connection: _loaded(setup, connection))
    assert world.conversations.keys() == {
        ConversationKey(GROUP, RINA), ConversationKey(RINA, RINA), ConversationKey(GROUP, BUDI),
    }  # fmt: skip
    assert world.profile(RINA) == PROFILE
    assert {key: member.present for key, member in world.members.items()} == {
        (GROUP, RINA): True,
        (GROUP, BUDI): False,
    }


async def test_a_large_group_is_loaded_in_part(setup: TurnSetup) -> None:
    await _store(setup, *(Conversation(chat=GROUP, person=person) for person in range(1, 2 * MOST_OFFICERS)))
    world = await setup.database.write(lambda connection: _loaded(setup, connection))
    assert len(world.conversations) == MOST_OFFICERS
