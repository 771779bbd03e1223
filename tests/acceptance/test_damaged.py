"""One row of the store is damaged while the bot is down: the process starts, and everybody else is served.

All kinds of rows are broken in tests/integration/test_isolation_rows.py; here some meet the real process.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.bot_setup import OPERATOR, Scene, Voice, opened
from tests.breaking import Change, bit, break_row, value, without
from tests.players import Citizen

KEPT = "SELECT stage, times FROM quarantine"
WAITING = "SELECT 1 FROM outbox WHERE chat = ?"
TOLD = "tidak dapat diproses"


@dataclass(frozen=True)
class Story:
    """Siti is writing, Budi has filed, a message waits for Dewi; somebody's row is broken."""

    siti: Voice
    writing: Citizen
    budi: Voice
    number: str
    dewi: Voice


Seen = Callable[[Scene, Story], Awaitable[object]]


async def _siti_begins_again(_stage: Scene, story: Story) -> None:
    await story.siti.says("Rp1.000", "catatan percakapan Anda tidak dapat dibaca")
    await story.siti.says("/lapor dpmd", "Pemberitahuan privasi")


async def _budi_is_told(scene: Scene, story: Story) -> None:
    await story.budi.says("/status", "tidak semua pengaduan ditampilkan")
    await scene.officer().presses("Ambil", "catatan pengaduan ini sedang tidak", on=scene.card(story.number))


async def _dewi_is_told(_stage: Scene, story: Story) -> None:
    await story.dewi.hears("satu pesan kami")


async def _all_is_sent(_stage: Scene, story: Story) -> None:
    await story.dewi.hears("Bantuan")


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
        _budi_is_told,
    ),
    "a waiting message of another type": (
        "outbox",
        "chat = {dewi}",
        value("lane", "x"),
        "outbox",
        _dewi_is_told,
    ),
    "a counter that is no number": (
        "counters",
        "name = 'outbox'",
        value("next", "x"),
        "counter",
        _all_is_sent,
    ),
}


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with opened(tmp_path) as running:
        yield running


@pytest.mark.parametrize("name", ROWS)
async def test_a_damaged_row_stops_neither_the_start_nor_anybody_else(scene: Scene, name: str) -> None:
    table, where, way, kept_as, seen = ROWS[name]
    story = await _story(scene)
    operator = Voice(scene.simulator.people[OPERATOR])
    await scene.bot.stop()
    place = where.format(siti=story.siti.id, budi=story.budi.id, dewi=story.dewi.id)
    break_row(scene.folder / "aduan.db", scene.folder / "aduan.key", table, place, way)
    scene.simulator.dispatcher.faults.clear()
    for voice in (story.siti, story.dewi, operator):
        voice.listen()
    await scene.bot.restart()
    await scene.filed()
    await scene.voice().says("/id", "Nomor akun")
    await seen(scene, story)
    await operator.hears(TOLD)
    kept = scene.read(KEPT)
    assert [where for where, _ in kept] == [kept_as]
    await scene.bot.stop()
    await scene.bot.restart()
    await scene.settled()
    assert scene.read(KEPT) == kept
    assert sum(TOLD in message.get("text", "") for message in operator.heard()) == 1


async def _story(scene: Scene) -> Story:
    await scene.simulator.people[OPERATOR].say("/start")
    writing, siti = await scene.at("loss")
    _, budi, number = await scene.filed()
    await scene.card_shows(number, "Diterima")
    dewi = scene.voice("Dewi")
    await dewi.says("/id", "Nomor akun")
    scene.simulator.fault("sendMessage", chat_id=dewi.id, kind="500", times=999)
    await dewi.says("/bantuan")
    await scene.settled()
    assert scene.read(WAITING, dewi.id)
    return Story(siti, writing, budi, number, dewi)
