"""The embedded messenger delivers to a webhook as Telegram's server does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.simulator.api.webhook import SECRET_HEADER
from tests.integration.simulator_client import Client, messenger

PUBLIC = "https://bot.example.id"
SECRET = "s" * 32
PATIENCE = 60.0


@dataclass
class Receiving:
    """A bot behind a web server: keeps what it gets, and answers as it is told."""

    got: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    held: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        self.got.append(await request.json())
        self.secrets.append(request.headers.get(SECRET_HEADER, ""))
        await self.held.wait()
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


@asynccontextmanager
async def webhook(client: Client, *, held: bool = False, **params: Any) -> AsyncIterator[Receiving]:
    """Have the messenger deliver to a server of this test."""
    receiving = Receiving()
    if not held:
        receiving.held.set()
    application = web.Application()
    application.router.add_post("/hook", receiving.take)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    client.simulator.dispatcher.receiver.proxies[PUBLIC] = f"http://{host}:{port}"
    assert await client.result("setWebhook", url=f"{PUBLIC}/hook", secret_token=SECRET, **params)
    try:
        yield receiving
    finally:
        receiving.held.set()
        await client.result("deleteWebhook")
        await runner.cleanup()


async def emptied(client: Client) -> None:
    await client.simulator.until(lambda: not client.simulator.world.pending, PATIENCE)


async def test_updates_are_delivered_with_the_secret_and_leave_the_queue() -> None:
    async with messenger() as client, webhook(client) as bot:
        await client.simulator.person(71, "Siti").say("/start")
        await emptied(client)
        assert [update["message"]["text"] for update in bot.got] == ["/start"]
        assert bot.secrets == [SECRET]
        assert "409" in str(await client.call("getUpdates"))


async def test_a_refused_update_is_sent_again_and_the_error_is_told() -> None:
    async with messenger() as client, webhook(client) as bot:
        bot.statuses += [503, 500]
        await client.simulator.person(71, "Siti").say("/start")
        await emptied(client)
        assert len({update["update_id"] for update in bot.got}) == 1
        assert len(bot.got) == 3
        info = await client.result("getWebhookInfo")
        assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"
        assert info["pending_update_count"] == 0


async def test_the_next_update_of_a_chat_waits_for_the_answer_and_other_chats_do_not() -> None:
    async with messenger() as client, webhook(client, held=True) as bot:
        siti, budi = client.simulator.person(71, "Siti"), client.simulator.person(72, "Budi")
        await siti.say("/start")
        await siti.say("satu")
        await budi.say("/start")
        async with asyncio.timeout(PATIENCE):
            while len(bot.got) < 2:  # noqa: ASYNC110 - a server of the test itself
                await asyncio.sleep(0.005)
        assert {update["message"]["from"]["id"] for update in bot.got} == {71, 72}
        assert (await client.result("getWebhookInfo"))["pending_update_count"] == 3
        bot.held.set()
        await emptied(client)
        assert [each["message"]["text"] for each in bot.got if each["message"]["from"]["id"] == 71] == [
            "/start",
            "satu",
        ]


async def test_only_allowed_kinds_are_delivered() -> None:
    async with messenger() as client, webhook(client, allowed_updates=["callback_query"]) as bot:
        await client.simulator.person(71, "Siti").say("/start")
        assert not client.simulator.world.pending
        assert bot.got == []


async def test_what_was_not_delivered_is_fetched_after_the_webhook_is_removed() -> None:
    async with messenger() as client:
        async with webhook(client) as bot:
            bot.statuses += [503] * 1000
            await client.simulator.person(71, "Siti").say("/start")
            async with asyncio.timeout(PATIENCE):
                while not bot.got:  # noqa: ASYNC110 - the same
                    await asyncio.sleep(0.005)
        assert len(await client.updates()) == 1


async def test_a_secret_with_other_characters_and_a_plain_address_are_refused() -> None:
    async with messenger() as client:
        assert "unallowed" in await client.refusal("setWebhook", url=PUBLIC, secret_token="a b")
        assert "HTTPS" in await client.refusal("setWebhook", url="http://bot.example.id")
