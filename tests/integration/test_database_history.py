"""The history is chained with a key, notices tampering, and stays verifiable after erasure (invariant 9)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy import Connection, text

from bot.database import history
from bot.database.engine import Database
from bot.database.history import Head
from bot.database.sealing import Codec
from conversations.complaints.references import CHAIN_START, Entry, chain_link
from conversations.effects import RecordHistory
from tests.unit.transcript import START

ENTRIES = (
    RecordHistory("a", "citizen:7", "submitted", "Jalan rusak \U0001f6a7"),
    RecordHistory("b", "citizen:8", "submitted", ""),
    RecordHistory("a", "officer:42", "verified", ""),
    RecordHistory("a", "officer:42", "responded", "Sudah diperbaiki"),
)


@dataclass
class Written:
    """A store with two histories, and where they end."""

    database: Database
    codec: Codec
    heads: dict[str, Head]

    async def append(self, *records: RecordHistory) -> None:
        self.heads |= await self.database.write(
            lambda c: history.append(c, self.codec, records, START, self.heads)
        )

    async def broken(self, tampering: str = "") -> int | None:
        def work(connection: Connection) -> int | None:
            if tampering:
                connection.execute(text(tampering))
            return history.first_broken(connection, self.codec, "a", self.heads["a"])

        return await self.database.write(work)


@pytest.fixture
async def written(database: Database, codec: Codec) -> Written:
    made = Written(database, codec, {"a": Head(), "b": Head()})
    await made.append(*ENTRIES[:3])
    await made.append(*ENTRIES[3:])
    return made


async def test_an_unchanged_history_is_complete(written: Written) -> None:
    assert await written.broken() is None
    assert {case: head.entries for case, head in written.heads.items()} == {"a": 3, "b": 1}


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
    "the newest taken out": ("DELETE FROM history WHERE case_id = 'a' AND seq = 3", 3),
    "all taken out": ("DELETE FROM history WHERE case_id = 'a'", 1),
    "an entry too many": (
        "INSERT INTO history SELECT 'a', 4, at, who, 'x', null, null, digest, link FROM history WHERE seq=3",
        4,
    ),
    "a time that is none": ("UPDATE history SET at = 'now' WHERE case_id = 'a' AND seq = 2", 2),
    "a name of a wrong type": ("UPDATE history SET who = x'00' WHERE case_id = 'a' AND seq = 2", 2),
    "a text of a wrong type": ("UPDATE history SET text = 7 WHERE case_id = 'a' AND seq = 2", 2),
    "another digest": ("UPDATE history SET digest = 'x' WHERE case_id = 'a' AND seq = 1", 1),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
async def test_tampering_is_noticed(written: Written, tampering: str) -> None:
    statement, place = TAMPERINGS[tampering]
    assert await written.broken(statement) == place


async def test_links_that_were_computed_again_without_the_key_are_noticed(written: Written) -> None:
    def rewrite(connection: Connection) -> None:
        previous = CHAIN_START
        rows = connection.execute(text("SELECT * FROM history WHERE case_id = 'a' ORDER BY seq")).all()
        for row in rows:
            who = "officer:43" if row.seq == 2 else row.who
            entry = Entry("a", row.seq, who, datetime.fromisoformat(row.at), row.what, row.digest)
            previous = chain_link(b"guessed", previous, entry)
            changed = {"seq": row.seq, "who": who, "link": previous}
            connection.execute(
                text("UPDATE history SET who = :who, link = :link WHERE case_id = 'a' AND seq = :seq"),
                changed,
            )

    await written.database.write(rewrite)
    assert await written.broken() == 1


async def test_a_history_that_belongs_to_another_state_of_its_case_is_noticed(written: Written) -> None:
    newest = written.heads["a"]
    (first,) = await written.database.write(
        lambda c: c.execute(text("SELECT link FROM history WHERE case_id = 'a' AND seq = 1")).scalars().all()
    )
    for head, place in {Head(): 1, Head(1, first): 2, Head(3, first): 3, Head(4, newest.link): 4}.items():
        written.heads["a"] = head
        assert await written.broken() == place


async def test_erasing_the_texts_leaves_the_chain_whole(written: Written) -> None:
    await written.database.write(lambda connection: history.erase(connection, "a"))
    assert await written.broken() is None
    assert await written.broken("UPDATE history SET what = 'x' WHERE case_id = 'a' AND seq = 1") == 1
