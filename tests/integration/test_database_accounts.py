"""Another account of the bot: its numbers are other numbers, and open cards are sent again."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, delete
from sqlalchemy.dialects.postgresql import insert

from bot.channels.message_ids import ACCOUNT_SHIFT
from bot.database import arrivals, chats
from bot.database.accounts import note_account
from bot.database.cases import file_cases
from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.database.sent_messages import remember
from bot.database.tables import installation
from bot.files.files import _unreported
from bot.sources.scheduler import Scheduler
from conversations.events import GroupMoved
from tests.integration.both_stores import NO_NULL
from tests.integration.turn_setup import GROUP, TurnSetup, case_of, said
from tests.unit.transcript import START, TERMS

SECOND = 1 << 40


async def note(database: Database, account: int) -> int:
    return await database.write(lambda c: note_account(c, "telegram", account, ACCOUNT_SHIFT))


async def put(database: Database, name: str, value: str) -> None:
    row = {"name": f"{name}:telegram", "value": value}
    replace = insert(installation).values(row).on_conflict_do_update(index_elements=["name"], set_=row)
    await database.write(lambda connection: connection.execute(replace))


async def test_the_same_account_stays_in_its_generation(database: Database) -> None:
    assert [await note(database, 100) for _ in range(3)] == [0, 0, 0]


async def test_each_change_gives_a_new_generation(database: Database) -> None:
    # Also the way back: message ids of that time cannot be distinguished from later ones.
    assert [await note(database, account) for account in (100, 200, 200, 100, 300)] == [0, 1, 1, 2, 3]


async def test_a_change_forgets_this_channels_updates_and_offset_alone(database: Database) -> None:
    def stored(connection: Connection) -> None:
        for channel in ("telegram", "whatsapp"):
            arrivals.take(connection, channel, [5], 1.0)
            arrivals.move_offset(connection, channel, 6, 1.0)

    await note(database, 100)
    await database.write(stored)
    await note(database, 100)
    assert await database.write(lambda c: arrivals.taken(c, "telegram", [5])) == {5}
    await note(database, 200)
    assert await database.write(lambda c: arrivals.taken(c, "telegram", [5])) == frozenset()
    assert await database.write(lambda c: arrivals.offset(c, "telegram", 2.0)) == 0
    assert await database.write(lambda c: arrivals.taken(c, "whatsapp", [5])) == {5}
    assert await database.write(lambda c: arrivals.offset(c, "whatsapp", 2.0)) == 6


async def test_open_cards_of_every_group_are_sent_again_once(database: Database, codec: Codec) -> None:
    setup = TurnSetup(database, codec)
    await note(database, 100)
    await database.write(lambda c: chats.note_blocked(c, GROUP, blocked=True))
    await database.write(lambda c: file_cases(c, codec, [case_of("a", 1), case_of("b", 2)], TERMS))
    clock = Scheduler(
        database, setup.codec, setup.turns().take, lambda: START, lambda: 1_000_000.0, 60.0, _unreported
    )
    assert await clock.due() == []
    await note(database, 200)
    assert [one.event for one in await clock.due()] == [GroupMoved(START, GROUP)]
    await clock.round()
    sent = [(row.chat, row.key) for done in setup.committed for row in done.rows]
    assert sent == [(GROUP, "card:a"), (GROUP, "card:b")]
    assert await clock.due() == []
    # Whether the bot is still in the group is not known, so that its mark stays.
    assert await database.write(lambda c: chats.is_blocked(c, GROUP))


@pytest.mark.parametrize("value", ["", "x", "-1", "²", "1.5", "9" * 30, pytest.param("\x00", marks=NO_NULL)])
async def test_a_damaged_generation_is_a_change_beyond_all_known_messages(
    database: Database, value: str
) -> None:
    await note(database, 100)
    await database.write(lambda c: remember(c, [(7, 5 * SECOND + 3, "card:a", 1.0)]))
    await put(database, "generation", value)
    assert await note(database, 100) == 6
    assert await note(database, 100) == 6


@pytest.mark.parametrize("value", ["", "x", "100 ", pytest.param("\x00", marks=NO_NULL)])
async def test_a_damaged_account_is_a_change(database: Database, value: str) -> None:
    await note(database, 100)
    await put(database, "account", value)
    assert await note(database, 100) == 1
    assert await note(database, 100) == 1


@pytest.mark.parametrize("name", ["account", "generation"])
async def test_a_missing_value_is_a_change(database: Database, name: str) -> None:
    await note(database, 100)
    missing = delete(installation).where(installation.c.name == f"{name}:telegram")
    await database.write(lambda c: c.execute(missing))
    assert await note(database, 100) == 1


async def test_lower_updates_of_another_account_are_taken(database: Database, codec: Codec) -> None:
    setup = TurnSetup(database, codec)
    await note(database, 100)
    await setup.take(said(1, "satu"), said(2, "dua"))
    await note(database, 200)
    await setup.take(said(1, "tiga"))
    assert len(setup.core.seen) == 3
