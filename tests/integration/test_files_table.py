"""Kept files whose contents are in the table: fetched, read, released, swept, sealed again and backed up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from bot.database.own_contents import contents_of
from bot.database.stores.sqlite import SqliteStore
from bot.database.table_contents import PIECE, TableContents
from bot.database.tables import file_contents
from bot.files.files import Files
from bot.foundation.disk import PLACE
from bot.operations import backup
from tests.integration.backup_setup import PHOTO, backed_up
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import OutboxSetup, eventually, outbox_setup
from tests.integration.sealed_store import Store
from tests.integration.test_contents import stopped_after
from tests.integration.test_files_released import drop
from tests.integration.test_files_store import (
    SECRET,
    keep,
    on_disk,
    received,
    settled,
    stored_again_during_a_sweep,
)

LARGE = b"%PDF-1.4 " + bytes(3 * PIECE)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.files.tries.FIRST_WAIT", 0.0)


@asynccontextmanager
async def with_table(place: Place) -> AsyncIterator[tuple[OutboxSetup, TableContents]]:
    async with outbox_setup(place) as setup:
        table = TableContents(setup.database.store)
        setup.files = Files(setup.database, setup.codec, table)
        yield setup, table
        assert on_disk(setup) == []


async def test_a_file_is_fetched_sealed_and_read(place: Place) -> None:
    async with with_table(place) as (setup, table):
        small, large = await received(setup), await received(setup, LARGE)
        await keep(setup, small, large)
        await settled(setup)
        rows = await setup.rows("SELECT path FROM files WHERE state = 'stored' ORDER BY path")
        assert [row.path for row in rows] == sorted(table.paths())
        assert await setup.files.open_file(small.key) == SECRET
        assert await setup.files.open_file(large.key) == LARGE
        stored = await setup.rows("SELECT data FROM file_contents")
        assert not any(b"rahasia" in row.data for row in stored)


async def test_a_fetch_that_a_kill_interrupted_leaves_pieces_which_the_sweep_erases(place: Place) -> None:
    async with with_table(place) as (setup, table):
        file = await received(setup)
        await keep(setup, file)
        await settled(setup)
        half = {"path": f"ab/{'ab' * 32}.0123456789abcdef.part", "piece": 3, "data": b"half"}
        await setup.database.write(lambda c: c.execute(insert(file_contents), half))
        assert len(table.paths()) == 2
        assert await setup.files.sweep() == 1
        assert len(table.paths()) == 1
        assert await setup.files.open_file(file.key) == SECRET


async def test_dropped_files_give_their_space_back_except_what_another_needs(place: Place) -> None:
    async with with_table(place) as (setup, table):
        first, second = await received(setup), await received(setup)
        await keep(setup, first, second)
        await settled(setup)
        assert len(table.paths()) == 1
        await drop(setup, [first.key])
        assert await setup.files.sweep() == 0
        assert await setup.files.open_file(second.key) == SECRET
        await drop(setup, [second.key])
        await eventually(lambda: setup.count("SELECT count(*) FROM file_contents", 0))


async def test_a_sweep_keeps_an_orphan_s_content_that_is_stored_again_meanwhile(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with with_table(place) as (setup, _):
        await stored_again_during_a_sweep(setup, monkeypatch)


async def test_a_sweep_keeps_a_content_whose_row_is_not_marked_yet(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with with_table(place) as (setup, table):
        file, marking, swept = await received(setup), setup.database.write, list[int]()

        async def sweep_before_the_mark(work: Callable[[Connection], Any]) -> Any:
            stored = PLACE.fullmatch("".join(await asyncio.to_thread(table.paths)))
            # Another write may have come meanwhile.
            if stored and not swept:
                swept.append(0)
                swept.append(await setup.files.sweep())
            return await marking(work)

        await keep(setup, file)
        monkeypatch.setattr(setup.database, "write", sweep_before_the_mark)
        await settled(setup)
        assert swept == [0, 0]
        assert await setup.files.open_file(file.key) == SECRET


async def test_a_database_that_is_gone_costs_no_file(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    async with with_table(place) as (setup, _):
        write, failures = TableContents.write, iter(range(3))

        def failing(table: TableContents, path: str, pieces: Any) -> None:
            if next(failures, None) is not None:
                write(table, path, stopped_after(pieces, ConnectionError()))
            else:
                write(table, path, pieces)

        monkeypatch.setattr(TableContents, "write", failing)
        file = await received(setup, LARGE)
        await keep(setup, file)
        await settled(setup)
        (row,) = await setup.rows("SELECT state, attempts FROM files")
        assert tuple(row) == ("stored", 0)
        assert await setup.files.open_file(file.key) == LARGE


@pytest.mark.sqlite("a backup is one of a file")
async def test_a_backup_copies_contents_from_the_table(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = await backed_up(store, tmp_path)
    folder, table = contents_of(there.settings), TableContents(SqliteStore(there.settings.path))
    for path in folder.paths():
        table.write(path, [folder.read(path)])
        folder.erase(path)
    monkeypatch.setattr(backup, "contents_of", lambda _settings: table)
    first, second = there.make(), there.make()
    assert (first.faults, second.faults, second.files) == ((), (), 2)
    inodes = [there.content(made, there.photo).stat().st_ino for made in (first, second)]
    assert inodes[0] == inodes[1]
    assert there.content(first, there.photo).stat().st_size > len(PHOTO)
    table.erase(there.photo)
    assert there.make().faults == (f"files: the content {there.photo} is missing in the store",)
