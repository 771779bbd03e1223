"""People on WhatsApp phones: what the bot gets from them, and what their phones show."""

from __future__ import annotations

from typing import Any

import pytest

from bot.simulator.whatsapp.people import CloudPerson
from bot.simulator.whatsapp.views import chat_view, person_view
from tests.integration.cloud_api_client import JPEG, NUMBER, CloudClient, chatting, connected, text

BUTTONS = {
    "type": "interactive",
    "interactive": {
        "type": "button",
        "header": {"type": "text", "text": "Aduan"},
        "body": {"text": "Setuju?"},
        "footer": {"text": "DPMD"},
        "action": {
            "buttons": [
                {"type": "reply", "reply": {"id": "a:1", "title": "Setuju"}},
                {"type": "reply", "reply": {"id": "a:2", "title": "Batal"}},
            ]
        },
    },
}
ROWS = [
    {"id": "row:1", "title": "Jalan rusak", "description": "Jalan desa"},
    {"id": "row:2", "title": "Lain"},
]
LIST = {
    "type": "interactive",
    "interactive": {
        "type": "list",
        "body": {"text": "Tentang apa?"},
        "action": {"button": "Pilih", "sections": [{"rows": ROWS}]},
    },
}
TEMPLATE: dict[str, Any] = {
    "type": "template",
    "template": {
        "name": "aduan_kabar",
        "language": {"code": "id"},
        "components": [{"type": "body", "parameters": [{"type": "text", "text": "D-1"}]}],
    },
}


def add_template(client: CloudClient) -> None:
    client.cloud.template("aduan_kabar", "id", "Ada kabar tentang pengaduan {{1}} Anda.", ("Baca",))


async def test_a_text_comes_with_number_id_and_name() -> None:
    async with connected() as (client, bot):
        siti = client.cloud.person(NUMBER, "Siti Aminah")
        said = await siti.open_link("Lapor DPMD")
        await client.cloud.webhooks.drained()
        (change,) = bot.changes()
        assert change["field"] == "messages"
        assert change["value"] == {
            "messaging_product": "whatsapp",
            "metadata": {
                "display_phone_number": "6281130000001",
                "phone_number_id": client.cloud.phone_number_id,
            },
            "contacts": [{"profile": {"name": "Siti Aminah"}, "wa_id": NUMBER, "user_id": siti.user_id}],
            "messages": [
                {
                    "from": NUMBER,
                    "from_user_id": siti.user_id,
                    "id": said["id"],
                    "timestamp": said["timestamp"],
                    "type": "text",
                    "text": {"body": "Lapor DPMD"},
                }
            ],
        }


async def test_a_person_with_a_username_hides_the_number() -> None:
    async with connected() as (client, bot):
        await client.cloud.person(NUMBER, "Siti Aminah", username_only=True).say("Halo")
        await client.cloud.webhooks.drained()
        assert NUMBER not in str(bot.got)
        (change,) = bot.changes()
        assert change["value"]["contacts"][0]["profile"]["username"].startswith("siti.")
        assert "from" not in change["value"]["messages"][0]


async def press_button(client: CloudClient, siti: CloudPerson) -> None:
    await client.send(BUTTONS)
    await siti.press("Setuju")


async def pick_row(client: CloudClient, siti: CloudPerson) -> None:
    await client.send(LIST)
    await siti.pick("Jalan")


async def choose_row(client: CloudClient, siti: CloudPerson) -> None:
    await client.send(LIST)
    await siti.choose("row:1")


async def press_template(client: CloudClient, siti: CloudPerson) -> None:
    add_template(client)
    await client.send(TEMPLATE)
    await siti.press("Baca")


