"""The composed bot before the embedded messenger: it answers, ends in time and continues waiting work."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import Service, run
from bot.config.settings import Config, load
from bot.database.cases import file_cases
from bot.database.engine import Database
from bot.database.kept_agencies import AgencyMissingError
from bot.database.sealing import Codec
from bot.practice import town
from bot.simulator.control.routes import practice_routes
from bot.simulator.server import Simulator
from bot.sources.polling import TokenRefusedError
from tests.calls import values
from tests.integration.turn_setup import case_of
from tests.unit.transcript import RULES

CITIZEN = next(iter(town.CITIZENS))


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    started = await Simulator.start()
    town.settle(started)
    yield started
    await started.close()


def _config(simulator: Simulator, folder: Path) -> Config:
    path = folder / "config.toml"
    path.write_text(town.configuration(simulator, folder), encoding="utf-8")
    return load(path)


@contextlib.asynccontextmanager
async def _running(config: Config) -> AsyncIterator[asyncio.Task[None]]:
    path = config.database.path
    codec = Codec.load(config.database.keys_path, create=not path.exists())
    database, stopping = await Database.open(path), asyncio.Event()
    running = asyncio.create_task(Service(config, database, codec).run(stopping))
    try:
        yield running
    finally:
        stopping.set()
        with contextlib.suppress(TokenRefusedError):
            await running
        await database.close()


def _sent(simulator: Simulator, chat: int) -> int:
    return sum(
        call.method == "sendMessage" and values(call)["chat_id"] == chat and call.outcome == "ok"
        for call in simulator.calls
    )


async def test_a_citizen_is_answered(simulator: Simulator, tmp_path: Path) -> None:
    async with _running(_config(simulator, tmp_path)):
        await simulator.person(CITIZEN, "Siti").say("/start")
        await simulator.until(lambda: _sent(simulator, CITIZEN))


async def test_messages_sent_while_the_bot_was_down_are_answered_after_the_start(
    simulator: Simulator, tmp_path: Path
) -> None:
    config = _config(simulator, tmp_path)
    async with _running(config):
        await simulator.until(lambda: any(call.method == "getUpdates" for call in simulator.calls))
    await simulator.person(CITIZEN, "Siti").say("/start")
    async with _running(config):
        await simulator.until(lambda: _sent(simulator, CITIZEN))
    assert _sent(simulator, CITIZEN) == 1


async def test_it_ends_within_five_seconds_even_in_a_long_poll(simulator: Simulator, tmp_path: Path) -> None:
    async with _running(_config(simulator, tmp_path)):
        await simulator.until(lambda: any(call.method == "getUpdates" for call in simulator.calls))
        began = time.monotonic()
    assert time.monotonic() - began < 5


async def test_a_token_that_the_messenger_refuses_ends_it_in_words(
    simulator: Simulator, tmp_path: Path
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(town.configuration(simulator, tmp_path).replace(simulator.token, "1:WRONG"))
    async with _running(load(path)) as running:
        with pytest.raises(TokenRefusedError, match=r"telegram\.token"):
            await running


async def test_a_configuration_without_the_agency_of_a_complaint_ends_it_in_words(
    simulator: Simulator, tmp_path: Path
) -> None:
    config = _config(simulator, tmp_path)
    codec = Codec.load(config.database.keys_path, create=True)
    database = await Database.open(config.database.path)
    await database.write(lambda c: file_cases(c, codec, [case_of("a", 1)], RULES.limits))
    await database.close()
    agencies = tuple(agency for agency in config.agencies if agency.id != "dpmd")
    async with asyncio.timeout(15):
        with pytest.raises(AgencyMissingError, match=r"the id 'dpmd', but 1 complaints"):
            await run(config.model_copy(update={"agencies": agencies}))


async def test_business_time_follows_the_practice_server_and_what_is_due_comes(tmp_path: Path) -> None:
    messenger = await Simulator.start(routes=practice_routes)
    try:
        town.settle(messenger)
        siti = messenger.person(CITIZEN, "Siti")
        async with _running(_config(messenger, tmp_path)):
            await siti.say("/start dpmd")
            await siti.wait_for("Pemberitahuan privasi")
            await siti.press("Saya mengerti", wait=False)
            await siti.wait_for("Layanan")
            messenger.world.offset = 2 * 86400.0
            await siti.wait_for("belum selesai", timeout=20)
        assert messenger.staging.reported_offset == 2 * 86400.0
    finally:
        await messenger.close()
