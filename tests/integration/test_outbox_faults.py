"""What the outbox does when the messenger, the network or the process fails."""

from __future__ import annotations

import time

import pytest

from bot.channels.base import BlockChanged, RightsChanged
from conversations.effects import Lane
from conversations.messages import Button
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import STAFF, edit, eventually, outbox_setup, send

TAKE = ((Button("take", "take", "abc", 1),),)


async def test_a_throttled_message_waits_for_retry_after(place: Place) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        setup.simulator.fault("sendMessage", kind="429", retry_after=1)
        begun = time.monotonic()
        await setup.post(send(7, "satu"), send(7, "dua"))
        await siti.wait_for("dua")
        assert time.monotonic() - begun >= 1.0
        assert setup.texts(7) == ["satu", "dua"]
        assert len([call for call in setup.simulator.calls if call.code == 429]) == 1


async def test_a_throttled_group_gets_no_message_of_either_lane_before_its_time(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas")
        throttled = setup.simulator.fault("sendMessage", kind="429", retry_after=1)
        begun = time.monotonic()
        await setup.post(send(STAFF, "kartu", lane=Lane.UNASKED))
        await throttled.reached()
        await setup.post(send(STAFF, "daftar"))
        await group.wait_for("daftar")
        assert time.monotonic() - begun >= 1.0


@pytest.mark.parametrize("kind", ["500", "502", "drop", "garbage"])
async def test_a_message_that_did_not_arrive_is_sent_again_before_its_successor(
    place: Place, kind: str
) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        setup.simulator.fault("sendMessage", kind=kind)  # type: ignore[arg-type]
        await setup.post(send(7, "satu"), send(7, "dua"))
        await siti.wait_for("dua")
        await setup.empty()
        assert setup.texts(7) == ["satu", "dua"]


async def test_a_message_whose_answer_was_lost_comes_twice_rather_than_never(place: Place) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        setup.simulator.fault("sendMessage", kind="drop", place="after")
        await setup.post(send(7, "satu"))
        await setup.empty()
        assert setup.texts(7) == ["satu", "satu"]


async def test_a_failure_is_stored_so_that_a_restart_waits_as_well(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.failing.backoff", lambda _: 60.0)
    async with outbox_setup(place) as setup:
        await setup.simulator.person(7, "Siti").say("/start")
        setup.simulator.fault("sendMessage", kind="500", times=99)
        await setup.post(send(7, "satu"))
        await eventually(lambda: setup.count("SELECT count(*) FROM outbox WHERE attempts >= 1", 1))
        (row,) = await setup.rows("SELECT not_before FROM outbox")
        assert row.not_before > time.time()


async def test_a_sent_row_without_a_mark_is_sent_again_after_a_kill(place: Place) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        await setup.post(send(7, "satu", "screen:7:1"))
        await siti.wait_for("satu")
        await setup.kill_outbox()
        assert await setup.count("SELECT count(*) FROM outbox", 1)
        await setup.restart_outbox()
        await siti.wait_for("satu")
        await setup.empty()
        assert await setup.count("SELECT count(*) FROM sent_messages WHERE message_id > 0", 1)


async def test_stored_rows_are_sent_in_order_after_a_kill(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await setup.simulator.person(7, "Siti").say("/start")
        await setup.store(*(send(7, f"{number}") for number in range(5)))
        await setup.restart_outbox()
        await setup.empty()
        assert setup.texts(7) == [f"{number}" for number in range(5)]


async def test_stopping_lets_a_call_end_and_marks_it(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await setup.simulator.person(7, "Siti").say("/start")
        slow = setup.simulator.fault("sendMessage", kind="slow", seconds=0.3)
        await setup.post(send(7, "satu"))
        await slow.reached()
        await setup.outbox.stop()
        assert await setup.rows("SELECT * FROM outbox") == []
        assert setup.texts(7) == ["satu"]


async def test_a_blocked_chat_is_parked_and_its_final_response_goes_first_on_the_return(
    place: Place,
) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        await siti.block()
        await setup.post(
            send(7, "pengingat"), send(7, "tanggapan", report="abc", lane=Lane.UNASKED), send(7, "penilaian")
        )
        await eventually(lambda: setup.count("SELECT count(*) FROM outbox WHERE state = 'parked'", 3))
        (row,) = await setup.rows("SELECT outcome FROM outbox WHERE report = 'abc'")
        assert row.outcome == "unreachable"
        await siti.unblock()
        await setup.happened(BlockChanged(7, blocked=False))
        await siti.wait_for("penilaian")
        await setup.empty()
        assert setup.texts(7) == ["tanggapan", "pengingat", "penilaian"]
        (row,) = await setup.rows("SELECT outcome, state, payload FROM outbox")
        assert tuple(row) == ("delivered", "sent", None)


async def test_parked_messages_survive_a_restart_and_come_back_by_themselves_with_the_next_success(
    place: Place,
) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        await siti.block()
        await setup.post(send(7, "pengingat"))
        await eventually(lambda: setup.count("SELECT count(*) FROM outbox WHERE state = 'parked'", 1))
        await setup.restart_outbox()
        await siti.unblock()  # and the update that tells it never came
        await setup.post(send(7, "jawaban"))
        await siti.wait_for("pengingat")
        await setup.empty()


async def test_a_reported_block_parks_waiting_rows(place: Place) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        setup.simulator.fault("sendMessage", kind="500", times=99)
        await setup.post(send(7, "satu"))
        await eventually(lambda: setup.count("SELECT count(*) FROM outbox WHERE attempts >= 1", 1))
        await setup.happened(BlockChanged(7, blocked=True))
        assert setup.news
        await eventually(lambda: setup.count("SELECT count(*) FROM outbox WHERE state = 'parked'", 1))


async def test_cards_wait_for_a_group_that_removed_the_bot(place: Place) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas")
        await group.remove_bot()
        await setup.post(send(STAFF, "kartu", "card:abc"))
        await eventually(lambda: setup.count("SELECT count(*) FROM outbox WHERE state = 'parked'", 1))
        await group.add_bot(status="administrator")
        await setup.happened(RightsChanged(STAFF, "administrator"))
        await group.wait_for("kartu")


async def test_a_chat_that_does_not_exist_is_recorded_and_reported(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await setup.post(send(404, "tanggapan", report="abc"), send(404, "biasa"))
        await eventually(
            lambda: setup.count("SELECT count(*) FROM outbox WHERE chat = 404 AND state != 'pending'", 2)
        )
        found = await setup.rows("SELECT state, outcome, payload FROM outbox WHERE chat = 404 ORDER BY id")
        states = {(row.state, row.outcome) for row in found}
        assert states <= {
            ("failed", "unreachable"),
            ("failed", None),
            ("parked", "unreachable"),
            ("parked", None),
        }
        assert found[0].outcome == "unreachable"


async def test_one_impossible_message_does_not_block_its_chat(place: Place) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        too_long = ((Button("take", "take", "x" * 70, 1),),)
        await setup.post(send(7, "mustahil", buttons=too_long), send(7, "biasa"))
        await siti.wait_for("biasa")
        await setup.empty()
        (row,) = await setup.rows("SELECT state, payload FROM outbox WHERE chat = 7")
        assert tuple(row) == ("failed", None)


async def test_markup_that_telegram_refuses_is_sent_as_plain_text(place: Place) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        await setup.post(send(7, "<b>tebal &amp; rusak</i>"))
        assert (await siti.wait_for("tebal & rusak")).get("entities") is None


@pytest.mark.parametrize("source", ["by the error", "by an update"])
async def test_a_group_that_moved_gets_its_messages_at_the_new_address(place: Place, source: str) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas", kind="group")
        await setup.post(send(STAFF, "kartu", "card:abc", buttons=TAKE))
        await group.wait_for("kartu")
        await setup.empty()
        await group.migrate(-1009)
        if source == "by an update":
            for raw in await setup.updates():
                event = setup.channel.read(raw)
                await setup.happened(event)  # type: ignore[arg-type]
            # Its id may be another message's in the new group.
            assert await setup.count("SELECT count(*) FROM sent_messages", 0)
        await setup.post(send(STAFF, "berikut"), edit(STAFF, "card:abc", "kartu, diambil"))
        await group.wait_for("berikut")
        await group.wait_for("kartu, diambil")
        await setup.empty()
        assert setup.news
        assert await setup.count("SELECT count(*) FROM sent_messages WHERE key = 'card:abc'", 1)
        await setup.restart_outbox()
        assert setup.moves.home(-1009) == STAFF
        await setup.post(send(STAFF, "sesudah mulai lagi"))
        await group.wait_for("sesudah mulai lagi")


async def test_a_long_message_goes_on_where_it_was_interrupted(place: Place) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        words = "\n\n".join(f"<b>Bagian {number}</b> " + "kata " * 700 for number in range(3))
        held = setup.simulator.fault("sendMessage", kind="hold")
        await setup.post(send(7, words, "response:abc:1", buttons=TAKE))
        await held.reached()
        setup.simulator.fault("sendMessage", kind="500")
        held.release()
        await setup.empty()
        assert len(setup.sent()) == 3
        buttons = [("reply_markup" in call) for call in setup.sent()]
        assert buttons == [False, False, True]
        keys = await setup.rows("SELECT key, message_id FROM sent_messages ORDER BY sent, message_id")
        assert len(keys) == 3
        await setup.post(edit(7, "response:abc:1", "singkat"))
        assert (await siti.wait_for("singkat"))["message_id"] == keys[-1].message_id


async def test_of_the_reminders_for_an_unreachable_chat_only_the_newest_waits(place: Place) -> None:
    """A group that takes the bot back after a week reads one digest and one reminder of a case."""
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        await siti.block()
        parked = "SELECT count(*) FROM outbox WHERE state = 'parked'"
        for day in ("Senin", "Selasa", "Rabu"):
            await setup.post(
                send(7, f"pengingat {day}", "reminder:abc"), send(7, f"daftar {day}", "digest:dpmd")
            )
            await eventually(lambda: setup.count(parked, 2))
        await siti.unblock()
        await setup.happened(BlockChanged(7, blocked=False))
        await siti.wait_for("daftar Rabu")
        await setup.empty()
        assert setup.texts(7) == ["pengingat Rabu", "daftar Rabu"]
