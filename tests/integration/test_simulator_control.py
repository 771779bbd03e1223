"""The practice page and its controls: usable from a browser or another process, closed to other sites."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from tests.integration.simulator_client import Client, messenger

JPEG = b"\xff\xd8\xff\xe0 a photo"


async def act(client: Client, action: str, **fields: Any) -> Any:
    async with client.session.post(f"{client.simulator.address}/practice/{action}", json=fields) as response:
        body = await response.json()
        assert body["ok"], body
        return body["result"]


async def look(client: Client, path: str) -> Any:
    async with client.session.get(f"{client.simulator.address}/practice/{path}") as response:
        assert response.status == 200
        return await response.json()


async def test_the_page_and_its_parts_come_with_a_strict_policy() -> None:
    async with messenger(practice=True) as client:
        for path in (
            "/",
            *(f"/practice/page/{name}" for name in ("base.css", "page.js", "pane.js", "rich.js")),
        ):
            async with client.session.get(client.simulator.address + path) as response:
                assert response.status == 200
                policy = response.headers["Content-Security-Policy"]
                assert "default-src 'none'" in policy
                assert "unsafe" not in policy
                text = await response.text()
        async with client.session.get(client.simulator.address) as response:
            text = await response.text()
        assert "LATIHAN" in text
        assert "http" not in text.replace("<!doctype html>", "")
        assert " style=" not in text


@pytest.mark.parametrize("name", ["..%2fserver.py", "missing.js", "page"])
async def test_only_the_pages_own_files_are_served(name: str) -> None:
    async with (
        messenger(practice=True) as client,
        client.session.get(f"{client.simulator.address}/practice/page/{name}") as response,
    ):
        assert response.status == 404


async def test_without_the_practice_routes_there_is_no_page() -> None:
    async with messenger() as client:
        for path in ("/", "/practice/state"):
            async with client.session.get(client.simulator.address + path) as response:
                assert response.status == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.com"},
        {"Origin": "null"},
        {"Host": "example.com"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
async def test_other_sites_can_neither_act_nor_read(headers: dict[str, str]) -> None:
    async with messenger(practice=True) as client:
        siti = client.simulator.person(5001, "Siti")
        say = {"person": 5001, "text": "halo"}
        address = f"{client.simulator.address}/practice"
        async with client.session.post(f"{address}/say", json=say, headers=headers) as response:
            assert response.status == 403
        async with client.session.get(f"{address}/state", headers=headers) as response:
            assert response.status == 403
        assert siti.messages == []
        own = {"Origin": client.simulator.address}
        async with client.session.post(f"{address}/say", json=say, headers=own) as response:
            assert response.status == 200


async def test_another_process_acts_as_citizen_and_officer() -> None:
    async with messenger(practice=True) as client:
        budi = client.simulator.person(6001, "Budi")
        group = client.simulator.group(-1001, "Petugas DPMD", members=[budi])
        siti = await act(client, "person", first_name="Siti")
        await act(client, "say", person=siti["id"], text="/start dpmd")
        keyboard = {"inline_keyboard": [[{"text": "Ambil", "callback_data": "a"}]]}
        card = await client.result(
            "sendMessage", chat_id=group.id, text="DPMD-2026-0001", reply_markup=keyboard
        )
        pressing = asyncio.create_task(
            act(client, "press", person=6001, chat=group.id, message=card["message_id"], label="Ambil")
        )
        updates = await client.updates(timeout=5)
        while "callback_query" not in updates[-1]:
            updates = await client.updates(offset=updates[-1]["update_id"] + 1, timeout=5)
        query = updates[-1]["callback_query"]
        await client.result(
            "answerCallbackQuery", callback_query_id=query["id"], text="Baik", show_alert=True
        )
        assert await pressing == {"text": "Baik", "show_alert": True, "url": None}
        reply = await act(
            client, "say", person=6001, chat=group.id, text="Selesai", reply_to=card["message_id"]
        )
        assert reply["reply_to_message"]["text"] == "DPMD-2026-0001"
        seen = await look(client, f"chat/{group.id}?person=6001")
        assert [message["text"] for message in seen["messages"]] == ["DPMD-2026-0001", "Selesai"]
        later = await look(client, f"chat/{group.id}?since={seen['position']}")
        assert later["messages"] == []


async def test_keys_files_edits_and_places_go_through_the_controls() -> None:
    async with messenger(practice=True) as client:
        siti = client.simulator.person(5001, "Siti")
        said = await act(client, "say", person=5001, text="satu")
        keyboard = {"keyboard": [["Lanjut"]], "is_persistent": True}
        await client.result("sendMessage", chat_id=5001, text="?", reply_markup=keyboard)
        assert (await look(client, "chat/5001?person=5001"))["keyboard"]["keyboard"] == [[{"text": "Lanjut"}]]
        assert (await act(client, "tap", person=5001, label="Lanjut"))["text"] == "Lanjut"
        assert (await act(client, "edit", person=5001, message=said["message_id"], text="dua"))[
            "text"
        ] == "dua"
        assert (await act(client, "contact", person=5001))["contact"]["user_id"] == 5001
        assert "location" in await act(client, "location", person=5001)
        assert (await act(client, "open", person=5001, link="t.me/AduanBot?start=x"))["text"] == "/start x"
        form = aiohttp.FormData({"person": "5001", "caption": "Bukti"})
        form.add_field("file", JPEG, filename="a.jpg", content_type="image/jpeg")
        async with client.session.post(f"{client.simulator.address}/practice/upload", data=form) as response:
            photo = (await response.json())["result"]
        assert photo["caption"] == "Bukti"
        file_id = photo["photo"][-1]["file_id"]
        async with client.session.get(f"{client.simulator.address}/practice/file/{file_id}") as response:
            assert (response.content_type, await response.read()) == ("image/jpeg", JPEG)
        await siti.send_document(b"<script>", 'a"\r\n.html', "text/html")
        file_id = siti.messages[-1]["document"]["file_id"]
        async with client.session.get(f"{client.simulator.address}/practice/file/{file_id}") as response:
            assert response.content_type == "application/octet-stream"
            assert response.headers["Content-Disposition"] == 'attachment; filename="a___.html"'


async def test_a_listener_is_notified_of_each_changed_chat() -> None:
    async with messenger(practice=True) as client:
        siti = client.simulator.person(5001, "Siti")
        async with client.session.get(f"{client.simulator.address}/practice/events") as response:
            assert (await response.content.readline()) == b"retry: 1000\n"
            await response.content.readline()
            await siti.say("halo")
            event = (await response.content.readline()).decode()
        assert json.loads(event.removeprefix("data: ")) == {"chats": [5001], "news": []}


async def test_the_state_names_people_groups_and_commands() -> None:
    async with messenger(practice=True) as client:
        budi = client.simulator.person(6001, "Budi")
        client.simulator.group(-1001, "Petugas", members=[budi])
        commands = [{"command": "lapor", "description": "Buat pengaduan"}]
        await client.result("setMyCommands", commands=commands)
        await act(client, "block", person=6001, blocked=True)
        state = await look(client, "state")
        assert [(person["first_name"], person["blocked"]) for person in state["people"]] == [("Budi", True)]
        assert 6001 in state["groups"][0]["members"]
        assert state["commands"]["all_private_chats"] == commands


@pytest.mark.parametrize(
    ("action", "fields", "error"),
    [
        ("say", {"person": 1, "text": "x"}, "unknown person"),
        ("say", {"person": 5001}, "text must be a text"),
        ("say", {"person": 5001, "chat": -5, "text": "x"}, "unknown chat"),
        ("say", {"person": 5001, "text": "x", "reply_to": 99}, "unknown message"),
        ("tap", {"person": 5001, "label": "Lanjut"}, "no key 'Lanjut'"),
        ("edit", {"person": 5001, "message": 2, "text": "x"}, "not an own message"),
    ],
)
async def test_a_wrong_action_is_refused_with_the_reason(
    action: str, fields: dict[str, Any], error: str
) -> None:
    async with messenger(practice=True) as client:
        await client.simulator.person(5001, "Siti").say("halo")
        await client.result("sendMessage", chat_id=5001, text="x")
        address = f"{client.simulator.address}/practice/{action}"
        async with client.session.post(address, json=fields) as response:
            assert response.status == 400
            assert error in (await response.json())["error"]


async def test_another_process_can_add_a_fault_and_move_a_group() -> None:
    async with messenger(practice=True) as client:
        client.simulator.group(-500, "Petugas", kind="group")
        await act(client, "fault", method="sendMessage", kind="429", retry_after=3)
        assert (await client.call("sendMessage", chat_id=-500, text="x"))["parameters"] == {"retry_after": 3}
        assert await act(client, "migrate", chat=-500, new_id=-1009) == -1009
        assert (await look(client, "state"))["groups"][0]["id"] == -1009
