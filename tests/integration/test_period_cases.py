"""The cases of a period: in order, in portions, next to damaged rows and a bot that writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text

from bot.database import cases, period_cases
from bot.database.engine import Database
from bot.database.period_cases import PeriodQuery, Skipped, cases_of_period, count_cases, read_cases
from bot.database.sealing import Codec
from bot.database.stores.store import Store
from conversations.complaints.case import Case
from tests.integration.both_stores import NOT_UTF_8, OTHER_TYPE, named
from tests.integration.query_plans import plan
from tests.integration.turn_setup import case_of
from tests.unit.transcript import TERMS, WIB

BOTH = ("dpmd", "bakesbangpol")
MARCH = PeriodQuery(BOTH, date(2026, 3, 1), date(2026, 3, 31))


def _case(name: str, serial: int, at: datetime, agency: str = "dpmd", *, restricted: bool = False) -> Case:
    changes = {"received_at": at, "restricted": restricted}
    return case_of(name, serial, agency=agency).model_copy(update=changes)


REGISTER = (
    _case("before", 1, datetime(2026, 2, 28, 23, 59, 59, tzinfo=WIB)),
    _case("first", 2, datetime(2026, 3, 1, 0, 0, tzinfo=WIB)),
    _case("secret", 3, datetime(2026, 3, 2, 8, 0, tzinfo=WIB), restricted=True),
    _case("other", 1, datetime(2026, 3, 1, 12, 0, tzinfo=WIB), "bakesbangpol"),
    _case("last", 4, datetime(2026, 3, 31, 23, 59, 59, 999_999, tzinfo=WIB)),
    _case("after", 5, datetime(2026, 4, 1, 0, 0, tzinfo=WIB)),
    _case("entered later, received first", 6, datetime(2026, 3, 1, 0, 0, 1, tzinfo=WIB)),
)
MANY = tuple(
    _case(
        f"c{number}", number + 1, datetime(2026, 3, 5, 8, number // 7, tzinfo=WIB), restricted=not number % 5
    )
    for number in range(40)
)


@pytest.fixture
async def register(database: Database, codec: Codec) -> Store:
    await database.write(lambda connection: cases.file_cases(connection, codec, REGISTER, TERMS))
    return database.store


@pytest.fixture
async def many(database: Database, codec: Codec, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setattr(period_cases, "PORTION", 3)
    await database.write(lambda connection: cases.file_cases(connection, codec, MANY, TERMS))
    return database


@contextmanager
def _engine(store: Store) -> Iterator[Engine]:
    engine = store.reading_engine()
    yield engine
    engine.dispose()


ALL = ["first", "entered later, received first", "other", "secret", "last"]
QUERIES = {
    "all agencies, both groups": (MARCH, ALL),
    "one agency": (MARCH._replace(agencies=("bakesbangpol",)), ["other"]),
    "the ordinary group": (MARCH._replace(restricted=(False,)), [name for name in ALL if name != "secret"]),
    "the restricted group": (MARCH._replace(restricted=(True,)), ["secret"]),
    "a day": (MARCH._replace(first=date(2026, 3, 31)), ["last"]),
    "an empty month": (PeriodQuery(BOTH, date(2026, 5, 1), date(2026, 5, 31)), []),
    "an unknown agency": (MARCH._replace(agencies=("x' OR 1=1",)), []),
    "no agency": (MARCH._replace(agencies=()), []),
    "the farthest year": (PeriodQuery(BOTH, date(2999, 1, 1), date(2999, 12, 31)), []),
}


@pytest.mark.parametrize("name", QUERIES)
async def test_the_cases_of_a_period_are_read(register: Store, codec: Codec, name: str) -> None:
    query, expected = QUERIES[name]
    skipped = Skipped()
    assert [case.id for case in cases_of_period(register, codec, query, skipped)] == expected
    with _engine(register) as engine, engine.connect() as connection:
        assert count_cases(connection, query) == len(expected)
    assert skipped == Skipped()


async def test_portions_lose_and_repeat_no_case(many: Database, codec: Codec) -> None:
    found = list(cases_of_period(many.store, codec, MARCH))
    assert [case.id for case in found] == [case.id for case in MANY]


async def test_a_portion_is_read_when_it_is_asked_for(many: Database, codec: Codec) -> None:
    with _engine(many.store) as engine:
        statements: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
        found = read_cases(engine, codec, MARCH)
        assert [next(found).id for _ in range(3)] == ["c0", "c1", "c2"]
        portion = len(statements)
        assert next(found).id == "c3"
        assert len(statements) == 2 * portion


async def test_the_bot_writes_between_two_portions(many: Database, codec: Codec) -> None:
    found = cases_of_period(many.store, codec, MARCH)
    first = next(found)
    moved = MANY[3].model_copy(update={"restricted": True, "version": 2})
    new = _case("new", 99, datetime(2026, 3, 6, 8, 0, tzinfo=WIB))
    before = {case.id: case for case in MANY}

    def work(connection: Connection) -> None:
        cases.update_cases(connection, codec, [moved], before, TERMS)
        cases.file_cases(connection, codec, [new], TERMS)

    await many.write(work)
    # A reader that is in the middle would hold the log.
    assert await many.checkpoint()
    names = [first.id, *(case.id for case in found)]
    assert names == [*(case.id for case in MANY), "new"]


DAMAGES = {
    "a seal that is cut": "state = substr(state, 1, 40)",
    "no seal": "state = ''",
    "a seal of another": "state = (SELECT state FROM cases WHERE id = 'c7')",
    "an id that is no text": "id = CAST(x'ff00' || id AS BLOB)",
    "an id that is not UTF-8": "id = x'ff' || id",
    "a time that is not UTF-8": "received_at = CAST(x'323032362d30332d3035ff' AS TEXT)",
    "another time within the period": "received_at = '2026-03-07'",
    "another agency": "agency = 'bakesbangpol', serial = serial + 1000",
    "a number that controls the terminal": "reference = '\x1b[2J' || reference",
}
# A step that reads a whole table, not the rows of a part of the query, or sorts what it has read.
WALKED = re.compile(r"^SCAN (?!anon_)|^(-> *)?Sort$")
MARKS = {
    "an id that is no text": OTHER_TYPE,
    "an id that is not UTF-8": NOT_UTF_8,
    "a time that is not UTF-8": NOT_UTF_8,
}


@pytest.mark.parametrize("name", named(DAMAGES, MARKS))
async def test_a_damaged_row_is_counted_and_skipped(many: Database, codec: Codec, name: str) -> None:
    # The last of a portion, and the last of the period.
    broken = {"c2", "c39"}
    statement = text(f"UPDATE cases SET {DAMAGES[name]} WHERE id IN ('c2', 'c39')")  # noqa: S608 - a table
    await many.write(lambda c: c.execute(statement))
    skipped = Skipped()
    found = [case.id for case in cases_of_period(many.store, codec, MARCH, skipped)]
    assert found == [case.id for case in MANY if case.id not in broken]
    assert skipped.count == len(skipped.references) == 2
    assert all(reference.isprintable() for reference in skipped.references)


async def test_many_damaged_rows_are_counted_and_some_are_named(many: Database, codec: Codec) -> None:
    await many.write(lambda c: c.execute(text("UPDATE cases SET state = ''")))
    skipped = Skipped()
    assert list(cases_of_period(many.store, codec, MARCH, skipped)) == []
    assert (skipped.count, len(skipped.references)) == (len(MANY), len(MANY))
    for _ in range(4):
        skipped.add([case.reference for case in MANY])
    assert (skipped.count, len(skipped.references)) == (5 * len(MANY), period_cases.MOST_NAMED)


async def test_the_days_are_those_of_the_agencies(register: Store, codec: Codec) -> None:
    day = date(2026, 3, 1)
    query = PeriodQuery(BOTH, day, day + timedelta(days=0))
    assert [case.received_at.astimezone(WIB).date() for case in cases_of_period(register, codec, query)] == [
        day
    ] * 3


async def test_each_portion_is_read_off_an_index(many: Database, codec: Codec) -> None:
    with _engine(many.store) as engine:
        asked: list[tuple[str, Any]] = []
        event.listen(engine, "before_cursor_execute", lambda *args: asked.append((args[2], args[3])))
        next(read_cases(engine, codec, MARCH))
        with engine.connect() as connection:
            count_cases(connection, MARCH)
            queries = [one for one in asked if one[0].startswith("SELECT")]
            steps = [step for query, given in queries for step in plan(connection, query, given)]
    assert sum("ix_cases_received" in step for step in steps) >= 8
    assert [step for step in steps if WALKED.search(step)] == []
    # SQLite sorts the rows of each range before it merges them, a portion at most.
    assert sum("TEMP B-TREE" in step for step in steps) == sum("SCAN anon_" in step for step in steps)
