"""The window, the limits of throughput and the templates of the embedded Cloud API, on its own clock."""

from __future__ import annotations

from typing import Any

import pytest

from bot.simulator.whatsapp.limits import CloudLimits
from tests.integration.cloud_api_client import NUMBER, CloudClient, chatting, cloud_api, text

DAY = 24 * 3600.0


async def test_free_messages_are_taken_until_24_hours_after_the_last_message_of_the_person() -> None:
    async with chatting() as (client, siti):
        client.cloud.clock.forward(DAY - 1)
        await client.send(text())
        client.cloud.clock.forward(1)
        assert await client.refusal(text()) == 131047
        await siti.say("Ada kabar?")
        await client.send(text())


async def test_a_person_who_never_wrote_gets_templates_only() -> None:
    async with cloud_api() as client:
        client.cloud.person(NUMBER, "Siti Aminah")
        client.cloud.template("kabar", "id", "Ada kabar.")
        assert await client.refusal(text()) == 131047
        await client.send(template([], name="kabar"))


async def test_a_person_gets_a_burst_and_then_one_message_in_six_seconds() -> None:
    async with chatting() as (client, _):
        client.cloud.limits = CloudLimits()
        for _count in range(45):
            await client.send(text())
        assert await client.refusal(text()) == 131056
        client.cloud.clock.forward(5)
        assert await client.refusal(text()) == 131056
        client.cloud.clock.forward(1)
        await client.send(text())
        assert await client.refusal(text()) == 131056
        client.cloud.limits = None
        await client.send(text())


async def test_the_number_sends_and_gets_at_most_80_messages_a_second() -> None:
    async with chatting() as (client, siti):
        client.cloud.limits = CloudLimits(burst=1000)
        for _count in range(40):
            await siti.say("Halo")
            await client.send(text())
        assert await client.refusal(text()) == 130429
        client.cloud.clock.forward(1)
        await client.send(text())


def template(
    values: list[str], *, name: str = "aduan_kabar", code: str = "id", **facts: Any
) -> dict[str, Any]:
    parameters = [{"type": "text", "text": value} for value in values]
    components = [{"type": "body", "parameters": parameters}] if values else []
    return {
        "type": "template",
        "template": {"name": name, "language": {"code": code}, "components": components, **facts},
    }


def button(**facts: Any) -> list[dict[str, Any]]:
    payload = [{"type": "payload", "payload": "baca:1"}]
    reply = {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": payload, **facts}
    return [{"type": "body", "parameters": [{"type": "text", "text": "D-1"}]}, reply]


# What is wrong, the message, and the code of its refusal.
WRONG: list[tuple[str, dict[str, Any], int]] = [
    ("another name", template(["D-1"], name="kabar"), 132001),
    ("another language", template(["D-1"], code="en"), 132001),
    ("too few values", template([]), 132000),
    ("too many values", template(["D-1", "D-2"]), 132000),
    ("an empty value", template([""]), 100),
    ("a value of two lines", template(["D-1\nD-2"]), 100),
    ("a value with five blanks", template(["D-1     x"]), 100),
    ("a value that makes the body too long", template(["a" * 1000]), 132005),
    ("no language", {"type": "template", "template": {"name": "aduan_kabar"}}, 100),
    ("a button that the template does not have", template([], components=button(index="1")), 132012),
    ("a button that opens a link", template([], components=button(sub_type="url")), 132012),
    ("a button without what it returns", template([], components=button(parameters=[])), 132012),
    ("a header that the template does not have", template([], components=[{"type": "header"}]), 132012),
    (
        "a picture as value",
        template([], components=[{"type": "body", "parameters": [{"type": "image"}]}]),
        132012,
    ),
    ("a paused template", template([], name="berhenti"), 132015),
    ("a disabled template", template([], name="mati"), 132016),
    ("a template that waits for its approval", template([], name="menunggu"), 132001),
]


def add_templates(client: CloudClient) -> None:
    body = "Ada kabar tentang pengaduan {{1}} Anda. Tekan tombol untuk membacanya."
    client.cloud.template("aduan_kabar", "id", body, ("Baca",))
    client.cloud.template("berhenti", "id", "Kabar.", status="PAUSED")
    client.cloud.template("mati", "id", "Kabar.", status="DISABLED")
    client.cloud.template("menunggu", "id", "Kabar.", status="PENDING")


@pytest.mark.parametrize(("made", "code"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
async def test_a_wrong_template_is_refused(made: dict[str, Any], code: int) -> None:
    async with chatting() as (client, siti):
        add_templates(client)
        assert await client.refusal(made) == code
        assert len(siti.messages) == 1


# What is wrong, name, body, quick replies.
UNFIT: list[tuple[str, str, str, tuple[str, ...]]] = [
    ("name", "Aduan Kabar", "Kabar.", ()),
    ("no body", "kabar", "", ()),
    ("long body", "kabar", "a" * 1025, ()),
    ("variable in front", "kabar", "{{1}} ada kabar.", ()),
    ("variable at the end", "kabar", "Kabar tentang {{1}}", ()),
    ("number left out", "kabar", "Kabar {{2}} baru.", ()),
    ("long button", "kabar", "Kabar.", ("a" * 26,)),
    ("many buttons", "kabar", "Kabar.", tuple("abcdefghijk")),
]


@pytest.mark.parametrize(
    ("name", "body", "buttons"), [row[1:] for row in UNFIT], ids=[row[0] for row in UNFIT]
)
async def test_a_template_that_meta_would_not_accept_cannot_be_added(
    name: str, body: str, buttons: tuple[str, ...]
) -> None:
    async with cloud_api() as client:
        client.cloud.template("kabar", "id", "a" * 1024, ("a" * 25,))
        with pytest.raises(ValueError, match=name):
            client.cloud.template(name, "id", body, buttons)


async def test_a_template_reaches_a_person_outside_of_the_window() -> None:
    async with chatting() as (client, siti):
        add_templates(client)
        client.cloud.clock.forward(2 * DAY)
        await client.send(template(["D-1"]))
        await client.send(template([], components=button()))
        assert [each["shown"].split(".")[0] for each in siti.messages[1:]] == [
            "Ada kabar tentang pengaduan D-1 Anda"
        ] * 2
        assert siti.phone.log[-1].choices[0].id == "baca:1"


async def test_the_list_of_templates_has_their_texts_and_states() -> None:
    async with cloud_api() as client:
        add_templates(client)
        path = f"{client.cloud.business_account_id}/message_templates"
        listed = (await client.result("GET", path))["data"]
        assert [(each["name"], each["status"]) for each in listed] == [
            ("aduan_kabar", "APPROVED"),
            ("berhenti", "PAUSED"),
            ("mati", "DISABLED"),
            ("menunggu", "PENDING"),
        ]
        (found,) = (await client.result("GET", f"{path}?name=aduan_kabar"))["data"]
        assert (found["language"], found["category"]) == ("id", "UTILITY")
        assert found["components"][1]["buttons"] == [{"type": "QUICK_REPLY", "text": "Baca"}]
