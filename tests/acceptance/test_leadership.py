"""Several processes on one database of PostgreSQL: one leads, the next one takes its place."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.simulator.server import Simulator
from tests.acceptance.bot_setup import ChatUser, build
from tests.bot_process import STAFF, UNPACED
from tests.postgres_server import Server
from tests.standbys import Group, started


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
        await first.process.kill()
        second = await group.leader(but=first)
        await answers(simulator, 10_002)
        first.process.start()
        await group.standing_by(2)
        await second.process.kill()
        third = await group.leader(but=second)
        await answers(simulator, 10_003)
        _says_who_leads(group, third.process.log)


def _says_who_leads(group: Group, log: str) -> None:
    assert "app.standing_by" in log
    assert "aduan run " in log
    assert "app.leads" in log
