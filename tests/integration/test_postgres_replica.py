"""A synchronous replica takes over: what was confirmed is there; what waited for it was not confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.exc import DBAPIError

from bot.database import counters
from bot.database.engine import Database
from bot.database.stores.postgres import PostgresStore
from tests.integration.both_stores import make_tables
from tests.postgres_server import Server

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
LOOK_AGAIN = 0.02
SECONDS = 60.0


@contextmanager
def pair() -> Iterator[tuple[Server, Server]]:
    """A primary server whose default does not wait for the replica, and the replica."""
    primary = Server.start(durable=True)
    try:
        primary.run("ALTER SYSTEM SET synchronous_commit = local")
        replica = Server.replica_of(primary)
        try:
            yield primary, replica
        finally:
            replica.stop()
    finally:
        primary.stop()


def reserve(database: Database) -> asyncio.Task[int]:
    return asyncio.create_task(database.write(lambda c: counters.reserve(c, "waiting", 1)))


@pytest.mark.usefixtures("postgres_server")
async def test_what_was_confirmed_survives_the_primary_and_what_waited_was_not_confirmed() -> None:
    with pair() as (primary, replica):
        primary.create("aduan")
        make_tables(primary.url("aduan"))
        store = PostgresStore(f"{replica.url('aduan')}&host={primary.folder}")
        hold = store.hold()
        database = await Database.open(store, hold.engine)
        confirmed = [await reserve(database) for _ in range(20)]
        replica.end()
        waiting = reserve(database)
        async with asyncio.timeout(SECONDS):
            while primary.run(WAITING) == [(0,)]:
                assert not waiting.done(), "a commit returned without the replica"
                await asyncio.sleep(LOOK_AGAIN)
        primary.kill()
        with pytest.raises(DBAPIError):
            await waiting
        await database.close()
        hold.release()

        replica.restart()
        replica.promote()
        hold = store.hold()
        database = await Database.open(store, hold.engine)
        assert await reserve(database) == confirmed[-1] + 1
        await database.close()
        hold.release()
