"""Sending and editing against the embedded messenger: results, and refusals with their sentences."""

from typing import Any

import pytest

from tests.integration.simulator_client import Client, messenger

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly"
    " the same as a current content and reply markup of the message"
)
SITI = 5001


async def started(client: Client) -> None:
    await client.simulator.person(SITI, "Siti").say("/start")


@pytest.mark.parametrize(
    ("method", "params", "description"),
    [
        ("sendMessage", {"chat_id": SITI}, "Bad Request: message text is empty"),
        ("sendMessage", {}, "Bad Request: message text is empty"),
        ("sendMessage", {"chat_id": SITI, "text": ""}, "Bad Request: message text is empty"),
        ("sendMessage", {"chat_id": SITI, "text": "   "}, "Bad Request: text must be non-empty"),
        ("sendMessage", {"text": "x"}, "Bad Request: chat_id is empty"),
        ("sendMessage", {"chat_id": "", "text": "x"}, "Bad Request: chat_id is empty"),
        ("sendMessage", {"chat_id": 0, "text": "x"}, "Bad Request: chat not found"),
        ("sendMessage", {"chat_id": "nobody", "text": "x"}, "Bad Request: chat not found"),
        ("sendMessage", {"chat_id": SITI, "text": "x" * 4097}, "Bad Request: message is too long"),
        ("sendMessage", {"chat_id": SITI, "text": "😀" * 2049}, "Bad Request: message is too long"),
        (
            "sendMessage",
            {"chat_id": SITI, "text": "x", "parse_mode": "INVALID"},
            "Bad Request: unsupported parse_mode",
        ),
        (
            "sendMessage",
            {"chat_id": SITI, "text": "x", "reply_parameters": {"message_id": 99}},
            "Bad Request: message to be replied not found",
        ),
        (
            "sendMessage",
            {"chat_id": SITI, "text": "x", "reply_parameters": {"quote": "x"}},
            'Bad Request: can\'t find field "message_id"',
        ),
        (
            "sendMessage",
            {"chat_id": SITI, "text": "x", "reply_parameters": {"message_id": 1, "quote": "y"}},
            "Bad Request: QUOTE_TEXT_INVALID",
        ),
        (
            "sendMessage",
            {"chat_id": SITI, "text": "x", "message_thread_id": 7},
            "Bad Request: message thread not found",
        ),
        (
            "sendMessage",
            {"chat_id": SITI, "text": "x", "link_preview_options": {"is_disabled": "yes"}},
            'Bad Request: field "is_disabled" must be of type Boolean',
        ),
        (
            "sendMessage",
            {"chat_id": SITI, "text": "x", "business_connection_id": "y"},
            "Bad Request: business connection not found",
        ),
        (
            "sendMessage",
            {"chat_id": SITI, "text": "x", "disable_notification": "maybe"},
            'Bad Request: parameter "disable_notification" must be of type Boolean',
        ),
        ("sendMessage", {"chat_id": SITI, "text": "x", "txet": "y"}, 'Bad Request: unknown parameter "txet"'),
        ("sendMessage", {"chat_id": 7001, "text": "x"}, "Bad Request: chat not found"),
        (
            "editMessageText",
            {"chat_id": SITI, "message_id": 99, "text": "x"},
            "Bad Request: message to edit not found",
        ),
        (
            "editMessageText",
            {"chat_id": SITI, "message_id": 1, "text": "x"},
            "Bad Request: message can't be edited",
        ),
        ("editMessageText", {"text": "x"}, "Bad Request: message identifier is not specified"),
        ("deleteMessage", {"chat_id": SITI, "message_id": 99}, "Bad Request: message to delete not found"),
        (
            "sendChatAction",
            {"chat_id": SITI, "action": "sing"},
            "Bad Request: wrong parameter action in request",
        ),
        (
            "answerCallbackQuery",
            {"callback_query_id": "1"},
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
        ),
        ("sendPhoto", {"chat_id": SITI}, "Bad Request: there is no photo in the request"),
        (
            "sendPhoto",
            {"chat_id": SITI, "photo": "AgAC"},
            "Bad Request: wrong file identifier/HTTP URL specified",
        ),
        ("getFile", {"file_id": "AgAC"}, "Bad Request: invalid file_id"),
        (
            "setWebhook",
            {"url": "http://x.id"},
            "Bad Request: bad webhook: An HTTPS URL must be provided for webhook",
        ),
        (
            "setMyCommands",
            {"commands": [{"command": "Lapor!", "description": "x"}]},
            "Bad Request: BOT_COMMAND_INVALID",
        ),
        ("sendDance", {}, "Not Found"),
        ("sendDice", {"chat_id": SITI}, "Not Implemented: the embedded messenger does not perform sendDice"),
    ],
)
async def test_a_wrong_call_is_refused_with_telegrams_sentence(
    method: str, params: dict[str, Any], description: str
) -> None:
    async with messenger() as client:
        await started(client)
        assert await client.refusal(method, **params) == description


