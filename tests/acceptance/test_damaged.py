"""One row of the store is damaged while the bot is down: the process starts, and everybody else is served.

All kinds of rows are broken in tests/integration/test_isolation_rows.py; here some meet the real process.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.database.stores.sqlite import SqliteStore
from tests.acceptance.bot_setup import OPERATOR, ChatUser, Setup, opened
from tests.breaking import Change, Value, bit, break_row, without
from tests.players import Citizen

KEPT = "SELECT stage, times FROM quarantine"
WAITING = "SELECT 1 FROM outbox WHERE chat = ?"
SET_ASIDE = "tidak dapat diproses"


@dataclass(frozen=True)
class Story:
    """Siti is writing, Budi has filed, a message waits for Dewi; somebody's row is broken."""

    siti: ChatUser
    writing: Citizen
    budi: ChatUser
    number: str
    dewi: ChatUser


Seen = Callable[[Setup, Story], Awaitable[object]]


async def _siti_begins_again(_stage: Setup, story: Story) -> None:
    await story.siti.says("Rp1.000", "catatan percakapan Anda tidak dapat dibaca")
    await story.siti.says("/start dpmd", "Pemberitahuan privasi")


async def _budi_is_informed(setup: Setup, story: Story) -> None:
    await story.budi.says("/status", "tidak semua pengaduan ditampilkan")
    await setup.officer().presses(
        "Ambil", "catatan pengaduan ini sedang tidak", on=await setup.card(story.number)
    )


async def _dewi_is_informed(_stage: Setup, story: Story) -> None:
    await story.dewi.sees("satu pesan kami")


async def _all_is_sent(_stage: Setup, story: Story) -> None:
    await story.dewi.sees("Bantuan")


ROWS: dict[str, tuple[str, str, Change, str, Seen]] = {
    "a flipped bit in a conversation": (
        "conversations",
        "chat = {siti}",
        bit("state"),
        "conversation",
        _siti_begins_again,
    ),
    "a case of another version": (
        "cases",
        "filed_by = {budi}",
        without("state", "complaint"),
        "case",
        _budi_is_informed,
    ),
    "a waiting message of another type": (
        "outbox",
        "chat = {dewi}",
        Value("lane", "x"),
        "outbox",
        _dewi_is_informed,
    ),
    "a counter that is no number": (
        "counters",
        "name = 'outbox'",
        Value("next", "x"),
        "counter",
        _all_is_sent,
    ),
}


@pytest.fixture
async def setup(tmp_path: Path) -> AsyncIterator[Setup]:
    async with opened(tmp_path) as running:
        yield running


@pytest.mark.parametrize("name", ROWS)
async def test_a_damaged_row_stops_neither_the_start_nor_other_people(setup: Setup, name: str) -> None:
    table, where, way, kept_as, seen = ROWS[name]
    story = await _story(setup)
    operator = ChatUser(setup.simulator.people[OPERATOR])
    await setup.bot.stop()
    place = where.format(siti=story.siti.id, budi=story.budi.id, dewi=story.dewi.id)
    break_row(SqliteStore(setup.folder / "aduan.db"), setup.folder / "aduan.key", table, place, way)
    setup.simulator.dispatcher.faults.clear()
    for user in (story.siti, story.dewi, operator):
        user.mark_read()
    await setup.bot.restart()
    await setup.filed()
    await setup.user().says("/id", "Nomor akun")
    await seen(setup, story)
    await operator.sees(SET_ASIDE)
    kept = setup.read(KEPT)
    assert [where for where, _ in kept] == [kept_as]
    await setup.bot.stop()
    await setup.bot.restart()
    await setup.settled()
    assert setup.read(KEPT) == kept
    assert sum(SET_ASIDE in message.get("text", "") for message in operator.new_messages()) == 1


async def _story(setup: Setup) -> Story:
    await setup.simulator.people[OPERATOR].say("/start")
    writing, siti = await setup.at("loss")
    _, budi, number = await setup.filed()
    await setup.card_shows(number, "Diterima")
    dewi = setup.user("Dewi")
    await dewi.says("/id", "Nomor akun")
    setup.simulator.fault("sendMessage", chat_id=dewi.id, kind="500", times=999)
    await dewi.says("/bantuan")
    await setup.settled()
    assert setup.read(WAITING, dewi.id)
    return Story(siti, writing, budi, number, dewi)
