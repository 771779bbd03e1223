"""A recalled message is deleted with its parts and files; a refusal is reported, and nothing is sent late."""

from __future__ import annotations

from conversations.effects import DeleteMessages
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import STAFF, OutboxSetup, eventually, outbox_setup, send
from tests.integration.test_channel_sending import evidence

DELETION = DeleteMessages(7, "response:abc:1", "recalled_response:abc:1", "abc")
OUTCOME = "SELECT outcome FROM outbox WHERE key = 'recalled_response:abc:1'"
TWO_DAYS = 48 * 3600


async def outcome(setup: OutboxSetup, wanted: str) -> None:
    async def known() -> bool:
        return [row[0] for row in await setup.rows(OUTCOME)] == [wanted]

    await eventually(known)


def shown(setup: OutboxSetup) -> list[str]:
    messages = setup.simulator.person(7, "Siti").messages
    return [str(each.get("text")) for each in messages if each["from"]["is_bot"]]


async def test_a_text_of_several_parts_is_deleted_with_its_files(place: Place) -> None:
    async with outbox_setup(place) as setup:
        keys = await evidence(setup)
        long = send(7, "tanggapan " * 900, "response:abc:1", files=keys[:3])
        await setup.post(long, send(7, "berikut"))
        await setup.empty()
        assert len(shown(setup)) > 5
        await setup.post(DELETION)
        await outcome(setup, "delivered")
        assert shown(setup) == ["berikut"]


async def test_a_message_that_is_still_on_its_way_is_deleted_after_it(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await setup.simulator.person(7, "Siti").say("/start")
        await setup.post(send(7, "keliru", "response:abc:1"), DELETION)
        await outcome(setup, "delivered")
        assert shown(setup) == []


async def test_a_message_that_the_citizen_has_deleted_counts_as_deleted(place: Place) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        await setup.post(send(7, "keliru", "response:abc:1"))
        await setup.empty()
        chat = setup.simulator.world.chats[7]
        setup.simulator.world.delete(chat, siti.messages[-1]["message_id"])
        await setup.post(DELETION)
        await outcome(setup, "delivered")


async def test_after_48_hours_the_refusal_is_reported_and_nothing_else_is_held_up(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await setup.simulator.person(7, "Siti").say("/start")
        await setup.post(send(7, "keliru", "response:abc:1"))
        await setup.empty()
        setup.simulator.world.offset += TWO_DAYS
        await setup.post(DELETION, send(7, "mohon abaikan"))
        await outcome(setup, "unreachable")
        await setup.empty()
        assert shown(setup) == ["keliru", "mohon abaikan"]
        # The operator can do nothing about it.
        assert not await setup.rows("SELECT id FROM outbox WHERE chat = 999")


async def test_what_waits_for_a_person_who_blocked_the_bot_is_never_sent(place: Place) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        await siti.block()
        await setup.post(send(7, "keliru", "response:abc:1", report="abc"))
        await eventually(lambda: setup.count("SELECT count(*) FROM outbox WHERE state = 'parked'", 1))
        await setup.post(DELETION)
        await outcome(setup, "delivered")
        await siti.unblock()
        await setup.post(send(7, "tanggapan yang benar", "response:abc:2"))
        await siti.wait_for("tanggapan yang benar")
        assert "keliru" not in shown(setup)


async def test_a_deletion_survives_a_restart(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await setup.simulator.person(7, "Siti").say("/start")
        await setup.post(send(7, "keliru", "response:abc:1"))
        await setup.empty()
        await setup.kill_outbox()
        await setup.store(DELETION)
        await setup.restart_outbox()
        await outcome(setup, "delivered")
        assert shown(setup) == []


async def test_the_same_key_of_another_chat_stays(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas")
        await setup.simulator.person(7, "Siti").say("/start")
        await setup.post(send(7, "keliru", "response:abc:1"), send(STAFF, "lain", "response:abc:1"))
        await setup.empty()
        await setup.post(DELETION)
        await outcome(setup, "delivered")
        assert [message["text"] for message in group.messages if message["from"]["is_bot"]] == ["lain"]
