"""Buttons, lists and keyboards: within WhatsApp's limits, each with what it returns."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.lengths import units
from bot.channels.whatsapp.choices import Choice, ChoiceTooLongError, choices, different, interactive
from conversations.messages import AskReply, Button, Key, Keyboard, OutgoingMessage, Params, Rows
from tests.unit.whatsapp_setup import Sending


def says(words: str = "Halo", buttons: Rows = (), **more: Any) -> OutgoingMessage:
    return OutgoingMessage("system.unknown_group", {"chat": 0, "title": words}, buttons, **more)


def label(name: str, params: Params) -> str:
    return str(params.get("text", name))


def choice(text: str, value: str = "") -> Button:
    return Button("choice", "answer", "d1", 3, value or text, params={"text": text})


def rows(*texts: str) -> Rows:
    return tuple((choice(text),) for text in texts)


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (["Ya"], "button"),
        (["Ya", "Tidak", "a" * 20], "button"),
        (["Ya", "Tidak", "a" * 21], "list"),
        (["Ya", "😀" * 11], "list"),
        ([f"nomor {number}" for number in range(4)], "list"),
        ([f"nomor {number}" for number in range(10)], "list"),
    ],
)
async def test_few_short_choices_are_buttons_and_others_a_list(texts: list[str], kind: str) -> None:
    (sent,) = await Sending().post(says(buttons=rows(*texts)))
    assert sent["interactive"]["type"] == kind
    assert sent["interactive"]["body"] == {"text": "Halo"}


async def test_a_press_returns_action_subject_version_and_value() -> None:
    (sent,) = await Sending().post(says(buttons=rows("Ya")))
    (button,) = sent["interactive"]["action"]["buttons"]
    assert button == {"type": "reply", "reply": {"id": "answer:d1:3:Ya", "title": "Ya"}}


async def test_a_long_label_is_whole_below_the_row_that_cuts_it() -> None:
    (sent,) = await Sending().post(says(buttons=rows("Pelayanan administrasi desa", "Lainnya")))
    first, second = sent["interactive"]["action"]["sections"][0]["rows"]
    assert first == {
        "id": "answer:d1:3:Pelayanan administrasi desa",
        "title": "Pelayanan administrasi…",
        "description": "Pelayanan administrasi desa",
    }
    assert "description" not in second
    assert sent["interactive"]["action"]["button"] == "Lihat pilihan"


async def test_more_than_ten_choices_come_in_several_lists() -> None:
    first, second, third = await Sending().post(says(buttons=rows(*(f"nomor {each}" for each in range(23)))))
    sizes = [len(each["interactive"]["action"]["sections"][0]["rows"]) for each in (first, second)]
    assert (sizes, len(third["interactive"]["action"]["buttons"])) == ([10, 10], 3)
    assert [each["interactive"]["body"]["text"] for each in (first, second, third)] == [
        "Halo",
        "Silakan pilih:",
        "Silakan pilih:",
    ]


@pytest.mark.parametrize(
    ("titles", "made"),
    [
        (["Ya", "Ya", "ya"], ["Ya", "Ya (2)", "ya (3)"]),
        (["a" * 30, "a" * 31], ["a" * 19 + "…", "a" * 15 + "… (2)"]),
        (["Ya (2)", "Ya", "Ya"], ["Ya (2)", "Ya", "Ya (3)"]),
        (["", ""], ["…", "… (2)"]),
        (["😀" * 15, "😀" * 16], ["😀" * 9 + "…", "😀" * 7 + "… (2)"]),
    ],
)
def test_titles_are_different_and_short(titles: list[str], made: list[str]) -> None:
    assert different(titles, 20) == made
    assert all(units(title) <= 20 for title in made)


def test_a_choice_whose_data_does_not_fit_is_an_error_of_this_program() -> None:
    with pytest.raises(ChoiceTooLongError):
        choices(says(buttons=((choice("Ya", "x" * 200),),)), label)


def test_a_list_without_words_on_its_button_is_never_made() -> None:
    offered = [Choice(str(number), str(number)) for number in range(4)]
    made = interactive("Isi", offered, "Lihat semua pilihan di sini")
    assert made["interactive"]["action"]["button"] == "Lihat semua pilihan…"


async def test_addresses_and_codes_are_lines_of_the_text() -> None:
    buttons = (
        (Button("help", url="https://wa.me/62811?text=Lapor%20a_b"), Button("copy_code", copy="AB12")),
        (choice("Ya"),),
    )
    (sent,) = await Sending().post(says("<b>Halo</b>", buttons))
    assert sent["interactive"]["body"]["text"] == (
        "*Halo*\n\nhelp: https://wa.me/62811?text=Lapor%20a_b\ncopy_code: AB12"
    )
    (sent,) = await Sending().post(says("Halo", ((Button("copy_code", copy="AB12"),),)))
    assert sent["text"]["body"] == "Halo\n\ncopy_code: AB12"


async def test_a_code_that_the_text_shows_is_not_repeated() -> None:
    (sent,) = await Sending().post(says("Kode: <code>AB12</code>", ((Button("copy_code", copy="AB12"),),)))
    assert sent["text"]["body"] == "Kode: `AB12`"


async def test_keys_return_their_label_as_text() -> None:
    keys = Keyboard(((Key("next"),), (Key("back"), Key("cancel"))))
    (sent,) = await Sending().post(says(keyboard=keys))
    replies = [button["reply"] for button in sent["interactive"]["action"]["buttons"]]
    assert [(reply["id"], reply["title"]) for reply in replies] == [
        ("text:next", "next"),
        ("text:back", "back"),
        ("text:cancel", "cancel"),
    ]


@pytest.mark.parametrize(
    ("request_", "kind", "action"),
    [
        ("contact", "request_contact_info", "request_contact_info"),
        ("location", "location_request_message", "send_location"),
    ],
)
async def test_what_a_key_requests_is_under_the_question_and_the_other_keys_follow(
    request_: Any, kind: str, action: str
) -> None:
    keys = Keyboard(((Key("share_phone", request_),), (Key("back"),)))
    asked, others = await Sending().post(says("Nomor?", keyboard=keys))
    assert asked["interactive"] == {"type": kind, "body": {"text": "Nomor?"}, "action": {"name": action}}
    assert others["interactive"]["body"]["text"] == "Silakan pilih:"
    assert [each["reply"]["title"] for each in others["interactive"]["action"]["buttons"]] == ["back"]


@pytest.mark.parametrize("keyboard", [Keyboard(), AskReply(8), None])
async def test_a_keyboard_without_keys_is_nothing(keyboard: Keyboard | AskReply | None) -> None:
    (sent,) = await Sending().post(says(keyboard=keyboard))
    assert (sent["type"], sent["text"]["body"]) == ("text", "Halo")
