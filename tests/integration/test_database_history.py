"""The history is chained, notices tampering, and stays verifiable after erasure (law 9)."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from bot.database import history
from bot.database.engine import Database
from bot.database.sealing import Codec
from conversations.effects import RecordHistory
from tests.unit.transcript import START

ENTRIES = (
    RecordHistory("a", "citizen:7", "submitted", "Jalan rusak \U0001f6a7"),
    RecordHistory("b", "citizen:8", "submitted", ""),
    RecordHistory("a", "officer:42", "verified", ""),
    RecordHistory("a", "officer:42", "responded", "Sudah diperbaiki"),
)


@pytest.fixture
async def written(database: Database, codec: Codec) -> Database:
    await database.write(lambda c: history.append(c, codec, ENTRIES[:3], START))
    await database.write(lambda c: history.append(c, codec, ENTRIES[3:], START))
    return database


async def _broken(database: Database, codec: Codec, tampering: str = "") -> int | None:
    def work(connection: Connection) -> int | None:
        if tampering:
            connection.execute(text(tampering))
        return history.first_broken(connection, codec, "a")

    return await database.write(work)


async def test_an_untouched_history_is_whole(written: Database, codec: Codec) -> None:
    assert await _broken(written, codec) is None


TAMPERINGS = {
    "another officer": ("UPDATE history SET who = 'officer:43' WHERE case_id = 'a' AND seq = 2", 2),
    "another act": ("UPDATE history SET what = 'rejected' WHERE case_id = 'a' AND seq = 3", 3),
    "another time": (
        "UPDATE history SET at = replace(at, '2026', '2025') WHERE case_id = 'a' AND seq = 2",
        2,
    ),
    "an entry taken out": ("DELETE FROM history WHERE case_id = 'a' AND seq = 2", 2),
    "the first taken out": ("DELETE FROM history WHERE case_id = 'a' AND seq = 1", 1),
    "a text from elsewhere": (
        "UPDATE history SET text = (SELECT text FROM history WHERE seq = 2) WHERE case_id = 'a' AND seq = 3",
        3,
    ),
    "a text without its salt": ("UPDATE history SET salt = NULL WHERE case_id = 'a' AND seq = 1", 1),
    "another digest": ("UPDATE history SET digest = 'x' WHERE case_id = 'a' AND seq = 1", 1),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
async def test_tampering_is_noticed(written: Database, codec: Codec, tampering: str) -> None:
    statement, place = TAMPERINGS[tampering]
    assert await _broken(written, codec, statement) == place


async def test_erasing_the_texts_leaves_the_chain_whole(written: Database, codec: Codec) -> None:
    await written.write(lambda connection: history.erase(connection, "a"))
    assert await _broken(written, codec) is None
    assert await _broken(written, codec, "UPDATE history SET what = 'x' WHERE case_id = 'a' AND seq = 1") == 1
