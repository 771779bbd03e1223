"""The practice page's tools: time, faults, calls, stories, QR codes, reset."""

from __future__ import annotations

import asyncio
import tomllib
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.clock.zone import ZONE
from bot.practice import town
from bot.practice.acting import seen
from bot.practice.staging import play_of, stage
from bot.practice.stories import STORIES
from bot.simulator.control.routes import practice_routes
from bot.simulator.people import samples
from bot.simulator.people.person import Person
from bot.simulator.people.staging import Sample
from bot.simulator.server import Simulator
from tests.bot_process import BotProcess, aduan
from tests.integration.simulator_client import Client, messenger
from tests.integration.test_simulator_control import act, look

# The messages among which no one asks what the citizen has written for.
LAST_READ = 4
# What each story's citizen reads last.
ENDS = {
    "dpmd": "penilaian",
    "completeness": "dinyatakan lengkap oleh",
    "division": "penilaian",
    "bakesbangpol": "Nomor registrasi",
    "approval": "penilaian",
    "redirect": "Nomor registrasi: BAKESBANGPOL-",
    "reminders": "Nomor registrasi",
}


async def refused(client: Client, action: str, **fields: Any) -> str:
    async with client.session.post(f"{client.simulator.address}/practice/{action}", json=fields) as response:
        assert response.status == 400
        return str((await response.json())["error"])


async def test_time_moves_forward_in_every_date_and_never_back() -> None:
    async with messenger(practice=True) as client:
        siti = client.simulator.person(5001, "Siti")
        before = await siti.say("dulu")
        assert await act(client, "time", seconds=3600) == 3600
        assert (await siti.say("kini"))["date"] - before["date"] in range(3600, 3610)
        assert await look(client, "time") == {"offset_seconds": 3600}
        assert "mundur" in await refused(client, "time", seconds=-60)
        assert "jauh" in await refused(client, "time", seconds=10**9)
        now = (await look(client, "state"))["now"]
        assert await act(client, "time", at=round(now) + 7200) in range(10795, 10805)


async def test_a_step_forward_waits_until_the_bot_has_read_it() -> None:
    async with messenger(practice=True) as client:
        await look(client, "time")
        step = asyncio.create_task(act(client, "time", seconds=60))
        while client.simulator.world.offset == 0:  # noqa: ASYNC110 - set within one call, without a signal
            await asyncio.sleep(0)
        assert not step.done()
        await look(client, "time")
        assert await asyncio.wait_for(step, 60) == 60


async def test_working_days_come_from_the_practice() -> None:
    async with messenger(practice=True) as client:
        assert "not known" in await refused(client, "time", working_days=1)
        client.simulator.staging.next_working_day = lambda at: at + 3 * 86400
        assert await act(client, "time", working_days=2) == 6 * 86400


@pytest.mark.parametrize(
    ("today", "following"),
    [("2026-11-20 09:00", "2026-11-23 09:00"), ("2026-12-23 09:00", "2026-12-28 09:00")],
)
def test_the_next_working_day_leaves_out_weekends_and_joint_leave(today: str, following: str) -> None:
    at = datetime.fromisoformat(today).replace(tzinfo=ZONE).timestamp()
    assert datetime.fromtimestamp(town.next_working_day(at), ZONE).isoformat(" ")[:16] == following


async def test_each_call_is_listed_with_its_outcome_and_its_tries() -> None:
    async with messenger(practice=True) as client:
        client.simulator.person(5001, "Siti").chat.started = True
        await act(client, "fault", method="writing", kind="429", retry_after=2)
        await act(client, "fault", method="writing", kind="500", place="after")
        assert [fault["left"] for fault in (await look(client, "state"))["faults"]] == [1, 1]
        for _ in range(3):
            await client.call("sendMessage", chat_id=5001, text="halo")
        listed = [(call["outcome"], call["code"], call["tries"]) for call in await look(client, "calls")]
        assert listed == [("error", 429, 1), ("lost", 200, 2), ("ok", 200, 3)]
        assert (await look(client, "state"))["faults"] == []


async def test_faults_of_writing_do_not_affect_fetching_and_can_be_ended() -> None:
    async with messenger(practice=True) as client:
        await act(client, "fault", method="writing", kind="500", times=9)
        assert await client.updates() == []
        await act(client, "end_faults")
        client.simulator.person(5001, "Siti").chat.started = True
        assert await client.result("sendMessage", chat_id=5001, text="halo")


async def test_a_group_moves_and_the_bot_is_removed_and_added() -> None:
    async with messenger(practice=True) as client:
        client.simulator.group(-1001, "DPMD")
        moved = await act(client, "migrate", chat=-1001)
        assert moved != -1001
        assert await act(client, "bot", chat=moved, inside=False) == "kicked"
        assert not (await look(client, f"chat/{moved}"))["with_bot"]
        assert await act(client, "bot", chat=moved, inside=True) == "administrator"


async def test_a_qr_code_is_drawn_for_valid_payloads_only() -> None:
    async with messenger(practice=True) as client:
        address = f"{client.simulator.address}/practice"
        async with client.session.get(f"{address}/code/dpmd.svg") as response:
            assert (response.status, response.content_type) == (200, "image/svg+xml")
            assert b"<svg" in await response.read()
        async with client.session.get(f"{address}/code/%3Cx%3E.svg") as response:
            assert response.status == 404


