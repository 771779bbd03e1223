"""One bot for each module of tests: starting it costs more than most of them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.acceptance.bot_setup import Setup, opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def setup(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Setup]:
    """The bot with both agencies, no limits, a restricted chat and a leader for dpmd alone."""
    async with opened(tmp_path_factory.mktemp("setup")) as running:
        yield running
