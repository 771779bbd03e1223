"""Several processes on one database of PostgreSQL: one leads, the next one takes its place."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.database.stores.postgres import PostgresStore
from bot.database.watermark import read
from bot.foundation.exit_codes import ExitCode
from bot.simulator.server import Simulator
from tests.acceptance.bot_setup import ChatUser, build
from tests.bot_process import STAFF, UNPACED
from tests.commands import aduan
from tests.postgres_server import Server
from tests.standbys import Member, started

SECONDS = 60.0
QUICK = ("tests.acceptance.quick_lease",)
# As long as it takes the next process to lead.
HELD_SECONDS = 6
# It takes less than a second; a loaded machine gets more. The server would be waited for longer.
END_SECONDS = 5.0
ANSWER = "Nomor akun"


@pytest.fixture
def url(postgres_server: Server) -> Iterator[str]:
    with postgres_server.fresh(lambda _url: None, "without_tables") as address:
        yield address


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    running = await Simulator.start()
    build(running, STAFF)
    yield running
    await running.close()


async def answers(simulator: Simulator, person: int) -> None:
    """See that a bot answers this new person."""
    await ChatUser(simulator.person(person, "Warga")).says("/id", ANSWER)


async def test_the_next_process_leads_when_the_leader_is_killed_or_loses_its_session(
    simulator: Simulator, url: str, tmp_path: Path
) -> None:
    async with started(simulator, url, tmp_path, pacing=UNPACED) as group:
        first = await group.leader()
        await group.standing_by(2)
        await answers(simulator, 10_001)
        _issue(url, 7)
        for standby in group.others(first):
            await group.until(partial(_knows, standby, 7), "a standby does not know the number")
        await first.process.kill()

        second = await group.leader(but=first)
        await answers(simulator, 10_002)
        config = str(tmp_path / "machine1" / "config.toml")
        refused = await asyncio.to_thread(aduan, "migrate", "--config", config, folder=tmp_path)
        assert refused.returncode == ExitCode.STOPPED
        assert "another process works on" in refused.stderr
        assert "(aduan run " in refused.stderr
        first.process.start()
        await group.standing_by(2)
        for standby in group.others(second):
            await group.until(partial(_sees_leader, standby), "a standby does not see the leader")
        end_session_of_leader(url)
        assert await second.process.ended() == ExitCode.STOPPED
        assert "app.session_lost" in second.process.log

        third = await group.leader(but=second)
        await answers(simulator, 10_003)
        for event in ("app.standing_by", "aduan run ", "app.leads"):
            assert event in third.process.log
        assert await third.process.stop() == ExitCode.DONE


async def test_a_frozen_leader_is_replaced_and_sends_nothing_when_it_goes_on(
    simulator: Simulator, url: str, tmp_path: Path
) -> None:
    async with started(simulator, url, tmp_path, 2, QUICK, pacing=UNPACED) as group:
        first = await group.leader()
        await group.standing_by(1)
        siti = simulator.person(10_001, "Siti")
        # The answer waits in the leader's memory: it would send it when it goes on.
        throttled = simulator.fault("sendMessage", siti.id, kind="429", retry_after=HELD_SECONDS)
        await siti.say("/id")
        await throttled.reached(SECONDS)
        first.freeze()
        # Before the next leader can answer: what is there already is not waited for.
        user = ChatUser(siti)
        second = await group.leader(but=first)
        assert "app.silent_leader_ended" in second.process.log
        await user.sees(ANSWER)
        first.thaw()
        assert await first.process.ended() == ExitCode.STOPPED
        assert "app.session_lost" in first.process.log
        await answers(simulator, 10_002)
        shown = [stored for stored in user.chat.messages.values() if ANSWER in str(stored.message)]
        assert len(shown) == 1


async def test_a_standby_whose_server_is_mute_ends_within_five_seconds_of_the_signal(
    simulator: Simulator, url: str, tmp_path: Path
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as mute:
        address = f"postgresql+psycopg://aduan@127.0.0.1:{mute.getsockname()[1]}/aduan?connect_timeout=30"
        own = partial(_at, {1: url, 2: address})
        async with started(simulator, url, tmp_path, 2, own=own) as group:
            await group.standing_by(1)
            clock = asyncio.get_running_loop().time
            before = clock()
            assert await group.members[1].process.stop() == ExitCode.DONE
            assert clock() - before < 5.0


def _at(addresses: Mapping[int, str], number: int) -> Mapping[str, Mapping[str, Any]]:
    """Give the machine of this number its own address of the database."""
    return {"database": {"url": addresses[number]}}


def end_session_of_leader(url: str) -> None:
    """End the session that holds the right."""
    *_, holder = PostgresStore(url).examined()
    assert holder
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as beside:
        beside.execute("SELECT pg_terminate_backend(%s)", (holder.pid,))


def _issue(url: str, serial: int) -> None:
    """Put a number into the register that a lost copy of it has issued."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("INSERT INTO gaps VALUES ('dpmd', 2026, 1, %s, '2026-01-01')", (serial,))


async def _knows(standby: Member, serial: int) -> bool:
    """Tell whether the file of this machine has the number."""
    files = (standby.process._folder / "state").glob("*.json")
    return any(read(each).get(("dpmd", 2026)) == serial for each in files)


async def _sees_leader(standby: Member) -> bool:
    """Tell whether this process has asked and knows who leads."""
    page = await standby.health()
    return bool(page and page.get("leader"))
