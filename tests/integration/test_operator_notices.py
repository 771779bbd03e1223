"""Who reads the operator's notices: the operator, else leaders who have started the bot, else the check."""

from __future__ import annotations

import sqlite3
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
from conversations.complaints.agency import Limits
from conversations.conversation import Conversation
from conversations.messages import OutgoingMessage
from tests.integration.stage import STAFF, Stage, eventually, send, stage
from tests.integration.test_check_store import settings

OPERATOR, LEADER, OTHER = 999, 41, 42
REFUSED = OutgoingMessage("system.operator_card_waits", {"count": 1, "reason": "TOPIC_CLOSED"})


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path) as started:
        yield started


async def begun(stand: Stage, *people: int) -> None:
    talks = [Conversation(chat=person, person=person) for person in people]
    await stand.database.write(lambda c: save_conversations(c, stand.codec, talks, Limits()))


async def block(stand: Stage, chat: int) -> None:
    await stand.database.write(lambda c: note_blocked(c, chat, blocked=True))


async def notified(stand: Stage, chat: int = OPERATOR) -> list[int]:
    operator = Operator(stand.codec, chat, frozenset({LEADER, OTHER}))

    def work(connection: Connection) -> list[int]:
        return [row.chat for row in operator.notify(connection, [REFUSED, group_lost(STAFF)])]

    return await stand.database.write(work)


async def kept(stand: Stage) -> dict[str, int]:
    rows = await stand.rows("SELECT subject, times FROM quarantine WHERE stage = 'notice'")
    return {row.subject: row.times for row in rows}


async def test_the_operator_comes_first(stand: Stage) -> None:
    await begun(stand, LEADER)
    assert await notified(stand) == [OPERATOR, OPERATOR]
    assert await kept(stand) == {}


async def test_without_an_operator_leaders_who_have_started_the_bot_are_notified(stand: Stage) -> None:
    await begun(stand, LEADER)
    assert await notified(stand, 0) == [LEADER, LEADER]
    await begun(stand, OTHER)
    assert await notified(stand, 0) == [LEADER, LEADER, OTHER, OTHER]
    await block(stand, LEADER)
    assert await notified(stand, 0) == [OTHER, OTHER]


async def test_leaders_are_notified_while_the_operator_blocks_the_bot(stand: Stage) -> None:
    await begun(stand, LEADER)
    await block(stand, OPERATOR)
    assert await notified(stand) == [LEADER, LEADER]


async def test_what_reaches_no_one_is_kept_once_for_each_kind(stand: Stage, tmp_path: Path) -> None:
    assert await notified(stand, 0) == []
    assert await notified(stand, 0) == []
    assert await kept(stand) == {"system.operator_card_waits": 2, "system.operator_group_lost": 2}
    found = list(check._contents(read(settings(tmp_path))))
    assert [(one.level, one.what.partition(" (")[0]) for one in found] == [
        (Level.NOTE, "a notice reached no one: a staff group refused messages about complaints"),
        (Level.NOTE, "a notice reached no one: the bot cannot write to a staff group"),
    ]
    assert "2 times, last on" in found[0].what
    assert not any("TOPIC_CLOSED" in one.what or str(STAFF) in one.what for one in found)


async def test_the_check_names_messages_that_wait_for_a_group(stand: Stage, tmp_path: Path) -> None:
    for chat in (STAFF, -300):
        await stand.simulator.group(chat, "Petugas").remove_bot()
        await stand.post(send(chat, "Siti Aminah", f"card:{-chat}"))
    await eventually(lambda: stand.count("SELECT count(*) FROM outbox WHERE state = 'parked'", 2))
    with sqlite3.connect(tmp_path / "aduan.db") as connection:
        ask = lambda query: list(connection.execute(query))  # noqa: E731 - short
        found = [one for one in examine_unread(ask, {STAFF}) if one.level is Level.PROBLEM]
    assert [one.what for one in found] == [f"the bot cannot write to the group {STAFF}: 1 message waits"]


def test_every_notice_has_its_meaning_for_the_check() -> None:
    notices = {f"system.{name}" for name in SYSTEM if name.startswith("operator_")}
    assert notices == set(MEANINGS)
