"""A standby process copies the highest numbers into its own file, each second, also after failures."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, text
from structlog.testing import capture_logs

from bot.database import cases, gaps
from bot.database.engine import Database
from bot.database.gaps import Gap
from bot.database.numbers_copy import NumbersCopy
from bot.database.sealing import Codec
from bot.database.serials import Number
from bot.database.tables import cases as cases_table
from bot.database.watermark import Watermark, read
from tests.integration.both_stores import POSTGRES, Place, place_of
from tests.integration.turn_setup import case_of
from tests.postgres_server import Server
from tests.unit.transcript import START, TERMS

MANY = 2_000


class Standby:
    """The copy of one standby process, and the register that another process writes."""

    def __init__(self, database: Database, codec: Codec, folder: Path) -> None:
        self.database, self.codec = database, codec
        self.path = folder / "standby" / "data-aduan.json"
        self.copy = NumbersCopy(database.store, Watermark(self.path))

    async def file(self, *filed: tuple[str, int]) -> None:
        made = [case_of(f"{agency}{serial}", serial, agency=agency) for agency, serial in filed]
        await self.database.write(lambda connection: cases.file_cases(connection, self.codec, made, TERMS))

    def known(self) -> dict[tuple[str, int], int]:
        self.copy.copy()
        return read(self.path)


@pytest.fixture
def standby(database: Database, codec: Codec, tmp_path: Path) -> Iterator[Standby]:
    made = Standby(database, codec, tmp_path)
    yield made
    made.copy.end()


async def test_the_copy_holds_the_highest_number_of_each_agency_and_year(standby: Standby) -> None:
    assert standby.known() == {}
    assert not standby.path.exists()
    await standby.file(("dpmd", 1), ("dpmd", 2), ("bakesbangpol", 7))
    assert standby.known() == {("dpmd", 2026): 2, ("bakesbangpol", 2026): 7}
    await standby.file(("dpmd", 3))
    assert standby.known() == {("dpmd", 2026): 3, ("bakesbangpol", 2026): 7}


async def test_the_numbers_of_recorded_gaps_are_copied(standby: Standby) -> None:
    await standby.file(("dpmd", 1))
    lost = [Gap("dpmd", 2026, 2, 9), Gap("dinsos", 2025, 1, 5)]
    await standby.database.write(lambda c: gaps.note(c, lost, START))
    assert standby.known() == {("dpmd", 2026): 9, ("dinsos", 2025): 5}


async def test_a_database_that_was_set_back_does_not_lower_the_file(standby: Standby) -> None:
    await standby.file(("dpmd", 1))
    standby.path.parent.mkdir()
    standby.path.write_text(json.dumps({"dpmd": {"2026": 5, "2025": 40}}))
    assert standby.known() == {("dpmd", 2026): 5, ("dpmd", 2025): 40}


async def test_nothing_is_written_while_nothing_is_new(standby: Standby) -> None:
    await standby.file(("dpmd", 1))
    standby.copy.copy()
    before = standby.path.stat()
    standby.copy.copy()
    assert standby.path.stat().st_mtime_ns == before.st_mtime_ns
    assert standby.path.stat().st_ino == before.st_ino


async def test_what_another_process_wrote_into_the_same_file_is_kept(standby: Standby) -> None:
    await standby.file(("dpmd", 1))
    standby.copy.copy()
    Watermark(standby.path).raise_to([Number("dpmd", 2026, 8)])
    await standby.file(("bakesbangpol", 1))
    assert standby.known() == {("dpmd", 2026): 8, ("bakesbangpol", 2026): 1}


async def test_a_damaged_file_is_set_aside_and_written_again(standby: Standby) -> None:
    await standby.file(("dpmd", 1))
    standby.path.parent.mkdir()
    standby.path.write_text("no numbers")
    with capture_logs() as logged:
        assert standby.known() == {("dpmd", 2026): 1}
    assert [entry["event"] for entry in logged] == ["numbers.watermark_damaged"]
    assert len(list(standby.path.parent.glob("*.damaged-*"))) == 1


async def test_a_file_that_cannot_be_written_is_logged_once_until_it_can(standby: Standby) -> None:
    await standby.file(("dpmd", 1))
    standby.path.parent.write_text("a file in the place of the folder")
    with capture_logs() as logged:
        for _ in range(3):
            standby.copy.copy()
        standby.path.parent.unlink()
        assert standby.known() == {("dpmd", 2026): 1}
        standby.path.unlink()
        standby.path.parent.rmdir()
        standby.path.parent.write_text("again")
        standby.copy.copy()
    assert [entry["event"] for entry in logged] == ["numbers.watermark_unwritable"] * 2


async def test_a_database_without_tables_is_logged_once_and_copied_later(
    place: Place, tmp_path: Path, codec: Codec
) -> None:
    """A standby may be there before the first leader has made the tables."""
    store, path = place(tmp_path / "empty.db"), tmp_path / "standby" / "data-empty.json"
    store.make_ready()
    copy = NumbersCopy(store, Watermark(path))
    with capture_logs() as logged:
        for _ in range(2):
            copy.copy()
    assert [entry["event"] for entry in logged] == ["numbers.not_read"]
    database = await Database.open(store)
    await database.write(lambda c: cases.file_cases(c, codec, [case_of("a", 4)], TERMS))
    copy.copy()
    await database.close()
    copy.end()
    assert read(path) == {("dpmd", 2026): 4}


async def test_a_session_that_the_server_ends_is_replaced(
    postgres_server: Server, codec: Codec, tmp_path: Path
) -> None:
    with place_of(lambda: postgres_server, POSTGRES, tmp_path) as place:
        database = await Database.open(place(tmp_path / "aduan.db", tables=True))
        standby = Standby(database, codec, tmp_path)
        await standby.file(("dpmd", 1))
        standby.copy.copy()
        await database.write(_end_other_sessions)
        with capture_logs() as logged:
            standby.copy.copy()
        await standby.file(("dpmd", 2))
        assert standby.known() == {("dpmd", 2026): 2}
        assert [entry["event"] for entry in logged] == ["numbers.not_read"]
        standby.copy.end()
        await database.close()


def _end_other_sessions(connection: Connection) -> None:
    connection.execute(
        text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    )


async def test_the_loop_copies_until_it_is_cancelled(standby: Standby) -> None:
    await standby.file(("dpmd", 1))
    waits: list[float] = []
    twice = asyncio.Event()

    async def pause(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            twice.set()
            await asyncio.Event().wait()
        await standby.file(("dpmd", 2))

    running = asyncio.create_task(standby.copy.run(pause))
    await twice.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert read(standby.path) == {("dpmd", 2026): 2}
    assert all(0 <= seconds <= 1 for seconds in waits)


async def test_the_highest_numbers_are_found_without_reading_the_register(
    database: Database, place: Place
) -> None:
    rows = [_row(f"agency{number % 2}", 2026 + number % 3, number) for number in range(MANY)]
    await database.write(lambda c: c.execute(insert(cases_table), rows))
    steps, found = await database.write(lambda c: (_plan(c, place.kind), gaps.issued(c)))
    assert {tuple(number) for number in found} == {
        (f"agency{last % 2}", 2026 + last % 3, last) for last in range(MANY - 6, MANY)
    }
    assert [step for step in steps if "cases" in step]
    for step in steps:
        assert "cases" not in step or "Index Only Scan" in step or "USING COVERING INDEX" in step, step


def _plan(connection: Connection, kind: str) -> list[str]:
    query = str(gaps.ISSUED[0].compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
    explain = "EXPLAIN " if kind == POSTGRES else "EXPLAIN QUERY PLAN "
    if kind == POSTGRES:
        connection.execute(text("ANALYZE cases"))
    return [str(row[-1]) for row in connection.execute(text(explain + query)).all()]


def _row(agency: str, year: int, serial: int) -> dict[str, object]:
    texts = ("id", "status", "division", "due_on", "received_at", "access_hash", "reference")
    numbers = {"year": year, "serial": serial, "filed_by": 1, "chat": 1, "restricted": 0}
    return {
        **dict.fromkeys(texts, f"{agency}-{serial}"),
        "agency": agency,
        "state": b"",
        **numbers,
    }
