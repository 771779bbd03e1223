"""Failed calls: our own faults are permanent, and an invalid answer neither loses nor repeats a message."""

from __future__ import annotations

import json
from typing import Any

import pytest
from telegram.error import NetworkError, TelegramError

from bot.channels.base import DeliveryError, Failure, FetchError, Posting, Step
from bot.channels.telegram.failures import delivery_error, fetch_error
from bot.channels.telegram.request import RefusedError, UnsendableError, Upload, refusal
from bot.files.files import Files
from conversations.effects import KeepFile
from conversations.events import Attachment
from conversations.messages import Button
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import STAFF, OutboxSetup, edit, eventually, outbox_setup, says, send
from tests.integration.test_channel_sending import keep

FAILED = "SELECT count(*) FROM outbox WHERE state = 'failed'"
TAKE = ((Button("take", "take"),),)


def refused(parameters: Any, code: int = 429) -> TelegramError:
    return RefusedError(code, "Too Many Requests", {"retry_after": parameters})


WAITS: list[tuple[Any, float]] = [
    (5, 5.0),
    (1.5, 1.5),
    (3600, 3600.0),
    (0, 1.0),
    (-7, 1.0),
    (10**400, 3600.0),
    (1e308, 3600.0),
    (float("inf"), 3600.0),
    (float("-inf"), 1.0),
    (float("nan"), 1.0),
    ("60", 1.0),
    (None, 1.0),
    ([], 1.0),
    ({"x": 1}, 1.0),
]


@pytest.mark.parametrize(("advice", "seconds"), WAITS)
def test_an_invalid_retry_after_is_bounded(advice: Any, seconds: float) -> None:
    failed = delivery_error(refused(advice))
    assert (failed.kind, failed.retry_after) == (Failure.THROTTLED, seconds)
    assert fetch_error(refused(advice)).retry_after == seconds


# The body of a 401 or 404 answer -> what it says: only the messenger's own words concern the token.
PAGES = {
    b'{"ok":false,"error_code":%d,"description":"Unauthorized"}': "token",
    b'{"ok":false,"error_code":%d,"description":"Not Found"}': "token",
    b'{"ok":false,"error_code":%d}': "temporary",
    b"<html>Login %d</html>": "temporary",
    b"%.0d": "temporary",
}


@pytest.mark.parametrize("code", [401, 404])
@pytest.mark.parametrize("page", PAGES)
def test_a_proxy_s_page_says_nothing_about_the_token(page: bytes, code: int) -> None:
    assert fetch_error(refusal(code, page % code)).kind == PAGES[page]


@pytest.mark.parametrize("moved", ["-1005", 0, 5, None, True, -(2**60), -1.5, [-1005]])
def test_a_move_to_an_id_of_no_group_is_tried_again(moved: Any) -> None:
    failed = delivery_error(RefusedError(400, "group upgraded", {"migrate_to_chat_id": moved}))
    assert (failed.kind, failed.moved_to) == (Failure.TEMPORARY, 0)


def test_a_move_to_a_group_is_a_move() -> None:
    failed = delivery_error(RefusedError(400, "group upgraded", {"migrate_to_chat_id": -1005}))
    assert (failed.kind, failed.moved_to) == (Failure.MIGRATED, -1005)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (UnsendableError("ValueError"), Failure.REFUSED),
        (NetworkError("Unknown error in HTTP implementation: ValueError()"), Failure.REFUSED),
        (NetworkError("ClientOSError"), Failure.TEMPORARY),
    ],
)
def test_our_own_faults_are_permanent_and_the_networks_are_not(error: TelegramError, kind: Failure) -> None:
    failed = delivery_error(error)
    assert (failed.kind, failed.answered) == (kind, False)


ENDLESS: list[Any] = []
ENDLESS.append(ENDLESS)
UNSENDABLE: dict[str, dict[str, Any]] = {
    "control character in a file's name": {"files": {"photo": Upload("a\r\nb.jpg", b"x", "image/jpeg")}},
    "control character in a file's kind": {"files": {"photo": Upload("a.jpg", b"x", "image\n/jpeg")}},
    "half of a pair in a file's name": {"files": {"photo": Upload("\ud800.jpg", b"x", "image/jpeg")}},
    "a value that is no JSON": {"parameters": {"x": object()}},
    "a value within itself": {"parameters": {"x": ENDLESS}},
}


