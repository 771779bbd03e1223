"""Order, names and edits of what the outbox sends."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from bot.database.outbox_rows import State
from bot.outbox.pacing import Limits
from bot.simulator.state.limits import Limits as FloodLimits
from conversations.effects import Lane, LeaveChat, ShowCommands, StripButtons
from conversations.messages import Button
from tests.integration.outbox_setup import FAST, STAFF, edit, eventually, send, stage

TAKE = ((Button("take", "take", "abc", 1, style="primary"),),)


async def test_messages_of_a_chat_arrive_in_the_order_in_which_they_were_stored(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        await stand.simulator.person(7, "Siti").say("/start")
        await stand.post(*(send(7, f"nomor {number}") for number in range(20)))
        await stand.empty()
        assert stand.texts(7) == [f"nomor {number}" for number in range(20)]


async def test_a_slow_chat_does_not_hold_up_another(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        siti, budi = stand.simulator.person(7, "Siti"), stand.simulator.person(8, "Budi")
        await siti.say("/start")
        await budi.say("/start")
        held = stand.simulator.fault("sendMessage", chat_id=7, kind="hold")
        await stand.post(send(7, "tertahan"))
        await held.reached()
        await stand.post(send(8, "lewat"))
        await budi.wait_for("lewat")
        held.release()
        await siti.wait_for("tertahan")


async def test_what_an_officer_asked_for_overtakes_the_cards_that_wait(tmp_path: Path) -> None:
    slow = Limits(group_messages=2, group_seconds=0.5, overall_per_second=1000)
    async with stage(tmp_path, slow) as stand:
        stand.simulator.group(STAFF, "Petugas")
        cards = [send(STAFF, f"kartu {number}", lane=Lane.UNASKED) for number in range(6)]
        await stand.post(*cards)
        await stand.simulator.until(lambda: stand.texts(STAFF))
        await stand.post(send(STAFF, "daftar"))
        await stand.empty()
        order = stand.texts(STAFF)
        assert order.index("daftar") <= 2
        assert [each for each in order if each != "daftar"] == [f"kartu {number}" for number in range(6)]


async def test_the_groups_limit_is_kept_without_a_single_refusal(tmp_path: Path) -> None:
    slow = Limits(group_messages=5, group_seconds=0.6, private_burst=3, private_per_second=10)
    flood = FloodLimits(group=5, group_window=0.6, private=3, private_window=0.3)
    async with stage(tmp_path, slow, flood) as stand:
        stand.simulator.group(STAFF, "Petugas")
        await stand.simulator.person(7, "Siti").say("/start")
        await stand.post(*(send(chat, f"{number}") for number in range(12) for chat in (STAFF, 7)))
        await stand.empty()
        assert [call.code for call in stand.simulator.calls if call.code != 200] == []
        assert len(stand.texts(STAFF)) == len(stand.texts(7)) == 12


async def test_an_edit_finds_its_message_by_key_even_before_the_mark_is_written(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        group = stand.simulator.group(STAFF, "Petugas")
        await stand.post(send(STAFF, "baru", "card:abc", buttons=TAKE))
        await group.wait_for("baru")
        await stand.post(edit(STAFF, "card:abc", "diambil"))
        await group.wait_for("diambil")
        assert len(stand.sent()) == 1


async def test_an_edit_of_a_waiting_message_takes_its_place(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        group = stand.simulator.group(STAFF, "Petugas")
        held = stand.simulator.fault("sendMessage", kind="hold")
        await stand.post(send(STAFF, "pertama"))
        await held.reached()
        await stand.post(send(STAFF, "kartu", "card:abc"))
        for number in range(3):
            await stand.post(edit(STAFF, "card:abc", f"kartu versi {number}"))
        held.release()
        await group.wait_for("kartu versi 2")
        await stand.empty()
        assert stand.texts(STAFF) == ["pertama", "kartu versi 2"]
        assert stand.sent("editMessageText") == []


async def test_a_replacement_that_comes_while_its_message_is_on_the_way_becomes_an_edit(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as stand:
        group = stand.simulator.group(STAFF, "Petugas")
        held = stand.simulator.fault("sendMessage", kind="hold")
        await stand.store(send(STAFF, "kartu", "card:abc"))
        # Stored as replacing before the senders took the row up; accepted after they did.
        replaced = await stand.store(edit(STAFF, "card:abc", "kartu baru"))
        first = await stand.rows("SELECT id, revision FROM outbox")
        assert [tuple(row) for row in first] == [(1, 1)]
        old = replace(replaced[0], revision=0, message=send(STAFF, "kartu").message)
        stand.outbox.accept([old])
        await held.reached()
        stand.outbox.accept(replaced)
        held.release()
        await group.wait_for("kartu baru")
        await stand.empty()
        assert stand.texts(STAFF) == ["kartu"]
        assert len(stand.sent("editMessageText")) == 1


async def test_a_vanished_message_is_sent_anew_and_edited_there_from_then_on(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        group = stand.simulator.group(STAFF, "Petugas")
        await stand.post(send(STAFF, "kartu", "card:abc"))
        message = await group.wait_for("kartu")
        await stand.empty()
        stand.simulator.world.delete(group.chat, message["message_id"])
        await stand.post(edit(STAFF, "card:abc", "kartu lagi"))
        await group.wait_for("kartu lagi")
        await stand.post(edit(STAFF, "card:abc", "kartu ketiga"))
        third = await group.wait_for("kartu ketiga")
        await stand.empty()
        assert [row.message_id for row in await stand.rows("SELECT message_id FROM sent_messages")] == [
            third["message_id"]
        ]


async def test_an_edit_that_changes_nothing_is_a_success(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        stand.simulator.group(STAFF, "Petugas")
        await stand.post(send(STAFF, "kartu", "card:abc"))
        await stand.empty()
        await stand.post(edit(STAFF, "card:abc", "kartu"))
        await stand.empty()
        assert stand.texts(STAFF) == ["kartu"]
        assert await stand.rows("SELECT * FROM outbox") == []


async def test_an_edit_of_a_message_never_sent_sends_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        stand.simulator.group(STAFF, "Petugas")
        await stand.post(edit(STAFF, "card:abc", "kartu"))
        await stand.empty()
        assert stand.texts(STAFF) == ["kartu"]


async def test_a_second_message_of_a_key_takes_the_buttons_off_the_first(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        group = stand.simulator.group(STAFF, "Petugas")
        await stand.post(send(STAFF, "lama", "card:abc", buttons=TAKE))
        old = await group.wait_for("lama")
        await stand.empty()
        await stand.post(send(STAFF, "baru", "card:abc", buttons=TAKE))
        new = await group.wait_for("baru")
        await stand.simulator.until(
            lambda: "reply_markup" not in group.chat.messages[old["message_id"]].message
        )
        assert group.chat.messages[new["message_id"]].message["reply_markup"]
        await stand.post(edit(STAFF, "card:abc", "diubah"))
        assert (await group.wait_for("diubah"))["message_id"] == new["message_id"]


async def test_an_answer_to_a_named_message_is_a_reply_to_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        group = stand.simulator.group(STAFF, "Petugas")
        await stand.post(send(STAFF, "kartu", "card:abc"))
        card = await group.wait_for("kartu")
        await stand.post(send(STAFF, "bukti", reply_to="card:abc"))
        assert (await group.wait_for("bukti"))["reply_to_message"]["message_id"] == card["message_id"]
        await stand.post(send(STAFF, "tanpa kartu", reply_to="card:unknown"))
        assert "reply_to_message" not in await group.wait_for("tanpa kartu")


async def test_leaving_comes_after_the_last_words_and_commands_and_strips_are_rows_too(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as stand:
        group = stand.simulator.group(-200, "Asing")
        siti = stand.simulator.person(7, "Siti")
        await siti.say("/start")
        await stand.post(send(7, "tanya", "screen:7:1", buttons=TAKE))
        asked = await siti.wait_for("tanya")
        await stand.post(
            send(-200, "selamat tinggal"),
            LeaveChat(-200),
            ShowCommands(7, "en"),
            StripButtons(7, asked["message_id"]),
        )
        await stand.empty()
        assert group.chat.bot_status == "left"
        assert stand.texts(-200) == ["selamat tinggal"]
        assert "reply_markup" not in siti.chat.messages[asked["message_id"]].message
        assert stand.sent("setMyCommands")[0]["commands"][0]["description"] == "Buat pengaduan (en)"


async def test_a_message_known_by_its_name_loses_its_buttons(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        siti = stand.simulator.person(7, "Siti")
        await siti.say("/start")
        await stand.post(send(7, "tanggapan", "response:abc:1", buttons=TAKE))
        shown = (await siti.wait_for("tanggapan"))["message_id"]
        await stand.post(StripButtons(7, key="response:abc:1"), StripButtons(7, key="response:abc:2"))
        await stand.empty()
        assert "reply_markup" not in siti.chat.messages[shown].message
        assert stand.texts(7) == ["tanggapan"]


async def test_many_chats_at_once_stay_within_the_common_limit(tmp_path: Path) -> None:
    limits = Limits(overall_per_second=10, private_burst=1000)
    async with stage(tmp_path, limits, FloodLimits(overall=10)) as stand:
        for person in range(1, 26):
            await stand.simulator.person(person, f"Warga {person}").say("/start")
        await stand.post(*(send(person, "pengumuman") for person in range(1, 26)))
        await stand.empty()
        assert len(stand.sent()) == 25
        assert [call for call in stand.simulator.calls if call.code == 429] == []


async def test_rows_of_another_state_than_pending_are_left_alone(tmp_path: Path) -> None:
    async with stage(tmp_path, FAST) as stand:
        await stand.simulator.person(7, "Siti").say("/start")
        stored = await stand.store(send(7, "nanti"))
        stand.outbox.accept([replace(stored[0], state=State.PARKED)])
        await stand.post(send(7, "sekarang"))
        await eventually(lambda: stand.count("SELECT count(*) FROM outbox", 1))
        await asyncio.sleep(0)
        assert stand.texts(7) == ["sekarang"]
