"""The composed bot over the practice configuration, before the embedded messenger."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

from bot.app import Service
from bot.config.settings import Config, load
from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.database.stores.sqlite import SqliteStore
from bot.leadership.lead import ALONE, Alone
from bot.practice import town
from bot.simulator.server import Simulator
from bot.sources.polling import TokenRefusedError


class Running(NamedTuple):
    """The task of the service, and its open database."""

    task: asyncio.Task[None]
    database: Database


def practice_config(simulator: Simulator, folder: Path) -> Config:
    path = folder / "config.toml"
    path.write_text(town.configuration(simulator, folder), encoding="utf-8")
    return load(path)


@contextlib.asynccontextmanager
async def service(config: Config, lead: Alone = ALONE) -> AsyncIterator[Running]:
    """Run the service, and stop it at the end of the block."""
    path = config.database.path
    codec = Codec.load(config.database.keys_path, create=not path.exists())
    database, stopping = await Database.open(SqliteStore(path)), asyncio.Event()
    task = asyncio.create_task(Service(config, database, codec, lead).run(stopping))
    try:
        yield Running(task, database)
    finally:
        stopping.set()
        with contextlib.suppress(TokenRefusedError):
            await task
        await database.close()
