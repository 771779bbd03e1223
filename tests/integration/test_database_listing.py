"""A page of a listing costs the same for many cases as for few, and no page is out of range."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice

import pytest
from sqlalchemy import Connection, text

from bot.database import cases, tables
from bot.database.engine import Database
from bot.database.listing import listed
from bot.database.quarantine import Damage
from bot.database.sealing import Codec
from conversations.complaints.case import Case, Officer
from conversations.complaints.life_cycle import OPEN, Status
from conversations.queries import (
    MOST_LISTED,
    Listed,
    Listing,
    ListingFilter,
)
from conversations.reading.numbers import MOST_PAGE
from tests.integration.query_plans import plan, statements_of
from tests.integration.turn_setup import case_of
from tests.unit.transcript import START, TERMS

TODAY = START.date()
LISTINGS: dict[str, tuple[ListingFilter, int, str]] = {
    "open": ("open", 42, ""),
    "mine": ("mine", 42, ""),
    "overdue": ("overdue", 42, ""),
    "of an officer": ("officer", 43, "43"),
    "of a division": ("division", 0, "pemdes"),
    "of a status": ("status", 0, "received"),
    "of a status that is over": ("status", 0, "closed"),
}


def _cases(most: int) -> Iterator[Case]:
    """Cases of every status in turn, of one division and two officers."""
    statuses = [status for status in Status if status is not Status.DRAFT]
    for serial in range(1, most + 1):
        changes = {
            "status": statuses[serial % len(statuses)],
            "division": "pemdes",
            "officer": Officer(id=42 + serial % 2, name="Budi"),
            "due_on": TODAY + timedelta(days=serial % 9 - 20),
        }
        yield case_of(f"case{serial:08d}", serial).model_copy(update=changes)


async def _register(database: Database, codec: Codec, most: int) -> None:
    filed = _cases(most)
    while some := list(islice(filed, 500)):
        await database.write(lambda c, of=some: cases.file_cases(c, codec, of, TERMS))  # type: ignore[misc]


def _listing(name: str, page: int = 0) -> Listing:
    chosen, officer, value = LISTINGS[name]
    return Listing("dpmd", chosen, officer, page, TODAY, value=value)


@contextmanager
def _steps(connection: Connection) -> Iterator[list[int]]:
    """Counts the steps of the store's virtual machine, in hundreds."""
    counted = [0]

    def step() -> int:
        counted[0] += 1
        return 0

    raw = connection.connection.driver_connection
    assert raw is not None
    raw.set_progress_handler(step, 100)
    yield counted
    raw.set_progress_handler(None, 100)


async def _listed(database: Database, codec: Codec, listing: Listing) -> Listed:
    return await database.write(lambda c: listed(c, codec, listing))


async def _cost(database: Database, codec: Codec, listing: Listing) -> int:
    def work(connection: Connection) -> int:
        with _steps(connection) as counted:
            listed(connection, codec, listing, Damage())
        return counted[0]

    return await database.write(work)


@pytest.mark.sqlite("the steps of its machine")
async def test_a_page_costs_the_same_for_ten_times_as_many_cases(database: Database, codec: Codec) -> None:
    await _register(database, codec, 450)
    await database.write(lambda c: _multiply(c, 100_000))
    before = {name: await _cost(database, codec, _listing(name)) for name in LISTINGS}
    await database.write(lambda c: _multiply(c, 1_000_000))
    after = {name: await _cost(database, codec, _listing(name)) for name in LISTINGS}
    assert min(before.values()) > 0
    assert {name: cost for name, cost in after.items() if cost > before[name] * 1.2 + 2} == {}
    assert await database.write(lambda c: c.scalar(text("SELECT count(*) FROM cases"))) == 45_000


def _multiply(connection: Connection, offset: int) -> None:
    """Nine copies of all rows under other names. They do not open, but only those of a page are opened."""
    named = {"id", "serial", "reference"}
    columns = ", ".join(column.name for column in tables.cases.columns if column.name not in named)
    connection.execute(
        text(
            f"INSERT INTO cases (id, serial, reference, {columns}) "  # noqa: S608 - ours
            f"SELECT id || {offset} || n, serial + n * {offset}, reference || {offset} || n, {columns} "
            "FROM cases, "
            "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 9) SELECT n FROM c) "
            "AS copies"
        )
    )


@pytest.mark.sqlite("PostgreSQL chooses indexes by statistics; `python -m tests.bench.stores` has them")
@pytest.mark.parametrize("name", LISTINGS)
async def test_a_page_is_read_off_an_index_in_its_order(database: Database, codec: Codec, name: str) -> None:
    def plans(connection: Connection) -> list[str]:
        with statements_of(connection.engine) as asked:
            listed(connection, codec, _listing(name))
        rows = [
            step
            for statement, parameters in asked
            if "FROM cases" in statement and "state" not in statement
            for step in plan(connection, statement, parameters)
        ]
        return [step for step in rows if "cases" in step]

    steps = await database.write(plans)
    assert len(steps) > 1
    # What is sorted afterwards are the few rows of each status: the test before counts the steps.
    assert [step for step in steps if not step.startswith("SEARCH cases")] == []


@pytest.mark.parametrize("name", LISTINGS)
async def test_many_cases_are_counted_and_paged_up_to_a_limit(
    database: Database, codec: Codec, name: str
) -> None:
    await _register(database, codec, 100)
    chosen, officer, value = LISTINGS[name]

    def expected() -> list[Case]:
        wanted = [case for case in _cases(100) if chosen == "status" or case.status in OPEN]
        if chosen == "status":
            wanted = [case for case in wanted if case.status.value == value]
        if chosen in {"mine", "officer"}:
            wanted = [case for case in wanted if case.officer and case.officer.id == officer]
        if chosen == "overdue":
            wanted = [case for case in wanted if case.is_overdue(TODAY)]
        over = chosen == "status" and Status(value) not in OPEN
        return sorted(wanted, key=lambda case: (case.due_on, case.reference), reverse=over)

    shown: list[Case] = []
    page = 0
    while True:
        found = await _listed(database, codec, _listing(name, page))
        shown += found.cases
        assert (found.page, found.more, found.total) == (page, False, len(expected()))
        page += 1
        if len(shown) >= found.total:
            break
    assert [case.id for case in shown] == [case.id for case in expected()]


async def test_a_page_out_of_range_is_the_last_one(database: Database, codec: Codec) -> None:
    statuses = [case.model_copy(update={"status": Status.RECEIVED}) for case in _cases(MOST_LISTED + 1)]
    await database.write(lambda c: cases.file_cases(c, codec, statuses, TERMS))

    async def page(number: int) -> Listed:
        return await _listed(database, codec, _listing("of a status", number))

    last = await page(MOST_PAGE)
    assert (last.total, last.more, last.page, len(last.cases)) == (MOST_LISTED, True, 24, 8)
    assert last == await page(24)
    assert (await page(25)).cases == last.cases


async def test_an_empty_listing_has_one_empty_page(database: Database, codec: Codec) -> None:
    for name in LISTINGS:
        found = await _listed(database, codec, _listing(name, 7))
        assert found == Listed((), 0)


async def test_a_division_that_was_changed_in_the_table_alone_is_found(
    database: Database, codec: Codec
) -> None:
    await _register(database, codec, 1)
    await database.write(lambda c: c.execute(text("UPDATE cases SET division = 'lain'")))
    with pytest.raises(Exception, match="state"):
        await database.write(lambda c: cases.load_cases(c, codec, ["case00000001"]))
