"""Fixtures of several files: stores in a temporary folder, turns with a fake core, a practice messenger."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.database.stores.sqlite import SqliteStore
from bot.practice import town
from bot.simulator.server import Simulator
from tests.integration.sealed_store import LoadingCore, Store
from tests.integration.turn_setup import TurnSetup


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(SqliteStore(tmp_path / "aduan.db"))
    yield opened
    await opened.close()


@pytest.fixture
def codec(tmp_path: Path) -> Codec:
    return Codec.load(tmp_path / "aduan.key", create=True)


@pytest.fixture
def setup(database: Database, codec: Codec) -> TurnSetup:
    return TurnSetup(database, codec)


@pytest.fixture
async def store(database: Database, codec: Codec) -> Store:
    """A store with complaints, waiting answers and files."""
    made = Store(database, codec, LoadingCore())
    await made.fill()
    return made


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """An embedded messenger with the people and groups of practice."""
    started = await Simulator.start()
    town.settle(started)
    yield started
    await started.close()
