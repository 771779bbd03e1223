"""The other calls of the embedded Cloud API: access, files, the number, its commands, reads, faults."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from bot.simulator.whatsapp.errors import CODES, CloudError
from bot.simulator.whatsapp.media import KINDS, check_upload
from tests.integration.cloud_api_client import (
    APP_SECRET,
    JPEG,
    VERIFY_TOKEN,
    CloudClient,
    chatting,
    cloud_api,
    hook,
    text,
)

MEGABYTE = 1024 * 1024
MP4 = b"\0\0\0\x18ftypmp42 a film"


@pytest.mark.parametrize("header", ["", "Bearer wrong", "Bearer ", "{token}", "Basic {token}"])
async def test_a_call_needs_the_token(header: str) -> None:
    async with chatting() as (client, _):
        headers = {"Authorization": header.format(token=client.cloud.token)} if header else {}
        status, body = await client.call("GET", client.cloud.phone_number_id, headers=headers)
        assert (status, body["error"]["code"], body["error"]["type"]) == (401, 190, "OAuthException")


async def test_an_error_has_the_form_of_the_graph_api() -> None:
    async with chatting() as (client, _):
        _, body = await client.post({"type": "text", "text": {"body": "a" * 4097}})
        assert body["error"].pop("fbtrace_id")
        assert body["error"] == {
            "message": "(#100) Invalid parameter",
            "type": "OAuthException",
            "code": 100,
            "error_data": {
                "messaging_product": "whatsapp",
                "details": "Param text['body'] must be at most 4096 characters long",
            },
        }


# Verb, path, and the code of its refusal.
PATHS = [
    ("GET", "messages", 100),
    ("POST", "1/messages", 100),
    ("GET", "1", 100),
    ("DELETE", "1", 100),
    ("GET", "1/2/3", 100),
]


@pytest.mark.parametrize(("verb", "path", "code"), PATHS)
async def test_a_path_that_does_not_exist_is_refused(verb: str, path: str, code: int) -> None:
    async with cloud_api() as client:
        status, body = await client.call(verb, path)
        assert (status, body["error"]["code"]) == (400, code)


async def test_a_body_that_is_no_json_is_refused() -> None:
    async with cloud_api() as client:
        headers = {**client.bearer, "Content-Type": "application/json"}
        path = f"{client.cloud.phone_number_id}/messages"
        status, body = await client.call("POST", path, data=b"{", headers=headers)
        assert (status, body["error"]["code"]) == (400, 100)


async def test_a_path_may_lack_the_version() -> None:
    async with chatting() as (client, _):
        url = f"{client.cloud.base_url}/{client.cloud.phone_number_id}"
        async with client.session.get(url, headers=client.bearer) as response:
            assert response.status == 200


async def downloaded(client: CloudClient, url: str, **options: Any) -> tuple[int, bytes]:
    async with client.session.get(url, **options) as response:
        return response.status, await response.read()


async def test_a_link_to_a_file_needs_the_token_and_ends_after_five_minutes() -> None:
    async with chatting() as (client, _):
        media = await client.uploaded()
        described = await client.result("GET", media)
        assert (described["mime_type"], described["file_size"]) == ("image/jpeg", len(JPEG))
        assert (await downloaded(client, described["url"]))[0] == 401
        client.cloud.clock.forward(299)
        assert await downloaded(client, described["url"], headers=client.bearer) == (200, JPEG)
        client.cloud.clock.forward(1)
        assert (await downloaded(client, described["url"], headers=client.bearer))[0] == 404
        again = await client.result("GET", media)
        assert await downloaded(client, again["url"], headers=client.bearer) == (200, JPEG)


@pytest.mark.parametrize(("received", "days"), [(True, 7), (False, 30)])
async def test_the_id_of_a_file_ends(received: bool, days: int) -> None:
    async with chatting() as (client, siti):
        file = (await siti.send_photo())["image"]["id"] if received else await client.uploaded()
        client.cloud.clock.forward(days * 86400 - 1)
        await client.result("GET", file)
        client.cloud.clock.forward(1)
        status, body = await client.call("GET", file)
        assert (status, body["error"]["code"]) == (400, 100)


async def test_a_deleted_file_is_gone() -> None:
    async with chatting() as (client, _):
        media = await client.uploaded()
        described = await client.result("GET", media)
        assert await client.result("DELETE", media) == {"success": True}
        assert (await client.call("GET", media))[0] == 400
        assert (await downloaded(client, described["url"], headers=client.bearer))[0] == 404
        assert await client.refusal({"type": "image", "image": {"id": media}}) == 100


# Bytes, type, other fields, and the code of the refusal (0: taken).
UPLOADS: list[tuple[str, bytes, str, dict[str, str], int]] = [
    ("photo", JPEG, "image/jpeg", {}, 0),
    ("picture", b"\x89PNG a picture", "image/png", {}, 0),
    ("letter", b"%PDF-1.4", "application/pdf", {}, 0),
    ("voice", b"OggS a voice", "audio/ogg; codecs=opus", {}, 0),
    ("film", MP4, "video/mp4", {}, 0),
    ("unknown type", b"PK", "application/zip", {}, 100),
    ("web page", b"<html>", "text/html", {}, 100),
    ("empty", b"", "application/pdf", {}, 131053),
    ("a letter as photo", b"%PDF-1.4", "image/jpeg", {}, 131053),
    ("a photo as film", JPEG, "video/mp4", {}, 131053),
    ("photo of 5 MB", JPEG.ljust(5 * MEGABYTE, b"\0"), "image/jpeg", {}, 0),
    ("photo over 5 MB", JPEG.ljust(5 * MEGABYTE + 1, b"\0"), "image/jpeg", {}, 131053),
    ("another product", JPEG, "image/jpeg", {"messaging_product": "telegram"}, 100),
    ("unknown field", JPEG, "image/jpeg", {"caption": "Foto"}, 100),
]


@pytest.mark.parametrize(
    ("data", "mime", "fields", "code"), [row[1:] for row in UPLOADS], ids=[row[0] for row in UPLOADS]
)
async def test_an_upload_is_checked(data: bytes, mime: str, fields: dict[str, str], code: int) -> None:
    async with cloud_api() as client:
        _, body = await client.upload(data, mime, **fields)
        assert body.get("error", {}).get("code", 0) == code


async def test_an_upload_needs_a_file() -> None:
    async with cloud_api() as client:
        form = aiohttp.FormData({"messaging_product": "whatsapp"})
        path = f"{client.cloud.phone_number_id}/media"
        _, body = await client.call("POST", path, data=form)
        assert body["error"]["error_data"]["details"] == "The parameter file is required"


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_its_largest_size(kind: str) -> None:
    most, mimes = KINDS[kind]
    starts = {"image": JPEG, "video": MP4, "sticker": b"RIFF"}
    check_upload(mimes[0], starts.get(kind, b"x"), most)
    with pytest.raises(CloudError) as refusal:
        check_upload(mimes[0], starts.get(kind, b"x"), most + 1)
    assert refusal.value.code == 131053


async def test_a_file_is_sent_as_its_kind_or_as_a_document() -> None:
    async with chatting() as (client, _):
        letter = await client.uploaded(b"%PDF-1.4", "application/pdf")
        assert await client.refusal({"type": "image", "image": {"id": letter}}) == 131053
        await client.send({"type": "document", "document": {"id": letter, "filename": "surat.pdf"}})
        photo = await client.uploaded()
        await client.send({"type": "document", "document": {"id": photo}})
        assert await client.refusal({"type": "audio", "audio": {"id": photo}}) == 131053


async def test_the_number_tells_the_asked_fields() -> None:
    async with cloud_api() as client:
        number = client.cloud.phone_number_id
        assert await client.result("GET", number) == {
            "id": number,
            "display_phone_number": "+62 811-3000-0001",
            "verified_name": "Aduan Latihan",
            "quality_rating": "GREEN",
        }
        asked = await client.result("GET", f"{number}?fields=quality_rating")
        assert asked == {"quality_rating": "GREEN", "id": number}
        status, body = await client.call("GET", f"{number}?fields=age")
        assert (status, body["error"]["code"]) == (400, 100)


def commands(count: int) -> dict[str, Any]:
    made = [{"command_name": f"perintah{each}", "command_description": "Isi"} for each in range(count)]
    return {"commands": made}


def command(name: str, hint: str) -> dict[str, Any]:
    return {"commands": [{"command_name": name, "command_description": hint}]}


# What is limited, its most, one more.
AUTOMATION = [
    ("commands", commands(30), commands(31)),
    ("name", command("a" * 32, "b"), command("a" * 33, "b")),
    ("hint", command("a", "b" * 256), command("a", "b" * 257)),
    ("prompts", {"prompts": ["Lapor"] * 4}, {"prompts": ["Lapor"] * 5}),
    ("prompt", {"prompts": ["a" * 80]}, {"prompts": ["a" * 81]}),
]


@pytest.mark.parametrize(
    ("most", "more"), [row[1:] for row in AUTOMATION], ids=[row[0] for row in AUTOMATION]
)
async def test_commands_and_prompts_are_limited(most: dict[str, Any], more: dict[str, Any]) -> None:
    async with cloud_api() as client:
        path = f"{client.cloud.phone_number_id}/conversational_automation"
        assert await client.result("POST", path, json=most) == {"success": True}
        status, body = await client.call("POST", path, json=more)
        assert (status, body["error"]["code"]) == (400, 100)
        asked = f"{client.cloud.phone_number_id}?fields=conversational_automation"
        stored = (await client.result("GET", asked))["conversational_automation"]
        assert most.items() <= stored.items()


async def test_a_check_of_token_number_webhook_and_subscription() -> None:
    async with hook() as bot, cloud_api() as client:
        checked = await client.result("GET", f"debug_token?input_token={client.cloud.token}")
        assert checked["data"]["is_valid"]
        assert "whatsapp_business_messaging" in checked["data"]["scopes"]
        assert not (await client.result("GET", "debug_token?input_token=x"))["data"]["is_valid"]
        account = client.cloud.business_account_id
        numbers = (await client.result("GET", f"{account}/phone_numbers"))["data"]
        assert [each["id"] for each in numbers] == [client.cloud.phone_number_id]
        path = f"{account}/subscribed_apps"
        assert await client.result("GET", path) == {"data": []}
        await client.result("POST", path)
        assert len((await client.result("GET", path))["data"]) == 1
        await client.result("DELETE", path)
        assert await client.result("GET", path) == {"data": []}
        await client.cloud.connect(bot.url, APP_SECRET, VERIFY_TOKEN)
        asked = await client.result("GET", f"{client.cloud.phone_number_id}?fields=webhook_configuration")
        assert asked["webhook_configuration"] == {"application": bot.url}


def read(wamid: str, **facts: Any) -> dict[str, Any]:
    return {"to": None, "status": "read", "message_id": wamid, **facts}


async def test_a_read_message_is_marked_and_typing_is_shown_for_25_seconds() -> None:
    async with chatting() as (client, siti):
        wamid = siti.messages[0]["id"]
        status, answer = await client.post(read(wamid, typing_indicator={"type": "text"}))
        assert (status, answer) == (200, {"success": True})
        assert (siti.messages[0]["status"], siti.typing) == ("read", True)
        shown = []
        for _count in range(2):
            client.cloud.clock.forward(12.5)
            shown.append(siti.typing)
        assert shown == [True, False]
        await client.post(read(wamid, typing_indicator={"type": "text"}))
        await client.send(text())
        assert not siti.typing
        assert await client.refusal(read(siti.messages[1]["id"])) == 131009
        assert await client.refusal(read("wamid.none")) == 131009
        assert await client.refusal(read(wamid, typing_indicator={"type": "voice"})) == 100


async def test_calls_are_recorded_with_their_outcome() -> None:
    async with chatting() as (client, _):
        await client.send(text())
        await client.refusal(text("a" * 5000))
        await client.uploaded()
        sent, refused, uploaded = client.cloud.calls
        assert (sent.method, sent.outcome, sent.params["text"]["body"]) == ("messages", "ok", "Halo")
        assert (refused.outcome, refused.code) == ("error", 100)
        assert (uploaded.method, uploaded.params["file"]) == ("upload", "file")


@pytest.mark.parametrize("code", sorted(CODES))
async def test_a_fault_answers_with_its_code(code: int) -> None:
    async with chatting() as (client, siti):
        client.cloud.fault("messages", code=code)
        status, body = await client.post(text())
        assert (status, body["error"]["code"]) == (CODES[code][0], code)
        assert len(siti.messages) == 1
        await client.send(text())


async def test_a_fault_after_the_effect_loses_the_answer_only() -> None:
    async with chatting() as (client, siti):
        client.cloud.fault("messages", place="after", kind="drop")
        with pytest.raises(aiohttp.ClientError):
            await client.post(text())
        assert [each["shown"] for each in siti.messages] == ["Halo", "Halo"]
        assert (client.cloud.calls[-1].outcome, client.cloud.calls[-1].fault) == ("ok", "drop after")


async def test_a_fault_waits_for_its_person_and_its_call() -> None:
    async with chatting() as (client, siti):
        budi = client.cloud.person("6281230002222", "Budi")
        await budi.say("Halo")
        client.cloud.fault("messages", budi)
        # The client repeats a GET once by itself when the connection is cut.
        client.cloud.fault("download", kind="drop", times=2)
        await client.send(text())
        assert await client.refusal(text() | {"to": budi.number}) == 131000
        await client.send(text() | {"to": budi.number})
        described = await client.result("GET", await client.uploaded())
        with pytest.raises(aiohttp.ClientError):
            await downloaded(client, described["url"], headers=client.bearer)
        assert len(siti.messages) == 2


async def test_a_held_call_proceeds_when_it_is_released() -> None:
    async with chatting() as (client, siti):
        fault = client.cloud.fault("messages", kind="hold")
        sending = asyncio.create_task(client.send(text()))
        await fault.reached()
        assert len(siti.messages) == 1
        fault.release()
        await sending
        assert len(siti.messages) == 2


async def test_a_reset_removes_people_and_files() -> None:
    async with chatting() as (client, siti):
        media = await client.uploaded()
        client.cloud.fault("messages")
        client.cloud.reset()
        assert await client.refusal(text()) == 131026
        assert (await client.call("GET", media))[0] == 400
        assert client.cloud.person(siti.number, "Siti") is not siti