async def press_payload(client: CloudClient, siti: CloudPerson) -> None:
    add_template(client)
    payload = [{"type": "payload", "payload": "baca:1"}]
    button = {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": payload}
    components = [*TEMPLATE["template"]["components"], button]
    await client.send(TEMPLATE | {"template": TEMPLATE["template"] | {"components": components}})
    await siti.press("Baca")


PRESSES: list[tuple[Any, dict[str, Any]]] = [
    (press_button, {"type": "button_reply", "button_reply": {"id": "a:1", "title": "Setuju"}}),
    (pick_row, {"type": "list_reply", "list_reply": ROWS[0]}),
    (choose_row, {"type": "list_reply", "list_reply": ROWS[0]}),
    (press_template, {"payload": "Baca", "text": "Baca"}),
    (press_payload, {"payload": "baca:1", "text": "Baca"}),
]


@pytest.mark.parametrize(("act", "expected"), PRESSES, ids=[act.__name__ for act, _ in PRESSES])
async def test_a_press_comes_as_a_message_that_answers(act: Any, expected: dict[str, Any]) -> None:
    async with connected() as (client, bot):
        siti = client.cloud.person(NUMBER, "Siti Aminah")
        await siti.say("Halo")
        await act(client, siti)
        await client.cloud.webhooks.drained()
        pressed = bot.messages[-1]
        assert pressed[pressed["type"]] == expected
        assert pressed["context"] == {"from": "6281130000001", "id": siti.messages[1]["id"]}


async def test_a_missing_button_fails_with_the_transcript() -> None:
    async with chatting() as (client, siti):
        await client.send(BUTTONS)
        with pytest.raises(AssertionError, match=r"(?s)no button_reply.*Setuju \| Batal"):
            await siti.press("Tidak ada")
        with pytest.raises(AssertionError, match="no list_reply"):
            await siti.pick("Setuju")


MEDIA = [
    ("send_photo", "image", "image/jpeg", {}),
    ("send_document", "document", "application/pdf", {"filename": "bukti.pdf"}),
    ("send_voice", "audio", "audio/ogg; codecs=opus", {"voice": True}),
    ("send_audio", "audio", "audio/mpeg", {"voice": False}),
    ("send_video", "video", "video/mp4", {}),
    ("send_sticker", "sticker", "image/webp", {"animated": False}),
]


@pytest.mark.parametrize(("act", "kind", "mime", "facts"), MEDIA, ids=[row[0] for row in MEDIA])
async def test_a_file_comes_as_an_id_that_can_be_read(
    act: str, kind: str, mime: str, facts: dict[str, Any]
) -> None:
    async with connected() as (client, bot):
        siti = client.cloud.person(NUMBER, "Siti Aminah")
        await getattr(siti, act)()
        await client.cloud.webhooks.drained()
        file = bot.messages[0][kind]
        assert file["mime_type"] == mime
        assert facts.items() <= file.items()
        described = await client.result("GET", file["id"])
        async with client.session.get(described["url"], headers=client.bearer) as response:
            assert len(await response.read()) == described["file_size"]
        assert chat_view(siti)[0]["media"]["kind"] == kind


async def test_an_album_comes_as_single_messages_and_a_huge_file_as_an_error() -> None:
    async with connected() as (client, bot):
        siti = client.cloud.person(NUMBER, "Siti Aminah")
        await siti.send_album([JPEG, JPEG], "Foto jalan")
        await siti.send_video(size=100 * 1024 * 1024 + 1)
        await client.cloud.webhooks.drained()
        assert [each["type"] for each in bot.messages] == ["image", "image", "unsupported"]
        assert [each.get("image", {}).get("caption") for each in bot.messages[:2]] == ["Foto jalan", None]
        assert bot.messages[2]["errors"][0]["code"] == 131052


async def test_places_contacts_and_reactions() -> None:
    async with connected() as (client, bot):
        siti = client.cloud.person(NUMBER, "Siti Aminah")
        said = await siti.say("Halo")
        sent = await client.send(text("Selamat pagi"))
        await siti.send_location(-7.6, 112.9, name="Balai Desa")
        await siti.send_contact()
        await siti.send_contact(own=False, number="6281999", name="Budi")
        await siti.react(siti.messages[1])
        await siti.say("Itu", reply_to=said)
        await client.cloud.webhooks.drained()
        place, own, other, reaction, answer = bot.messages[1:]
        assert place["location"] == {"latitude": -7.6, "longitude": 112.9, "name": "Balai Desa"}
        assert (own["contacts"][0]["origin"], own["contacts"][0]["phones"][0]["wa_id"]) == (
            "contact_request",
            NUMBER,
        )
        assert other["contacts"][0]["origin"] == "other"
        assert reaction["reaction"] == {"message_id": sent, "emoji": "👍"}
        assert answer["context"] == {"from": NUMBER, "id": said["id"]}


async def test_an_edit_comes_without_its_text_and_a_deletion_not_at_all() -> None:
    async with connected() as (client, bot):
        siti = client.cloud.person(NUMBER, "Siti Aminah")
        said = await siti.say("Halo")
        await siti.edit(said, "Rahasia baru")
        await siti.send_unsupported()
        await siti.delete(said)
        await client.cloud.webhooks.drained()
        assert [each.get("unsupported", {}).get("type") for each in bot.messages] == [
            None,
            "edit",
            "poll_creation",
        ]
        assert "Rahasia baru" not in str(bot.got)
        assert [shown["shown"] for shown in siti.messages] == ["poll_creation"]


@pytest.mark.parametrize("username_only", [False, True])
async def test_a_changed_number_changes_the_id_and_ends_both_old_ones(username_only: bool) -> None:
    async with connected() as (client, bot):
        siti = client.cloud.person(NUMBER, "Siti", username_only=username_only)
        await siti.say("Halo")
        old = siti.user_id
        await siti.change_number("6281777770000")
        await client.cloud.webhooks.drained()
        system, update = bot.messages[-1]["system"], bot.parts("user_id_update")[0]
        assert (system["previous_user_id"], system["user_id"]) == (old, siti.user_id)
        assert system["type"] == ("user_changed_user_id" if username_only else "user_changed_number")
        assert system.get("wa_id") == (None if username_only else "6281777770000")
        assert update["user_id"] == {"previous": old, "current": siti.user_id}
        assert all("contacts" not in change["value"] for change in bot.changes() if "system" in str(change))
        assert await client.refusal(text()) == 131026
        assert await client.refusal(text() | {"recipient": old}) == 131026
        await client.send(text() | {"recipient": siti.user_id})


async def test_a_person_is_found_by_the_present_and_by_the_first_number() -> None:
    async with connected() as (client, _):
        siti = client.cloud.person(f"+{NUMBER}", "Siti")
        await siti.change_number("6281777770000")
        assert client.cloud.person(NUMBER, "Siti") is siti
        assert client.cloud.person("6281777770000", "Siti") is siti
        budi = client.cloud.person("6281777770001", "Budi")
        await budi.change_number(NUMBER)
        assert client.cloud.person(NUMBER, "Siti") is budi


async def test_a_welcome_is_requested_once_and_only_when_the_bot_wants_it() -> None:
    async with connected() as (client, bot):
        siti = client.cloud.person(NUMBER, "Siti")
        await siti.open_chat()
        path = f"{client.cloud.phone_number_id}/conversational_automation"
        await client.result("POST", path, json={"enable_welcome_message": True})
        await siti.open_chat()
        await siti.say("Halo")
        await siti.open_chat()
        await client.cloud.webhooks.drained()
        assert [each["type"] for each in bot.messages] == ["request_welcome", "text"]


async def test_a_blocked_bot_is_not_told() -> None:
    async with connected() as (client, bot):
        siti = client.cloud.person(NUMBER, "Siti Aminah")
        await siti.say("Halo")
        await siti.block()
        await client.send(text("Selamat pagi"))
        with pytest.raises(AssertionError, match="blocked"):
            await siti.say("Halo")
        await siti.unblock()
        await siti.read()
        await client.cloud.webhooks.drained()
        assert bot.told == ["sent"]
        assert len(siti.messages) == 1


async def test_a_phone_that_is_off_gets_its_messages_later() -> None:
    async with connected() as (client, bot):
        siti = client.cloud.person(NUMBER, "Siti Aminah")
        await siti.say("Halo")
        await siti.switch_off()
        await client.send(text("Selamat pagi"))
        await client.cloud.webhooks.drained()
        assert (bot.told, len(siti.messages)) == (["sent"], 1)
        await siti.switch_on()
        await client.cloud.webhooks.drained()
        assert (bot.told, len(siti.messages)) == (["sent", "delivered"], 2)


async def test_a_phone_shows_each_message_once_to_who_waits() -> None:
    async with chatting() as (client, siti):
        await client.send(text("Selamat pagi"))
        await client.send(text("Selamat pagi lagi"))
        first = await siti.wait_for("Selamat")
        second = await siti.wait_for("Selamat")
        assert [first["text"]["body"], second["text"]["body"]] == ["Selamat pagi", "Selamat pagi lagi"]
        with pytest.raises(AssertionError, match="Selamat pagi lagi"):
            await siti.wait_for("Selamat", timeout=0.01)


async def test_the_view_of_a_chat_has_texts_buttons_rows_files_and_states() -> None:
    async with chatting() as (client, siti):
        add_template(client)
        await client.send(BUTTONS)
        await client.send(LIST)
        await client.send(TEMPLATE)
        photo = await client.uploaded()
        await client.send({"type": "image", "image": {"id": photo, "caption": "Foto"}})
        await siti.read()
        said, buttons, listed, template, image = chat_view(siti)
        assert (said["direction"], said["kind"], said["text"]) == ("person", "text", "Halo")
        assert (buttons["kind"], buttons["buttons"]) == ("button", ["Setuju", "Batal"])
        assert (buttons["header"], buttons["text"], buttons["footer"]) == ("Aduan", "Setuju?", "DPMD")
        assert listed["list"] == {"button": "Pilih", "sections": [{"rows": ROWS}]}
        assert listed["buttons"] == []
        assert (template["text"], template["buttons"]) == ("Ada kabar tentang pengaduan D-1 Anda.", ["Baca"])
        assert (image["text"], image["media"]["mime"], image["media"]["size"]) == (
            "Foto",
            "image/jpeg",
            len(JPEG),
        )
        assert {each["status"] for each in (buttons, listed, template, image)} == {"read"}
        assert person_view(siti)["window_until"] > client.cloud.clock.now()
