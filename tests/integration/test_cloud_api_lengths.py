"""Each limit of a message of the Cloud API: the most that is taken, and one more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.cloud_api_client import CloudClient, chatting

Body = dict[str, Any]
Make = Callable[[int], Body]


def said(length: int) -> Body:
    return {"type": "text", "text": {"body": "a" * length}}


def interactive(kind: str, action: Body, **parts: Any) -> Body:
    return {
        "type": "interactive",
        "interactive": {"type": kind, "body": {"text": "Isi"}, "action": action, **parts},
    }


def button(number: int = 1, title: str = "", reply_id: str = "") -> Body:
    return {"type": "reply", "reply": {"id": reply_id or f"b:{number}", "title": title or f"Tombol {number}"}}


def buttons(*made: Body, **parts: Any) -> Body:
    return interactive("button", {"buttons": list(made) or [button()]}, **parts)


def row(number: int = 1, **facts: Any) -> Body:
    return {"id": f"r:{number}", "title": f"Baris {number}", **facts}


def listed(*sections: Body, label: str = "Pilih", **parts: Any) -> Body:
    return interactive("list", {"button": label, "sections": list(sections) or [{"rows": [row()]}]}, **parts)


def rows(count: int) -> Body:
    return listed({"rows": [row(number) for number in range(count)]})


def rows_of_two_sections(count: int) -> Body:
    halves = [range(count // 2), range(count // 2, count)]
    return listed(*({"title": f"Bagian {half}", "rows": [row(number) for number in half]} for half in halves))


def link(**parameters: Any) -> Body:
    whole = {"display_text": "Buka", "url": "https://example.id", **parameters}
    return interactive("cta_url", {"name": "cta_url", "parameters": whole})


def asked(kind: str, name: str) -> Make:
    return lambda length: interactive(kind, {"name": name}, body={"text": "a" * length})


def header(length: int) -> Body:
    return {"header": {"type": "text", "text": "a" * length}}


def footer(length: int) -> Body:
    return {"footer": {"text": "a" * length}}


def body(length: int) -> Body:
    return {"body": {"text": "a" * length}}


# What is limited, a message with this length or number, the most, and the code of one more.
LIMITS: list[tuple[str, Make, int, int]] = [
    ("text", said, 4096, 100),
    ("callback data", lambda length: {**said(4), "biz_opaque_callback_data": "a" * length}, 512, 100),
    ("buttons", lambda count: buttons(*map(button, range(count))), 3, 131009),
    ("title of a button", lambda length: buttons(button(title="a" * length)), 20, 131009),
    ("id of a button", lambda length: buttons(button(reply_id="a" * length)), 256, 131009),
    ("body with buttons", lambda length: buttons(**body(length)), 1024, 131009),
    ("header with buttons", lambda length: buttons(**header(length)), 60, 131009),
    ("footer with buttons", lambda length: buttons(**footer(length)), 60, 131009),
    ("rows", rows, 10, 131009),
    ("rows of two sections", rows_of_two_sections, 10, 131009),
    ("body with a list", lambda length: listed(**body(length)), 4096, 131009),
    ("header of a list", lambda length: listed(**header(length)), 60, 131009),
    ("footer of a list", lambda length: listed(**footer(length)), 60, 131009),
    ("button of a list", lambda length: listed(label="a" * length), 20, 131009),
    ("title of a row", lambda length: listed({"rows": [row(title="a" * length)]}), 24, 131009),
    ("detail of a row", lambda length: listed({"rows": [row(description="a" * length)]}), 72, 131009),
    ("id of a row", lambda length: listed({"rows": [row(id="a" * length)]}), 200, 131009),
    ("title of a section", lambda length: listed({"title": "a" * length, "rows": [row()]}), 24, 131009),
    ("text of a link", lambda length: link(display_text="a" * length), 20, 131009),
    ("location request", asked("location_request_message", "send_location"), 1024, 131009),
    ("contact request", asked("request_contact_info", "request_contact_info"), 1024, 131009),
]


@pytest.mark.parametrize(
    ("make", "most", "code"), [row[1:] for row in LIMITS], ids=[row[0] for row in LIMITS]
)
async def test_a_limit_is_taken_and_one_more_is_refused(make: Make, most: int, code: int) -> None:
    async with chatting() as (client, siti):
        await client.send(make(most))
        assert await client.refusal(make(most + 1)) == code
        assert len(siti.messages) == 2


@pytest.mark.parametrize("kind", ["image", "video", "document"])
async def test_a_caption_has_at_most_1024_characters(kind: str) -> None:
    async with chatting() as (client, _):
        photo = await client.uploaded()
        if kind == "video":
            photo = await client.uploaded(b"\0\0\0\x18ftypmp42", "video/mp4")

        def captioned(length: int) -> Body:
            return {"type": kind, kind: {"id": photo, "caption": "a" * length}}

        await client.send(captioned(1024))
        assert await client.refusal(captioned(1025)) == 100


def changed(made: Body, **changes: Any) -> Body:
    return {**made, **changes}


def without(made: Body, *path: str) -> Body:
    """Return a message without the field at this path."""
    first, *rest = path
    if rest:
        return {**made, first: without(made[first], *rest)}
    return {key: value for key, value in made.items() if key != first}


# What is wrong, the message, and the code of its refusal.
WRONG: list[tuple[str, Body, int]] = [
    ("no product", changed(said(1), messaging_product=None), 100),
    ("another product", changed(said(1), messaging_product="telegram"), 100),
    ("no recipient", changed(said(1), to=None), 100),
    ("a word as number", changed(said(1), to="Siti"), 131009),
    ("a number that is not on WhatsApp", changed(said(1), to="6281999999999"), 131026),
    ("an id that no one has", changed(said(1), recipient="ID.123"), 131026),
    ("no text", {"type": "text"}, 100),
    ("an empty text", said(0), 100),
    ("a text of blanks", {"type": "text", "text": {"body": "  "}}, 100),
    ("a number as text", {"type": "text", "text": {"body": 5}}, 100),
    ("a text as object", {"type": "text", "text": "Halo"}, 100),
    ("an unknown type", {"type": "poll", "poll": {}}, 100),
    ("an unknown field", changed(said(1), parse_mode="HTML"), 100),
    ("an unknown field of the text", {"type": "text", "text": {"body": "a", "markdown": True}}, 100),
    ("the content of another type", changed(said(1), image={"id": "1"}), 100),
    ("a preview that is no flag", {"type": "text", "text": {"body": "a", "preview_url": "yes"}}, 100),
    ("an answer to nothing", changed(said(1), context={"message_id": "wamid.none"}), 131009),
    ("a group", changed(said(1), recipient_type="group"), 100),
    ("no interactive type", without(buttons(), "interactive", "type"), 100),
    ("an unknown interactive type", interactive("carousel", {}), 100),
    ("no body", without(buttons(), "interactive", "body"), 100),
    ("no action", without(buttons(), "interactive", "action"), 100),
    ("no buttons", interactive("button", {"buttons": []}), 131009),
    ("equal titles", buttons(button(1, "Ya"), button(2, "Ya")), 131009),
    ("equal ids", buttons(button(1, "Ya", "x"), button(2, "Tidak", "x")), 131009),
    ("an empty title", buttons({"type": "reply", "reply": {"id": "a", "title": " "}}), 100),
    ("a button that opens a link", buttons({"type": "url", "reply": {"id": "a", "title": "a"}}), 100),
    ("an unknown header", buttons(header={"type": "audio", "audio": {"id": "1"}}), 100),
    ("a header of a picture in a list", listed(header={"type": "image", "image": {"id": "1"}}), 100),
    ("no rows", listed({"rows": []}), 131009),
    ("sections without titles", listed({"rows": [row(1)]}, {"title": "B", "rows": [row(2)]}), 131009),
    ("equal ids of rows", listed({"rows": [row(1), row(1)]}), 131009),
    ("no label of a list", without(listed(), "interactive", "action", "button"), 100),
    ("a link without a scheme", link(url="example.id"), 131009),
    ("a link without its text", without(link(), "interactive", "action", "parameters", "display_text"), 100),
    ("a wrong request of the place", interactive("location_request_message", {"name": "send_place"}), 100),
    ("a place outside of the world", {"type": "location", "location": {"latitude": 91, "longitude": 0}}, 100),
    ("a file that does not exist", {"type": "image", "image": {"id": "1"}}, 100),
    ("a file in a header that does not exist", buttons(header={"type": "image", "image": {"id": "1"}}), 100),
]


@pytest.mark.parametrize(("made", "code"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
async def test_a_wrong_message_is_refused(made: Body, code: int) -> None:
    async with chatting() as (client, siti):
        assert await client.refusal(made) == code
        assert len(siti.messages) == 1


async def answered(client: CloudClient, **fields: Any) -> Body:
    status, answer = await client.post(said(4) | fields)
    assert status == 200, answer
    return answer


async def test_the_answer_names_the_person_and_the_message() -> None:
    async with chatting() as (client, siti):
        answer = await answered(client, to="+62 812-3000-1111")
        assert answer["messaging_product"] == "whatsapp"
        assert answer["contacts"] == [
            {"input": "+62 812-3000-1111", "wa_id": "6281230001111", "user_id": siti.user_id}
        ]
        assert answer["messages"][0]["id"].startswith("wamid.")
        both = await answered(client, recipient=siti.user_id)
        assert both["contacts"][0]["input"] == siti.user_id


async def test_a_person_with_a_username_is_answered_without_the_number() -> None:
    async with chatting() as (client, _):
        budi = client.cloud.person("6281230002222", "Budi", username_only=True)
        await budi.say("Halo")
        answer = await answered(client, recipient=budi.user_id)
        assert answer["contacts"] == [{"input": budi.user_id, "user_id": budi.user_id}]


async def test_a_message_may_answer_one_of_the_chat() -> None:
    async with chatting() as (client, siti):
        await client.send(changed(said(1), context={"message_id": siti.messages[0]["id"]}))
        assert siti.phone.log[-1].reply_to == siti.messages[0]["id"]
