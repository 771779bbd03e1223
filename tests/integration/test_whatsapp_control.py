"""WhatsApp phones through the controls of the practice page: what they show, what people do, what fails."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from bot.simulator.control.news import News
from bot.simulator.control.phones import Phones
from tests.integration.cloud_api_client import CloudClient
from tests.integration.simulator_client import Client, messenger
from tests.integration.test_simulator_control import JPEG, act, look

PHONE = 6281230001111
CHOICES = [{"type": "reply", "reply": {"id": f"v:{title}", "title": title}} for title in ("Lanjut", "Batal")]
ROWS = [{"id": "r:1", "title": "Dana Desa", "description": "Pendampingan"}, {"id": "r:2", "title": "Lainnya"}]


def interactive(kind: str, action: dict[str, Any]) -> dict[str, Any]:
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": "Apa?"}, "action": action}}


async def wahyuni(client: Client) -> CloudClient:
    """Let Wahyuni write, and return the bot's side."""
    client.simulator.whatsapp.person(str(PHONE), "Wahyuni")
    await act(client, "whatsapp_say", person=PHONE, text="Lapor DPMD")
    return CloudClient(client.simulator.whatsapp, client.session)


async def phone(client: Client, since: int = 0) -> Any:
    return await look(client, f"phone/{PHONE}?since={since}")


async def refused(client: Client, action: str, **fields: Any) -> str:
    async with client.session.post(f"{client.simulator.address}/practice/{action}", json=fields) as response:
        assert response.status == 400
        return str((await response.json())["error"])


async def test_a_phone_shows_what_changed_and_no_id_with_a_telephone_number() -> None:
    async with messenger(practice=True) as client:
        bot = await wahyuni(client)
        first = await phone(client)
        assert [(each["number"], each["direction"], each["text"]) for each in first["messages"]] == [
            (1, "person", "Lapor DPMD")
        ]
        assert first["window_until"] > client.simulator.world.clock() + 86_000
        await bot.send({"type": "text", "text": {"body": "Selamat datang"}})
        later = await phone(client, first["position"])
        assert [(each["number"], each["text"], each["status"]) for each in later["messages"]] == [
            (2, "Selamat datang", "delivered")
        ]
        assert "wamid" not in json.dumps(later)
        await act(client, "whatsapp_read", person=PHONE)
        read = await phone(client, later["position"])
        assert [(each["number"], each["status"]) for each in read["messages"]] == [(2, "read")]
        assert (await phone(client, read["position"]))["messages"] == []


async def test_a_deleted_message_is_gone_for_every_older_position() -> None:
    async with messenger(practice=True) as client:
        await wahyuni(client)
        seen = (await phone(client))["position"]
        person = client.simulator.whatsapp.people[str(PHONE)]
        await person.delete(person.messages[0])
        assert (await phone(client, seen))["gone"] == [1]


async def test_a_person_presses_picks_replies_edits_and_shares() -> None:
    async with messenger(practice=True) as client:
        bot = await wahyuni(client)
        await bot.send(interactive("button", {"buttons": CHOICES}))
        await bot.send(interactive("list", {"button": "Pilih", "sections": [{"rows": ROWS}]}))
        assert await act(client, "whatsapp_press", person=PHONE, message=2, label="Lanjut") == 4
        assert await act(client, "whatsapp_pick", person=PHONE, message=3, row="r:2") == 5
        await act(client, "whatsapp_say", person=PHONE, text="ini balasan", reply_to=3)
        await act(client, "whatsapp_location", person=PHONE)
        await act(client, "whatsapp_contact", person=PHONE)
        await act(client, "whatsapp_edit", person=PHONE, message=1, text="Lapor Bakesbangpol")
        shown = (await phone(client))["messages"]
        assert [each["text"] for each in shown[3:6]] == ["Lanjut", "Lainnya", "ini balasan"]
        assert [each["reply_to"] for each in shown[3:6]] == [2, 3, 3]
        assert shown[1]["buttons"] == ["Lanjut", "Batal"]
        assert shown[2]["list"]["sections"] == [{"rows": ROWS}]
        assert shown[6]["location"]["latitude"] < 0
        assert shown[7]["contacts"][0]["phones"][0]["wa_id"] == str(PHONE)
        assert (shown[0]["text"], shown[0]["edited"]) == ("Lapor Bakesbangpol", True)
        assert not shown[1]["edited"]
        assert "not an own text" in await refused(client, "whatsapp_edit", person=PHONE, message=2, text="x")
        assert "unknown message" in await refused(
            client, "whatsapp_press", person=PHONE, message=99, label="x"
        )
        assert "no button" in await refused(
            client, "whatsapp_press", person=PHONE, message=3, label="Lainnya"
        )


async def test_files_are_sent_one_by_one_and_stay_on_the_phone() -> None:
    async with messenger(practice=True) as client:
        await wahyuni(client)
        form = aiohttp.FormData()
        form.add_field("person", str(PHONE))
        form.add_field("caption", "Jalan rusak")
        form.add_field("file", JPEG, filename="a.jpg", content_type="image/jpeg")
        form.add_field("file", b"%PDF-1.4", filename="bukti.pdf", content_type="application/pdf")
        address = f"{client.simulator.address}/practice"
        async with client.session.post(f"{address}/whatsapp_upload", data=form) as response:
            assert (await response.json())["result"] == [2, 3]
        picture, paper = (await phone(client))["messages"][1:]
        assert (picture["kind"], picture["text"]) == ("image", "Jalan rusak")
        assert (paper["kind"], paper["media"]["name"]) == ("document", "bukti.pdf")
        # The server forgets a file of a person after seven days; the phone does not.
        client.simulator.whatsapp.clock.forward(8 * 86400)
        assert (await phone(client))["messages"][1]["media"]["size"] == len(JPEG)
        async with client.session.get(f"{address}/phone/file/{picture['media']['id']}") as response:
            assert await response.read() == JPEG
        async with client.session.get(
            f"{address}/phone/file/{paper['media']['id']}?name=%22x%0d%0a.pdf"
        ) as response:
            assert response.headers["Content-Disposition"] == 'attachment; filename="_x__.pdf"'


