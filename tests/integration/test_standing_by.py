"""A process that stands by: its pages, its signs for systemd, its end; and the roles that it may meet."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.config.settings import Config, load
from bot.database.stores.lease import Lease
from bot.database.stores.postgres import PostgresStore
from bot.leadership.asking import Asker, Kind
from bot.leadership.lead import Lead, take_lead
from bot.operations.initialise import initialise
from bot.practice import town
from bot.simulator.server import Simulator
from tests.integration.both_stores import Place
from tests.integration.running_service import practice_config, service
from tests.integration.test_web_server import fetched, free_port
from tests.postgres_server import Server
from tests.unit.test_leadership import FakeHold

SECONDS = 30.0


@pytest.fixture
def url(postgres_server: Server) -> Iterator[str]:
    with postgres_server.fresh(lambda _url: None, "without_tables") as address:
        yield address


def configured(simulator: Simulator, folder: Path, url: str, port: int) -> Config:
    """A configuration with a webhook and this database."""
    path = folder / "config.toml"
    path.write_text(town.configuration(simulator, folder), encoding="utf-8")
    config = load(path)
    telegram = config.telegram.model_copy(
        update={"updates": "webhook", "webhook_secret": SecretStr("s" * 40)}
    )
    web = config.web.model_copy(update={"listen": f"127.0.0.1:{port}", "public_url": "https://a.example/bot"})
    database = config.database.model_copy(update={"url": url, "keys": str(folder / "aduan.key")})
    return config.model_copy(update={"telegram": telegram, "web": web, "database": database})


async def test_a_standby_serves_its_pages_and_gives_signs_until_it_is_stopped(
    simulator: Simulator, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, stopping, store = free_port(), asyncio.Event(), PostgresStore(url)
    config = configured(simulator, tmp_path, url, port)
    await initialise(config.database, new_register=False, confirm=lambda _question: False)
    leader = store.candidate()
    assert leader.take()
    systemd = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    systemd.bind(str(tmp_path / "notify"))
    systemd.settimeout(SECONDS)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", "200000")
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    waits = asyncio.create_task(take_lead(config, store, stopping))
    try:
        signs = [await asyncio.to_thread(systemd.recv, 100) for _ in range(4)]
        assert signs == [b"READY=1", *[b"WATCHDOG=1"] * 3]
        page = await shown(port, lambda page: page["leader"])
        assert (page["role"], page["healthy"], page["problems"]) == ("standby", True, [])
        assert page["leader"].startswith("aduan run ")
        status, metrics, _ = await fetched("GET", f"http://127.0.0.1:{port}/metrics")
        assert status == 200
        assert "aduan_leading 0.0" in metrics
        assert "aduan_outbox_waiting" not in metrics
        hook = f"http://127.0.0.1:{port}/bot/telegram"
        assert (await fetched("POST", hook, b"{}"))[:2] == (503, "")
    finally:
        stopping.set()
        assert await asyncio.wait_for(waits, 1.0) is None
        systemd.close()
        leader.release()


async def shown(port: int, condition: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """The health page, once it fulfils the condition."""
    async with asyncio.timeout(SECONDS):
        while True:
            try:
                status, text, _ = await fetched("GET", f"http://127.0.0.1:{port}/healthz")
            except OSError:
                status, text = 0, "{}"
            if status == 200 and condition(page := json.loads(text)):
                return dict(page)
            await asyncio.sleep(0.01)


class Looked(Lease):
    """A lease that counts how often it was looked at."""

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__(5.0, now)
        self.looks = 0

    def holds(self) -> bool:
        self.looks += 1
        return super().holds()


async def test_a_bot_whose_right_is_not_certain_makes_no_call(simulator: Simulator, place: Place) -> None:
    now = 100.0
    lease = Looked(lambda: now)
    now = 105.0
    async with service(practice_config(simulator, place), Lead(FakeHold(lease))):
        async with asyncio.timeout(SECONDS):
            while lease.looks < 3:  # noqa: ASYNC110 - the service looks
                await asyncio.sleep(0.01)
        assert not simulator.calls
        lease.asked()
        lease.answered()
        await simulator.until(lambda: any(call.method == "getUpdates" for call in simulator.calls), SECONDS)


def test_a_leader_of_another_role_is_not_ended_and_that_is_said(postgres_server: Server, url: str) -> None:
    name = "petugas_lain"
    postgres_server.run("CREATE ROLE {} LOGIN", name)
    try:
        leader = PostgresStore(url).candidate()
        assert leader.take()
        other = PostgresStore(url.replace("postgres@", f"{name}@"))
        asker = asker_of(other, 0.0)
        standing = asker.ask()
        assert (standing.kind, standing.forbidden, standing.ended) == (Kind.STANDS_BY, True, False)
        leader.beat()
        asker.give_up()
        leader.release()
    finally:
        postgres_server.run("DROP ROLE {}", name)


def test_a_session_for_which_the_server_works_is_not_silent(url: str) -> None:
    store = PostgresStore(url)
    leader = store.candidate()
    assert leader.take()
    leader._raw.pgconn.send_query(b"SELECT pg_sleep(600)")
    patient, asker = asker_of(store, 600.0), asker_of(store, 0.0)
    until(lambda: (held := patient.ask().holder) and held.served)
    for _ in range(3):
        assert not asker.ask().ended
    for each in (patient, asker, leader):
        each.give_up() if isinstance(each, Asker) else each.release()


@pytest.mark.parametrize(
    "stops",
    [
        pytest.param(b"BEGIN; SELECT 1", id="in a transaction"),
        pytest.param(
            b"SELECT repeat('x', 1000) FROM generate_series(1, 100000)", id="while it reads a result"
        ),
    ],
)
def test_a_leader_that_stops_in_the_middle_of_its_work_is_ended(url: str, stops: bytes) -> None:
    store = PostgresStore(url)
    leader = store.candidate()
    assert leader.take()
    leader._raw.pgconn.send_query(stops)
    asker = asker_of(store, 0.0)
    until(lambda: asker.ask().kind is Kind.LEADS)
    asker.give_up()
    leader.release()


def asker_of(store: PostgresStore, silent: float) -> Asker:
    return Asker(store.candidate, time.time, silent)


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end
