"""Who reads the operator's notices: the operator, else leaders who have started the bot, else the check."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.config.settings import read
from bot.database.chats import note_blocked
from bot.database.conversations import save_conversations
from bot.operations import check
from bot.operations.check_findings import Level
from bot.operations.check_unread import MEANINGS, examine_unread
from bot.outbox.operator_notes import Operator, group_lost
from conversations.catalogue.system import SYSTEM
from conversations.conversation import Conversation
from conversations.messages import OutgoingMessage
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import STAFF, OutboxSetup, eventually, outbox_setup, send
from tests.integration.test_check_store import settings
from tests.unit.transcript import TERMS

OPERATOR, LEADER, OTHER = 999, 41, 42
REFUSED = OutgoingMessage("system.operator_card_waits", {"count": 1, "reason": "TOPIC_CLOSED"})


@pytest.fixture
async def setup(place: Place) -> AsyncIterator[OutboxSetup]:
    async with outbox_setup(place) as started:
        yield started


async def begun(setup: OutboxSetup, *people: int) -> None:
    talks = [Conversation(chat=person, person=person) for person in people]
    await setup.database.write(lambda c: save_conversations(c, setup.codec, talks, TERMS))


async def block(setup: OutboxSetup, chat: int) -> None:
    await setup.database.write(lambda c: note_blocked(c, chat, blocked=True))


async def notified(setup: OutboxSetup, chat: int = OPERATOR) -> list[int]:
    operator = Operator(setup.codec, chat, frozenset({LEADER, OTHER}))

    def work(connection: Connection) -> list[int]:
        return [row.chat for row in operator.notify(connection, [REFUSED, group_lost(STAFF)])]

    return await setup.database.write(work)


async def kept(setup: OutboxSetup) -> dict[str, int]:
    rows = await setup.rows("SELECT subject, times FROM quarantine WHERE stage = 'notice'")
    return {row.subject: row.times for row in rows}


async def test_the_operator_comes_first(setup: OutboxSetup) -> None:
    await begun(setup, LEADER)
    assert await notified(setup) == [OPERATOR, OPERATOR]
    assert await kept(setup) == {}


async def test_without_an_operator_leaders_who_have_started_the_bot_are_notified(setup: OutboxSetup) -> None:
    await begun(setup, LEADER)
    assert await notified(setup, 0) == [LEADER, LEADER]
    await begun(setup, OTHER)
    assert await notified(setup, 0) == [LEADER, LEADER, OTHER, OTHER]
    await block(setup, LEADER)
    assert await notified(setup, 0) == [OTHER, OTHER]


async def test_leaders_are_notified_while_the_operator_blocks_the_bot(setup: OutboxSetup) -> None:
    await begun(setup, LEADER)
    await block(setup, OPERATOR)
    assert await notified(setup) == [LEADER, LEADER]


async def test_what_reaches_no_one_is_kept_once_for_each_kind(setup: OutboxSetup, tmp_path: Path) -> None:
    assert await notified(setup, 0) == []
    assert await notified(setup, 0) == []
    assert await kept(setup) == {"system.operator_card_waits": 2, "system.operator_group_lost": 2}
    examined = check._contents(read(settings(tmp_path)), setup.database.store)
    found = [one for one in examined if one.level is not Level.OK]
    assert [(one.level, one.what.partition(" (")[0]) for one in found] == [
        (Level.NOTE, "a notice reached no one: a staff group refused messages about complaints"),
        (Level.NOTE, "a notice reached no one: the bot cannot write to a staff group"),
    ]
    assert "2 times, last on" in found[0].what
    assert not any("TOPIC_CLOSED" in one.what or str(STAFF) in one.what for one in found)


async def test_the_check_names_messages_that_wait_for_a_group(setup: OutboxSetup) -> None:
    for chat in (STAFF, -300):
        await setup.simulator.group(chat, "Petugas").remove_bot()
        await setup.post(send(chat, "Siti Aminah", f"card:{-chat}"))
    await eventually(lambda: setup.count("SELECT count(*) FROM outbox WHERE state = 'parked'", 2))
    asked = await setup.database.read(
        lambda c: list(examine_unread(lambda query: list(c.exec_driver_sql(query).all()), {STAFF}))
    )
    found = [one for one in asked if one.level is Level.PROBLEM]
    assert [one.what for one in found] == [f"the bot cannot write to the group {STAFF}: 1 message waits"]


def test_every_notice_has_its_meaning_for_the_check() -> None:
    notices = {f"system.{name}" for name in SYSTEM if name.startswith("operator_")}
    assert notices == set(MEANINGS)
