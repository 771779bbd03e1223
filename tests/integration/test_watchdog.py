"""Notices to systemd: ready after the start, alive after each healthy round, stopping at the end."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot.channels.base import Raw
from bot.database.engine import Database
from bot.foundation import service_manager
from bot.foundation.service_manager import notify, watchdog_seconds
from bot.simulator.server import Simulator
from bot.sources import polling
from bot.sources.polling import Polling
from bot.sources.watchdog import ROUNDS, Watchdog
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import eventually, outbox_setup, send
from tests.integration.running_service import practice_config, service

PATIENCE = 60.0
FULL_SECONDS = 15.0


class ServiceManager:
    """The socket of systemd: keeps what it was sent."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address)
        self._socket.setblocking(False)

    def heard(self) -> list[str]:
        """Everything since the last call."""
        found: list[str] = []
        while True:
            try:
                found += self._socket.recv(4096).decode().splitlines()
            except BlockingIOError:
                return found

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ServiceManager]:
    listening = ServiceManager(str(tmp_path / "notify"))
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    yield listening
    listening.close()


def healthy() -> bool:
    return True


async def rounds(watchdog: Watchdog, condition: Callable[[], bool]) -> None:
    """Run it until the condition holds."""
    running = asyncio.create_task(watchdog.run())
    try:
        async with asyncio.timeout(PATIENCE):
            while not condition():  # noqa: ASYNC110 - a socket of the test itself
                await asyncio.sleep(0.005)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def test_a_notice_reaches_an_abstract_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"aduan-test-{os.getpid()}"
    listening = ServiceManager(f"\0{name}")
    monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
    notify("READY=1", "STATUS=x")
    assert listening.heard() == ["READY=1", "STATUS=x"]
    listening.close()


def test_without_systemd_and_with_a_socket_that_is_gone_nothing_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    notify("READY=1")


def test_a_full_socket_does_not_stop_the_bot(systemd: ServiceManager) -> None:
    def often() -> None:
        for _ in range(1000):
            notify("WATCHDOG=1")

    notifying = threading.Thread(target=often, daemon=True)
    notifying.start()
    notifying.join(FULL_SECONDS)
    assert not notifying.is_alive()
    assert systemd.heard()


ENVIRONMENTS: list[tuple[dict[str, str], float]] = [
    ({}, 0.0),
    ({"WATCHDOG_USEC": "120000000"}, 120.0),
    ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": str(os.getpid())}, 120.0),
    ({"WATCHDOG_USEC": "120000000", "WATCHDOG_PID": "1"}, 0.0),
    ({"WATCHDOG_USEC": "soon"}, 0.0),
]


@pytest.mark.parametrize(("environment", "seconds"), ENVIRONMENTS)
def test_the_environment_says_how_often(environment: dict[str, str], seconds: float) -> None:
    assert watchdog_seconds(environment) == seconds


async def test_each_healthy_round_is_a_sign_of_life(systemd: ServiceManager, database: Database) -> None:
    heard: list[str] = []

    def often() -> bool:
        heard.extend(systemd.heard())
        return heard.count("WATCHDOG=1") >= 3

    watchdog = Watchdog(database, {"updates": healthy}, seconds=0.01 * ROUNDS)
    await rounds(watchdog, often)
    assert heard[0] == "READY=1"
    assert set(heard[1:]) == {"WATCHDOG=1"}


async def test_a_part_that_hangs_ends_the_signs(systemd: ServiceManager, database: Database) -> None:
    asked: list[str] = []

    def hangs() -> bool:
        asked.append("outbox")
        return False

    watchdog = Watchdog(database, {"outbox": hangs}, seconds=0.01 * ROUNDS)
    await rounds(watchdog, lambda: len(asked) >= 3)
    assert systemd.heard() == ["READY=1"]


async def test_a_hung_writer_ends_the_signs_until_it_answers(
    systemd: ServiceManager, database: Database
) -> None:
    release = threading.Event()
    hanging = asyncio.create_task(database.write(lambda _: release.wait(PATIENCE)))
    watchdog = Watchdog(database, {}, seconds=0.05 * ROUNDS)
    try:
        assert await watchdog.ill() == ["writer"]
        # Further rounds put no second question behind the first one.
        asked = watchdog._asked
        assert await watchdog.ill() == ["writer"]
        assert watchdog._asked is asked
    finally:
        release.set()
        await hanging
    await eventually(lambda: _is_well(watchdog))


async def _is_well(watchdog: Watchdog) -> bool:
    return await watchdog.ill() == []


async def test_a_busy_database_is_no_hung_writer(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    import sqlite3

    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY

    async def refused(_work: object) -> None:
        raise OperationalError("BEGIN IMMEDIATE", {}, busy)

    monkeypatch.setattr(database, "write", refused)
    assert await Watchdog(database, {}, seconds=1.0).ill() == []


class Silent:
    """A messenger whose fetch never ends, not even at its own limit."""

    name = "telegram"

    async def fetch(self, _offset: int, _timeout: float) -> list[Raw]:
        await asyncio.Event().wait()
        return []

    def read(self, _raw: object) -> None:
        return None


async def _taken(_incoming: object) -> None:
    return None


@pytest.mark.parametrize(("seconds", "alive"), [(120.0, True), (-60.0, False)])
async def test_a_fetch_that_never_ends_is_noticed(
    monkeypatch: pytest.MonkeyPatch, seconds: float, alive: bool
) -> None:
    monkeypatch.setattr(polling, "FETCH_SECONDS", seconds)
    stopping = asyncio.Event()
    source = Polling(Silent(), _taken, 0)
    running = asyncio.create_task(source.run(stopping))
    await asyncio.sleep(0)
    assert source.alive() is alive
    stopping.set()
    await running
    assert not source.alive()


async def test_a_chat_whose_sending_task_has_ended_is_noticed(place: Place) -> None:
    async with outbox_setup(place) as setup:
        hold = setup.simulator.fault("sendMessage", kind="hold")
        person = setup.simulator.person(71, "Siti")
        await person.say("/start")
        await setup.post(send(71, "satu"), send(71, "dua"))
        await hold.reached(PATIENCE)
        assert setup.outbox.alive()
        (queue,) = setup.outbox._queues.all()
        assert queue.running
        queue.running.cancel()
        await asyncio.gather(queue.running, return_exceptions=True)
        assert not setup.outbox.alive()
        hold.release(proceed=True)


async def test_the_bot_is_ready_once_the_messenger_knows_it_and_says_when_it_stops(
    simulator: Simulator, place: Place, systemd: ServiceManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", str(120 * service_manager.MICROSECONDS))
    monkeypatch.setattr("bot.channels.telegram.channel.START_RETRY_SECONDS", 0.01)
    heard: list[str] = []
    refusing = simulator.fault("getMe", times=1_000_000)
    async with service(practice_config(simulator, place)):
        await simulator.until(lambda: sum(call.method == "getMe" for call in simulator.calls) >= 3)
        assert systemd.heard() == []
        simulator.dispatcher.faults.clear()
        await simulator.until(lambda: any(call.method == "getUpdates" for call in simulator.calls))
        await eventually(lambda: _heard(systemd, heard, "WATCHDOG=1"))
        assert heard[0] == "READY=1"
    assert refusing
    assert systemd.heard()[-1] == "STOPPING=1"


async def _heard(systemd: ServiceManager, heard: list[str], sign: str) -> bool:
    heard.extend(systemd.heard())
    return sign in heard
