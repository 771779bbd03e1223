"""The store itself: one writer, readers that cannot write, migrations, one process."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from bot.database import arrivals, schema
from bot.database.engine import Database
from bot.database.migrations import FOLDER
from bot.database.schema import MigrationNeededError
from bot.database.stores.file_lock import Lock
from bot.database.stores.sqlite import SqliteStore
from bot.database.stores.store import AlreadyRunningError
from bot.database.tables import metadata
from tests.integration.both_stores import Place


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


OPENING = """
import asyncio, sys
from bot.config.settings import Database as Settings
from bot.database.engine import Database
from bot.database.stores.choice import store_of
asyncio.run(Database.open(store_of(Settings(url=sys.argv[1]))))
print("alembic" in sys.modules)
"""
HOLDING = """
import pathlib, sys, time
from bot.database.stores.file_lock import Lock
lock = Lock(pathlib.Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""
PROMISES = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}


@pytest.mark.sqlite("its pragmas")
@pytest.mark.parametrize("pragma", PROMISES)
async def test_the_writer_has_its_pragmas(database: Database, pragma: str) -> None:
    found = await database.write(lambda c: c.execute(text(f"PRAGMA {pragma}")).scalar())
    assert found == PROMISES[pragma]


@pytest.mark.sqlite("its lock; that of PostgreSQL is in test_postgres_store.py")
async def test_a_transaction_holds_the_write_lock_from_its_beginning(database: Database) -> None:
    other = database.store.writing_engine()
    event.listen(other, "connect", lambda raw, _record: raw.execute("PRAGMA busy_timeout=1"))

    def work(_connection: Connection) -> None:
        with other.connect() as second:
            second.scalar(text("SELECT 1"))

    with pytest.raises(OperationalError, match="locked"):
        await database.write(work)
    other.dispose()


async def test_work_that_raises_leaves_nothing_behind(database: Database) -> None:
    def twice(connection: Connection) -> None:
        arrivals.take(connection, "telegram", [1], 0.0)
        arrivals.take(connection, "telegram", [1], 0.0)

    with pytest.raises(IntegrityError):
        await database.write(twice)
    assert await database.write(lambda c: arrivals.taken(c, "telegram", [1])) == frozenset()


async def test_writes_run_in_the_order_in_which_they_were_asked(database: Database) -> None:
    order: list[int] = []
    await asyncio.gather(*(database.write(lambda _, n=n: order.append(n)) for n in range(20)))  # type: ignore[misc]
    assert order == list(range(20))


async def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        await database.read(lambda c: c.execute(text("DELETE FROM updates")))


async def test_a_reader_does_not_hold_up_the_writer_and_sees_one_state(database: Database) -> None:
    count, begun, written = text("SELECT count(*) FROM updates"), Event(), Event()

    def read(connection: Connection) -> list[object]:
        seen = [connection.scalar(count)]
        begun.set()
        assert written.wait(60.0)
        return [*seen, connection.scalar(count)]

    reading = asyncio.create_task(database.read(read))
    assert await asyncio.to_thread(begun.wait, 60.0)
    await database.write(lambda c: arrivals.take(c, "telegram", [1], 0.0))
    written.set()
    assert await reading == [0, 0]
    assert await database.read(lambda c: c.scalar(count)) == 1


async def test_a_long_read_does_not_hold_up_the_others(database: Database) -> None:
    ended = Event()
    reading = asyncio.create_task(database.read(lambda _: ended.wait(60.0)))
    assert await database.read(lambda c: c.scalar(text("SELECT 1"))) == 1
    ended.set()
    assert await reading


@pytest.mark.sqlite("its write-ahead log")
async def test_closing_moves_the_log_into_the_database(tmp_path: Path) -> None:
    database = await Database.open(SqliteStore(tmp_path / "closed.db"))
    await database.write(lambda c: arrivals.take(c, "telegram", [1], 0.0))
    await database.close()
    assert names(tmp_path) == {"closed.db"}


async def test_closing_ends_a_long_read(place: Place) -> None:
    database, begun = await Database.open(place(place.folder / "closed.db", tables=True)), Event()

    def read(connection: Connection) -> None:
        begun.set()
        connection.exec_driver_sql(
            "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 50000000)"
            " SELECT max(i) FROM n"
        ).scalar()

    reading = asyncio.create_task(database.read(read))
    assert await asyncio.to_thread(begun.wait, 60.0)
    await database.close()
    with pytest.raises(OperationalError, match=r"interrupted|canceling statement"):
        await reading


async def test_migrations_make_exactly_the_tables(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    assert await database.write(differences) == []


def test_the_known_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]


async def test_another_versions_database_is_refused_and_stays_as_it_was(place: Place) -> None:
    store = place(place.folder / "newer.db", tables=True)
    await (await Database.open(store)).close()
    engine = store.writing_engine()
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(MigrationNeededError, match="revision 9999, which this program does not know"):
        await Database.open(store)


async def test_a_foreign_database_is_not_filled_with_our_tables(place: Place) -> None:
    store = place(place.folder / "foreign.db")
    engine = store.writing_engine()
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE songs (title TEXT)"))
    engine.dispose()
    with pytest.raises(MigrationNeededError):
        await Database.open(store)


async def _python(code: str, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, *arguments, stdout=asyncio.subprocess.PIPE
    )


async def test_an_existing_database_is_opened_without_alembic(place: Place) -> None:
    store = place(place.folder / "aduan.db", tables=True)
    await (await Database.open(store)).close()
    process = await _python(OPENING, store.url)
    assert (await process.communicate())[0].split() == [b"False"]


@pytest.mark.sqlite("its lock file")
def test_a_second_process_on_the_same_database_is_refused_in_words(tmp_path: Path) -> None:
    lock = Lock(tmp_path / "aduan.db")
    with pytest.raises(AlreadyRunningError, match="another `aduan run` works on"):
        Lock(tmp_path / "aduan.db")
    lock.release()
    Lock(tmp_path / "aduan.db").release()


@pytest.mark.sqlite("its lock file")
async def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    path = tmp_path / "aduan.db"
    process = await _python(HOLDING, str(path))
    assert process.stdout is not None
    assert await process.stdout.readline() == b"held\n"
    with pytest.raises(AlreadyRunningError):
        Lock(path)
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    Lock(path).release()


async def test_a_new_database_is_made_in_one_commit_and_few_statements(place: Place) -> None:
    commits, statements = list[Connection](), list[str]()

    def committed(connection: Connection) -> None:
        commits.append(connection)

    def noted(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    event.listen(Engine, "commit", committed)
    event.listen(Engine, "before_cursor_execute", noted)
    try:
        await (await Database.open(place(place.folder / "new.db"))).close()
    finally:
        event.remove(Engine, "commit", committed)
        event.remove(Engine, "before_cursor_execute", noted)
    assert len(commits) == 1
    # No revision looks at all tables, nor makes them again.
    assert len(statements) < 3 * sum(1 + len(table.indexes) for table in metadata.tables.values())
