"""The webhooks of the embedded Cloud API: challenge, signature, repetition, batches, order, repeats."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from bot.simulator.whatsapp.people import CloudPerson
from bot.simulator.whatsapp.webhooks import NotVerifiedError, as_raw
from tests.integration.cloud_api_client import (
    APP_SECRET,
    NUMBER,
    PATIENCE,
    VERIFY_TOKEN,
    CloudClient,
    Hook,
    cloud_api,
    connected,
    hook,
    signature,
    text,
)


def three(client: CloudClient) -> list[CloudPerson]:
    return [client.cloud.person(f"628123000111{place}", f"Warga {place}") for place in range(3)]


async def reached(bot: Hook, count: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while len(bot.got) < count:  # noqa: ASYNC110 - a server of the test itself
            await asyncio.sleep(0.005)


async def test_a_webhook_that_refuses_the_challenge_is_not_connected() -> None:
    async with hook() as bot, cloud_api() as client:
        with pytest.raises(NotVerifiedError, match=r"did not return the challenge .*403"):
            await client.cloud.connect(bot.url, APP_SECRET, "wrong")
        await client.cloud.person(NUMBER, "Siti").say("Halo")
        assert not client.cloud.webhooks.idle
    assert bot.got == []


async def test_an_answer_that_is_not_the_challenge_is_refused() -> None:
    async with hook() as bot, cloud_api() as client:

        async def verify(_request: web.Request) -> web.Response:
            return web.Response(text="ok")

        application = web.Application()
        application.router.add_get("/", verify)
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        try:
            with pytest.raises(NotVerifiedError, match="200 'ok'"):
                await client.cloud.connect(f"http://{host}:{port}/", APP_SECRET, VERIFY_TOKEN)
        finally:
            await runner.cleanup()
        assert bot.got == []


async def test_a_webhook_that_is_not_there_is_named() -> None:
    async with cloud_api() as client:
        with pytest.raises(NotVerifiedError, match="is not reachable"):
            await client.cloud.connect("http://127.0.0.1:9/wa", APP_SECRET, VERIFY_TOKEN)


async def test_what_happened_before_the_connection_is_delivered_signed() -> None:
    async with hook() as bot, cloud_api() as client:
        await client.cloud.person(NUMBER, "Siti").say("Halo")
        await client.cloud.connect(bot.url, APP_SECRET, VERIFY_TOKEN)
        await client.cloud.webhooks.drained()
        ((raw, signed),) = bot.raw
        assert signed == signature(raw)


async def test_an_update_is_repeated_until_200() -> None:
    async with connected() as (client, bot):
        bot.statuses += [503, 500, 403, 204]
        await client.cloud.person(NUMBER, "Siti").say("Halo")
        await client.cloud.webhooks.drained()
        assert client.cloud.webhooks.answers == [503, 500, 403, 204, 200]
        assert len({raw for raw, _ in bot.raw}) == 1


async def test_a_pause_ends_when_the_bot_connects_again() -> None:
    async with connected() as (client, bot):
        client.cloud.webhooks.scale = 3600.0
        bot.statuses += [503, 503]
        await client.cloud.person(NUMBER, "Siti").say("Halo")
        await reached(bot, 2)
        await client.cloud.connect(bot.url, APP_SECRET, VERIFY_TOKEN)
        await client.cloud.webhooks.drained()
        assert client.cloud.webhooks.answers == [503, 503, 200]


async def test_people_do_not_wait_for_each_other_and_one_person_may_be_kept_in_order() -> None:
    async with connected() as (client, bot):
        siti, budi, _ = three(client)
        bot.open.clear()
        await siti.say("satu")
        await reached(bot, 1)
        await siti.say("dua")
        await budi.say("tiga")
        await reached(bot, 2)
        assert [each["text"]["body"] for each in bot.messages] == ["satu", "tiga"]
        bot.open.set()
        await client.cloud.webhooks.drained()
        assert bot.messages[-1]["text"]["body"] == "dua"


async def test_without_the_order_everything_goes_at_the_same_time() -> None:
    async with connected() as (client, bot):
        client.cloud.webhooks.in_order = False
        siti = three(client)[0]
        bot.open.clear()
        for number in range(5):
            await siti.say(str(number))
        await reached(bot, 5)
        bot.open.set()
        await client.cloud.webhooks.drained()


async def test_a_batch_has_all_updates_in_one_body_and_names_by_id() -> None:
    async with connected() as (client, bot):
        client.cloud.webhooks.gather = True
        client.cloud.webhooks.pause()
        people = three(client)
        for person in people:
            await person.say("Halo")
        await client.send(text() | {"to": people[0].number})
        await client.send(text() | {"to": people[1].number})
        await people[2].change_number("6281777770000")
        assert bot.got == []
        client.cloud.webhooks.resume()
        await client.cloud.webhooks.drained()
        assert len(bot.got) == 1
        assert len(bot.got[0]["entry"]) == 2
        assert [each.get("from") for each in bot.messages[:3]] == [
            f"628123000111{place}" for place in range(3)
        ]
        names = [contact["wa_id"] for contact in bot.changes()[0]["value"]["contacts"]]
        assert names == [f"628123000111{place}" for place in (2, 1, 0)]
        assert bot.told == ["sent", "delivered"] * 2
        assert [change["field"] for change in bot.changes()][-1] == "user_id_update"


async def test_updates_may_come_in_another_order() -> None:
    async with connected() as (client, bot):
        hooks = client.cloud.webhooks
        hooks.in_order, hooks.gather, hooks.shuffle = False, True, True
        hooks.pause()
        siti = three(client)[0]
        for number in range(10):
            await siti.say(str(number))
        hooks.resume()
        await hooks.drained()
        said = [each["text"]["body"] for each in bot.messages]
        assert said != sorted(said)
        assert sorted(said) == [str(number) for number in range(10)]


async def test_each_update_may_come_twice() -> None:
    async with connected() as (client, bot):
        client.cloud.webhooks.duplicate = True
        await client.cloud.person(NUMBER, "Siti").say("Halo")
        await client.cloud.webhooks.drained()
        assert len(bot.raw) == 2
        assert bot.raw[0] == bot.raw[1]


async def test_a_test_may_send_any_body_with_any_signature() -> None:
    async with connected() as (client, bot):
        raw = as_raw({"object": "whatsapp_business_account", "entry": []})
        assert await client.cloud.webhooks.post(raw, "sha256=wrong") == 200
        assert bot.raw == [(raw, "sha256=wrong")]


async def test_a_reset_ends_the_repetition() -> None:
    async with connected() as (client, bot):
        bot.statuses += [503] * 10_000
        await client.cloud.person(NUMBER, "Siti").say("Halo")
        await reached(bot, 2)
        client.cloud.reset()
        await client.cloud.webhooks.drained()
        bot.statuses.clear()
        await client.cloud.person(NUMBER, "Siti").say("Lagi")
        await client.cloud.webhooks.drained()
        assert bot.messages[-1]["text"]["body"] == "Lagi"