@pytest.mark.parametrize("name", UNSENDABLE)
async def test_a_call_that_cannot_be_built_is_our_fault(place: Place, name: str) -> None:
    async with outbox_setup(place) as setup:
        asked = {"parameters": {"chat_id": 7}, **UNSENDABLE[name]}
        with pytest.raises(UnsendableError):
            await setup.channel._request.call(f"{setup.channel.bot.base_url}/sendPhoto", **asked)


async def test_a_message_that_cannot_be_built_does_not_block_the_next_ones(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas")
        calling = setup.channel._sender._call

        async def call(method: str, parameters: Any, *files: Any) -> Any:
            odd = {"x": object()} if parameters.get("text") == "salah" else {}
            return await calling(method, {**parameters, **odd}, *files)

        monkeypatch.setattr(setup.channel._sender, "_call", call)
        await setup.post(send(STAFF, "salah"), send(STAFF, "berikut"))
        await group.wait_for("berikut")
        await setup.empty()
        assert await setup.count(f"{FAILED} AND chat = {STAFF}", 1)


def ok(result: Any) -> bytes:
    return json.dumps({"ok": True, "result": result}).encode()


ODD_RESULTS = {
    "true": ok(True),
    "null": ok(None),
    "list": ok([]),
    "empty": ok({}),
    "a text for an id": ok({"message_id": "5"}),
    "an id beyond 31 bits": ok({"message_id": 2**40}),
    "below one": ok({"message_id": -5}),
    "a bool for an id": ok({"message_id": True}),
    "nothing but ok": b'{"ok":true}',
}


@pytest.mark.parametrize("name", ODD_RESULTS)
async def test_a_sent_message_is_not_sent_again_after_an_invalid_answer(place: Place, name: str) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("/start")
        setup.simulator.replace_answer("sendMessage", ODD_RESULTS[name], place="after")
        await setup.post(send(7, "sekali", "card:abc", buttons=TAKE), edit(7, "card:abc", "diubah"))
        await setup.post(send(7, "berikut"))
        await siti.wait_for("berikut")
        await setup.empty()
        assert setup.texts(7).count("diubah") == 1
        assert await setup.count(FAILED, 0)
        # Its id is unknown, so an edit is sent as a new message.
        await setup.post(edit(7, "card:abc", "baru"))
        await siti.wait_for("baru")


@pytest.mark.parametrize("result", [True, None, [], [{"message_id": 5}, None, "x", {}]])
async def test_an_album_is_not_sent_again_after_an_invalid_answer(place: Place, result: Any) -> None:
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas")
        keys = await two_photos(setup)
        setup.simulator.replace_answer("sendMediaGroup", ok(result), place="after")
        await setup.post(send(STAFF, "bukti", "card:abc", files=keys), send(STAFF, "berikut"))
        await group.wait_for("berikut")
        await setup.empty()
        assert len(setup.sent("sendMediaGroup")) == 1
        assert await setup.count(FAILED, 0)


async def test_a_step_without_a_message_id_counts_as_done(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> tuple[int, ...]:
        return ()

    async def steps(_posting: Posting) -> list[Step]:
        return [Step(1, main=True, run=run)]

    async with outbox_setup(place) as setup:
        monkeypatch.setattr(setup.channel, "steps", steps)
        await setup.post(send(7, "sekali", "card:abc", report="abc"))
        await eventually(lambda: setup.count("SELECT count(*) FROM outbox WHERE state = 'sent'", 1))
        assert await setup.count("SELECT count(*) FROM sent_messages", 0)


async def two_photos(setup: OutboxSetup) -> tuple[str, ...]:
    siti = setup.simulator.person(7, "Siti")
    await siti.send_photo()
    await siti.send_photo()
    events: list[Any] = [setup.channel.read(raw) for raw in await setup.updates()]
    await keep(setup, *(KeepFile(event.key, "case", 7, event.attachment) for event in events))
    return tuple(event.key for event in events)


NAMES = {
    "plain": ("bukti transfer.pdf", "bukti transfer.pdf"),
    "not ASCII": ("surat – ünïcode 照片.pdf", "surat – ünïcode 照片.pdf"),
    "quotes": ("a\"b'c.pdf", "a_b_c.pdf"),
    "percent": ("100%20 benar.pdf", "100_20 benar.pdf"),
    "line break": ("a\r\nContent-Type: x.pdf", "a Content-Type_ x.pdf"),
    "control character": ("a\x00\x1bb.pdf", "ab.pdf"),
    "override": ("laporan\u202efdp.exe", "laporanfdp.exe.bin"),
    "half of a pair": ("a\ud800b.pdf", "ab.pdf"),
    "path": ("../../a.pdf", "a.pdf"),
    "nothing": ("\u200b", "u1.bin"),
}


@pytest.mark.parametrize("name", NAMES)
async def test_an_uploaded_file_arrives_under_its_repaired_name(
    place: Place, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, shown = NAMES[name]

    async def content(_files: Files, _key: str) -> bytes:
        return b"isi"

    async def describe(_files: Files, keys: Any) -> Any:
        # As a store of an earlier version holds it.
        return {key: Attachment("document", "forgotten", f"u{key}", given) for key in keys}

    monkeypatch.setattr(Files, "open_file", content)
    monkeypatch.setattr(Files, "describe", describe)
    async with outbox_setup(place) as setup:
        group = setup.simulator.group(STAFF, "Petugas")
        await setup.post(send(STAFF, "satu", files=("1",)), send(STAFF, "dua", files=("1", "2")))
        await setup.empty()
        documents = [message["document"] for message in group.messages if "document" in message]
        assert [each["file_name"] for each in documents][:2] == [shown, shown]
        assert len(documents) == 3


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"ok":false,"error_code":"x","description":5,"parameters":[]}', Failure.REFUSED),
        (b'{"ok":false,"error_code":429,"parameters":"x"}', Failure.THROTTLED),
        (
            b'{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":[]}}',
            Failure.THROTTLED,
        ),
        (b'{"ok":"yes"}', Failure.TEMPORARY),
        (b'["ok"]', Failure.TEMPORARY),
        (b"\xff", Failure.TEMPORARY),
        (b"[" * 50_000, Failure.TEMPORARY),
    ],
)
async def test_an_invalid_refusal_carries_a_decision(place: Place, body: bytes, kind: Failure) -> None:
    async with outbox_setup(place) as setup:
        setup.simulator.replace_answer("sendMessage", body)
        (step,) = await setup.channel.steps(Posting(7, says("x"), "id"))
        with pytest.raises(DeliveryError) as caught:
            await step.run()
        assert caught.value.kind is kind


