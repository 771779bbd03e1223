"""A store in a temporary folder, and turns with a small fake core."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.database.engine import Database
from bot.database.sealing import Codec


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(tmp_path / "aduan.db")
    yield opened
    await opened.close()


@pytest.fixture
def codec(tmp_path: Path) -> Codec:
    return Codec.load(tmp_path / "aduan.key", create=True)
