"""The sending half of WhatsApp before the embedded Cloud API, and before servers that answer strangely."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from typing import Any

import pytest
import structlog
from aiohttp import web
from pydantic import SecretStr

from bot.channels.base import DeliveryError, Failure, FileTooLargeError, MadeDocument, Posting
from bot.channels.whatsapp import api
from bot.channels.whatsapp.media import digest_of
from bot.simulator.api.faults import Kind
from bot.simulator.whatsapp.media import MEGABYTE
from conversations.effects import AnswerPress
from conversations.events import Attachment, FileReceived
from conversations.messages import Button, Key, Keyboard, OutgoingMessage
from tests.integration.whatsapp_channel_setup import (
    ChannelSetup,
    CloudSetup,
    channel_of,
    cloud_setup,
    served,
    strange_server,
)
from tests.unit.whatsapp_setup import SITI, Settings

JPEG = b"\xff\xd8\xff\xe0foto"
OK_MESSAGE = {"messages": [{"id": "wamid.1"}]}


def language_chosen(*labels: str, **more: Any) -> OutgoingMessage:
    buttons = tuple((Button(label, label, "d1", 3),) for label in labels)
    return OutgoingMessage("followup.language_chosen", {}, buttons, **more)


async def failure(setup: ChannelSetup, **more: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as raised:
        await setup.post(language_chosen(), **more)
    return raised.value


async def test_each_kind_of_message_arrives_at_the_phone() -> None:
    async with cloud_setup() as setup:
        await setup.post(language_chosen("yes", "no"), row=42)
        keys = Keyboard(((Key("share_phone", "contact"),), (Key("back"),)))
        await setup.post(language_chosen(keyboard=keys))
        await setup.post(language_chosen("yes", "no", "back", "help"))
        await setup.post(language_chosen(), made=MadeDocument("Surat.pdf", "application/pdf", b"%PDF 1"))
        setup.kept.add("a", Attachment("photo", "AgAC", "u1"), JPEG)
        numbers = await setup.post(language_chosen(files=("a",)))
        kinds = [
            message["interactive"]["type"] if message["type"] == "interactive" else message["type"]
            for message in setup.siti.messages
            if message["direction"] == "business"
        ]
        assert kinds == ["button", "request_contact_info", "button", "list", "document", "text", "image"]
        assert len(numbers) == 2
        assert setup.simulator.whatsapp.calls[0].params["biz_opaque_callback_data"] == "42"
        assert set(setup.book.sent.values()) == {
            message["id"] for message in setup.siti.messages if message["direction"] == "business"
        }
        assert setup.clock.dates
        assert None not in setup.clock.dates


async def test_a_press_on_a_button_of_ours_has_its_data() -> None:
    async with cloud_setup() as setup:
        await setup.post(language_chosen("yes"))
        message = await setup.siti.press("Ya")
        assert message["interactive"]["button_reply"]["id"] == "yes:d1:3:"


async def test_a_reply_refers_to_its_message_and_an_unknown_one_is_no_reply() -> None:
    async with cloud_setup() as setup:
        (number,) = await setup.post(language_chosen())
        await setup.post(language_chosen(), reply_to=number)
        calls = setup.simulator.whatsapp.calls
        assert calls[-1].params["context"] == {"message_id": setup.book.sent[number]}
        setup.book.sent[number] = "wamid.gone"
        assert await setup.post(language_chosen(), reply_to=number)
        assert [call.code for call in calls[-2:]] == [131009, 0]


async def test_the_window_is_closed_by_the_messenger_s_clock_and_opened_by_a_template() -> None:
    async with cloud_setup() as setup:
        setup.simulator.whatsapp.clock.forward(25 * 3600)
        assert (await failure(setup)).kind is Failure.WINDOW
        assert setup.book.closed == [SITI]
        await setup.post(OutgoingMessage("system.knock", {"reference": "DPMD-2026-0042"}), knock=True, row=8)
        assert "DPMD-2026-0042" in setup.siti.messages[-1]["shown"]
        pressed = await setup.siti.press("Baca")
        assert pressed["button"]["payload"] == "read_news::0:"
        assert await setup.post(language_chosen())


async def test_a_template_that_is_not_approved_is_the_operator_s_matter() -> None:
    async with cloud_setup() as setup:
        cloud = setup.simulator.whatsapp
        settings = Settings(cloud.base_url, SecretStr(cloud.token), cloud.phone_number_id, template="no_such")
        async with channel_of(settings) as other:
            with pytest.raises(DeliveryError) as raised:
                await other.post(OutgoingMessage("system.knock", {"reference": "DPMD-2026-0042"}), knock=True)
        assert raised.value.kind is Failure.ACCOUNT


FAULTS: dict[str, tuple[Kind, int, Failure]] = {
    "limit of the number": ("429", 0, Failure.THROTTLED),
    "server error": ("500", 131000, Failure.TEMPORARY),
    "maintenance": ("500", 131057, Failure.THROTTLED),
    "pair limit": ("500", 131056, Failure.THROTTLED),
    "payment": ("500", 131042, Failure.ACCOUNT),
    "blocked for spam": ("500", 368, Failure.ACCOUNT),
    "not on WhatsApp": ("500", 131026, Failure.UNREACHABLE),
    "wrong parameter": ("500", 131008, Failure.REFUSED),
    "bad gateway": ("502", 0, Failure.TEMPORARY),
    "cut": ("drop", 0, Failure.TEMPORARY),
    "garbage": ("garbage", 0, Failure.TEMPORARY),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_a_failed_call_carries_its_decision_and_the_next_one_succeeds(name: str) -> None:
    kind, code, wanted = FAULTS[name]
    async with cloud_setup() as setup:
        setup.simulator.whatsapp.fault("messages", kind=kind, code=code)
        failed = await failure(setup)
        assert failed.kind is wanted
        assert failed.only_chat is (name == "pair limit")
        assert failed.answered is (kind in {"429", "500"})
        assert await setup.post(language_chosen())


async def test_a_wrong_token_is_the_operator_s_matter() -> None:
    async with cloud_setup() as setup:
        cloud = setup.simulator.whatsapp
        async with channel_of(
            Settings(cloud.base_url, SecretStr("EAAother"), cloud.phone_number_id)
        ) as other:
            assert (await failure(other)).kind is Failure.ACCOUNT


async def fetched(setup: ChannelSetup, media: str) -> bytes:
    async with setup.channel.fetch_file(media) as pieces:
        return b"".join([piece async for piece in pieces])


async def photo_of(setup: CloudSetup, data: bytes = JPEG) -> str:
    return str((await setup.siti.send_photo(data))["image"]["id"])


async def test_a_file_of_a_person_is_fetched_with_the_token() -> None:
    async with cloud_setup() as setup:
        assert await fetched(setup, await photo_of(setup)) == JPEG


async def test_the_address_of_a_file_that_ended_is_asked_for_again_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with cloud_setup() as setup:
        media, cloud = await photo_of(setup), setup.simulator.whatsapp
        link, ended = cloud.media.link, list[str]()

        def ending(stored: Any) -> str:
            key = link(stored)
            if len(ended) < 1:
                ended.append(key)
                cloud.media.expire_links()
            return key

        monkeypatch.setattr(cloud.media, "link", ending)
        assert await fetched(setup, media) == JPEG
        monkeypatch.setattr(cloud.media, "link", lambda _stored: "gone")
        with pytest.raises(DeliveryError) as raised:
            await fetched(setup, media)
        assert (raised.value.kind, raised.value.answered) == (Failure.TEMPORARY, True)
        assert [call.method for call in cloud.calls].count("download") == 4


async def test_a_content_that_is_not_the_announced_one_is_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    async with cloud_setup() as setup:
        media, cloud = await photo_of(setup), setup.simulator.whatsapp
        fault = cloud.fault("download", kind="502", place="after")
        fault.kind, fault.body = "body", b"<html>please sign in</html>"
        with pytest.raises(DeliveryError) as raised:
            await fetched(setup, media)
        assert (raised.value.kind, raised.value.answered) == (Failure.TEMPORARY, True)
        assert await fetched(setup, media) == JPEG


def test_a_digest_is_read_in_both_forms_and_no_other_text_is_one() -> None:
    digest = hashlib.sha256(JPEG)
    for form in (digest.hexdigest(), digest.hexdigest().upper(), base64.b64encode(digest.digest()).decode()):
        assert digest_of(form) == digest.hexdigest()
    odd = (None, 5, "", "s", digest.hexdigest()[1:], base64.b64encode(digest.digest()[1:]).decode(), "é" * 64)
    assert {digest_of(each) for each in odd} == {""}


@pytest.mark.parametrize("media", ["../106540352242922", "", "a/b", "4711?x=1", "x" * 129])
async def test_what_is_no_id_of_a_file_is_never_asked_for(media: str) -> None:
    async with cloud_setup() as setup:
        with pytest.raises(DeliveryError) as raised:
            await fetched(setup, media)
        assert raised.value.kind is Failure.REFUSED
        assert setup.simulator.whatsapp.calls == []


async def test_an_unknown_file_may_be_asked_for_again_later() -> None:
    async with cloud_setup() as setup:
        with pytest.raises(DeliveryError) as raised:
            await fetched(setup, "4711")
        assert (raised.value.kind, raised.value.answered) == (Failure.TEMPORARY, True)


@pytest.mark.parametrize(
    "answer",
    [
        {"url": "https://x.example/a", "file_size": 100 * MEGABYTE + 1},
        {"error": {"code": 131052, "message": "Media download error"}},
    ],
)
async def test_a_file_over_the_limit_is_too_large(answer: dict[str, Any]) -> None:
    async def described(_request: web.Request) -> web.Response:
        return web.json_response(answer)

    async with strange_server(described) as setup:
        with pytest.raises(FileTooLargeError):
            await fetched(setup, "4711")


@pytest.mark.parametrize(
    "url", [None, 5, "", "x", "http://other.example/a", "ftp://x/a", "http://[", "//x/a"]
)
async def test_the_token_goes_to_no_address_without_encryption(url: Any) -> None:
    async def described(_request: web.Request) -> web.Response:
        return web.json_response({"url": url})

    async with strange_server(described) as setup:
        with pytest.raises(DeliveryError) as raised:
            await fetched(setup, "4711")
        assert raised.value.kind is Failure.TEMPORARY


BODIES = {
    "page": (200, b"<html>Login</html>"),
    "empty": (200, b""),
    "no object": (200, b"[1]"),
    "deep": (200, b"[" * 50_000),
    "bytes": (200, b"\xff\xfe"),
    "empty object": (200, b"{}"),
    "error without a code": (400, b'{"error":{"message":"x"}}'),
    "error that is a text": (400, b'{"error":"x"}'),
    "error of 500": (500, b"Internal Server Error"),
    "not found": (404, b"<html>nginx</html>"),
    "unauthorized page": (401, b"<html>proxy</html>"),
    "unknown code of 500": (500, b'{"error":{"code":987654}}'),
}


@pytest.mark.parametrize("name", BODIES)
async def test_an_answer_that_is_not_the_messenger_s_is_tried_again(name: str) -> None:
    status, body = BODIES[name]

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, body=body)

    async with strange_server(answer) as setup:
        assert (await failure(setup)).kind is Failure.TEMPORARY
        made = MadeDocument("a.pdf", "application/pdf", b"%PDF")
        assert (await failure(setup, made=made)).kind is Failure.TEMPORARY
        assert setup.clock.dates == []
        assert setup.book.sent == {}


async def test_an_upload_without_an_id_sends_nothing() -> None:
    paths = list[str]()

    async def answer(request: web.Request) -> web.Response:
        paths.append(request.path)
        return web.json_response({"id": 5})

    async with strange_server(answer) as setup:
        made = MadeDocument("a.pdf", "application/pdf", b"%PDF")
        assert (await failure(setup, made=made)).kind is Failure.TEMPORARY
    assert paths == ["/v25.0/106540352242922/media"]


async def test_a_redirect_is_not_followed_with_the_token() -> None:
    asked = list[str]()

    async def elsewhere(request: web.Request) -> web.Response:
        asked.append(request.headers.get("Authorization", ""))
        return web.json_response(OK_MESSAGE)

    async with served(elsewhere) as other:

        async def answer(request: web.Request) -> web.Response:
            if request.method == "GET" and request.path.endswith("/4711"):
                return web.json_response({"url": f"http://{request.host}/file"})
            return web.Response(status=302, headers={"Location": f"{other}/x"})

        async with strange_server(answer) as setup:
            assert (await failure(setup)).kind is Failure.TEMPORARY
            with pytest.raises(DeliveryError):
                await fetched(setup, "4711")
    assert asked == []


async def test_a_server_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "READ_SECONDS", 0.05)

    async def answer(_request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async with strange_server(answer) as setup:
        failed = await failure(setup)
        assert (failed.kind, failed.answered) == (Failure.TEMPORARY, False)


async def test_a_server_that_is_not_there_is_tried_again() -> None:
    async with channel_of(Settings("http://127.0.0.1:9")) as setup:
        assert (await failure(setup)).kind is Failure.TEMPORARY


async def test_a_closed_channel_keeps_the_message() -> None:
    async with cloud_setup() as setup:
        (step,) = await setup.channel.steps(Posting(SITI, language_chosen(), "id"))
        await setup.channel.close()
        with pytest.raises(DeliveryError) as raised:
            await step.run()
        assert raised.value.kind is Failure.TEMPORARY


async def test_a_process_that_may_not_send_sends_nothing() -> None:
    async def refused() -> None:
        raise DeliveryError(Failure.TEMPORARY, "not the leader", answered=False)

    calls = list[str]()

    async def answer(request: web.Request) -> web.Response:
        calls.append(request.path)
        return web.json_response(OK_MESSAGE)

    async with served(answer) as address, channel_of(Settings(address), refused) as setup:
        assert (await failure(setup)).reason == "not the leader"
        await setup.channel.seen("wamid.x")
        with pytest.raises(DeliveryError):
            await fetched(setup, "4711")
    assert calls == []


async def test_no_error_and_no_log_has_the_token_or_a_number() -> None:
    async def echo(request: web.Request) -> web.Response:
        said = f"{request.headers['Authorization']} {await request.text()}"
        return web.json_response({"error": {"code": 100, "message": f"got {said}"}}, status=400)

    with structlog.testing.capture_logs() as logs:
        async with strange_server(echo) as setup:
            failed = await failure(setup)
            await setup.channel.seen("wamid.628123456789")
        async with channel_of(Settings("http://127.0.0.1:9", SecretStr("EAA\nsecret"))) as setup:
            failures = [failed, await failure(setup)]
    shown = f"{logs} {[(str(error), error.reason) for error in failures]}"
    assert "EAA" not in shown
    assert "628123456789" not in shown


async def test_a_message_is_marked_as_read_once_and_a_failure_is_nothing() -> None:
    async with cloud_setup() as setup:
        message = await setup.siti.say("Ada orang?")
        setup.simulator.whatsapp.fault("messages", kind="500", code=131000)
        await setup.channel.seen("wamid.unknown")
        await setup.channel.seen(message["id"])
        await setup.channel.seen(message["id"])
        assert setup.siti.typing
        calls = [call.params for call in setup.simulator.whatsapp.calls]
        assert [call["message_id"] for call in calls] == ["wamid.unknown", message["id"]]


async def test_what_whatsapp_does_not_have_is_nothing_or_refused() -> None:
    async with cloud_setup() as setup:
        channel = setup.channel
        channel.use_account(3)
        await channel.strip(SITI, 5)
        await channel.leave(SITI)
        await channel.show_commands(SITI, "id")
        assert await channel.fetch(0, 0) == []
        assert not await channel.is_member(SITI, SITI)
        assert await channel.public_name(SITI) == ""
        for call in (
            channel.delete(SITI, 5),
            channel.reopen_topic(SITI, 5),
            channel.create_topic(SITI, "x"),
            channel.answer_press(AnswerPress("", "", {}), "id"),
        ):
            with pytest.raises(DeliveryError) as raised:
                await call
            assert raised.value.kind is Failure.REFUSED
        assert setup.simulator.whatsapp.calls == []


async def test_the_channel_reads_what_the_reader_reads() -> None:
    async with cloud_setup() as setup:
        body = {"type": "image", "image": {"id": "4711", "sha256": "s", "mime_type": "image/jpeg"}}
        raw = {
            "whatsapp": "message", "chat": SITI, "message": 2**62 + 1, "reply_to": 0, "name": "Siti",
            "at": 1_790_000_000, "body": body,
        }  # fmt: skip
        event = setup.channel.read(raw)
        assert isinstance(event, FileReceived)
        assert event.attachment.file_id == "whatsapp:4711"
        assert setup.channel.sender(raw) is not None
