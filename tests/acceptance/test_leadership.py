"""Several processes on one database of PostgreSQL: one leads, the next one takes its place."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest

from bot.database.watermark import read
from bot.simulator.server import Simulator
from tests.acceptance.bot_setup import ChatUser, build
from tests.bot_process import STAFF, UNPACED
from tests.postgres_server import Server
from tests.standbys import Group, Member, started


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
    await ChatUser(simulator.person(person, "Warga")).says("/id", "Nomor akun")


async def test_the_next_process_leads_when_the_leader_is_killed(
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
        first.process.start()
        await group.standing_by(2)
        await second.process.kill()
        third = await group.leader(but=second)
        await answers(simulator, 10_003)
        _says_who_leads(group, third.process.log)


def _issue(url: str, serial: int) -> None:
    """Put a number into the register that a lost copy of it has issued."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        connection.execute("INSERT INTO gaps VALUES ('dpmd', 2026, 1, %s, '2026-01-01')", (serial,))


async def _knows(standby: Member, serial: int) -> bool:
    """Tell whether the file of this machine has the number."""
    files = (standby.process._folder / "state").glob("*.json")
    return any(read(each).get(("dpmd", 2026)) == serial for each in files)


def _says_who_leads(group: Group, log: str) -> None:
    assert "app.standing_by" in log
    assert "aduan run " in log
    assert "app.leads" in log
