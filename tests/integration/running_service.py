"""The composed bot over the practice configuration, before the embedded messenger."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import NamedTuple

from bot.app import Service
from bot.config.settings import Config, load
from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.database.stores.choice import store_of
from bot.leadership.lead import ALONE, Alone
from bot.practice import town
from bot.simulator.server import Simulator
from bot.sources.polling import TokenRefusedError
from tests.integration.both_stores import Place


class Running(NamedTuple):
    """The task of the service, and its open database."""

    task: asyncio.Task[None]
    database: Database


def practice_config(simulator: Simulator, place: Place) -> Config:
    """The practice configuration, over the store of a test."""
    path = place.folder / "config.toml"
    path.write_text(town.configuration(simulator, place.folder), encoding="utf-8")
    config = load(path)
    store = place.settings(config.database.path, tables=True)
    return config.model_copy(update={"database": store})


@contextlib.asynccontextmanager
async def service(config: Config, lead: Alone = ALONE) -> AsyncIterator[Running]:
    """Run the service, and stop it at the end of the block."""
    keys = config.database.keys_path
    codec = Codec.load(keys, create=not keys.exists())
    database, stopping = await Database.open(store_of(config.database)), asyncio.Event()
    task = asyncio.create_task(Service(config, database, codec, lead).run(stopping))
    try:
        yield Running(task, database)
    finally:
        stopping.set()
        with contextlib.suppress(TokenRefusedError):
            await task
        await database.close()
