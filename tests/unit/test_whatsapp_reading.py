"""What each kind of WhatsApp's messages and statuses is as an event."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import Confirmed, Failure, Sender, UnreadableUpdateError, Writer
from bot.channels.messengers import writer_of
from bot.channels.numbers import OF_WHATSAPP
from bot.channels.whatsapp.reading import Reader
from conversations.events import (
    Attachment,
    ButtonPressed,
    CommandReceived,
    ContactReceived,
    FileReceived,
    LocationReceived,
    Origin,
    Person,
    TextReceived,
    UnreadableReceived,
)
from tests.unit.whatsapp_bodies import ASKED, MESSAGE, NOW, SENT, SITI, SITI_NUMBER, WORDS, raw, read, reader

AT = datetime.fromtimestamp(SENT, UTC)
ORIGIN = Origin(SITI, private=True, person=Person(SITI, "Siti Aminah"), message=MESSAGE, at=AT)


def chosen(kind: str, **reply: str) -> dict[str, Any]:
    return {"type": "interactive", "interactive": {"type": kind, kind: reply}}


def unsupported(kind: str) -> dict[str, Any]:
    return {"type": "unsupported", "unsupported": {"type": kind}, "errors": [{"code": 131051}]}


PRESSED = ButtonPressed(ORIGIN, "", "verdict", "abc", 3, "yes")
UNREADABLE = UnreadableReceived(ORIGIN, "other")
DATA = "verdict:abc:3:yes"
CONTACT = {"phones": [{"phone": f"+{SITI_NUMBER}", "wa_id": SITI_NUMBER}], "origin": "contact_request"}
PLACE = {"latitude": -7.6, "longitude": 112.8, "name": "Kantor", "address": "Raci"}
PAPER = {"id": "14", "filename": "../surat.pdf", "mime_type": "application/pdf"}
# Content -> event.
CONTENTS: dict[str, tuple[dict[str, Any], object]] = {
    "text": ({}, TextReceived(ORIGIN, "Jalan rusak")),
    "a command": ({"text": {"body": "/lapor x"}}, CommandReceived(ORIGIN, "lapor", "x")),
    "a command of officers": ({"text": {"body": "/DAFTAR"}}, CommandReceived(ORIGIN, "daftar", "")),
    "a number is a text": (
        {"text": {"body": "/DPMD-2026-0042"}},
        TextReceived(ORIGIN, "/DPMD-2026-0042"),
    ),
    "the text of a link": ({"text": {"body": " lapor  dpmd. "}}, CommandReceived(ORIGIN, "start", "dpmd")),
    "more than the text of a link": (
        {"text": {"body": "Lapor DPMD jalan rusak"}},
        TextReceived(ORIGIN, "Lapor DPMD jalan rusak"),
    ),
    "an empty text": ({"text": {"body": ""}}, UnreadableReceived(ORIGIN, "other")),
    "a forwarded text": (
        {"context": {"forwarded": True}},
        TextReceived(replace(ORIGIN, forwarded="Pesan terusan"), "Jalan rusak"),
    ),
    "a button": (chosen("button_reply", id=DATA, title="Puas"), PRESSED),
    "a row of a list": (chosen("list_reply", id=DATA, title="Puas", description="x"), PRESSED),
    "a value with colons": (
        chosen("list_reply", id="a:b:3:x:y", title="x"),
        ButtonPressed(ORIGIN, "", "a", "b", 3, "x:y"),
    ),
    "a choice for a text": (
        chosen("button_reply", id="text:Lanjut: ya", title="x"),
        TextReceived(ORIGIN, "Lanjut: ya"),
    ),
    "an unknown choice": (
        chosen("button_reply", id="?", title="x"),
        ButtonPressed(ORIGIN, "", "", "", 0, ""),
    ),
    "a template's button": (
        {"type": "button", "button": {"payload": DATA, "text": "Baca"}},
        PRESSED,
    ),
    "a template's button without data": (
        {"type": "button", "button": {"text": "Baca"}},
        TextReceived(ORIGIN, "Baca"),
    ),
    "a place": (
        {"type": "location", "location": PLACE},
        LocationReceived(ORIGIN, -7.6, 112.8, "Kantor, Raci"),
    ),
    "the own number": (
        {"type": "contacts", "contacts": [CONTACT]},
        ContactReceived(ORIGIN, f"+{SITI_NUMBER}", True),
    ),
    "another number": (
        {"type": "contacts", "contacts": [{**CONTACT, "phones": [{"wa_id": "62811"}], "origin": "other"}]},
        ContactReceived(ORIGIN, "+62811", False),
    ),
    "another number on request": (
        {"type": "contacts", "contacts": [{**CONTACT, "phones": [{"wa_id": "62811"}]}]},
        ContactReceived(ORIGIN, "+62811", False),
    ),
    "a contact without a number": (
        {"type": "contacts", "contacts": [{"name": {}}]},
        UnreadableReceived(ORIGIN, "other"),
    ),
    "a contact of another form": ({"type": "contacts", "contacts": [{"phones": "1"}]}, UNREADABLE),
    "a contact whose number has another form": (
        {"type": "contacts", "contacts": [7, {"phones": [None, {"phone": 5}]}]},
        UNREADABLE,
    ),
    "a place without coordinates": ({"type": "location", "location": {"name": "Kantor"}}, UNREADABLE),
    "a place outside the map": ({"type": "location", "location": {**PLACE, "latitude": 91}}, UNREADABLE),
    "a context of another form": ({"context": "x"}, TextReceived(ORIGIN, "Jalan rusak")),
    "a sticker": ({"type": "sticker", "sticker": {"id": "1"}}, UnreadableReceived(ORIGIN, "sticker")),
    "an edit": (unsupported("edit"), UnreadableReceived(ORIGIN, "edited")),
    "a poll": (unsupported("poll_creation"), UnreadableReceived(ORIGIN, "other")),
    "a file over the limit": (
        {"type": "unsupported", "errors": [None, {"code": 131052}]},
        UnreadableReceived(ORIGIN, "too_large"),
    ),
    "errors of no form": ({"type": "unsupported", "errors": 7}, UnreadableReceived(ORIGIN, "other")),
    "an order": ({"type": "order", "order": {}}, UnreadableReceived(ORIGIN, "other")),
    "an unknown type": ({"type": "hologram"}, UnreadableReceived(ORIGIN, "other")),
    "no type": ({"type": None}, UnreadableReceived(ORIGIN, "other")),
    "the first opening": ({"type": "request_welcome"}, CommandReceived(ORIGIN, "start", "")),
    "a reaction": ({"type": "reaction", "reaction": {"emoji": "👍"}}, None),
    "a file without an id": ({"type": "image", "image": {}}, UnreadableReceived(ORIGIN, "other")),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_each_content_is_read(name: str) -> None:
    content, event = CONTENTS[name]
    assert read(**content) == event


FILES: list[tuple[dict[str, Any], Attachment, str]] = [
    (
        {"type": "image", "image": {"id": "11", "mime_type": "image/jpeg", "sha256": "s=", "caption": "Ini"}},
        Attachment("photo", f"{OF_WHATSAPP}11", "s=", mime="image/jpeg"),
        "Ini",
    ),
    (
        {"type": "audio", "audio": {"id": "12", "mime_type": "audio/ogg; codecs=opus", "voice": True}},
        Attachment("voice", f"{OF_WHATSAPP}12", "12", mime="audio/ogg"),
        "",
    ),
    (
        {"type": "audio", "audio": {"id": "12", "mime_type": "audio/mpeg"}},
        Attachment("audio", f"{OF_WHATSAPP}12", "12", mime="audio/mpeg"),
        "",
    ),
    ({"type": "video", "video": {"id": "13"}}, Attachment("video", f"{OF_WHATSAPP}13", "13"), ""),
    (
        {"type": "document", "document": PAPER},
        Attachment("document", f"{OF_WHATSAPP}14", "14", "surat.pdf", "application/pdf"),
        "",
    ),
]


@pytest.mark.parametrize(("content", "attachment", "caption"), FILES)
def test_each_file_is_read(content: dict[str, Any], attachment: Attachment, caption: str) -> None:
    event = read(**content)
    assert isinstance(event, FileReceived)
    assert (event.attachment, event.caption, event.album) == (attachment, caption, "")
    assert event.key != read(**content).key


def test_a_press_is_at_the_message_with_the_button() -> None:
    event = reader().read(raw(reply_to=ASKED, **chosen("button_reply", id=DATA, title="Puas")))
    assert event == ButtonPressed(replace(ORIGIN, message=ASKED), "", "verdict", "abc", 3, "yes")


def test_a_reply_names_our_message() -> None:
    event = reader().read(raw(reply_to=ASKED))
    assert event == TextReceived(replace(ORIGIN, reply_to=ASKED), "Jalan rusak")


def test_an_invisible_name_has_a_substitute() -> None:
    event: Any = reader().read({**raw(), "name": "\u200b\u202e"})
    assert event.origin.person == Person(SITI, "Warga", nameless=True)


# State and more -> report.
STATUSES: list[tuple[dict[str, Any], Confirmed | None]] = [
    ({"state": "delivered"}, Confirmed(SITI, 17, ASKED, True)),
    ({"state": "read"}, Confirmed(SITI, 17, ASKED, True)),
    ({"state": "played"}, Confirmed(SITI, 17, ASKED, True)),
    ({"state": "delivered", "biz_opaque_callback_data": "x" * 90}, Confirmed(SITI, 0, ASKED, True)),
    ({"state": "delivered", "biz_opaque_callback_data": "9" * 40}, Confirmed(SITI, 0, ASKED, True)),
    ({"state": "delivered", "biz_opaque_callback_data": ["17"]}, Confirmed(SITI, 0, ASKED, True)),
    ({"state": "delivered", "biz_opaque_callback_data": "17.2"}, Confirmed(SITI, 17, ASKED, True, part=2)),
    ({"state": "delivered", "biz_opaque_callback_data": "17."}, Confirmed(SITI, 0, ASKED, True)),
    ({"state": "delivered", "biz_opaque_callback_data": "17.x"}, Confirmed(SITI, 0, ASKED, True)),
    ({"state": "delivered", "biz_opaque_callback_data": "17.1.1"}, Confirmed(SITI, 0, ASKED, True)),
    (
        {
            "state": "failed",
            "biz_opaque_callback_data": "17.1",
            "errors": [{"code": 131053, "title": "Media"}],
        },
        Confirmed(SITI, 17, ASKED, False, Failure.REFUSED, "131053: Media", part=1),
    ),
    (
        {"state": "failed", "errors": [{"code": 131047, "title": "Re-engagement message"}]},
        Confirmed(SITI, 17, ASKED, False, Failure.WINDOW, "131047: Re-engagement message"),
    ),
    (
        {"state": "failed", "errors": [{"code": 131056, "title": "Pair rate limit"}]},
        Confirmed(SITI, 17, ASKED, False, Failure.THROTTLED, "131056: Pair rate limit", 4.0),
    ),
    (
        {"state": "failed"},
        Confirmed(SITI, 17, ASKED, False, Failure.REFUSED, "an error without a code: no sentence"),
    ),
    ({"state": "deleted"}, None),
]


@pytest.mark.parametrize(("content", "report"), STATUSES)
def test_each_status_is_read(content: dict[str, Any], report: Confirmed | None) -> None:
    assert reader().read(raw("status", number=ASKED, **content)) == report


def test_a_status_of_an_unknown_message_is_nothing() -> None:
    assert reader().read(raw("status", number=0, biz_opaque_callback_data="")) is None


def test_a_change_of_ids_is_no_event() -> None:
    assert reader().read({**raw(), "whatsapp": "other"}) is None


def test_the_sender_is_read_without_the_rest() -> None:
    assert reader().sender(raw(type="hologram")) == Sender(SITI, SITI, float(SENT))
    assert reader().sender(raw(**chosen("button_reply"))) == Sender(SITI, SITI, None)
    assert reader().sender(raw("status")) is None
    assert reader().sender(raw(type=["text"])) == Sender(SITI, SITI, float(SENT))


def test_the_writer_of_a_stored_update_is_known() -> None:
    wrote = Writer("whatsapp", SITI, private=True, at=SENT)
    assert writer_of(json.dumps(raw()).encode()) == wrote
    pressed = raw(**chosen("button_reply", id=DATA))
    assert writer_of(json.dumps(pressed).encode()) == replace(wrote, press=True)
    for not_written in (raw("status"), {**raw(), "chat": 7}, {"whatsapp": "message"}, ["whatsapp"]):
        assert writer_of(json.dumps(not_written).encode()) is None
    assert writer_of(b"no json") is None
    telegram = {"update_id": 1, "message": {"chat": {"id": 7, "type": "private"}, "date": 5}}
    assert writer_of(json.dumps(telegram).encode()) == Writer("message", 7, True, False, 5)


@pytest.mark.parametrize(
    "change", [{"chat": 7}, {"chat": 2**60}, {"chat": "7"}, {"message": "7"}, {"body": None}]
)
def test_a_damaged_raw_is_unreadable(change: dict[str, Any]) -> None:
    with pytest.raises(UnreadableUpdateError):
        reader().read({**raw(), **change})


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_FIELDS = ("text", "interactive", "button", "image", "location", "contacts", "unsupported", "context")


@given(st.dictionaries(st.sampled_from(_FIELDS), _ANY), st.sampled_from([*_FIELDS, "audio", "reaction"]))
@settings(max_examples=300, deadline=None)
def test_reading_raises_nothing_else(content: dict[str, Any], kind: str) -> None:
    try:
        Reader(lambda at: at or NOW, WORDS).read(raw(**{**content, "type": kind}))
    except UnreadableUpdateError:
        return
