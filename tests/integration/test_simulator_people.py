"""People in the embedded messenger: writing, pressing, waiting, and the messages of failed waits."""

import asyncio
from typing import Any

import pytest

from tests.integration.simulator_client import Client, messenger

SITI = 5001
BUTTONS = {
    "inline_keyboard": [[{"text": "Ya, lanjut", "callback_data": "y"}, {"text": "Ya", "callback_data": "z"}]]
}


async def answer_next(client: Client, **answer: Any) -> dict[str, Any]:
    (update,) = await client.updates(offset=-1, timeout=5, allowed_updates=["callback_query"])
    query: dict[str, Any] = update["callback_query"]
    await client.result("answerCallbackQuery", callback_query_id=query["id"], **answer)
    return query


async def started(client: Client) -> Any:
    siti = client.simulator.person(SITI, "Siti")
    await client.updates(allowed_updates=["callback_query"])
    await siti.say("/start")
    await client.result("sendMessage", chat_id=SITI, text="Setuju?", reply_markup=BUTTONS)
    return siti


async def test_a_press_sends_its_data_and_returns_the_answer() -> None:
    async with messenger() as client:
        siti = await started(client)
        query, answer = await asyncio.gather(
            answer_next(client, text="Baik", show_alert=True), siti.press("Ya")
        )
        assert query["data"] == "z"
        assert query["message"]["text"] == "Setuju?"
        assert answer == {"text": "Baik", "show_alert": True, "url": None}


async def test_a_label_matches_by_its_beginning_if_none_matches_exactly() -> None:
    async with messenger() as client:
        siti = await started(client)
        query, _answer = await asyncio.gather(answer_next(client), siti.press("Ya,"))
        assert query["data"] == "y"


async def test_a_press_is_answered_once_and_in_time() -> None:
    expired = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    async with messenger() as client:
        siti = await started(client)
        query, _answer = await asyncio.gather(answer_next(client), siti.press("Ya"))
        assert await client.refusal("answerCallbackQuery", callback_query_id=query["id"]) == expired
        await siti.press("Ya", wait=False)
        (update,) = await client.updates(offset=-1)
        client.simulator.world.monotonic = lambda: 10e9
        late = update["callback_query"]["id"]
        assert await client.refusal("answerCallbackQuery", callback_query_id=late) == expired


async def test_an_answer_with_a_long_text_or_another_link_is_refused() -> None:
    async with messenger() as client:
        siti = await started(client)
        await siti.press("Ya", wait=False)
        (update,) = await client.updates(offset=-1)
        query = {"callback_query_id": update["callback_query"]["id"]}
        assert (
            await client.refusal("answerCallbackQuery", **query, text="x" * 201)
            == "Bad Request: MESSAGE_TOO_LONG"
        )
        assert (
            await client.refusal("answerCallbackQuery", **query, url="https://x.id")
            == "Bad Request: URL_INVALID"
        )
        assert await client.result("answerCallbackQuery", **query, url="t.me/AduanBot?start=id7") is True


async def test_a_press_on_an_inaccessible_message_has_no_content() -> None:
    async with messenger() as client:
        siti = await started(client)
        await siti.press("Ya", wait=False, forgotten=True)
        (update,) = await client.updates(offset=-1)
        message = update["callback_query"]["message"]
        assert (sorted(message), message["date"]) == (["chat", "date", "message_id"], 0)


async def test_a_press_without_an_answer_returns_none() -> None:
    async with messenger() as client:
        siti = await started(client)
        assert await siti.press("Ya", timeout=0.05) is None


async def test_a_link_to_the_bot_starts_it_with_its_payload() -> None:
    async with messenger() as client:
        siti = client.simulator.person(SITI, "Siti")
        assert (await siti.open("https://t.me/AduanBot?start=dpmd"))["text"] == "/start dpmd"
        with pytest.raises(AssertionError, match="does not lead to the bot"):
            await siti.open("https://t.me/OtherBot?start=dpmd")


