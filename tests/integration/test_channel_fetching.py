"""Fetching: nothing is confirmed that was not asked to be, and no update stalls another."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest
from pydantic import SecretStr
from telegram.error import NetworkError, TimedOut

from bot.channels.base import DeliveryError, Failure, FetchError, FileTooLargeError, UnreadableUpdateError
from bot.channels.moves import Moves
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.failures import fetch_error, in_words
from conversations.events import FileReceived, TextReceived
from tests.integration.stage import Settings, Words, clock, commands, send, stage


async def test_updates_come_again_until_a_higher_offset_is_asked_for(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        siti = stand.simulator.person(7, "Siti")
        await siti.say("satu")
        await siti.say("dua")
        first = await stand.updates()
        assert await stand.updates() == first
        assert await stand.channel.fetch(first[0]["update_id"] + 1, 0) == first[1:]


async def test_an_update_that_cannot_be_read_does_not_stall_its_neighbours(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        siti = stand.simulator.person(7, "Siti")
        await siti.say("satu")
        stand.simulator.inject({"message": {"message_id": "x", "date": "?", "chat": 3}})
        await siti.say("dua")
        raws = await stand.updates()
        assert len(raws) == 3
        first, last = stand.channel.read(raws[0]), stand.channel.read(raws[2])
        assert isinstance(first, TextReceived)
        assert isinstance(last, TextReceived)
        assert (first.text, last.text) == ("satu", "dua")
        with pytest.raises(UnreadableUpdateError):
            stand.channel.read(raws[1])


async def test_a_webhook_left_over_is_removed_once_it_is_in_the_way(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        await stand.channel.bot.set_webhook("https://example.org/hook")
        await stand.simulator.person(7, "Siti").say("satu")
        assert len(await stand.updates()) == 1
        assert len(stand.sent("deleteWebhook")) == 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [("500", "temporary"), ("drop", "temporary"), ("garbage", "temporary"), ("429", "temporary")],
)
async def test_a_failed_fetch_says_what_it_means(tmp_path: Path, fault: str, kind: str) -> None:
    async with stage(tmp_path) as stand:
        # An answer that is none is asked for again, one update at a time.
        stand.simulator.fault("getUpdates", kind=fault, times=3)  # type: ignore[arg-type]
        with pytest.raises(FetchError) as caught:
            await stand.updates()
        assert caught.value.kind == kind
        assert caught.value.retry_after == (1.0 if fault == "429" else 0.0)


async def test_a_wrong_token_is_said_to_be_wrong_and_never_shown(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with stage(tmp_path) as stand:
        settings = Settings(SecretStr("200:WRONG"), stand.simulator.base_url, stand.simulator.base_file_url)
        channel = TelegramChannel(settings, Words(), stand.files, Moves(()), clock, commands)
        with caplog.at_level(logging.DEBUG), pytest.raises(FetchError) as caught:
            await channel.start()
        await channel.close()
        assert caught.value.kind == "token"
        assert "WRONG" not in str(caught.value)
        assert "WRONG" not in caplog.text


async def test_a_start_waits_for_a_messenger_that_is_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.channel.START_RETRY_SECONDS", 0.01)
    async with stage(tmp_path) as stand:
        stand.simulator.fault("getMe", kind="502", times=3)
        await stand.channel.start()
        assert len([call for call in stand.simulator.calls if call.method == "getMe"]) == 5


async def test_the_pauses_of_a_start_grow_and_each_says_what_it_waits_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pauses: list[float] = []

    async def noted(seconds: float) -> None:
        pauses.append(seconds)

    async with stage(tmp_path) as stand:
        stand.simulator.fault("getMe", kind="502", times=8)
        monkeypatch.setattr("bot.channels.telegram.channel.asyncio.sleep", noted)
        await stand.channel.start()
        monkeypatch.undo()
        host = stand.simulator.base_url.split("/")[2]
    assert [pause for pause in pauses if pause] == [2, 4, 8, 16, 32, 60, 60, 60]
    assert capsys.readouterr().out.count(f"waits_for={host}") == 8


# the library's error -> words in what the person at the terminal reads
PLAIN = [
    (NetworkError("ClientConnectorDNSError"), "the server's name cannot be looked up"),
    (NetworkError("ClientConnectorCertificateError"), "check the clock of this machine"),
    (NetworkError("ClientConnectorError"), "the server cannot be reached"),
    (NetworkError("ServerDisconnectedError"), "the server closed the connection"),
    (TimedOut(), "did not answer in time"),
    (NetworkError("the answer is no JSON"), "the answer is no JSON"),
]


@pytest.mark.parametrize(("error", "words"), PLAIN)
def test_an_error_of_the_connection_is_said_in_plain_words(error: NetworkError, words: str) -> None:
    assert words in in_words(error)
    assert "Error" not in in_words(error)
    assert words in fetch_error(error).reason


async def test_a_connection_error_does_not_show_the_token(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        await stand.simulator.close()
        with pytest.raises(FetchError) as caught:
            await stand.updates()
        assert "TEST" not in repr(caught.value.__cause__)
        assert "TEST" not in str(caught.value)


async def test_a_file_is_fetched_in_pieces_and_one_too_large_is_refused(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        siti = stand.simulator.person(7, "Siti")
        await siti.send_document(b"isi" * 100_000)
        await siti.send_document(size=21 * 1024 * 1024)
        small, large = [stand.channel.read(raw) for raw in await stand.updates()]
        assert isinstance(small, FileReceived)
        assert isinstance(large, FileReceived)
        async with stand.channel.fetch_file(small.attachment.file_id) as pieces:
            assert b"".join([piece async for piece in pieces]) == b"isi" * 100_000
        with pytest.raises(FileTooLargeError):
            async with stand.channel.fetch_file(large.attachment.file_id):
                pass
        stand.simulator.fault("download", kind="500")
        with pytest.raises(DeliveryError) as caught:
            async with stand.channel.fetch_file(small.attachment.file_id):
                pass
        assert caught.value.kind is Failure.TEMPORARY


async def test_sending_goes_on_during_a_long_poll(tmp_path: Path) -> None:
    async with stage(tmp_path) as stand:
        siti = stand.simulator.person(7, "Siti")
        message = await siti.say("/start")
        seen = (await stand.updates())[-1]["update_id"]
        poll = asyncio.create_task(stand.channel.fetch(seen + 1, 30))
        await stand.post(send(7, f"jawaban atas {message['message_id']}"))
        await siti.wait_for("jawaban")
        assert not poll.done()
        poll.cancel()
