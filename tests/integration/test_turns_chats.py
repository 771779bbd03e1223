"""What happens to a chat is stored in the turn that acknowledges it; memory follows (invariant 1)."""

from __future__ import annotations

import pytest

from bot.channels.base import BlockChanged, ChatMigrated, Confirmed, Failure, RightsChanged, ShellEvent
from bot.channels.numbers import FIRST_ON_WHATSAPP
from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.turns.turns import Incoming
from conversations.effects import Edit, Outcome, Send, StripButtons
from conversations.events import BotAdded
from conversations.messages import OutgoingMessage
from tests.integration.turn_setup import GROUP, TurnSetup, said
from tests.unit.transcript import START

STATES = "SELECT chat, state FROM outbox WHERE chat != 999 ORDER BY id"


@pytest.fixture
async def setup(database: Database, codec: Codec) -> TurnSetup:
    """A setup whose outbox holds a message for a person and a card for the group."""
    setup = TurnSetup(database, codec)
    message = OutgoingMessage("system.own_id", {"person": 7})
    setup.core.then = lambda _event, _world: Outcome(
        effects=(Send(7, message), Send(GROUP, message, "card:a"))
    )
    await setup.take(said(1, "halo"))
    setup.core.then = lambda _event, _world: Outcome()
    setup.committed.clear()
    return setup


def incoming(number: int, event: ShellEvent | BotAdded) -> Incoming:
    return Incoming("telegram", number, event, b"raw")


async def test_a_block_is_stored_with_its_update(setup: TurnSetup) -> None:
    await setup.take(incoming(2, BlockChanged(7, blocked=True)))
    assert await setup.rows(STATES) == [(7, "parked"), (GROUP, "pending")]
    assert setup.committed[0].happened == (BlockChanged(7, blocked=True),)


async def test_a_return_brings_its_rows_with_the_commit(setup: TurnSetup) -> None:
    await setup.take(incoming(2, BlockChanged(7, blocked=True)))
    await setup.take(incoming(3, BlockChanged(7, blocked=False)))
    assert await setup.rows(STATES) == [(7, "pending"), (GROUP, "pending")]
    assert [row.chat for row in setup.committed[1].rows] == [7]


async def test_a_block_right_after_a_return_wins(setup: TurnSetup) -> None:
    await setup.take(incoming(2, BlockChanged(7, blocked=False)), incoming(3, BlockChanged(7, blocked=True)))
    assert await setup.rows(STATES) == [(7, "parked"), (GROUP, "pending")]
    assert setup.committed[0].rows == ()


async def test_a_move_is_stored_with_its_update(setup: TurnSetup) -> None:
    await setup.take(incoming(2, ChatMigrated(GROUP, -1009)))
    assert await setup.rows("SELECT chat, migrated_to, cards_void FROM chats") == [(GROUP, -1009, 1)]


async def test_the_operator_is_informed_once_of_a_lost_group(setup: TurnSetup) -> None:
    await setup.take(incoming(2, RightsChanged(GROUP, "gone")), incoming(3, RightsChanged(-300, "gone")))
    await setup.take(incoming(4, RightsChanged(GROUP, "gone")))
    assert setup.sent() == [(999, "system.operator_group_lost")]


async def test_a_group_that_added_the_bot_again_gets_its_waiting_rows(setup: TurnSetup) -> None:
    await setup.take(incoming(2, RightsChanged(GROUP, "gone")))
    await setup.take(incoming(3, BotAdded(GROUP, "Petugas", START)))
    assert await setup.rows(STATES) == [(7, "pending"), (GROUP, "pending")]
    assert [row.key for row in setup.committed[1].rows] == ["card:a"]


