"""A recalled message is deleted with its parts and files; a refusal is reported, and nothing is sent late."""

from __future__ import annotations

from pathlib import Path

from conversations.effects import DeleteMessages
from tests.integration.stage import STAFF, Stage, eventually, send, stage
from tests.integration.test_channel_sending import evidence

DELETION = DeleteMessages(7, "response:abc:1", "recalled_response:abc:1", "abc")
OUTCOME = "SELECT outcome FROM outbox WHERE key = 'recalled_response:abc:1'"
TWO_DAYS = 48 * 3600


async def outcome(stand: Stage, wanted: str) -> None:
    async def known() -> bool:
        return [row[0] for row in await stand.rows(OUTCOME)] == [wanted]

    await eventually(known)


def shown(stand: Stage) -> list[str]:
    messages = stand.simulator.person(7, "Siti").messages
    return [str(each.get("text")) for each in messages if each["from"]["is_bot"]]


async def test_a_text_of_several_parts_is_deleted_with_its_files(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        keys = await evidence(stand)
        long = send(7, "tanggapan " * 900, "response:abc:1", files=keys[:3])
        await stand.post(long, send(7, "berikut"))
        await stand.empty()
        assert len(shown(stand)) > 5
        await stand.post(DELETION)
        await outcome(stand, "delivered")
        assert shown(stand) == ["berikut"]


async def test_a_message_that_is_still_on_its_way_is_deleted_after_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        await stand.simulator.person(7, "Siti").say("/start")
        await stand.post(send(7, "keliru", "response:abc:1"), DELETION)
        await outcome(stand, "delivered")
        assert shown(stand) == []


async def test_a_message_that_the_citizen_has_deleted_counts_as_deleted(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        siti = stand.simulator.person(7, "Siti")
        await siti.say("/start")
        await stand.post(send(7, "keliru", "response:abc:1"))
        await stand.empty()
        chat = stand.simulator.world.chats[7]
        stand.simulator.world.delete(chat, siti.messages[-1]["message_id"])
        await stand.post(DELETION)
        await outcome(stand, "delivered")


async def test_after_48_hours_the_refusal_is_reported_and_nothing_else_is_held_up(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        await stand.simulator.person(7, "Siti").say("/start")
        await stand.post(send(7, "keliru", "response:abc:1"))
        await stand.empty()
        stand.simulator.world.offset += TWO_DAYS
        await stand.post(DELETION, send(7, "mohon abaikan"))
        await outcome(stand, "unreachable")
        await stand.empty()
        assert shown(stand) == ["keliru", "mohon abaikan"]
        # The operator can do nothing about it.
        assert not await stand.rows("SELECT id FROM outbox WHERE chat = 999")


async def test_what_waits_for_a_person_who_blocked_the_bot_is_never_sent(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        siti = stand.simulator.person(7, "Siti")
        await siti.say("/start")
        await siti.block()
        await stand.post(send(7, "keliru", "response:abc:1", report="abc"))
        await eventually(lambda: stand.count("SELECT count(*) FROM outbox WHERE state = 'parked'", 1))
        await stand.post(DELETION)
        await outcome(stand, "delivered")
        await siti.unblock()
        await stand.post(send(7, "tanggapan yang benar", "response:abc:2"))
        await siti.wait_for("tanggapan yang benar")
        assert "keliru" not in shown(stand)


async def test_a_deletion_survives_a_restart(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        await stand.simulator.person(7, "Siti").say("/start")
        await stand.post(send(7, "keliru", "response:abc:1"))
        await stand.empty()
        await stand.kill_outbox()
        await stand.store(DELETION)
        await stand.restart_outbox()
        await outcome(stand, "delivered")
        assert shown(stand) == []


async def test_the_same_key_of_another_chat_stays(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        group = stand.simulator.group(STAFF, "Petugas")
        await stand.simulator.person(7, "Siti").say("/start")
        await stand.post(send(7, "keliru", "response:abc:1"), send(STAFF, "lain", "response:abc:1"))
        await stand.empty()
        await stand.post(DELETION)
        await outcome(stand, "delivered")
        assert [message["text"] for message in group.messages if message["from"]["is_bot"]] == ["lain"]