@pytest.mark.parametrize(
    ("kind", "start", "mime"),
    [
        ("photo", b"\x89PNG", "image/png"),
        ("voice", b"RIFF", "audio/wav"),
        ("document", b"%PDF", "application/pdf"),
    ],
)
async def test_the_page_has_sample_files(kind: str, start: bytes, mime: str) -> None:
    async with messenger(practice=True) as client:
        address = f"{client.simulator.address}/practice/sample/{kind}"
        async with client.session.get(address) as response:
            assert (response.content_type, (await response.read())[:4]) == (mime, start)


async def test_the_data_selects_the_button_where_labels_repeat() -> None:
    async with messenger(practice=True) as client:
        client.simulator.person(5001, "Siti").chat.started = True
        keyboard = {"inline_keyboard": [[{"text": "Buka", "callback_data": name}] for name in "ab"]}
        sent = await client.result("sendMessage", chat_id=5001, text="Daftar", reply_markup=keyboard)
        fields = {"person": 5001, "message": sent["message_id"], "label": "Buka", "timeout": 0.1}
        await act(client, "press", data="b", **fields)
        assert (await client.updates())[-1]["callback_query"]["data"] == "b"
        assert "no button" in await refused(client, "press", data="c", **fields)


async def test_the_page_learns_of_a_deleted_message() -> None:
    async with messenger(practice=True) as client:
        client.simulator.person(5001, "Siti").chat.started = True
        sent = await client.result("sendMessage", chat_id=5001, text="x")
        seen = await look(client, "chat/5001")
        await client.result("deleteMessage", chat_id=5001, message_id=sent["message_id"])
        later = await look(client, f"chat/5001?since={seen['position']}")
        assert (later["messages"], later["gone"]) == ([], [sent["message_id"]])


async def test_a_failed_story_shows_its_reason() -> None:
    async def stop() -> None:
        raise AssertionError("waited in vain for 'X'; and the end of the chat")

    async with messenger(practice=True) as client:
        client.simulator.staging.samples = {"x": Sample("X", 1, 2, stop)}
        await act(client, "sample", name="x")
        await client.simulator.until(lambda: client.simulator.staging.trouble)
        state = await look(client, "state")
        assert (state["playing"], state["trouble"]) == ("", "waited in vain for 'X'")


async def test_a_reset_removes_everything_and_keeps_the_listeners() -> None:
    async with messenger(practice=True) as client:
        notices: list[int | str] = []
        client.simulator.world.listeners.add(notices.append)
        await client.simulator.person(5001, "Siti").say("halo")
        await act(client, "time", seconds=60)
        epoch = (await look(client, "state"))["epoch"]
        client.simulator.reset()
        state = await look(client, "state")
        assert (state["people"], state["groups"], state["offset"]) == ([], [], 0)
        assert state["epoch"] != epoch
        notices.clear()
        await client.simulator.person(5001, "Siti").say("halo")
        assert 5001 in notices


async def test_other_machines_must_use_an_ip_address() -> None:
    simulator = await Simulator.start(routes=practice_routes, host="0.0.0.0")  # noqa: S104 - what is tested
    try:
        assert simulator.address.startswith("http://127.0.0.1:")
        port = simulator.address.rpartition(":")[2]
        async with messenger() as client:
            for host, status in ((f"127.0.0.2:{port}", 200), (f"example.com:{port}", 403)):
                headers = {"Host": host}
                address = f"{simulator.address}/practice/state"
                async with client.session.get(address, headers=headers) as response:
                    assert response.status == status
    finally:
        await simulator.close()


def read_since(citizen: Person, before: int, end: str) -> list[str]:
    """The texts that the citizen has read since then, once the end is among them; others may follow it."""
    texts = [message.get("text", "") for message in citizen.messages[before:]]
    return texts if any(end in text for text in texts) else []


async def test_every_story_runs_to_its_end_with_the_real_bot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.practice.acting.PATIENCE", 120.0)
    simulator = await Simulator.start(routes=practice_routes)
    town.settle(simulator)
    stage(simulator)
    config = tmp_path / "config.toml"
    config.write_text(town.configuration(simulator, tmp_path), encoding="utf-8")
    assert tomllib.loads(config.read_text())["practice"]
    bot = BotProcess(simulator, aduan("run", "--config", str(config)), tmp_path / "bot.log")
    bot.start()
    try:
        await bot.started()
        for name, story in STORIES.items():
            citizen = simulator.people[story.citizen]
            before = len(citizen.messages)
            await play_of(simulator, story, pace=0).play()
            assert simulator.staging.scene
            ended = partial(read_since, citizen, before, ENDS[name])
            read = await seen(citizen.chat, ended, f"{name}: {ENDS[name]}")
            assert not any("Untuk apa" in text for text in read[-LAST_READ:])
    finally:
        await bot.stop()
        await simulator.close()


def test_sample_pictures_differ() -> None:
    assert len({samples.photo(number) for number in range(3)}) == 3
