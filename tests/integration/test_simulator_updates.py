"""Receiving: an update is delivered until it is confirmed, and never afterwards."""

import asyncio
import time

from tests.integration.simulator_client import messenger

TERMINATED = (
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active;"
    " use deleteWebhook to delete the webhook first"
)


async def test_an_update_is_delivered_until_a_higher_offset_confirms_it() -> None:
    async with messenger() as client:
        siti = client.simulator.person(5001, "Siti")
        for text in ("a", "b", "c"):
            await siti.say(text)
        first = await client.updates()
        assert [update["message"]["text"] for update in first] == ["a", "b", "c"]
        assert await client.updates() == first
        assert await client.updates(limit=2) == first[:2]
        assert await client.updates(offset=first[1]["update_id"] + 1) == first[2:]
        assert await client.updates() == first[2:]
        assert await client.updates(offset=first[2]["update_id"] + 1) == []


async def test_a_negative_offset_keeps_only_the_last_ones() -> None:
    async with messenger() as client:
        siti = client.simulator.person(5001, "Siti")
        for text in ("a", "b", "c"):
            await siti.say(text)
        assert [update["message"]["text"] for update in await client.updates(offset=-1)] == ["c"]
        assert [update["message"]["text"] for update in await client.updates()] == ["c"]


async def test_a_waiting_call_returns_as_soon_as_something_arrives() -> None:
    async with messenger() as client:
        waiting = asyncio.create_task(client.updates(timeout=50))
        await client.simulator.until(lambda: client.simulator.calls)
        await client.simulator.person(5001, "Siti").say("halo")
        assert [update["message"]["text"] for update in await asyncio.wait_for(waiting, 60)] == ["halo"]


async def test_a_waiting_call_returns_empty_after_its_timeout() -> None:
    async with messenger() as client:
        begin = time.monotonic()
        assert await client.updates(timeout=1) == []
        assert time.monotonic() - begin >= 1


async def test_the_earlier_of_two_receivers_gets_a_conflict() -> None:
    async with messenger() as client:
        waiting = asyncio.create_task(client.refusal("getUpdates", timeout=50))
        await client.simulator.until(lambda: client.simulator.calls)
        later = asyncio.create_task(client.updates(timeout=50))
        assert await asyncio.wait_for(waiting, 60) == TERMINATED
        await client.simulator.person(5001, "Siti").say("halo")
        assert len(await later) == 1


async def test_polling_and_webhook_exclude_each_other() -> None:
    async with messenger() as client:
        assert await client.result("setWebhook", url="https://bot.example.id/hook") is True
        assert await client.refusal("getUpdates") == WEBHOOK_ACTIVE
        assert (await client.result("getWebhookInfo"))["url"] == "https://bot.example.id/hook"
        await client.result("deleteWebhook")
        assert await client.updates() == []
        await client.result("setWebhook", url="https://bot.example.id/hook")
        await client.result("setWebhook", url="")
        assert await client.updates() == []


async def test_dropping_pending_updates_removes_waiting_ones() -> None:
    async with messenger() as client:
        await client.simulator.person(5001, "Siti").say("halo")
        assert (await client.result("getWebhookInfo"))["pending_update_count"] == 1
        await client.result("deleteWebhook", drop_pending_updates=True)
        assert await client.updates() == []


async def test_only_allowed_kinds_arrive_also_in_later_calls() -> None:
    async with messenger() as client:
        siti = client.simulator.person(5001, "Siti")
        await client.updates(allowed_updates=["edited_message"])
        message = await siti.say("halo")
        await siti.edit(message, "halo!")
        assert [list(update) for update in await client.updates()] == [["update_id", "edited_message"]]
        assert (
            await client.refusal("getUpdates", allowed_updates=["mesage"])
            == 'Bad Request: unknown update type "mesage"'
        )


async def test_changes_of_members_arrive_only_on_request() -> None:
    async with messenger() as client:
        budi = client.simulator.person(6001, "Budi")
        group = client.simulator.group(-1001, "Petugas")
        await group.add(budi)
        assert all("chat_member" not in update for update in await client.updates())
        await client.updates(allowed_updates=["chat_member"])
        await group.remove(budi)
        change = (await client.updates(offset=-1))[0]["chat_member"]
        assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == (
            "member",
            "left",
        )


async def test_lower_ids_after_a_restart_are_delivered_to_an_old_offset() -> None:
    async with messenger() as client:
        siti = client.simulator.person(5001, "Siti")
        await siti.say("lama")
        last = (await client.updates())[-1]["update_id"]
        assert await client.updates(offset=last + 1) == []
        client.simulator.rebase_updates(17)
        await siti.say("baru")
        found = await client.updates(offset=last + 1)
        assert [update["update_id"] for update in found] == [17]
        assert await client.updates(offset=18) == []


async def test_an_update_of_any_form_can_be_injected() -> None:
    async with messenger() as client:
        client.simulator.inject({"message": {"message_id": "no number"}})
        await client.simulator.person(5001, "Siti").say("halo")
        broken, whole = await client.updates()
        assert broken["message"] == {"message_id": "no number"}
        assert whole["update_id"] == broken["update_id"] + 1


async def test_a_waiting_call_returns_empty_when_the_messenger_stops() -> None:
    async with messenger() as client:
        waiting = asyncio.create_task(client.updates(timeout=50))
        await client.simulator.until(lambda: client.simulator.calls)
        client.simulator.dispatcher.receiver.stop()
        assert await asyncio.wait_for(waiting, 60) == []
