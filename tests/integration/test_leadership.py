"""Standing by on a real server: wrong clocks, silent leaders, commands, unfit databases."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.database.stores import postgres_session
from bot.database.stores.postgres import PostgresStore
from bot.database.stores.postgres_facts import ServerUnfitError
from bot.database.stores.store import AlreadyRunningError
from bot.leadership.asking import LARGEST_DIFFERENCE, Kind, Standing
from bot.leadership.standby import Standby
from bot.operations.check_postgres import examine_server
from tests.integration.both_stores import make_tables
from tests.postgres_server import Server

SECONDS = 30.0
SHORT = 0.3


@pytest.fixture
def store(postgres_server: Server) -> Iterator[PostgresStore]:
    with postgres_server.fresh(make_tables) as url:
        yield PostgresStore(url)


async def _shortly(_seconds: float) -> None:
    await asyncio.sleep(0.01)


def standby(store: PostgresStore, silent: float = 60.0, wall: Callable[[], float] = time.time) -> Standby:
    return Standby(store, wall=wall, silent=silent, pause=_shortly)


@asynccontextmanager
async def waiting(asks: Standby) -> AsyncIterator[asyncio.Task[Standing]]:
    """Let it ask; what it has got is released at the end."""
    leading = asyncio.create_task(asks.lead())
    try:
        yield leading
    finally:
        leading.cancel()
        with suppress(asyncio.CancelledError):
            if hold := (await leading).hold:
                hold.release()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(SECONDS):
        while not condition():  # noqa: ASYNC110 - another thread asks
            await asyncio.sleep(0.01)


async def asked_again(asks: Standby, times: int) -> None:
    """Wait until it has asked so many times more."""
    seen = [asks.standing]

    def several() -> bool:
        if asks.standing is not seen[-1]:
            seen.append(asks.standing)
        return len(seen) > times

    await until(several)


def is_(asks: Standby, kind: Kind) -> Callable[[], bool]:
    return lambda: asks.standing is not None and asks.standing.kind is kind


async def test_a_standby_says_once_who_leads_and_takes_over_when_that_ends(store: PostgresStore) -> None:
    first = store.candidate()
    assert first.take()
    asks = standby(store)
    with capture_logs() as logs:
        async with waiting(asks) as leading:
            await until(is_(asks, Kind.STANDS_BY))
            await asked_again(asks, 3)
            first.release()
            assert (await asyncio.wait_for(leading, SECONDS)).hold
    assert [line["event"] for line in logs] == ["app.standing_by", "app.leads"]
    assert "aduan run " in logs[0]["leader"]


def test_who_gets_the_right_after_a_long_wait_is_certain_of_it(store: PostgresStore) -> None:
    session = store.candidate()
    lease = session.lease
    assert lease
    lease._confirmed -= 60.0
    assert not lease.holds()
    assert session.take()
    assert lease.holds()
    session.release()


async def test_a_standby_with_a_wrong_clock_does_not_take_the_right(store: PostgresStore) -> None:
    wrong = 3.0
    asks = standby(store, wall=lambda: time.time() + wrong)
    with capture_logs() as logs:
        async with waiting(asks) as leading:
            await until(is_(asks, Kind.WRONG_CLOCK))
            store.hold().release()
            # The server notices the end of a session a moment later.
            await until(lambda: store.examined()[2] is None)
            wrong = 0.0
            await asyncio.wait_for(leading, SECONDS)
    assert [line["event"] for line in logs] == ["app.clock_wrong", "app.leads"]
    # Less the round trip, which is long on a busy machine.
    assert LARGEST_DIFFERENCE < logs[0]["seconds_ahead"] <= 3.0


async def test_a_silent_leader_is_ended_and_a_heard_one_is_not(store: PostgresStore) -> None:
    leader = store.candidate()
    assert leader.take()
    asks = standby(store, silent=SHORT)
    async with waiting(asks) as leading:
        end = time.monotonic() + 3 * SHORT
        while time.monotonic() < end:
            leader.beat()
            await asyncio.sleep(SHORT / 10)
        assert not leading.done()
        assert (await asyncio.wait_for(leading, SECONDS)).hold
        with pytest.raises(Exception, match="terminating connection"):
            leader.beat()
    leader.release()


async def test_a_silent_command_is_not_ended(store: PostgresStore) -> None:
    command = store.hold()
    asks = standby(store, silent=0.0)
    async with waiting(asks):
        await asked_again(asks, 3)
        command.beat()
    command.release()


async def test_a_leader_refuses_commands_and_standbys_do_not(store: PostgresStore) -> None:
    asks = standby(store, wall=lambda: time.time() + 60)
    async with waiting(asks):
        await until(is_(asks, Kind.WRONG_CLOCK))
        store.hold().release()
    leader = store.candidate()
    assert leader.take()
    with pytest.raises(AlreadyRunningError, match=r"\(aduan run .*, on its own machine, session"):
        store.hold()
    leader.release()


async def test_a_session_that_was_given_up_keeps_no_right(store: PostgresStore) -> None:
    asks = standby(store)
    leading = asyncio.create_task(asks.lead())
    await asyncio.sleep(0)
    leading.cancel()
    with suppress(asyncio.CancelledError):
        await leading
    held = []

    def free() -> bool:
        with suppress(AlreadyRunningError):
            held.append(store.hold())
        return bool(held)

    await until(free)
    held[0].release()


async def test_an_unreachable_database_is_waited_for_without_its_password(tmp_path: Path) -> None:
    store = PostgresStore(f"postgresql+psycopg://aduan:rahasia@/aduan?host={tmp_path}")
    asks = standby(store)
    with capture_logs() as logs:
        async with waiting(asks):
            await until(is_(asks, Kind.UNREACHABLE))
            await asked_again(asks, 2)
    assert [line["event"] for line in logs] == ["app.database_unreachable"]
    assert "no server listens at the socket" in logs[0]["reason"]
    assert "rahasia" not in str(logs)
    # `aduan check` reports it with the tables (test_server_commands.py).
    assert list(examine_server(store)) == []


def test_an_icu_database_is_refused(postgres_server: Server) -> None:
    postgres_server.run("CREATE DATABASE icu TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'id'")
    store = PostgresStore(postgres_server.url("icu"))
    try:
        for refused in (store.candidate, store.hold):
            with pytest.raises(ServerUnfitError, match="ICU"):
                refused()
        assert "the locale of the database is ICU's" in next(examine_server(store)).what
    finally:
        postgres_server.drop("icu")


def test_a_schema_that_is_not_there_is_refused_in_words(postgres_server: Server) -> None:
    with postgres_server.fresh(make_tables) as url:
        store = PostgresStore(f"{url}&options=-csearch_path%3Dmissing")
        for refused in (store.hold, store.candidate):
            with pytest.raises(ServerUnfitError, match="schemas that are searched is there; make it with"):
                refused()


def test_check_names_who_works_and_commits_that_are_not_safe(postgres_server: Server) -> None:
    with postgres_server.fresh(make_tables) as url:
        store = PostgresStore(url)
        leader = store.candidate()
        assert leader.take()
        found = {finding.what: finding.level.value for finding in examine_server(store)}
        leader.release()
    assert f"{store}: the server and the database are fit" in found
    # The server of the tests waits for no disk.
    assert found["synchronous_commit of this role is 'off'"] == "NOTE"
    assert any(what.startswith("a process works on the database: aduan run ") for what in found)
    assert postgres_session.running_name().startswith("aduan run ")
