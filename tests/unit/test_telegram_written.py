"""What Telegram keeps apart from a text: addresses behind words, the origin of a forward, a quote."""

from __future__ import annotations

from typing import Any

import pytest

from conversations.events import FileReceived, MessageEdited, TextReceived
from tests.unit.raw_updates import BOT, FILE, PHOTO, SENT, SITI, message, read, said

URL = "https://contoh.id/bukti?a=1"


def link(offset: int, length: int, url: str = URL) -> dict[str, Any]:
    return {"type": "text_link", "offset": offset, "length": length, "url": url}


# The text, its entities as Telegram counts them (in UTF-16 units), and the text as it is stored.
LINKED: dict[str, tuple[str, list[dict[str, Any]], str]] = {
    "one word": ("lihat di sini ya", [link(9, 4)], f"lihat di sini ({URL}) ya"),
    "after an emoji": ("😀😀 di sini", [link(8, 4)], f"😀😀 di sini ({URL})"),
    "two words": (
        "ini dan itu",
        [link(0, 3), link(8, 3, "http://b.id")],
        f"ini ({URL}) dan itu (http://b.id)",
    ),
    "the address itself": ("contoh.id/x", [link(0, 11, "https://contoh.id/x/")], "contoh.id/x"),
    "another address": ("bri.co.id", [link(0, 9, "https://jahat.id")], "bri.co.id (https://jahat.id)"),
    "beyond the end": ("di sini", [link(3, 400)], f"di sini ({URL})"),
    "bold": ("di sini", [{"type": "bold", "offset": 0, "length": 7}], "di sini"),
}


@pytest.mark.parametrize("case", LINKED)
def test_the_address_behind_a_word_is_written_out(case: str) -> None:
    text, entities, written = LINKED[case]
    sent = said(text=text, entities=entities)
    assert isinstance(sent, TextReceived)
    assert sent.text == written
    captioned = said(photo=PHOTO, caption=text, caption_entities=entities)
    assert isinstance(captioned, FileReceived)
    assert captioned.caption == written
    edited = read("edited_message", **message(text=text, entities=entities, edit_date=SENT + 5))
    assert isinstance(edited, MessageEdited)
    assert edited.text == written


ORIGINS: dict[str, tuple[dict[str, Any], str]] = {
    "a person": ({"type": "user", "sender_user": {**SITI, "first_name": "Budi"}}, "Budi Aminah"),
    "a hidden person": ({"type": "hidden_user", "sender_user_name": "Pak\u202e\nBudi"}, "Pak Budi"),
    "a person without a name": ({"type": "hidden_user", "sender_user_name": ""}, "Warga"),
    "a group": ({"type": "chat", "sender_chat": {"id": -9, "type": "supergroup", "title": "RT 02"}}, "RT 02"),
    "a channel": (
        {
            "type": "channel",
            "chat": {"id": -8, "type": "channel", "title": "Info Desa"},
            "message_id": 4,
            "author_signature": "Rina",
        },
        "Info Desa (Rina)",
    ),
    "the bot": ({"type": "user", "sender_user": BOT}, "Aduan"),
}
CONTENTS: dict[str, dict[str, Any]] = {
    "text": {"text": "bantuan belum cair"},
    "photo": {"photo": PHOTO},
    "voice": {"voice": {**FILE, "duration": 1}},
    "location": {"location": {"latitude": -7.5, "longitude": 112.25}},
}


@pytest.mark.parametrize("kind", CONTENTS)
@pytest.mark.parametrize("origin", ORIGINS)
def test_a_forward_says_whose_words_it_holds_and_when(origin: str, kind: str) -> None:
    source, name = ORIGINS[origin]
    event = said(forward_origin={**source, "date": SENT}, **CONTENTS[kind])
    assert event.origin.forwarded == f"Diteruskan dari {name}, 27-03-2026"
    assert said(**CONTENTS[kind]).origin.forwarded == ""


def test_a_quote_keeps_the_quoted_text() -> None:
    event = said(text="tidak benar", quote={"text": "sudah cair Senin", "position": 0})
    assert (event.origin.quoted, event.text) == ("sudah cair Senin", "tidak benar")


def test_an_edit_names_the_file_that_the_message_has_now() -> None:
    edited = read("edited_message", **message(photo=PHOTO, caption="a", edit_date=SENT + 5))
    assert edited.new_file.unique_id == "U1"
    assert read("edited_message", **message(text="a", edit_date=SENT + 5)).new_file is None
