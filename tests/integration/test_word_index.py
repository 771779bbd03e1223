"""The blind index: cases are found by words that cannot be read in the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from bot.database import reindexing, word_index
from bot.database.cases import file_cases, load_cases, update_cases
from bot.database.engine import Database
from bot.database.opening import open_store
from bot.database.sealing import Codec
from bot.operations import reindex
from conversations.complaints.case import Case, Contribution, Purpose
from conversations.complaints.complaint import Part
from conversations.complaints.completion import Supplement
from conversations.queries import (
    Search,
)
from tests.integration.both_stores import Place
from tests.integration.turn_setup import TurnSetup, case_of, said
from tests.unit.transcript import START, TERMS


def _case(serial: int, story: str, **changes: object) -> Case:
    case = case_of(f"case{serial:08d}", serial, story=story)
    return case.model_copy(update={"received_at": START + timedelta(minutes=serial), **changes})


REGISTER = (
    _case(1, "Jembatan rusak parah"),
    _case(2, "Jembatan gantung"),
    _case(3, "Lampu jalan rusak"),
    _case(4, "Jembatan rusak", restricted=True),
    case_of("other", 1, agency="bakesbangpol", story="Jembatan rusak"),
)


@pytest.fixture
async def register(database: Database, codec: Codec) -> Database:
    await database.write(lambda c: file_cases(c, codec, REGISTER, TERMS))
    return database


async def _find(database: Database, codec: Codec, *words: str, **changes: object) -> list[str]:
    search = Search("dpmd", restricted=False, words=words, **changes)  # type: ignore[arg-type]
    ids, _ = await database.write(lambda c: word_index.find(c, codec, search))
    return [name.removeprefix("case0000000") for name in ids]


async def test_cases_with_all_words_are_found_newest_first(register: Database, codec: Codec) -> None:
    assert await _find(register, codec, "jembatan") == ["2", "1"]
    assert await _find(register, codec, "jembatan", "rusak") == ["1"]
    assert await _find(register, codec, "rusak", "jembatan", "rusak") == ["1"]
    assert await _find(register, codec, "jembatan", "lampu") == []
    assert await _find(register, codec, "sungai") == []
    assert await _find(register, codec, *("jembatan", "rusak", "parah") * 3) == ["1"]


async def test_a_group_finds_its_own_cases_alone(register: Database, codec: Codec) -> None:
    restricted = Search("dpmd", restricted=True, words=("jembatan",))
    other = Search("bakesbangpol", restricted=False, words=("jembatan",))
    for search, name in ((restricted, "case00000004"), (other, "other")):
        assert (await register.write(lambda c, of=search: word_index.find(c, codec, of)))[0] == [name]  # type: ignore[misc]


async def test_days_are_found_with_and_without_words(register: Database, codec: Codec) -> None:
    minute = timedelta(minutes=1)
    some = {"since": START + 2 * minute, "until": START + 3 * minute}
    assert await _find(register, codec, **some) == ["2"]
    assert await _find(register, codec, "jembatan", **some) == ["2"]
    assert await _find(register, codec, "rusak", **some) == []
    assert await _find(register, codec, since=START, until=START + timedelta(days=1)) == ["3", "2", "1"]


async def test_no_more_than_the_asked_number_is_found(register: Database, codec: Codec) -> None:
    search = Search("dpmd", restricted=False, words=("jembatan",), most=1)
    found = await register.write(lambda c: word_index.find(c, codec, search))
    assert found == (["case00000002"], True)


async def test_common_words_are_looked_at_up_to_a_limit(
    register: Database, codec: Codec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_index, "MOST_SCANNED", 1)
    for built in (word_index._query, word_index._counting):
        built.cache_clear()
    search = Search("dpmd", restricted=False, words=("jembatan", "rusak"))
    assert await register.write(lambda c: word_index.find(c, codec, search)) == ([], True)
    monkeypatch.undo()
    for built in (word_index._query, word_index._counting):
        built.cache_clear()


async def test_what_is_added_is_found_and_what_is_changed_moves(register: Database, codec: Codec) -> None:
    case = REGISTER[0]
    added = Contribution(
        purpose=Purpose.ADDITION, by="", at=START, parts=(Part(message=2, at=START, text="Longsor"),)
    )
    longer = case.model_copy(update={"thread": (added,), "version": 2})
    await register.write(lambda c: update_cases(c, codec, [longer], {case.id: case}, TERMS))
    assert await _find(register, codec, "longsor", "jembatan") == ["1"]
    moved = longer.model_copy(update={"restricted": True, "thread": (), "version": 3})
    await register.write(lambda c: update_cases(c, codec, [moved], {case.id: longer}, TERMS))
    assert await _find(register, codec, "jembatan") == ["2"]
    search = Search("dpmd", restricted=True, words=("jembatan",))
    found, _ = await register.write(lambda c: word_index.find(c, codec, search))
    assert found == ["case00000004", "case00000001"]
    assert await register.write(lambda c: word_index.find(c, codec, Search("dpmd", True, ("longsor",)))) == (
        [],
        False,
    )


async def test_what_completes_a_case_is_found(register: Database, codec: Codec) -> None:
    case = REGISTER[0]
    given = Supplement(items=("story",), story=(Part(message=3, at=START, text="Pompa air"),), at=START)
    completed = case.model_copy(update={"supplements": (given,), "version": 2})
    await register.write(lambda c: update_cases(c, codec, [completed], {case.id: case}, TERMS))
    assert await _find(register, codec, "pompa", "jembatan") == ["1"]


async def test_a_case_without_words_can_be_filed(database: Database, codec: Codec) -> None:
    case = _case(9, "\U0001f6a7")
    case = case.model_copy(update={"complaint": case.complaint.model_copy(update={"confidential": True})})
    await database.write(lambda c: file_cases(c, codec, [case], TERMS))
    assert await database.write(lambda c: c.scalar(text("SELECT count(*) FROM case_words"))) == 0


async def test_erasing_a_case_removes_its_words(register: Database, codec: Codec) -> None:
    await register.write(lambda c: word_index.erase(c, "case00000001"))
    assert await _find(register, codec, "jembatan") == ["2"]
    left = "SELECT count(*) FROM case_words WHERE case_id = 'case00000001'"
    assert await register.write(lambda c: c.scalar(text(left))) == 0


async def test_a_word_has_another_hash_in_each_group_and_under_each_key(codec: Codec, tmp_path: Path) -> None:
    other = Codec.load(tmp_path / "other.key", create=True)
    hashes = [
        codec.word("dpmd", 0, "jembatan"),
        codec.word("dpmd", 1, "jembatan"),
        codec.word("bakesbangpol", 0, "jembatan"),
        codec.word("dpmd", 0, "jembatan1"),
        other.word("dpmd", 0, "jembatan"),
    ]
    assert len(set(hashes)) == len(hashes)
    assert all(-(2**63) <= number < 2**63 for number in hashes)


async def test_words_are_written_with_the_turn_that_files_the_case(database: Database, codec: Codec) -> None:
    setup = TurnSetup(database, codec)
    await setup.take(said(1, "file a"))
    search = Search("dpmd", restricted=False, words=("jalan",))
    assert await database.write(lambda c: word_index.find(c, codec, search)) == (["a"], False)


async def test_an_index_that_is_missing_is_filled_in_portions(
    register: Database, codec: Codec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "PORTION", 2)
    await register.write(lambda c: c.execute(text("DELETE FROM case_words")))
    assert await register.write(lambda c: word_index.cursor(c, codec)) == ""
    assert await register.write(lambda c: reindexing.fill_some(c, codec)) == 2
    assert await _find(register, codec, "jembatan") == ["2", "1"]
    assert await _find(register, codec, "lampu") == []
    # As after a kill: what is left is filled.
    await reindexing.fill(register, codec)
    assert await _find(register, codec, "lampu") == ["3"]
    assert await register.write(lambda c: word_index.cursor(c, codec)) == word_index.COMPLETE


async def test_a_case_that_does_not_open_stops_no_filling(register: Database, codec: Codec) -> None:
    await register.write(lambda c: c.execute(text("UPDATE cases SET status = 'x' WHERE id = 'case00000002'")))
    await register.write(lambda c: c.execute(text("DELETE FROM case_words")))
    await reindexing.fill(register, codec)
    assert await _find(register, codec, "jembatan") == ["1"]


async def test_another_key_fills_the_index_again(register: Database, codec: Codec, tmp_path: Path) -> None:
    await reindexing.fill(register, codec)
    other = Codec(codec._keys, b"p" * 32)

    def work(connection: Connection) -> Sequence[Case]:
        return list(load_cases(connection, other, [case.id for case in REGISTER]).values())

    assert len(await register.write(work)) == len(REGISTER)
    assert await register.write(lambda c: word_index.cursor(c, other)) == ""
    assert await _find(register, other, "jembatan") == []
    await reindexing.fill(register, other)
    assert await _find(register, other, "jembatan") == ["2", "1"]
    assert await _find(register, codec, "jembatan") == []


async def test_the_command_fills_the_index_of_a_stopped_bot(place: Place, tmp_path: Path) -> None:
    store, keys = place(tmp_path / "aduan.db"), tmp_path / "aduan.key"
    with pytest.raises(reindex.NoRegisterError):
        reindex.reindex(store, keys)
    database, codec = await open_store(store, keys, by_init=True)
    await database.write(lambda c: file_cases(c, codec, REGISTER, TERMS))
    await database.write(lambda c: c.execute(text("DELETE FROM case_words")))
    await database.close()
    assert reindex.reindex(store, keys) == f"{store}: 5 complaints can be found by their words"
    database, codec = await open_store(store, keys)
    assert await _find(database, codec, "jembatan") == ["2", "1"]
    await database.close()
