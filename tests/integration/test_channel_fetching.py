"""Fetching: only a higher offset confirms updates, and no update delays another."""

from __future__ import annotations

import asyncio
import logging

import pytest
from pydantic import SecretStr
from telegram.error import NetworkError, TimedOut

from bot.channels.base import DeliveryError, Failure, FetchError, FileTooLargeError, UnreadableUpdateError
from bot.channels.moves import Moves
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.failures import fetch_error, in_words
from conversations.events import FileReceived, TextReceived
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import Clock, Settings, Words, commands, outbox_setup, send


async def test_updates_are_repeated_until_a_higher_offset_is_sent(place: Place) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("satu")
        await siti.say("dua")
        first = await setup.updates()
        assert await setup.updates() == first
        assert await setup.channel.fetch(first[0]["update_id"] + 1, 0) == first[1:]


async def test_an_unreadable_update_does_not_delay_the_others(place: Place) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.say("satu")
        setup.simulator.inject({"message": {"message_id": "x", "date": "?", "chat": 3}})
        await siti.say("dua")
        raws = await setup.updates()
        assert len(raws) == 3
        first, last = setup.channel.read(raws[0]), setup.channel.read(raws[2])
        assert isinstance(first, TextReceived)
        assert isinstance(last, TextReceived)
        assert (first.text, last.text) == ("satu", "dua")
        with pytest.raises(UnreadableUpdateError):
            setup.channel.read(raws[1])


async def test_a_forgotten_webhook_is_removed_when_it_blocks_polling(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await setup.channel.bot.set_webhook("https://example.org/hook")
        await setup.simulator.person(7, "Siti").say("satu")
        assert len(await setup.updates()) == 1
        assert len(setup.sent("deleteWebhook")) == 1


@pytest.mark.parametrize(
    ("fault", "kind"),
    [("500", "temporary"), ("drop", "temporary"), ("garbage", "temporary"), ("429", "temporary")],
)
async def test_a_failed_fetch_has_its_error_class(place: Place, fault: str, kind: str) -> None:
    async with outbox_setup(place) as setup:
        # An invalid answer is fetched again, one update at a time.
        setup.simulator.fault("getUpdates", kind=fault, times=3)  # type: ignore[arg-type]
        with pytest.raises(FetchError) as caught:
            await setup.updates()
        assert caught.value.kind == kind
        assert caught.value.retry_after == (1.0 if fault == "429" else 0.0)


async def test_a_wrong_token_is_reported_and_never_shown(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    async with outbox_setup(place) as setup:
        settings = Settings(SecretStr("200:WRONG"), setup.simulator.base_url, setup.simulator.base_file_url)
        channel = TelegramChannel(settings, Words(), setup.files, Moves(()), Clock(), commands)
        with caplog.at_level(logging.DEBUG), pytest.raises(FetchError) as caught:
            await channel.start()
        await channel.close()
        assert caught.value.kind == "token"
        assert "WRONG" not in str(caught.value)
        assert "WRONG" not in caplog.text


async def test_a_start_waits_for_a_messenger_that_is_down(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.channel.START_RETRY_SECONDS", 0.01)
    async with outbox_setup(place) as setup:
        setup.simulator.fault("getMe", kind="502", times=3)
        await setup.channel.start()
        assert len([call for call in setup.simulator.calls if call.method == "getMe"]) == 5


async def test_the_pauses_of_a_start_grow_and_each_says_what_it_waits_for(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pauses: list[float] = []

    async def noted(seconds: float) -> None:
        pauses.append(seconds)

    async with outbox_setup(place) as setup:
        setup.simulator.fault("getMe", kind="502", times=8)
        monkeypatch.setattr("bot.channels.telegram.channel.asyncio.sleep", noted)
        await setup.channel.start()
        monkeypatch.undo()
        host = setup.simulator.base_url.split("/")[2]
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


async def test_a_connection_error_does_not_show_the_token(place: Place) -> None:
    async with outbox_setup(place) as setup:
        await setup.simulator.close()
        with pytest.raises(FetchError) as caught:
            await setup.updates()
        assert "TEST" not in repr(caught.value.__cause__)
        assert "TEST" not in str(caught.value)


async def test_a_file_is_fetched_in_pieces_and_one_too_large_is_refused(place: Place) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        await siti.send_document(b"isi" * 100_000)
        await siti.send_document(size=21 * 1024 * 1024)
        small, large = [setup.channel.read(raw) for raw in await setup.updates()]
        assert isinstance(small, FileReceived)
        assert isinstance(large, FileReceived)
        async with setup.channel.fetch_file(small.attachment.file_id) as pieces:
            assert b"".join([piece async for piece in pieces]) == b"isi" * 100_000
        with pytest.raises(FileTooLargeError):
            async with setup.channel.fetch_file(large.attachment.file_id):
                pass
        setup.simulator.fault("download", kind="500")
        with pytest.raises(DeliveryError) as caught:
            async with setup.channel.fetch_file(small.attachment.file_id):
                pass
        assert caught.value.kind is Failure.TEMPORARY


async def test_sending_continues_during_a_long_poll(place: Place) -> None:
    async with outbox_setup(place) as setup:
        siti = setup.simulator.person(7, "Siti")
        message = await siti.say("/start")
        seen = (await setup.updates())[-1]["update_id"]
        poll = asyncio.create_task(setup.channel.fetch(seen + 1, 30))
        await setup.post(send(7, f"jawaban atas {message['message_id']}"))
        await siti.wait_for("jawaban")
        assert not poll.done()
        poll.cancel()
