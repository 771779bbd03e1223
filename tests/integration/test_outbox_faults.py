"""What the outbox does when the messenger, the network or the process fails."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.channels.base import BlockChanged, RightsChanged
from conversations.effects import Lane
from conversations.messages import Button
from tests.integration.outbox_setup import STAFF, edit, eventually, send, stage

TAKE = ((Button("take", "take", "abc", 1),),)


async def test_a_throttled_message_waits_as_long_as_it_was_told(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        siti = stand.simulator.person(7, "Siti")
        await siti.say("/start")
        stand.simulator.fault("sendMessage", kind="429", retry_after=1)
        begun = time.monotonic()
        await stand.post(send(7, "satu"), send(7, "dua"))
        await siti.wait_for("dua")
        assert time.monotonic() - begun >= 1.0
        assert stand.texts(7) == ["satu", "dua"]
        assert len([call for call in stand.simulator.calls if call.code == 429]) == 1


async def test_a_throttled_group_gets_nothing_of_either_lane_before_its_time(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        group = stand.simulator.group(STAFF, "Petugas")
        throttled = stand.simulator.fault("sendMessage", kind="429", retry_after=1)
        begun = time.monotonic()
        await stand.post(send(STAFF, "kartu", lane=Lane.UNASKED))
        await throttled.reached()
        await stand.post(send(STAFF, "daftar"))
        await group.wait_for("daftar")
        assert time.monotonic() - begun >= 1.0


@pytest.mark.parametrize("kind", ["500", "502", "drop", "garbage"])
async def test_a_message_that_did_not_arrive_is_sent_again_before_its_successor(
    tmp_path: Path, kind: str
) -> None:
    async with stage(tmp_path) as stand:
        siti = stand.simulator.person(7, "Siti")
        await siti.say("/start")
        stand.simulator.fault("sendMessage", kind=kind)  # type: ignore[arg-type]
        await stand.post(send(7, "satu"), send(7, "dua"))
        await siti.wait_for("dua")
        await stand.empty()
        assert stand.texts(7) == ["satu", "dua"]


async def test_a_message_whose_answer_was_lost_comes_twice_rather_than_never(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        siti = stand.simulator.person(7, "Siti")
        await siti.say("/start")
        stand.simulator.fault("sendMessage", kind="drop", place="after")
        await stand.post(send(7, "satu"))
        await stand.empty()
        assert stand.texts(7) == ["satu", "satu"]


async def test_a_failure_is_stored_so_that_a_restart_keeps_its_distance(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        await stand.simulator.person(7, "Siti").say("/start")
        stand.simulator.fault("sendMessage", kind="500", times=99)
        await stand.post(send(7, "satu"))
        await eventually(lambda: stand.count("SELECT count(*) FROM outbox WHERE attempts = 1", 1))
        (row,) = await stand.rows("SELECT not_before FROM outbox")
        assert row.not_before > time.time()


async def test_what_was_sent_but_not_marked_is_sent_again_after_a_kill(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        siti = stand.simulator.person(7, "Siti")
        await siti.say("/start")
        await stand.post(send(7, "satu", "screen:7:1"))
        await siti.wait_for("satu")
        await stand.kill_outbox()
        assert await stand.count("SELECT count(*) FROM outbox", 1)
        await stand.restart_outbox()
        await siti.wait_for("satu")
        await stand.empty()
        assert await stand.count("SELECT count(*) FROM sent_messages", 1)


async def test_what_was_only_stored_is_sent_after_a_kill_in_order(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        await stand.simulator.person(7, "Siti").say("/start")
        await stand.store(*(send(7, f"{number}") for number in range(5)))
        await stand.restart_outbox()
        await stand.empty()
        assert stand.texts(7) == [f"{number}" for number in range(5)]


async def test_stopping_lets_a_call_end_and_marks_it(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        await stand.simulator.person(7, "Siti").say("/start")
        slow = stand.simulator.fault("sendMessage", kind="slow", seconds=0.3)
        await stand.post(send(7, "satu"))
        await slow.reached()
        await stand.outbox.stop()
        assert await stand.rows("SELECT * FROM outbox") == []
        assert stand.texts(7) == ["satu"]


async def test_a_blocked_chat_is_parked_and_its_final_response_goes_first_on_the_return(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as stand:
        siti = stand.simulator.person(7, "Siti")
        await siti.say("/start")
        await siti.block()
        await stand.post(
            send(7, "pengingat"), send(7, "tanggapan", report="abc", lane=Lane.UNASKED), send(7, "penilaian")
        )
        await eventually(lambda: stand.count("SELECT count(*) FROM outbox WHERE state = 'parked'", 3))
        (told,) = await stand.rows("SELECT outcome FROM outbox WHERE report = 'abc'")
        assert told.outcome == "unreachable"
        await siti.unblock()
        await stand.happened(BlockChanged(7, blocked=False))
        await siti.wait_for("penilaian")
        await stand.empty()
        assert stand.texts(7) == ["tanggapan", "pengingat", "penilaian"]
        (told,) = await stand.rows("SELECT outcome, state, payload FROM outbox")
        assert tuple(told) == ("delivered", "sent", None)


async def test_parked_messages_survive_a_restart_and_come_back_by_themselves_with_the_next_success(
    tmp_path: Path,
) -> None:
    async with stage(tmp_path) as stand:
        siti = stand.simulator.person(7, "Siti")
        await siti.say("/start")
        await siti.block()
        await stand.post(send(7, "pengingat"))
        await eventually(lambda: stand.count("SELECT count(*) FROM outbox WHERE state = 'parked'", 1))
        await stand.restart_outbox()
        await siti.unblock()  # and the update that tells it never came
        await stand.post(send(7, "jawaban"))
        await siti.wait_for("pengingat")
        await stand.empty()


async def test_being_told_of_a_block_parks_what_waits(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        siti = stand.simulator.person(7, "Siti")
        await siti.say("/start")
        stand.simulator.fault("sendMessage", kind="500", times=99)
        await stand.post(send(7, "satu"))
        await eventually(lambda: stand.count("SELECT count(*) FROM outbox WHERE attempts = 1", 1))
        await stand.happened(BlockChanged(7, blocked=True))
        await eventually(lambda: stand.count("SELECT count(*) FROM outbox WHERE state = 'parked'", 1))


async def test_cards_wait_for_a_group_that_threw_the_bot_out(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        group = stand.simulator.group(STAFF, "Petugas")
        await group.remove_bot()
        await stand.post(send(STAFF, "kartu", "card:abc"))
        await eventually(lambda: stand.count("SELECT count(*) FROM outbox WHERE state = 'parked'", 1))
        await group.add_bot(status="administrator")
        await stand.happened(RightsChanged(STAFF, "administrator"))
        await group.wait_for("kartu")


async def test_a_chat_that_does_not_exist_is_recorded_and_reported(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        await stand.post(send(404, "tanggapan", report="abc"), send(404, "biasa"))
        await eventually(
            lambda: stand.count("SELECT count(*) FROM outbox WHERE chat = 404 AND state != 'pending'", 2)
        )
        found = await stand.rows("SELECT state, outcome, payload FROM outbox WHERE chat = 404 ORDER BY id")
        states = {(row.state, row.outcome) for row in found}
        assert states <= {
            ("failed", "unreachable"),
            ("failed", None),
            ("parked", "unreachable"),
            ("parked", None),
        }
        assert found[0].outcome == "unreachable"


async def test_one_impossible_message_does_not_silence_its_chat(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        siti = stand.simulator.person(7, "Siti")
        await siti.say("/start")
        too_long = ((Button("take", "take", "x" * 70, 1),),)
        await stand.post(send(7, "mustahil", buttons=too_long), send(7, "biasa"))
        await siti.wait_for("biasa")
        await stand.empty()
        (row,) = await stand.rows("SELECT state, payload FROM outbox WHERE chat = 7")
        assert tuple(row) == ("failed", None)


async def test_markup_that_telegram_refuses_is_sent_as_plain_text(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        siti = stand.simulator.person(7, "Siti")
        await siti.say("/start")
        await stand.post(send(7, "<b>tebal &amp; rusak</i>"))
        assert (await siti.wait_for("tebal & rusak")).get("entities") is None


@pytest.mark.parametrize("told", ["by the error", "by an update"])
async def test_a_group_that_moved_gets_its_messages_at_the_new_address(tmp_path: Path, told: str) -> None:
    async with stage(tmp_path) as stand:
        group = stand.simulator.group(STAFF, "Petugas", kind="group")
        await stand.post(send(STAFF, "kartu", "card:abc", buttons=TAKE))
        await group.wait_for("kartu")
        await stand.empty()
        await group.migrate(-1009)
        if told == "by an update":
            for raw in await stand.updates():
                event = stand.channel.read(raw)
                await stand.happened(event)  # type: ignore[arg-type]
            # Its id may be another message's in the new group.
            assert await stand.count("SELECT count(*) FROM sent_messages", 0)
        await stand.post(send(STAFF, "berikut"), edit(STAFF, "card:abc", "kartu, diambil"))
        await group.wait_for("berikut")
        await group.wait_for("kartu, diambil")
        await stand.empty()
        assert stand.news
        assert await stand.count("SELECT count(*) FROM sent_messages WHERE key = 'card:abc'", 1)
        await stand.restart_outbox()
        assert stand.moves.home(-1009) == STAFF
        await stand.post(send(STAFF, "sesudah mulai lagi"))
        await group.wait_for("sesudah mulai lagi")


async def test_a_long_message_goes_on_where_it_was_interrupted(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        siti = stand.simulator.person(7, "Siti")
        await siti.say("/start")
        words = "\n\n".join(f"<b>Bagian {number}</b> " + "kata " * 700 for number in range(3))
        held = stand.simulator.fault("sendMessage", kind="hold")
        await stand.post(send(7, words, "response:abc:1", buttons=TAKE))
        await held.reached()
        stand.simulator.fault("sendMessage", kind="500")
        held.release()
        await stand.empty()
        assert len(stand.sent()) == 3
        buttons = [("reply_markup" in call) for call in stand.sent()]
        assert buttons == [False, False, True]
        keys = await stand.rows("SELECT key, message_id FROM sent_messages ORDER BY sent, message_id")
        assert len(keys) == 3
        await stand.post(edit(7, "response:abc:1", "singkat"))
        assert (await siti.wait_for("singkat"))["message_id"] == keys[-1].message_id