async def test_a_waiting_row_that_does_not_open_is_set_aside_alone(setup: TurnSetup) -> None:
    await setup.take(incoming(2, RightsChanged(GROUP, "gone")))
    await setup.damage("UPDATE outbox SET payload = :byte WHERE key = 'card:a'")
    await setup.take(incoming(3, RightsChanged(GROUP, "member")), said(4, "halo"))
    assert await setup.rows("SELECT stage FROM quarantine") == [("outbox",)]
    assert await setup.rows("SELECT state FROM outbox WHERE key = 'card:a'") == [("damaged",)]
    assert "system.operator_quarantine" in [template for _, template in setup.sent()]
    assert await setup.value("SELECT next FROM offsets") == 5


async def test_taking_buttons_off_replaces_no_message_of_the_same_key(setup: TurnSetup) -> None:
    message = OutgoingMessage("system.own_id", {"person": 8})
    effects = StripButtons(8, key="stars:a"), Edit(8, "stars:a", message)
    setup.core.then = lambda _event, _world: Outcome(effects=effects)
    await setup.take(said(2, "satu"), said(3, "dua"))
    kinds = [row.kind.value for row in setup.committed[0].rows]
    assert kinds.count("strip") == 2
    assert "edit" in kinds
    assert all(row.message is None for row in setup.committed[0].rows if row.kind.value == "strip")


SITI = FIRST_ON_WHATSAPP + 1


@pytest.fixture
async def answered(database: Database, codec: Codec) -> TurnSetup:
    """A setup whose outbox holds two final responses for Siti on WhatsApp, the first of them accepted."""
    setup = TurnSetup(database, codec)
    message = OutgoingMessage("system.own_id", {"person": 7})
    sends = [Send(SITI, message, f"response:abc:{number}", report="abc") for number in (1, 2)]
    setup.core.then = lambda _event, _world: Outcome(effects=tuple(sends))
    await setup.take(said(1, "halo"))
    setup.core.then = lambda _event, _world: Outcome()
    await setup.damage("UPDATE outbox SET state = 'accepted' WHERE key = 'response:abc:1'")
    setup.committed.clear()
    return setup


async def test_a_report_after_a_return_keeps_the_rows_that_wait(answered: TurnSetup) -> None:
    first, second = await _ids(answered)
    back = incoming(5, BlockChanged(SITI, blocked=False))
    failed = incoming(6, Confirmed(SITI, first, 0, delivered=False, failure=Failure.TEMPORARY))
    await answered.take(back, failed)
    assert sorted(row.id for row in answered.committed[0].rows) == [first, second]
    assert await answered.rows("SELECT DISTINCT state FROM outbox") == [("pending",)]


async def test_a_report_of_a_row_that_is_not_kept_changes_no_other(answered: TurnSetup) -> None:
    first, second = await _ids(answered)
    back = incoming(5, BlockChanged(SITI, blocked=False))
    unknown = incoming(6, Confirmed(SITI, 999, 0, delivered=True))
    await answered.take(back, unknown)
    # The first one was accepted long ago without a report: it is sent once more.
    assert [row.id for row in answered.committed[0].rows] == [first, second]


async def test_the_operator_is_informed_of_a_refusal_that_was_reported(answered: TurnSetup) -> None:
    first, _ = await _ids(answered)
    refused = Confirmed(SITI, first, 0, delivered=False, reason="131053: media")
    await answered.take(incoming(5, refused))
    assert (999, "system.operator_undelivered") in answered.sent()
    assert await answered.rows("SELECT state, outcome FROM outbox WHERE key = 'response:abc:1'") == [
        ("failed", "unreachable")
    ]


async def test_the_operator_is_informed_of_the_account_once_an_hour(answered: TurnSetup) -> None:
    first, second = await _ids(answered)
    for number, row in enumerate((first, second, 0), start=5):
        said_so = Confirmed(SITI, row, 0, delivered=False, failure=Failure.ACCOUNT, reason="131042: pay")
        await answered.take(incoming(number, said_so))
    assert answered.sent().count((999, "system.operator_account")) == 1


async def _ids(setup: TurnSetup) -> list[int]:
    found = await setup.rows("SELECT id, chat FROM outbox ORDER BY id")
    return [row for row, chat in found if chat == SITI and isinstance(row, int)]
