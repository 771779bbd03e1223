"""A posting as messages of the Cloud API: texts, documents, files, the window, and what refusals mean."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import DeliveryError, Failure, MadeDocument, Posting
from bot.channels.lengths import units
from bot.channels.whatsapp.failures import refusal
from bot.channels.whatsapp.ports import Address
from conversations.events import Attachment
from conversations.messages import OutgoingMessage
from tests.texts.screens import screens
from tests.unit.test_whatsapp_choices import choice, rows, says
from tests.unit.whatsapp_setup import RENDERER, SITI, Sending

JPEG, PNG, OGG = b"\xff\xd8\xff\xe0foto", b"\x89PNG\r\n\x1a\nfoto", b"OggS" + bytes(24) + b"OpusHead"
MEGABYTE = 1024 * 1024


async def test_a_text_goes_to_the_number_with_its_row() -> None:
    (sent,) = await Sending().post(says("<b>Halo</b>"), row=42)
    assert sent == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+628123456789",
        "type": "text",
        "text": {"body": "*Halo*", "preview_url": False},
        "biz_opaque_callback_data": "42",
    }


async def test_a_person_without_a_number_is_reached_by_the_id() -> None:
    sending = Sending()
    sending.book.addresses[SITI] = Address("ID.77")
    (sent,) = await sending.post(says())
    assert (sent["recipient"], "to" in sent, "biz_opaque_callback_data" in sent) == ("ID.77", False, False)


@pytest.mark.parametrize("address", [None, Address()])
async def test_an_unknown_person_is_unreachable(address: Address | None) -> None:
    sending = Sending()
    sending.book.addresses = {} if address is None else {SITI: address}
    with pytest.raises(DeliveryError) as raised:
        await sending.post(says())
    assert (raised.value.kind, raised.value.answered) == (Failure.UNREACHABLE, False)


HOUR = 3600.0


@pytest.mark.parametrize(
    ("ago", "is_open"),
    [(0, True), (23.9 * HOUR, True), (24 * HOUR - 119, False), (24 * HOUR, False), (99 * HOUR, False)],
)
async def test_outside_the_window_nothing_but_a_template_is_sent(ago: float, is_open: bool) -> None:
    sending = Sending()
    sending.book.heard_at = time.time() - ago
    if is_open:
        assert await sending.post(says())
        return
    with pytest.raises(DeliveryError) as raised:
        await sending.post(says())
    assert (raised.value.kind, raised.value.answered) == (Failure.WINDOW, False)
    assert sending.api.sent == []
    assert await sending.post(knock(), knock=True)


def knock(reference: str = "DPMD-2026-0042") -> OutgoingMessage:
    return OutgoingMessage("system.knock", {"reference": reference})


@pytest.mark.parametrize("language", ["id", "en"])
async def test_a_knock_is_the_approved_template_with_the_number(language: str) -> None:
    sending = Sending(RENDERER)
    sending.book.heard_at = 0
    (sent,) = await sending.post(knock("DPMD-2026-0042\n   x"), language, knock=True, row=7)
    assert (sent["type"], sent["biz_opaque_callback_data"]) == ("template", "7")
    assert sent["template"] == {
        "name": "aduan_kabar",
        "language": {"code": language},
        "components": [
            {"type": "body", "parameters": [{"type": "text", "text": "DPMD-2026-0042 x"}]},
            {
                "type": "button",
                "sub_type": "quick_reply",
                "index": "0",
                "parameters": [{"type": "payload", "payload": "read_news::0:"}],
            },
        ],
    }


async def test_a_long_text_has_its_choices_under_its_last_part() -> None:
    sent = await Sending().post(says("kata " * 1000, rows("Ya")), row=5)
    assert [each["type"] for each in sent] == ["text", "interactive"]
    assert len(sent[1]["interactive"]["body"]["text"]) > 100
    assert [each["biz_opaque_callback_data"] for each in sent] == ["5.1", "5"]


async def test_choices_that_do_not_fit_below_the_text_have_a_short_text() -> None:
    sent = await Sending().post(says("a" * 1025, rows("Ya")))
    assert [each["type"] for each in sent] == ["text", "interactive"]
    assert sent[1]["interactive"]["body"]["text"] == "Silakan pilih:"
    (one,) = await Sending().post(says("a" * 1024, rows("Ya")))
    assert one["interactive"]["body"]["text"] == "a" * 1024


HOSTILE = {
    "marks": "*_~`" * 1250,
    "lines": "&gt; x\n" * 700,
    "right to left": "\u202e" + "سلام " * 1000,
    "emoji": "😀" * 5000,
    "one word": "a" * 5000,
    "blanks": "a" + " " * 5000 + "b",
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_hostile_texts_arrive_in_parts_that_whatsapp_takes(name: str) -> None:
    sent = await Sending().post(says(HOSTILE[name], rows("Ya")))
    assert sent[-1]["type"] == "interactive"
    for each in sent[:-1]:
        assert 0 < units(each["text"]["body"]) <= 4096


async def test_a_reply_is_to_the_message_that_whatsapp_knows() -> None:
    sending = Sending()
    sending.book.sent[2**62 + 5] = "wamid.old"
    first, second = await sending.post(says("a" * 1025, rows("Ya")), reply_to=2**62 + 5)
    assert (first["context"], "context" in second) == ({"message_id": "wamid.old"}, False)
    (sent,) = await sending.post(says(), reply_to=2**62 + 6)
    assert "context" not in sent


@pytest.mark.parametrize("code", [100, 131009])
async def test_a_reply_that_is_refused_is_sent_without_being_one(code: int) -> None:
    sending = Sending()
    sending.book.sent[2**62 + 5] = "wamid.old"
    sending.api.answers.append(refusal({"code": code}, 400))
    first, second = await sending.post(says(), reply_to=2**62 + 5)
    assert ("context" in first, "context" in second) == (True, False)
    assert len(sending.book.sent) == 2


async def test_each_message_has_an_own_number_that_ascends() -> None:
    sending = Sending()
    steps = await sending.sender.steps(Posting(SITI, says("kata " * 2000, rows("Ya")), "id"))
    numbers = [number for step in steps for number in await step.run()]
    assert numbers == sorted(set(numbers))
    assert sending.book.sent == {number: f"wamid.{place}" for place, number in enumerate(numbers, 1)}
    assert [step.main for step in steps] == [False] * (len(steps) - 1) + [True]


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"messages": []},
        {"messages": {}},
        {"messages": [{}]},
        {"messages": [{"id": 5}]},
        {"messages": [1]},
    ],
)
async def test_an_accepted_message_without_a_name_is_not_sent_again(answer: dict[str, Any]) -> None:
    sending = Sending()
    sending.api.answers.append(answer)
    (step,) = await sending.sender.steps(Posting(SITI, says(), "id"))
    (number,) = await step.run()
    assert number > 2**62
    assert sending.book.sent == {}


async def failed(sending: Sending, code: int) -> DeliveryError:
    sending.api.answers.append(refusal({"code": code}, 400))
    with pytest.raises(DeliveryError) as raised:
        await sending.post(says())
    return raised.value


async def test_a_window_that_the_messenger_calls_closed_is_noted() -> None:
    sending = Sending()
    assert (await failed(sending, 131047)).kind is Failure.WINDOW
    assert (await failed(sending, 131026)).kind is Failure.UNREACHABLE
    assert sending.book.closed == [SITI]


async def test_the_pair_waits_longer_each_time_until_a_message_is_accepted() -> None:
    sending = Sending()
    assert [(await failed(sending, 131056)).retry_after for _ in range(3)] == [4, 16, 64]
    await sending.post(says())
    assert (await failed(sending, 131056)).retry_after == 4


@pytest.mark.parametrize("in_file", [False, True])
async def test_a_document_has_its_caption_and_its_choices_below(in_file: bool, tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(b"%PDF 1")
    made = MadeDocument("Surat DPMD-2026-0042.pdf", "application/pdf", path if in_file else b"%PDF 1")
    sending = Sending()
    document, under = await sending.post(says("<b>Surat</b>", rows("Ya")), made=made, row=3)
    assert document["document"] == {
        "id": "media1",
        "caption": "*Surat*",
        "filename": "Surat DPMD-2026-0042.pdf",
    }
    assert [each["biz_opaque_callback_data"] for each in (document, under)] == ["3", "3.1"]
    assert under["interactive"]["body"]["text"] == "Silakan pilih:"
    assert sending.api.uploads == [("Surat DPMD-2026-0042.pdf", b"%PDF 1", "application/pdf")]


async def test_a_long_caption_continues_below() -> None:
    made = MadeDocument("a.pdf", "application/pdf", b"%PDF")
    document, rest = await Sending().post(says("kata " * 900), made=made)
    assert len(document["document"]["caption"]) <= 1024
    assert len(document["document"]["caption"]) + len(rest["text"]["body"]) >= 4498


MADE = {
    "a picture": (MadeDocument("a.png", "image/png", PNG, picture=True), "image", "image/png"),
    "a picture as a document": (MadeDocument("a.png", "image/png", PNG), "document", "image/png"),
    "a large picture": (
        MadeDocument("a.png", "image/png", PNG + bytes(5 * MEGABYTE), picture=True),
        "document",
        "text/plain",
    ),
    "another type": (MadeDocument("a.json", "application/json", b"{}"), "document", "text/plain"),
}


@pytest.mark.parametrize("name", MADE)
async def test_what_is_made_is_sent_as_whatsapp_takes_it(name: str) -> None:
    made, kind, mime = MADE[name]
    sending = Sending()
    (sent,) = await sending.post(says(), made=made)
    assert (sent["type"], sending.api.uploads[0][2]) == (kind, mime)


@pytest.mark.parametrize("content", [b"", Path("/nowhere/x.pdf")])
async def test_a_document_without_content_is_refused(content: bytes | Path) -> None:
    with pytest.raises(DeliveryError) as raised:
        await Sending().post(says(), made=MadeDocument("a.pdf", "application/pdf", content))
    assert raised.value.kind is Failure.REFUSED


def kept(kind: Any, mime: str = "", name: str = "") -> Attachment:
    return Attachment(kind, "AgAC", "u1", name, mime)


# A kept file and its bytes -> the kind of message, the type of the upload, and its name.
KEPT: dict[str, tuple[Attachment, bytes, tuple[str, str, str]]] = {
    "photo": (kept("photo"), JPEG, ("image", "image/jpeg", "u1.jpg")),
    "photo that is another picture": (kept("photo"), b"RIFFwebp", ("document", "text/plain", "u1.jpg")),
    "large photo": (kept("photo"), JPEG + bytes(5 * MEGABYTE), ("document", "text/plain", "u1.jpg")),
    "voice": (kept("voice", "audio/ogg"), OGG, ("audio", "audio/ogg; codecs=opus", "u1.ogg")),
    "voice without Opus": (kept("voice"), b"OggSvorbis", ("document", "text/plain", "u1.ogg")),
    "music": (kept("audio", "audio/mpeg", "lagu.mp3"), b"ID3x", ("audio", "audio/mpeg", "lagu.mp3")),
    "m4a": (kept("audio", "audio/x-m4a", "a.m4a"), b"\0\0\0 ftypM4A", ("audio", "audio/mp4", "a.m4a")),
    "wave": (kept("audio", "audio/wav", "a.wav"), b"RIFF", ("document", "text/plain", "a.wav")),
    "video": (kept("video", "video/mp4"), b"\0\0\0 ftypisom", ("video", "video/mp4", "u1.mp4")),
    "large video": (
        kept("video"),
        b"\0\0\0 ftypisom" + bytes(16 * MEGABYTE),
        ("document", "text/plain", "u1.mp4"),
    ),
    "round video": (kept("video_note"), b"\0\0\0 ftypisom", ("video", "video/mp4", "u1.mp4")),
    "pdf": (kept("document", "application/pdf", "a.pdf"), b"%PDF", ("document", "application/pdf", "a.pdf")),
    "not a pdf": (kept("document", "application/pdf", "a.pdf"), b"PK", ("document", "text/plain", "a.pdf")),
    "picture as document": (kept("document", "image/png", "a.png"), PNG, ("document", "image/png", "a.png")),
    "type by its name": (kept("document", "", "a.pdf"), b"%PDF", ("document", "application/pdf", "a.pdf")),
    "unknown": (kept("document"), b"x", ("document", "text/plain", "u1.bin")),
    "a program by its name": (kept("document", "", "a.apk"), b"x", ("document", "text/plain", "a.apk.bin")),
}  # fmt: skip


@pytest.mark.parametrize("name", KEPT)
async def test_kept_files_follow_the_text_one_by_one(name: str) -> None:
    attachment, content, (kind, mime, shown) = KEPT[name]
    sending = Sending()
    sending.kept.add("a", attachment, content)
    text, file = await sending.post(says(files=("a", "unknown")), row=9)
    assert (text["type"], file["type"]) == ("text", kind)
    assert file[kind].get("filename", shown) == shown
    assert [each["biz_opaque_callback_data"] for each in (text, file)] == ["9", "9.1"]
    ((uploaded, data, sent_mime),) = sending.api.uploads
    assert (uploaded, data, sent_mime) == (shown, content, mime)


@pytest.mark.parametrize("content", [None, b""])
async def test_a_file_without_content_does_not_stop_the_others(content: bytes | None) -> None:
    sending = Sending()
    sending.kept.add("a", kept("photo"), content)
    sending.kept.add("b", kept("photo"), JPEG)
    steps = await sending.sender.steps(Posting(SITI, says(files=("a", "b")), "id"))
    text, first, second = steps
    assert [step.optional for step in steps] == [False, True, True]
    await text.run()
    with pytest.raises(DeliveryError) as raised:
        await first.run()
    assert raised.value.kind is Failure.REFUSED
    await second.run()
    assert [each["type"] for each in sending.api.sent] == ["text", "image"]


async def test_a_file_of_more_than_100_megabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF")
        file.truncate(100 * MEGABYTE + 1)
    with pytest.raises(DeliveryError) as raised:
        await Sending().post(says(), made=MadeDocument("x.pdf", "application/pdf", path))
    assert "larger" in raised.value.reason


async def test_an_edit_that_reaches_the_channel_is_a_new_message() -> None:
    (sent,) = await Sending().post(says("baru"), edit=2**62 + 5)
    assert sent["text"]["body"] == "baru"


async def test_the_same_posting_gives_the_same_steps() -> None:
    sending = Sending()
    posting = Posting(SITI, says("kata " * 2000, (*rows("Ya"), (choice("Tidak"),))), "id")
    steps = await sending.sender.steps(posting)
    # Each is one message within the limits.
    assert [step.cost for step in steps] == [1, 1, 1, 1]
    assert len(await sending.sender.steps(posting)) == len(steps)


@pytest.mark.parametrize("language", ["id", "en"])
async def test_every_message_of_the_catalogue_is_one_that_whatsapp_takes(language: str) -> None:
    """The API of the setup refuses what the Cloud API would refuse; no label of ours is cut."""
    sending = Sending(RENDERER)
    for screen in screens():
        sent = await sending.post(screen.message, language)
        assert sent, screen.message.template
    offered = [each["interactive"]["action"] for each in sending.api.sent if each["type"] == "interactive"]
    titles = [button["reply"]["title"] for action in offered for button in action.get("buttons", ())]
    assert len(titles) > 100
    assert not [title for title in titles if title.endswith("…")]


async def test_who_is_not_found_under_former_names_is_written_to_again_under_the_new_ones() -> None:
    sending = Sending()
    (step,) = await sending.sender.steps(Posting(SITI, says(), "id"))
    sending.book.addresses[SITI] = Address("ID.78", "62811")
    sending.api.answers = [refusal({"code": 131026})]
    with pytest.raises(DeliveryError) as raised:
        await step.run()
    assert raised.value.kind is Failure.TEMPORARY
    assert (await failed(sending, 131026)).kind is Failure.UNREACHABLE
