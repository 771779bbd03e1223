"""The body of a call holds exactly the given parameters, with every character of a text."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl

import pytest

from bot.channels.telegram.request import form

TEXTS = {
    "separators": "a=1&b=2;c=%26+%2B #x?y/z",
    "lines": "satu\r\n\tdua\x00\x7f",
    "markup": "<b>Layanan</b> &amp; \"x\" 'y'",
    "letters": "é ñ 漢字 \u202e \x85 \xa0",
    "emoji": "👩\u200d👩\u200d👧 😀",
    "already encoded": "%41%zz%F0%9F",
    "nothing": "",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_form_says_what_was_asked(text: str) -> None:
    asked = {"chat_id": -7, "text": text, "a&b": text, "reply_markup": {"rows": [[text]]}, "none": None}
    said = dict(parse_qsl(form(asked).decode("ascii"), keep_blank_values=True, strict_parsing=True))
    assert json.loads(said.pop("reply_markup")) == {"rows": [[text]]}
    assert said == {"chat_id": "-7", "text": text, "a&b": text}


def test_half_a_surrogate_pair_is_left_out() -> None:
    assert form({"text": "a\ud800b"}) == b"text=ab"
