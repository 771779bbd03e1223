"""The history is chained with a key, notices tampering, and stays verifiable after erasure (invariant 9)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import pytest
from sqlalchemy import Connection, text

from bot.database import history
from bot.database.engine import Database
from bot.database.history import Head
from bot.database.sealing import Codec
from conversations.complaints.references import CHAIN_START, Entry, chain_link
from conversations.effects import RecordHistory
from conversations.engine import Needs
from conversations.events import Event
from conversations.queries import (
    Broken,
    HistoryPage,
    HistoryWanted,
)
from conversations.world import World
from tests.integration.both_stores import NOT_UTF_8, OTHER_TYPE, named
from tests.integration.turn_setup import GROUP, FakeCore, TurnSetup, case_of, damage, said
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
                damage(connection, tampering)
            fault = history.first_fault(connection, self.codec, "a", self.heads["a"])
            return fault and fault.entry

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
    "no name": ("UPDATE history SET who = '' WHERE case_id = 'a' AND seq = 2", 2),
    "a text of a wrong type": ("UPDATE history SET text = 7 WHERE case_id = 'a' AND seq = 2", 2),
    "a text that does not open": ("UPDATE history SET text = :byte WHERE case_id = 'a' AND seq = 2", 2),
    "another digest": ("UPDATE history SET digest = 'x' WHERE case_id = 'a' AND seq = 1", 1),
}


WRONG_TYPES = {"a name of a wrong type": OTHER_TYPE, "a text of a wrong type": OTHER_TYPE}


@pytest.mark.parametrize("tampering", named(TAMPERINGS, WRONG_TYPES))
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


@pytest.mark.parametrize(
    ("tampering", "what"),
    [
        ("another officer", Broken.CHANGED),
        ("an entry taken out", Broken.MISSING),
        ("the newest taken out", Broken.MISSING),
        pytest.param("a text of a wrong type", Broken.TEXT, marks=OTHER_TYPE),
        ("a text that does not open", Broken.TEXT),
        ("an entry too many", Broken.ADDED),
    ],
)
async def test_a_page_says_what_is_wrong_and_where(written: Written, tampering: str, what: Broken) -> None:
    statement, place = TAMPERINGS[tampering]
    await written.database.write(lambda c: damage(c, statement))
    assert (await _page(written)).fault == (place, what)


async def _page(written: Written, number: int = 0) -> HistoryPage:
    head = written.heads["a"]
    case = case_of("a", 1).model_copy(update={"history_count": head.entries, "history_head": head.link})
    return await written.database.write(lambda c: history.page(c, written.codec, case, number))


async def test_a_page_has_the_newest_entries_first_and_texts_that_may_be_shown(written: Written) -> None:
    await written.append(*(RecordHistory("a", "officer:42", "note", f"N{n}") for n in range(20)))
    first, last = await _page(written), await _page(written, 99)
    assert [entry.text for entry in first.entries] == [f"N{n}" for n in range(19, 9, -1)]
    assert (first.total, first.page, first.fault) == (23, 0, None)
    assert [entry.what for entry in last.entries] == ["responded", "verified", "submitted"]
    assert [entry.text for entry in last.entries] == ["", "", ""]
    assert (last.page, last.entries[0].at) == (2, START)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE history SET at = 'now', who = '', text = :byte WHERE case_id = 'a' AND seq = 4",
        pytest.param(
            "UPDATE history SET at = 'now', who = x'ff', text = x'00' WHERE case_id = 'a' AND seq = 4",
            marks=NOT_UTF_8,
        ),
    ],
)
async def test_entries_that_cannot_be_read_are_shown_as_far_as_they_can(
    written: Written, tampering: str
) -> None:
    await written.append(RecordHistory("a", "officer:42", "note", "N"))
    await written.database.write(lambda c: damage(c, tampering))
    page = await _page(written)
    assert (page.entries[0].at, page.entries[0].what, page.entries[0].text) == (None, "note", "")
    await written.database.write(lambda c: history.erase(c, "a"))
    assert (await _page(written)).entries[0].text == ""


class HistoryCore(FakeCore):
    """Asks for the history of the number that a text names."""

    def needs(self, event: Event, world: World, /) -> Needs:
        base = super().needs(event, world)
        wanted = HistoryWanted(GROUP, 0, reference=getattr(event, "text", ""))
        return replace(base, history=wanted if wanted.reference.startswith("DPMD") else None)


async def test_a_case_that_does_not_open_is_named_to_who_asks_for_its_history(
    database: Database, codec: Codec
) -> None:
    setup = TurnSetup(database, codec, HistoryCore())
    await setup.take(said(1, "file a"), said(2, "file b"))
    await database.write(lambda c: c.execute(text("UPDATE cases SET status = 'closed' WHERE id = 'a'")))
    seen: list[tuple[set[str], HistoryPage | None]] = []
    setup.core.then = lambda _event, world: seen.append((world.broken, world.history))
    await setup.take(said(3, "DPMD-2026-0001"), said(4, "DPMD-2026-0002"))
    assert seen[0] == ({"DPMD-2026-0001"}, None)
    assert (seen[1][0], seen[1][1] and seen[1][1].case) == (set(), "b")
