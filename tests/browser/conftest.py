"""A running `aduan demo` for the browser tests, and a messenger without a bot for tests that need none."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from pytest_asyncio import is_async_test

from bot.practice import town, whatsapp
from bot.practice.staging import stage
from bot.simulator.control.routes import practice_routes
from bot.simulator.server import Simulator
from tests.bot_process import BotProcess, aduan
from tests.browser.chromium import find_chromium, shared
from tests.forked import Ends, server

ROOT = Path(__file__).parents[2]


# Far more than a loaded machine needs to start a practice.
SECONDS = 60


@contextmanager
def practising(folder: Path, module: str = "bot.cli") -> Iterator[str]:
    """Run `aduan demo` and yield its address; it does not import the bot again (tests/forked.py)."""
    find_chromium()
    ends = Ends(folder / "demo.out", folder / "demo.log", folder=folder)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = server().start(module, ("demo", "--port", "0", "--no-browser"), environment, ends)
    try:
        until = time.monotonic() + SECONDS
        while not (ends.output.exists() and "\n" in ends.output.read_text(encoding="utf-8")):
            assert process.poll() is None, ends.errors.read_text(encoding="utf-8")
            assert time.monotonic() < until, "the practice did not print its address"
            # A file sends no signal.
            time.sleep(0.05)
        line = ends.output.read_text(encoding="utf-8").partition("\n")[0]
        assert "http://" in line
        yield line.split()[-1]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One practice for all tests that change neither its time nor its faults."""
    with practising(tmp_path_factory.mktemp("practice")) as address:
        yield address


@pytest_asyncio.fixture(loop_scope="session")
async def own_demo(tmp_path: Path) -> AsyncIterator[str]:
    """A practice for one test, which may change its time and faults; no process imports the bot for it."""
    simulator = await Simulator.start(routes=practice_routes)
    town.settle(simulator)
    whatsapp.settle(simulator)
    stage(simulator)
    config, hook = tmp_path / "config.toml", whatsapp.new_hook()
    settings = town.configuration(simulator, tmp_path, whatsapp.settings(simulator, hook))
    config.write_text(settings, encoding="utf-8")
    bot = BotProcess(simulator, aduan("run", "--config", str(config)), tmp_path / "bot.log")
    bot.start()
    try:
        await bot.started()
        await hook.connect(simulator)
        yield simulator.address
    finally:
        await bot.stop()
        await simulator.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session", autouse=True)
async def browser() -> AsyncIterator[None]:
    """One browser for all tests of this process; each has a profile of its own."""
    async with shared():
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests in the event loop of their browser."""
    for item in items:
        if ROOT / "tests" / "browser" in item.path.parents and is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture
def quick_demo(tmp_path: Path) -> Iterator[str]:
    """A practice for one test, whose samples do not pause."""
    with practising(tmp_path, "tests.browser.quick_practice") as address:
        yield address


@pytest_asyncio.fixture(loop_scope="session")
async def messenger() -> AsyncIterator[Simulator]:
    """A messenger in which the test acts as the bot."""
    find_chromium()
    started = await Simulator.start(routes=practice_routes)
    siti = started.person(5001, "Siti")
    officers = [started.person(6001, "Rina"), started.person(6002, "Agus")]
    started.group(-1001, "DPMD – Pengaduan", members=officers)
    siti.chat.started = True
    yield started
    await started.close()
