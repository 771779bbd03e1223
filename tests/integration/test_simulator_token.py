"""The token of the embedded messenger: another one at each start, so that other pages cannot guess it."""

import asyncio
import re
from pathlib import Path

import pytest

from bot.config.sections import TOKEN
from bot.practice import demo
from bot.simulator.control.routes import practice_routes
from bot.simulator.server import Simulator
from tests.integration.simulator_client import messenger

# What earlier versions used at each start.
FIXED = "100:TEST"
# 200 bits and more cannot be guessed.
SHORTEST = 35
PLACES = ("/bot{token}/getMe", "/bot{token}/getUpdates", "/file/bot{token}/documents/1.pdf")
READ_BY_THE_PAGE = ("/", "/practice/state", "/practice/calls", "/practice/time")


async def test_each_start_has_a_token_of_its_own() -> None:
    started = [await Simulator.start() for _ in range(3)]
    tokens = {simulator.token for simulator in started}
    await asyncio.gather(*(simulator.close() for simulator in started))
    assert len(tokens) == 3
    for token in tokens:
        assert TOKEN.fullmatch(token)
        assert len(token.partition(":")[2]) >= SHORTEST


@pytest.mark.parametrize("address", PLACES)
@pytest.mark.parametrize("token", [FIXED, "100:", "100:%ff%fe", "100:\u00fc"])
async def test_a_guessed_token_is_refused(address: str, token: str) -> None:
    async with messenger(practice=True) as client:
        guessed = client.simulator.address + address.replace("{token}", token)
        async with client.session.get(guessed) as response:
            assert response.status == 401


async def test_a_reset_keeps_the_token_that_the_bot_has() -> None:
    async with messenger(practice=True) as client:
        before = client.simulator.token
        client.simulator.reset()
        assert client.simulator.token == before
        assert (await client.result("getMe"))["is_bot"]


async def test_the_page_does_not_show_the_token() -> None:
    async with messenger(practice=True) as client:
        await client.result("getMe")
        client.simulator.whatsapp.person("6281230001001", "Wahyuni")
        secrets = (client.simulator.token.partition(":")[2], client.simulator.whatsapp.token)
        for place in (*READ_BY_THE_PAGE, "/practice/phone/6281230001001"):
            async with client.session.get(client.simulator.address + place) as response:
                assert response.status == 200
                text = await response.text()
                assert not any(secret in text for secret in secrets)


async def test_the_practice_folder_with_the_token_is_the_owner_s_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "FOLDER", tmp_path / "practice")
    simulator = await Simulator.start(routes=practice_routes)
    try:
        session = demo.PracticeSession(simulator)
        config = session.settle()
    finally:
        await simulator.close()
    assert re.search(f'token = "{re.escape(simulator.token)}"', config.read_text())
    assert config.parent.stat().st_mode & 0o077 == 0