ODD_FILES: list[Any] = [None, [], {}, {"file_path": 5}, "x"]


@pytest.mark.parametrize("result", ODD_FILES)
async def test_an_invalid_answer_to_get_file_is_tried_again(place: Place, result: Any) -> None:
    async with outbox_setup(place) as setup:
        setup.simulator.replace_answer("getFile", ok(result))
        with pytest.raises(DeliveryError) as caught:
            async with setup.channel.fetch_file("f"):
                pass
        assert caught.value.kind is Failure.TEMPORARY


@pytest.mark.parametrize("result", [None, [], {}, {"status": []}, "x"])
async def test_an_invalid_answer_to_get_chat_member_is_tried_again(place: Place, result: Any) -> None:
    async with outbox_setup(place) as setup:
        setup.simulator.replace_answer("getChatMember", ok(result))
        with pytest.raises(DeliveryError) as caught:
            await setup.channel.is_member(STAFF, 7)
        assert caught.value.kind is Failure.TEMPORARY


async def test_a_start_waits_while_get_me_is_invalid(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("START_RETRY_SECONDS", "LONGEST_START_RETRY"):
        monkeypatch.setattr(f"bot.channels.telegram.channel.{name}", 0.01)
    async with outbox_setup(place) as setup:
        for result in ODD_FILES:
            setup.simulator.replace_answer("getMe", ok(result))
        assert (await setup.channel.start()).id == 100


async def test_a_fetch_with_an_invalid_retry_after_waits_a_second(place: Place) -> None:
    async with outbox_setup(place) as setup:
        body = b'{"ok":false,"error_code":429,"description":"x","parameters":{"retry_after":"soon"}}'
        setup.simulator.replace_answer("getMe", body)
        with pytest.raises(TelegramError) as caught:
            await setup.channel.bot.get_me()
        failed = fetch_error(caught.value)
        assert isinstance(failed, FetchError)
        assert failed.retry_after == 1.0