async def test_waiting_finds_each_version_of_a_message_once() -> None:
    async with messenger() as client:
        siti = await started(client)
        first = await siti.wait_for("Setuju?")
        where = {"chat_id": SITI, "message_id": first["message_id"]}
        waiting = asyncio.create_task(siti.wait_for("Setuju"))
        await client.result("editMessageText", **where, text="Setuju. Terima kasih")
        assert (await waiting)["message_id"] == first["message_id"]
        with pytest.raises(
            AssertionError, match=r"(?s)no message with 'Setuju'.*#2 AduanBot \(edited\): Setuju\."
        ):
            await siti.wait_for("Setuju", timeout=0.05)


async def test_waiting_ignores_messages_of_people() -> None:
    async with messenger() as client:
        siti = client.simulator.person(SITI, "Siti")
        await siti.say("Setuju")
        with pytest.raises(AssertionError, match="no message with 'Setuju'"):
            await siti.wait_for("Setuju", timeout=0.05)


async def test_a_missing_button_fails_with_the_transcript() -> None:
    async with messenger() as client:
        siti = await started(client)
        with pytest.raises(AssertionError, match=r"(?s)no button 'Tidak'.*\[Ya, lanjut \| Ya\]"):
            await siti.press("Tidak")


async def test_a_key_shares_the_contact_or_location_that_it_requests() -> None:
    async with messenger() as client:
        siti = client.simulator.person(SITI, "Siti")
        await siti.say("/start")
        keys = [{"text": "Nomor", "request_contact": True}, {"text": "Tempat", "request_location": True}]
        await client.result("sendMessage", chat_id=SITI, text="?", reply_markup={"keyboard": [keys]})
        assert (await siti.tap("Nomor"))["contact"]["user_id"] == SITI
        assert (await siti.tap("Tempat"))["location"]["latitude"] == pytest.approx(-7.0051)
        other = await siti.send_contact("628111", user_id=77, first_name="Rudi")
        assert other["contact"] == {"phone_number": "628111", "first_name": "Rudi", "user_id": 77}


async def test_a_live_location_moves_by_edited_messages() -> None:
    async with messenger() as client:
        siti = client.simulator.person(SITI, "Siti")
        message = await siti.send_location(-7.0, 113.8, live_period=900)
        await siti.move(message, -7.1, 113.9)
        first, second = await client.updates()
        assert first["message"]["location"]["live_period"] == 900
        assert second["edited_message"]["location"]["latitude"] == pytest.approx(-7.1)
        assert second["edited_message"]["message_id"] == first["message"]["message_id"]


async def test_every_call_is_recorded_with_its_outcome() -> None:
    async with messenger() as client:
        await client.call("getMe")
        await client.call("sendMessage", chat_id=1, text="x")
        first, second = client.simulator.calls
        assert (first.method, first.outcome, first.result["id"]) == ("getMe", "ok", 100)
        assert (second.outcome, second.code, second.error) == ("error", 400, "Bad Request: chat not found")
        assert second.params == {"chat_id": "1", "text": "x"}
        assert second.at >= first.at


async def test_the_bots_profile_can_be_read() -> None:
    async with messenger() as client:
        simulator = client.simulator
        commands = [{"command": "lapor", "description": "Buat pengaduan"}]
        scope = {"type": "all_private_chats"}
        await client.result("setMyCommands", commands=commands, scope=scope, language_code="id")
        await client.result("setMyDescription", description="Layanan pengaduan")
        await client.result("setChatMenuButton", menu_button={"type": "commands"})
        assert simulator.my_commands("all_private_chats", "id") == commands
        assert await client.result("getMyCommands", scope=scope, language_code="id") == commands
        assert await client.result("getMyCommands") == []
        assert simulator.descriptions["description"] == {"": "Layanan pengaduan"}
        assert simulator.menu_button == {"type": "commands"}
