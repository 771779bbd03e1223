"""Fixtures of several files: stores in a temporary folder, turns with a fake core, a practice messenger."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.practice import town
from bot.simulator.server import Simulator
from tests.integration.both_stores import KINDS, POSTGRES, SQLITE, Place, place_of
from tests.integration.sealed_store import LoadingCore, Store
from tests.integration.turn_setup import TurnSetup


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on both kinds of store, unless it is marked as one about SQLite."""
    if "place" in metafunc.fixturenames:
        about_sqlite = any(mark.name == SQLITE for mark in metafunc.definition.iter_markers())
        metafunc.parametrize("place", [SQLITE] if about_sqlite else KINDS, indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out the PostgreSQL half of a single case that is marked as one about SQLite."""
    items[:] = [item for item in items if not (_is_postgres(item) and item.get_closest_marker(SQLITE))]


def _is_postgres(item: pytest.Item) -> bool:
    return getattr(item, "callspec", None) is not None and item.callspec.params.get("place") == POSTGRES  # type: ignore[attr-defined]


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Gives the stores of a test, on each kind in turn (pytest_generate_tests)."""
    kind = getattr(request, "param", SQLITE)
    with place_of(lambda: request.getfixturevalue("postgres_server"), kind, tmp_path) as made:
        yield made


@pytest.fixture
async def database(place: Place, tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(place(tmp_path / "aduan.db", tables=True))
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
