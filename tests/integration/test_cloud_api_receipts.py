"""The statuses of the embedded Cloud API in every order that WhatsApp has."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.simulator.whatsapp.limits import CloudLimits
from bot.simulator.whatsapp.people import CloudPerson
from tests.integration.cloud_api_client import NUMBER, CloudClient, Hook, connected, text

DAY = 24 * 3600.0
DATA = {"biz_opaque_callback_data": "17"}


@asynccontextmanager
async def told() -> AsyncIterator[tuple[CloudClient, Hook, CloudPerson]]:
    async with connected() as (client, bot):
        siti = client.cloud.person(NUMBER, "Siti Aminah")
        await siti.say("Halo")
        yield client, bot, siti


async def test_a_message_is_sent_delivered_and_read() -> None:
    async with told() as (client, bot, siti):
        wamid = await client.send(text() | DATA)
        await siti.read()
        await siti.read()
        await client.cloud.webhooks.drained()
        assert bot.told == ["sent", "delivered", "read"]
        assert bot.parts("statuses")[0] == {
            "id": wamid,
            "status": "sent",
            "timestamp": siti.messages[1]["timestamp"],
            "recipient_id": NUMBER,
            "recipient_user_id": siti.user_id,
            "biz_opaque_callback_data": "17",
        }


async def test_a_status_of_a_person_with_a_username_has_no_number() -> None:
    async with connected() as (client, bot):
        budi = client.cloud.person(NUMBER, "Budi", username_only=True)
        await budi.say("Halo")
        await client.send(text() | {"recipient": budi.user_id})
        await client.cloud.webhooks.drained()
        status = bot.parts("statuses")[0]
        assert (status.get("recipient_id"), status["recipient_user_id"]) == (None, budi.user_id)
        assert "biz_opaque_callback_data" not in status


async def test_delivered_may_be_skipped_for_read() -> None:
    async with told() as (client, bot, _):
        client.cloud.receipts.skip_delivered = True
        await client.send(text())
        await client.cloud.webhooks.drained()
        assert bot.told == ["sent", "read"]


async def test_a_status_may_come_before_the_answer_of_the_api() -> None:
    async with told() as (client, bot, _):
        client.cloud.receipts.early = True
        await client.send(text())
        assert bot.told == ["sent", "delivered"]


async def test_a_message_may_fail_after_it_was_accepted() -> None:
    async with told() as (client, bot, siti):
        client.cloud.receipts.fail(131026, siti, times=2)
        await client.send(text() | DATA)
        await client.send(text())
        await client.send(text("Akhirnya"))
        await client.cloud.webhooks.drained()
        assert bot.told == ["failed", "failed", "sent", "delivered"]
        status = bot.parts("statuses")[0]
        assert (status["errors"][0]["code"], status["biz_opaque_callback_data"]) == (131026, "17")
        assert all("contacts" not in change["value"] for change in bot.changes() if "failed" in str(change))
        assert [each["shown"] for each in siti.messages] == ["Halo", "Akhirnya"]


async def test_statuses_may_be_held_back() -> None:
    async with told() as (client, bot, _):
        client.cloud.receipts.hold()
        await client.send(text())
        await client.cloud.webhooks.drained()
        assert bot.told == []
        client.cloud.receipts.release()
        await client.cloud.webhooks.drained()
        assert bot.told == ["sent", "delivered"]


async def test_a_reset_forgets_what_is_held_and_what_is_to_fail() -> None:
    async with told() as (client, bot, _):
        client.cloud.receipts.hold()
        client.cloud.receipts.fail(131026)
        await client.send(text())
        client.cloud.receipts.fail(131026)
        client.cloud.reset()
        await client.cloud.person(NUMBER, "Siti").say("Halo")
        await client.send(text())
        client.cloud.receipts.release()
        await client.cloud.webhooks.drained()
        assert bot.told == ["sent", "delivered"]


@pytest.mark.parametrize("stranger", [{"to": "+6281999999999"}, {"recipient": "ID.1"}])
async def test_a_status_of_a_stranger_names_what_was_given(stranger: dict[str, str]) -> None:
    async with told() as (client, bot, _):
        client.cloud.receipts.late_refusals = True
        await client.send(text() | stranger)
        await client.cloud.webhooks.drained()
        (status,) = bot.parts("statuses")
        named = {key: value for key, value in status.items() if key.startswith("recipient")}
        asked = stranger.get("to", "").removeprefix("+")
        assert named == ({"recipient_id": asked} if asked else {"recipient_user_id": "ID.1"})


@pytest.mark.parametrize("code", [131026, 131047, 131056])
async def test_a_refusal_may_come_in_a_status(code: int) -> None:
    async with told() as (client, bot, _):
        client.cloud.receipts.late_refusals = True
        if code == 131047:
            client.cloud.clock.forward(DAY)
        if code == 131056:
            client.cloud.limits = CloudLimits(burst=0)
        await client.send(text() | ({"to": "6281999999999"} if code == 131026 else {}))
        await client.cloud.webhooks.drained()
        (status,) = bot.parts("statuses")
        assert (status["status"], status["errors"][0]["code"]) == ("failed", code)
        assert status["recipient_id"] == ("6281999999999" if code == 131026 else NUMBER)
