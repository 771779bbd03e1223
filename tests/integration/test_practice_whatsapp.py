"""WhatsApp in the practice: settings, people, template, and the connection with a bot that starts later."""

from __future__ import annotations

import asyncio
import tomllib
from pathlib import Path

from aiohttp import web

from bot.config.settings import read
from bot.practice import town, whatsapp
from bot.simulator.server import Simulator


async def test_the_settings_lead_to_the_embedded_messenger_and_back(tmp_path: Path) -> None:
    simulator = await Simulator.start()
    hook = whatsapp.new_hook()
    try:
        more = whatsapp.settings(simulator, hook)
        config = read(tomllib.loads(town.configuration(simulator, tmp_path, more)))
    finally:
        await simulator.close()
    assert config.whatsapp.used
    assert config.whatsapp.base_url == simulator.whatsapp.base_url
    assert config.whatsapp.phone_number_id == simulator.whatsapp.phone_number_id
    assert config.whatsapp.token.get_secret_value() == simulator.whatsapp.token
    assert config.whatsapp.app_secret.get_secret_value() == hook.app_secret
    assert config.web.listen == hook.listen
    assert hook.url == f"http://{hook.listen}/whatsapp"
    assert whatsapp.new_hook().app_secret != hook.app_secret


async def test_the_town_has_people_on_whatsapp_and_the_template_of_the_texts() -> None:
    simulator = await Simulator.start()
    try:
        town.settle(simulator)
        whatsapp.settle(simulator)
        people = [(each.name, each.username_only) for each in simulator.whatsapp.people.values()]
        template = simulator.whatsapp.templates.usable("aduan_kabar", "id")
        english = simulator.whatsapp.templates.usable("aduan_kabar", "en")
    finally:
        await simulator.close()
    assert people == [("Wahyuni", False), ("Yanto", True)]
    assert "pengaduan {{1}}." in template.body
    assert template.buttons == ("Baca",)
    assert english.buttons == ("Read",)


async def test_the_messenger_connects_when_the_bot_listens(unused_tcp_port: int) -> None:
    hook = whatsapp.Hook(f"127.0.0.1:{unused_tcp_port}")
    delivered = asyncio.Event()

    async def verify(request: web.Request) -> web.Response:
        assert request.query["hub.verify_token"] == hook.verify_token
        return web.Response(text=request.query["hub.challenge"])

    async def take(_request: web.Request) -> web.Response:
        delivered.set()
        return web.Response()

    bot = web.Application()
    bot.add_routes([web.get("/whatsapp", verify), web.post("/whatsapp", take)])
    runner = web.AppRunner(bot, shutdown_timeout=0.1)
    simulator = await Simulator.start()
    try:
        connecting = asyncio.create_task(hook.connect(simulator))
        await simulator.whatsapp.person("6281230001001", "Wahyuni").say("halo")
        await runner.setup()
        assert not connecting.done()
        await web.TCPSite(runner, *_address(hook)).start()
        await asyncio.wait_for(connecting, 60)
        await asyncio.wait_for(delivered.wait(), 60)
    finally:
        await simulator.close()
        await runner.cleanup()


def _address(hook: whatsapp.Hook) -> tuple[str, int]:
    host, port = hook.listen.split(":")
    return host, int(port)