async def test_a_wrong_token_is_unauthorized() -> None:
    async with (
        messenger() as client,
        client.session.post(f"{client.simulator.base_url}100:OTHER/getMe") as response,
    ):
        assert response.status == 401
        assert await response.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_a_text_is_measured_without_its_markup() -> None:
    async with messenger() as client:
        await started(client)
        text = "<b>" + "😀" * 2048 + "</b>"
        sent = await client.result("sendMessage", chat_id=SITI, text=text, parse_mode="HTML")
        assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 4096}]


async def test_message_ids_ascend_in_each_chat_and_replies_contain_the_message() -> None:
    async with messenger() as client:
        await started(client)
        first = await client.result("sendMessage", chat_id=SITI, text="satu")
        reply = {"message_id": first["message_id"], "quote": "tu"}
        second = await client.result("sendMessage", chat_id=SITI, text="dua", reply_parameters=reply)
        assert (first["message_id"], second["message_id"]) == (2, 3)
        assert second["reply_to_message"]["text"] == "satu"
        assert second["quote"] == {"text": "tu", "position": 2, "is_manual": True}


async def test_a_reply_to_a_missing_message_is_sent_when_that_is_allowed() -> None:
    async with messenger() as client:
        await started(client)
        reply = {"message_id": 99, "allow_sending_without_reply": True}
        sent = await client.result("sendMessage", chat_id=SITI, text="x", reply_parameters=reply)
        assert "reply_to_message" not in sent


async def test_an_edit_changes_text_and_buttons_and_an_edit_without_change_is_refused() -> None:
    async with messenger() as client:
        await started(client)
        keyboard = {"inline_keyboard": [[{"text": "Ya", "callback_data": "y"}]]}
        sent = await client.result("sendMessage", chat_id=SITI, text="lama", reply_markup=keyboard)
        where = {"chat_id": SITI, "message_id": sent["message_id"]}
        assert (
            await client.refusal("editMessageText", **where, text="lama", reply_markup=keyboard)
            == NOT_MODIFIED
        )
        assert (
            await client.refusal("editMessageText", **where, text="x" * 4097)
            == "Bad Request: MESSAGE_TOO_LONG"
        )
        edited = await client.result("editMessageText", **where, text="baru")
        assert "reply_markup" not in edited
        assert edited["edit_date"] >= sent["date"]
        assert await client.refusal("editMessageText", **where, text="baru") == NOT_MODIFIED
        assert await client.refusal("editMessageReplyMarkup", **where) == NOT_MODIFIED
        assert client.simulator.people[SITI].messages[-1]["text"] == "baru"


@pytest.mark.parametrize(
    "markup", [{"keyboard": [[{"text": "Lanjut"}]]}, {"remove_keyboard": True}, {"force_reply": True}]
)
async def test_a_message_with_a_reply_keyboard_cannot_be_edited(
    markup: dict[str, Any],
) -> None:
    async with messenger() as client:
        await started(client)
        sent = await client.result("sendMessage", chat_id=SITI, text="x", reply_markup=markup)
        where = {"chat_id": SITI, "message_id": sent["message_id"]}
        assert (
            await client.refusal("editMessageText", **where, text="y")
            == "Bad Request: message can't be edited"
        )


