"""The store in a PostgreSQL server: turns of writers, the exclusive right, and a session that ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from bot.database import counters
from bot.database.engine import Database
from bot.database.stores import postgres
from bot.database.stores.postgres import PostgresStore
from bot.database.stores.postgres_session import BEGIN_WRITING, SETTINGS
from bot.database.stores.store import AlreadyRunningError, SessionLostError
from bot.foundation.faults import is_infrastructure
from bot.leadership.lead import Lead
from tests.integration.both_stores import make_tables
from tests.postgres_server import Server


@pytest.fixture
def store(postgres_server: Server) -> Iterator[PostgresStore]:
    with postgres_server.fresh(make_tables) as url:
        yield PostgresStore(url)


def pid(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar() or 0)


def end(store: PostgresStore, session: int) -> None:
    with store.reading() as connection:
        connection.exec_driver_sql(f"SELECT pg_terminate_backend({session})")


def other(store: PostgresStore) -> psycopg.Connection[Any]:
    return psycopg.connect(store.url.replace("+psycopg", ""), autocommit=True)


async def test_a_command_that_writes_beside_the_bot_takes_turns_with_it(store: PostgresStore) -> None:
    hold = store.hold()
    database = await Database.open(store, hold.engine)
    beside = store.writing_engine()
    with beside.connect() as connection:
        for _ in range(3):
            await database.write(lambda c: counters.reserve(c, "waiting", 1))
            with connection.begin():
                counters.reserve(connection, "waiting", 1)
        with connection.begin():
            assert counters.reserve(connection, "waiting", 1) == 7
    beside.dispose()
    await database.close()
    hold.release()


async def test_a_writer_waits_for_another_one_and_works_again(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "SETTINGS", SETTINGS.replace("'5s'", "'50ms'"))
    database = await Database.open(store)
    with other(store) as writing:
        writing.execute(BEGIN_WRITING, prepare=False)
        with pytest.raises(DBAPIError) as raised:
            await database.write(pid)
        assert is_infrastructure(raised.value)
        writing.execute("ROLLBACK")
    assert await database.write(pid)
    await database.close()


def test_the_right_is_one_session_and_ends_with_it(store: PostgresStore) -> None:
    hold = store.hold()
    with pytest.raises(AlreadyRunningError, match=r"works on .* \(aduan.*, on its own machine"):
        store.hold()
    hold.release()
    store.hold().release()


async def test_a_lost_session_is_reported_and_never_replaced(store: PostgresStore) -> None:
    hold, seen = store.hold(), list[str]()
    database = await Database.open(store, hold.engine)
    database.lost = lambda: seen.append("lost")
    end(store, await database.write(pid))
    for _ in range(2):
        with pytest.raises((DBAPIError, SessionLostError)):
            await database.write(pid)
    assert seen == ["lost", "lost"]
    taken = store.hold()
    with pytest.raises((DBAPIError, SessionLostError, AlreadyRunningError)):
        await database.write(pid)
    await database.close()
    taken.release()


@pytest.mark.parametrize(
    "leave",
    [
        pytest.param(lambda session: session.enter_pipeline_mode(), id="rows without their results"),
        pytest.param(lambda session: session.send_query(b"SELECT 1"), id="a command without its result"),
    ],
)
async def test_a_session_that_takes_no_statement_any_more_is_reported_as_lost(
    store: PostgresStore, leave: Callable[[Any], None]
) -> None:
    hold, seen = store.candidate(), list[str]()
    assert hold.take()
    database = await Database.open(store, hold.engine)
    database.lost = lambda: seen.append("lost")
    await database.outside(lambda: leave(hold._raw.pgconn))
    with pytest.raises((DBAPIError, psycopg.Error)):
        await database.outside(hold.beat)
    assert seen == ["lost"]
    hold.release()


async def test_a_lost_reader_is_replaced(store: PostgresStore) -> None:
    database = await Database.open(store)
    end(store, await database.read(pid))
    assert await database.read(pid)
    await database.close()


async def test_a_reader_changes_nothing(store: PostgresStore) -> None:
    database = await Database.open(store)
    with pytest.raises(DBAPIError, match="read-only transaction"):
        await database.read(lambda c: c.exec_driver_sql("DELETE FROM installation"))
    await database.close()


async def test_a_reader_that_stands_still_is_ended_and_keeps_no_snapshot(store: PostgresStore) -> None:
    with store.reading() as connection:
        shown = connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar()
    assert shown == "1h"
    database = await Database.open(store)
    assert (
        await database.read(lambda c: c.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar())
        == "1h"
    )
    await database.close()


@pytest.mark.parametrize("default", ["off", "local", "remote_write"])
async def test_a_commit_waits_for_the_disk_whatever_the_server_has_as_default(
    store: PostgresStore, default: str
) -> None:
    with other(store) as connection:
        name = connection.info.dbname
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = {default}")
    database = await Database.open(store)
    shown = await database.write(lambda c: c.exec_driver_sql("SHOW synchronous_commit").scalar())
    assert shown == "on"
    await database.close()


def test_the_name_for_people_has_no_password() -> None:
    store = PostgresStore("postgresql+psycopg://aduan:rahasia@db.example/aduan")
    assert "rahasia" not in str(store)
    assert "db.example/aduan" in str(store)


async def test_two_bots_share_a_database_by_schema(store: PostgresStore, tmp_path: Path) -> None:
    with other(store) as connection:
        connection.execute("CREATE SCHEMA second")
    second = PostgresStore(f"{store.url}&options=-csearch_path%3Dsecond")
    assert second.is_blank()
    mine, theirs = store.hold(), second.hold()
    database = await Database.open(second, theirs.engine)
    assert not second.is_blank()
    await database.close()
    theirs.release()
    mine.release()


def test_the_end_of_a_session_is_noticed_without_a_statement(store: PostgresStore) -> None:
    hold = store.hold()
    assert not hold.hung_up(0.05)
    with hold.engine.connect() as connection:
        session = pid(connection)
    end(store, session)
    assert hold.hung_up(10.0)
    hold.release()
    assert hold.hung_up(0.0)


async def test_an_idle_leader_ends_when_its_session_is_lost(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    monkeypatch.setattr("os._exit", lambda _code: loop.call_soon_threadsafe(ended.set))
    hold = store.hold()
    database = await Database.open(store, hold.engine)
    lead = Lead(hold)
    lead.watch(database)
    end(store, await database.write(pid))
    await asyncio.wait_for(ended.wait(), 10.0)
    lead.unwatch()
    await database.close()
    lead.give_up()


async def test_a_leader_that_ends_in_order_is_not_lost(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes: list[int] = []
    monkeypatch.setattr("os._exit", codes.append)
    monkeypatch.setattr("bot.leadership.lead.LISTEN_SECONDS", 0.05)
    hold = store.hold()
    database = await Database.open(store, hold.engine)
    lead = Lead(hold)
    lead.watch(database)
    lead.unwatch()
    await database.close()
    lead.give_up()
    while any(thread.name == "session" for thread in threading.enumerate()):  # noqa: ASYNC110 - a thread ends
        await asyncio.sleep(0.01)
    assert codes == []