async def test_people_are_added_blocked_switched_off_and_get_another_number() -> None:
    async with messenger(practice=True) as client:
        await wahyuni(client)
        added = await act(client, "whatsapp_person", first_name="Yanto", username_only=True)
        assert added["id"] != PHONE
        assert await act(client, "whatsapp_block", person=added["id"], blocked=True)
        assert "has blocked" in await refused(client, "whatsapp_say", person=added["id"], text="halo")
        assert await act(client, "whatsapp_switch", person=PHONE, off=True)
        number = await act(client, "whatsapp_number", person=PHONE)
        assert number not in {str(PHONE), str(added["id"])}
        people = {each["id"]: each for each in (await look(client, "state"))["whatsapp"]["people"]}
        assert people[PHONE]["off"]
        assert people[PHONE]["number"] == number
        assert people[added["id"]]["username_only"]
        assert people[added["id"]]["blocked"]


async def test_time_moves_the_window_of_a_phone() -> None:
    async with messenger(practice=True) as client:
        bot = await wahyuni(client)
        await act(client, "time", seconds=86_401)
        state = await look(client, "state")
        assert (await phone(client))["window_until"] < state["now"]
        _, body = await bot.post({"type": "text", "text": {"body": "Kabar"}})
        assert body["error"]["code"] == 131047
        await act(client, "whatsapp_say", person=PHONE, text="ada kabar?")
        assert (await phone(client))["window_until"] > state["now"]


async def test_faults_of_both_messengers_are_listed_and_ended_together() -> None:
    async with messenger(practice=True) as client:
        bot = await wahyuni(client)
        cloud = client.simulator.whatsapp
        await act(client, "fault", method="whatsapp.messages", kind="500", code=131031, times=2)
        await act(client, "fault", method="writing", kind="429")
        await act(client, "whatsapp_mode", mode="duplicate", on=True)
        await act(client, "whatsapp_mode", mode="held", on=True)
        await act(client, "whatsapp_fail", reason="unreachable")
        state = await look(client, "state")
        assert [each["method"] for each in state["faults"]] == ["writing", "whatsapp.messages"]
        assert state["whatsapp"]["modes"] == {"duplicate": True, "shuffle": False, "held": True}
        text = {"type": "text", "text": {"body": "halo"}}
        _, body = await bot.post(text)
        assert body["error"]["code"] == 131031
        await act(client, "end_faults")
        await bot.send(text)
        calls = [
            (call["method"], call["chat"], call["outcome"], call["tries"])
            for call in await look(client, "calls")
        ]
        assert calls == [
            ("whatsapp.messages", "Wahyuni", "error", 1),
            ("whatsapp.messages", "Wahyuni", "ok", 2),
        ]
        assert (await phone(client))["messages"][-1]["status"] == "delivered"
        assert not any((await look(client, "state"))["whatsapp"]["modes"].values())
        assert not cloud.receipts.failing


@pytest.mark.parametrize(
    ("action", "fields", "error"),
    [
        ("whatsapp_say", {"person": 1, "text": "x"}, "unknown person"),
        ("whatsapp_mode", {"mode": "url", "on": True}, "unknown mode"),
        ("whatsapp_fail", {"reason": "nothing"}, "unknown reason"),
        ("whatsapp_say", {"person": PHONE, "text": "x", "reply_to": 0}, "unknown message"),
    ],
)
async def test_a_wrong_action_is_refused(action: str, fields: dict[str, Any], error: str) -> None:
    async with messenger(practice=True) as client:
        await wahyuni(client)
        assert error in await refused(client, action, **fields)


async def test_an_event_names_the_phones_that_changed_and_those_with_news_of_the_bot() -> None:
    async with messenger(practice=True) as client:
        bot = await wahyuni(client)
        client.simulator.whatsapp.person("6281230002222", "Yanto")
        news = News(client.simulator, Phones())
        assert news.event({"whatsapp"}) == {"chats": [], "news": [], "whatsapp": True}
        await act(client, "whatsapp_say", person=PHONE, text="halo")
        assert news.event({"whatsapp"})["news"] == []
        await bot.send({"type": "text", "text": {"body": "Ya?"}})
        assert news.event({"whatsapp"}) == {"chats": [PHONE], "news": [PHONE], "whatsapp": True}
        await act(client, "whatsapp_block", person=6281230002222, blocked=True)
        assert news.event({"whatsapp"}) == {"chats": [6281230002222], "news": [], "whatsapp": True}


async def test_the_stream_of_changes_reaches_an_open_page() -> None:
    async with messenger(practice=True) as client:
        await wahyuni(client)
        address = f"{client.simulator.address}/practice/events"
        async with client.session.get(address) as stream:
            await stream.content.readuntil(b"\n\n")
            await act(client, "whatsapp_say", person=PHONE, text="halo")
            async with asyncio.timeout(60):
                heard = await stream.content.readuntil(b"\n\n")
        assert json.loads(heard.removeprefix(b"data: "))["chats"] == [PHONE]
