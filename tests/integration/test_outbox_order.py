"""Order, names and edits of what the outbox sends."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.database.outbox_rows import State
from bot.outbox.pacing import Limits
from bot.simulator.state.limits import Limits as FloodLimits
from conversations import keys
from conversations.effects import Lane, LeaveChat, ShowCommands, StripButtons
from conversations.messages import Button
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import FAST, STAFF, edit, eventually, outbox_setup, send

TAKE = ((Button("take", "take", "abc", 1, style="primary"),),)


async def test_messages_of_a_chat_arrive_in_the_order_in_which_they_were_stored(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await setup.simulator.person(7, "Siti").say("/start")
        await setup.post(*(send(7, f"nomor {number}") for number in range(20)))
        await setup.empty()
        assert setup.texts(7) == [f"nomor {number}" for number in range(20)]


async def test_a_slow_chat_does_not_delay_another(place: Place) -> None:
    async with outbox_setup(place) as setup:
        siti, budi = setup.simulator.person(7, "Siti"), setup.simulator.person(8, "Budi")
        await siti.say("/start")
        await budi.say("/start")
        held = setup.simulator.fault("sendMessage", chat_id=7, kind="hold")
        await setup.post(send(7, "tertahan"))
        await held.reached()
        await setup.post(send(8, "lewat"))
        await budi.wait_for("lewat")
        held.release()
        await siti.wait_for("tertahan")


async def test_replies_to_an_officer_go_before_waiting_cards(place: Place) -> None:
    slow = Limits(group_messages=2, group_seconds=0.5, overall_per_second=1000)
    async with outbox_setup(place, slow) as setup:
        setup.simulator.group(STAFF, "Petugas")
        cards = [send(STAFF, f"kartu {number}", lane=Lane.UNASKED) for number in range(6)]
        await setup.post(*cards)
        await setup.simulator.until(lambda: setup.texts(STAFF))
        await setup.post(send(STAFF, "daftar"))
        await setup.empty()
        order = setup.texts(STAFF)
        assert order.index("daftar") <= 2
        assert [each for each in order if each != "daftar"] == [f"kartu {number}" for number in range(6)]


async def test_the_groups_limit_is_kept_without_a_single_refusal(place: Place) -> None:
    slow = Limits(group_messages=5, group_seconds=0.6, private_burst=3, private_per_second=10)
    flood = FloodLimits(group=5, group_window=0.6, private=3, private_window=0.3)
    async with outbox_setup(place, slow, flood) as setup:
        setup.simulator.group(STAFF, "Petugas")
        await setup.simulator.person(7, "Siti").say("/start")
        await setup.post(*(send(chat, f"{number}") for number in range(12) for chat in (STAFF, 7)))
        await setup.empty()
        assert [call.code for call in setup.simulator.calls if call.code != 200] == []
        assert len(setup.texts(STAFF)) == len(setup.texts(7)) == 12


async def test_an_edit_finds_its_message_by_key_even_before_the_mark_is_written(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas")
        await setup.post(send(STAFF, "baru", "card:abc", buttons=TAKE))
        await group.wait_for("baru")
        await setup.post(edit(STAFF, "card:abc", "diambil"))
        await group.wait_for("diambil")
        assert len(setup.sent()) == 1


async def test_an_edit_of_a_waiting_message_takes_its_place(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas")
        held = setup.simulator.fault("sendMessage", kind="hold")
        await setup.post(send(STAFF, "pertama"))
        await held.reached()
        await setup.post(send(STAFF, "kartu", "card:abc"))
        for number in range(3):
            await setup.post(edit(STAFF, "card:abc", f"kartu versi {number}"))
        held.release()
        await group.wait_for("kartu versi 2")
        await setup.empty()
        assert setup.texts(STAFF) == ["pertama", "kartu versi 2"]
        assert setup.sent("editMessageText") == []


async def test_a_replacement_that_comes_while_its_message_is_on_the_way_becomes_an_edit(
    place: Place,
) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas")
        held = setup.simulator.fault("sendMessage", kind="hold")
        await setup.store(send(STAFF, "kartu", "card:abc"))
        # Stored as replacing before the senders took the row up; accepted after they did.
        replaced = await setup.store(edit(STAFF, "card:abc", "kartu baru"))
        first = await setup.rows("SELECT id, revision FROM outbox")
        assert [tuple(row) for row in first] == [(1, 1)]
        old = replace(replaced[0], revision=0, message=send(STAFF, "kartu").message)
        setup.outbox.accept([old])
        await held.reached()
        setup.outbox.accept(replaced)
        held.release()
        await group.wait_for("kartu baru")
        await setup.empty()
        assert setup.texts(STAFF) == ["kartu"]
        assert len(setup.sent("editMessageText")) == 1


async def test_a_vanished_message_is_sent_again_and_the_new_one_is_edited(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas")
        await setup.post(send(STAFF, "kartu", "card:abc"))
        message = await group.wait_for("kartu")
        await setup.empty()
        setup.simulator.world.delete(group.chat, message["message_id"])
        await setup.post(edit(STAFF, "card:abc", "kartu lagi"))
        await group.wait_for("kartu lagi")
        await setup.post(edit(STAFF, "card:abc", "kartu ketiga"))
        third = await group.wait_for("kartu ketiga")
        await setup.empty()
        assert [row.message_id for row in await setup.rows("SELECT message_id FROM sent_messages")] == [
            third["message_id"]
        ]


async def test_an_edit_that_changes_nothing_is_a_success(place: Place) -> None:
    async with outbox_setup(place) as setup:
        setup.simulator.group(STAFF, "Petugas")
        await setup.post(send(STAFF, "kartu", "card:abc"))
        await setup.empty()
        await setup.post(edit(STAFF, "card:abc", "kartu"))
        await setup.empty()
        assert setup.texts(STAFF) == ["kartu"]
        assert await setup.rows("SELECT * FROM outbox") == []


async def test_an_edit_of_a_message_never_sent_sends_it(place: Place) -> None:
    async with outbox_setup(place) as setup:
        setup.simulator.group(STAFF, "Petugas")
        await setup.post(edit(STAFF, "card:abc", "kartu"))
        await setup.empty()
        assert setup.texts(STAFF) == ["kartu"]


async def test_a_second_message_of_a_key_takes_the_buttons_off_the_first(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas")
        await setup.post(send(STAFF, "lama", "card:abc", buttons=TAKE))
        old = await group.wait_for("lama")
        await setup.empty()
        await setup.post(send(STAFF, "baru", "card:abc", buttons=TAKE))
        new = await group.wait_for("baru")
        await setup.simulator.until(
            lambda: "reply_markup" not in group.chat.messages[old["message_id"]].message
        )
        assert group.chat.messages[new["message_id"]].message["reply_markup"]
        await setup.post(edit(STAFF, "card:abc", "diubah"))
        assert (await group.wait_for("diubah"))["message_id"] == new["message_id"]


async def test_an_answer_to_a_named_message_is_a_reply_to_it(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas")
        await setup.post(send(STAFF, "kartu", "card:abc"))
        card = await group.wait_for("kartu")
        await setup.post(send(STAFF, "bukti", reply_to="card:abc"))
        assert (await group.wait_for("bukti"))["reply_to_message"]["message_id"] == card["message_id"]
        await setup.post(send(STAFF, "tanpa kartu", reply_to="card:unknown"))
        assert "reply_to_message" not in await group.wait_for("tanpa kartu")


async def test_a_group_is_left_after_its_last_message_and_other_calls_are_rows_too(
    place: Place,
) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(-200, "Asing")
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        await setup.post(send(7, "tanya", "screen:7:1", buttons=TAKE))
        asked = await siti.wait_for("tanya")
        await setup.post(
            send(-200, "selamat tinggal"),
            LeaveChat(-200),
            ShowCommands(7, "en"),
            StripButtons(7, asked["message_id"]),
        )
        await setup.empty()
        assert group.chat.bot_status == "left"
        assert setup.texts(-200) == ["selamat tinggal"]
        assert "reply_markup" not in siti.chat.messages[asked["message_id"]].message
        assert setup.sent("setMyCommands")[0]["commands"][0]["description"] == "Buat pengaduan (en)"


async def test_a_message_known_by_its_name_loses_its_buttons(place: Place) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        await setup.post(send(7, "tanggapan", "response:abc:1", buttons=TAKE))
        shown = (await siti.wait_for("tanggapan"))["message_id"]
        await setup.post(StripButtons(7, key="response:abc:1"), StripButtons(7, key="response:abc:2"))
        await setup.empty()
        assert "reply_markup" not in siti.chat.messages[shown].message
        assert setup.texts(7) == ["tanggapan"]


async def test_many_chats_at_once_stay_within_the_common_limit(place: Place) -> None:
    limits = Limits(overall_per_second=10, private_burst=1000)
    async with outbox_setup(place, limits, FloodLimits(overall=10)) as setup:
        for person in range(1, 26):
            await setup.simulator.person(person, f"Warga {person}").say("/start")
        await setup.post(*(send(person, "pengumuman") for person in range(1, 26)))
        await setup.empty()
        assert len(setup.sent()) == 25
        assert [call for call in setup.simulator.calls if call.code == 429] == []


async def test_rows_of_another_state_than_pending_are_left_alone(place: Place) -> None:
    async with outbox_setup(place, FAST) as setup:
        await setup.simulator.person(7, "Siti").say("/start")
        stored = await setup.store(send(7, "nanti"))
        setup.outbox.accept([replace(stored[0], state=State.PARKED)])
        await setup.post(send(7, "sekarang"))
        await eventually(lambda: setup.count("SELECT count(*) FROM outbox", 1))
        await asyncio.sleep(0)
        assert setup.texts(7) == ["sekarang"]


async def test_a_card_does_not_wait_for_many_additions_to_another_case(place: Place) -> None:
    slow = Limits(group_messages=2, group_seconds=0.3, overall_per_second=1000)
    one, other = "a" * 16, "b" * 16
    async with outbox_setup(place, slow) as setup:
        setup.simulator.group(STAFF, "Petugas")
        additions = [send(STAFF, f"keterangan {n}", keys.added(one, n), lane=Lane.UNASKED) for n in range(8)]
        await setup.post(*additions)
        await setup.simulator.until(lambda: setup.texts(STAFF))
        await setup.post(send(STAFF, "kartu", keys.card(other), lane=Lane.UNASKED))
        await setup.empty()
        order = setup.texts(STAFF)
        assert order.index("kartu") <= 3
        assert [each for each in order if each != "kartu"] == [f"keterangan {n}" for n in range(8)]


async def test_a_reply_does_not_wait_for_many_replies_to_another_officer(place: Place) -> None:
    slow = Limits(group_messages=2, group_seconds=0.3, overall_per_second=1000)
    async with outbox_setup(place, slow) as setup:
        setup.simulator.group(STAFF, "Petugas")
        stored = await setup.store(*(send(STAFF, f"daftar {n}") for n in range(8)), send(STAFF, "tiket"))
        setup.outbox.accept(replace(row, asker=7 if place < 8 else 8) for place, row in enumerate(stored))
        await setup.empty()
        assert setup.texts(STAFF)[:3] == ["daftar 0", "tiket", "daftar 1"]