async def test_a_photo_has_no_text_to_edit() -> None:
    async with messenger() as client:
        await started(client)
        photo = (await client.simulator.people[SITI].send_photo())["photo"][-1]["file_id"]
        sent = await client.result("sendPhoto", chat_id=SITI, photo=photo, caption="y")
        assert (
            await client.refusal("editMessageText", chat_id=SITI, message_id=sent["message_id"], text="z")
            == "Bad Request: there is no text in the message to edit"
        )


async def test_a_deleted_message_is_removed_for_everyone() -> None:
    async with messenger() as client:
        await started(client)
        sent = await client.result("sendMessage", chat_id=SITI, text="x")
        where = {"chat_id": SITI, "message_id": sent["message_id"]}
        assert await client.result("deleteMessage", **where) is True
        assert (
            await client.refusal("editMessageText", **where, text="y")
            == "Bad Request: message to edit not found"
        )
        assert [message["text"] for message in client.simulator.people[SITI].messages] == ["/start"]


@pytest.mark.parametrize(
    ("age", "administrator", "refusal"),
    [
        (48 * 3600 - 60, False, ""),
        (48 * 3600, False, "Bad Request: message can't be deleted for everyone"),
        (30 * 24 * 3600, False, "Bad Request: message can't be deleted for everyone"),
        (30 * 24 * 3600, True, ""),
    ],
)
async def test_a_message_is_deleted_for_48_hours(age: int, administrator: bool, refusal: str) -> None:
    async with messenger() as client:
        await started(client)
        chat = SITI
        if administrator:
            group = client.simulator.group(-1001, "Petugas")
            await group.set_bot_status("administrator")
            chat = -1001
        sent = await client.result("sendMessage", chat_id=chat, text="x")
        where = {"chat_id": chat, "message_id": sent["message_id"]}
        client.simulator.world.offset += age
        if refusal:
            assert await client.refusal("deleteMessage", **where) == refusal
        else:
            assert await client.result("deleteMessage", **where) is True


async def test_a_person_who_blocked_the_bot_or_left_gets_no_message() -> None:
    async with messenger() as client:
        await started(client)
        siti = client.simulator.people[SITI]
        await siti.block()
        for method, params in (("sendMessage", {"text": "x"}), ("sendChatAction", {"action": "typing"})):
            refusal = await client.refusal(method, chat_id=SITI, **params)
            assert refusal == "Forbidden: bot was blocked by the user"
        await siti.unblock()
        assert await client.result("sendMessage", chat_id=SITI, text="x")
        await siti.delete_account()
        assert await client.refusal("sendMessage", chat_id=SITI, text="x") == "Forbidden: user is deactivated"


async def test_a_person_known_only_from_a_group_gets_no_private_message() -> None:
    async with messenger() as client:
        budi = client.simulator.person(6001, "Budi")
        assert await client.refusal("sendMessage", chat_id=6001, text="x") == "Bad Request: chat not found"
        client.simulator.group(-100500, "Petugas", members=[budi])
        assert (
            await client.refusal("sendMessage", chat_id=6001, text="x")
            == "Forbidden: bot can't initiate conversation with a user"
        )
        await budi.say("/start")
        assert await client.result("sendMessage", chat_id=6001, text="x")


async def test_json_bodies_and_query_strings_are_read() -> None:
    async with messenger() as client:
        await started(client)
        url = f"{client.simulator.base_url}{client.simulator.token}/SENDMESSAGE"
        async with client.session.post(url, json={"chat_id": SITI, "text": "a"}) as response:
            assert (await response.json())["result"]["text"] == "a"
        async with client.session.get(url, params={"chat_id": SITI, "text": "b"}) as response:
            assert (await response.json())["result"]["text"] == "b"
        async with client.session.post(url, json=[1]) as response:
            assert (await response.json())["description"] == "Bad Request: can't parse JSON object"
