"""Keyboards against the embedded messenger: which ones it accepts, and how it refuses others."""

from typing import Any

import pytest

from tests.integration.simulator_client import messenger

SITI = 5001


def inline(button: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


@pytest.mark.parametrize(
    ("markup", "sentence"),
    [
        (inline({"text": "x", "callback_data": "é" * 33}), "BUTTON_DATA_INVALID"),
        (
            inline({"text": "x", "callback_data": ""}),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (inline({"callback_data": "x"}), "can't parse inline keyboard button: Can't find field \"text\""),
        (
            inline({"text": "x", "callback_data": "y", "url": "https://x.id"}),
            "can't parse inline keyboard button: Both url and callback_data are specified",
        ),
        (
            inline({"text": "x", "callback_data": "y", "style": "blue"}),
            "can't parse inline keyboard button: Invalid button style specified",
        ),
        (
            inline({"text": "x", "callbackdata": "y"}),
            'can\'t parse inline keyboard button: InlineKeyboardButton has no field "callbackdata"',
        ),
        (inline({"text": "x", "copy_text": {"text": "y" * 257}}), "BUTTON_COPY_TEXT_INVALID"),
        (inline({"text": "x", "copy_text": {"text": ""}}), "BUTTON_COPY_TEXT_INVALID"),
        (
            inline({"text": "x", "url": "not-a-url"}),
            "inline keyboard button URL 'not-a-url' is invalid: Wrong HTTP URL",
        ),
        (
            inline({"text": "x", "url": "ftp://example.com"}),
            "inline keyboard button URL 'ftp://example.com' is invalid: Unsupported URL protocol",
        ),
        (
            inline({"text": "x", "web_app": {"url": "http://x.id"}}),
            "inline keyboard button Web App URL 'http://x.id' is invalid: Only HTTPS links are allowed",
        ),
        (inline({"text": "x", "pay": True}), "BUTTON_TYPE_INVALID"),
        ({"inline_keyboard": "bad"}, 'field "inline_keyboard" must be of type Array'),
        (
            {"inline_keyboard": [{"text": "x"}]},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        ({"inline_keyboard": [[{"text": "x", "callback_data": "y"}] * 9]}, "reply markup is too long"),
        ({"keyboard": [["x"]], "selective": "yes"}, 'field "selective" must be of type Boolean'),
        ({"keyboard": [[5]]}, 'can\'t parse keyboard button: Field "" must be of type Object'),
        ({"remove_keyboard": "yes"}, 'field "remove_keyboard" must be of type Boolean'),
        ({"force_reply": True, "input_field_placeholder": "x" * 65}, "input field placeholder is too long"),
        (
            {"force_reply": True, "remove_keyboard": True},
            "reply markup has both remove_keyboard and force_reply",
        ),
        ([], "object expected as reply markup"),
    ],
)
async def test_a_wrong_keyboard_is_refused(markup: Any, sentence: str) -> None:
    async with messenger() as client:
        await client.simulator.person(SITI, "Siti").say("/start")
        refusal = await client.refusal("sendMessage", chat_id=SITI, text="x", reply_markup=markup)
        assert refusal == f"Bad Request: {sentence}"


async def test_markup_that_is_not_json_is_refused() -> None:
    async with messenger() as client:
        await client.simulator.person(SITI, "Siti").say("/start")
        refusal = await client.refusal("sendMessage", chat_id=SITI, text="x", reply_markup="{")
        assert refusal == "Bad Request: can't parse reply keyboard markup JSON object"


@pytest.mark.parametrize(
    "button",
    [
        {"text": "Ya", "callback_data": "y" * 64, "style": "success"},
        {"text": "Salin", "copy_text": {"text": "DPMD-2026-0001"}},
        {"text": "Buka", "url": "t.me/AduanBot?start=x"},
    ],
)
async def test_a_valid_inline_button_is_in_the_returned_message(button: dict[str, Any]) -> None:
    async with messenger() as client:
        await client.simulator.person(SITI, "Siti").say("/start")
        sent = await client.result("sendMessage", chat_id=SITI, text="x", reply_markup=inline(button))
        assert sent["reply_markup"] == inline(button)


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("request_contact", "phone number can be requested in private chats only"),
        ("request_location", "location can be requested in private chats only"),
    ],
)
async def test_a_group_cannot_be_asked_for_contacts_or_places(key: str, sentence: str) -> None:
    async with messenger() as client:
        client.simulator.group(-1001, "Petugas")
        markup = {"keyboard": [[{"text": "Bagikan", key: True}]]}
        refusal = await client.refusal("sendMessage", chat_id=-1001, text="x", reply_markup=markup)
        assert refusal == f"Bad Request: {sentence}"


async def test_an_edit_accepts_inline_keyboards_only() -> None:
    async with messenger() as client:
        await client.simulator.person(SITI, "Siti").say("/start")
        sent = await client.result("sendMessage", chat_id=SITI, text="x")
        where = {"chat_id": SITI, "message_id": sent["message_id"]}
        refusal = await client.refusal(
            "editMessageText", **where, text="y", reply_markup={"remove_keyboard": True}
        )
        assert refusal == "Bad Request: inline keyboard expected"


async def test_a_reply_keyboard_stays_until_it_is_removed_or_used_once() -> None:
    async with messenger() as client:
        siti = client.simulator.person(SITI, "Siti")
        await siti.say("/start")
        keyboard = {"keyboard": [["Lanjut", {"text": "Batalkan"}]]}
        await client.result("sendMessage", chat_id=SITI, text="x", reply_markup=keyboard)
        assert siti.keyboard == ["Lanjut", "Batalkan"]
        assert (await siti.tap("Lanjut"))["text"] == "Lanjut"
        assert siti.keyboard == ["Lanjut", "Batalkan"]
        await client.result("sendMessage", chat_id=SITI, text="x", reply_markup={"remove_keyboard": True})
        assert siti.keyboard == []
        once = {**keyboard, "one_time_keyboard": True}
        await client.result("sendMessage", chat_id=SITI, text="x", reply_markup=once)
        await siti.tap("Batalkan")
        assert siti.keyboard == []
        with pytest.raises(AssertionError, match="no key 'Lanjut', shown: none"):
            await siti.tap("Lanjut")


async def test_a_selective_keyboard_reaches_only_mentioned_and_replied_to_people() -> None:
    async with messenger() as client:
        simulator = client.simulator
        ani = simulator.person(6001, "Ani", username="ani_dpmd")
        budi = simulator.person(6002, "Budi")
        citra = simulator.person(6003, "Citra")
        group = simulator.group(-1001, "Petugas", members=[ani, budi, citra])
        asked = await budi.say("/jawab", in_chat=group)
        markup = {"keyboard": [["Batal"]], "selective": True}
        reply = {"message_id": asked["message_id"]}
        await client.result(
            "sendMessage",
            chat_id=group.id,
            text="Untuk @ani_dpmd:",
            reply_markup=markup,
            reply_parameters=reply,
        )
        assert sorted(group.chat.keyboards) == [ani.id, budi.id]
