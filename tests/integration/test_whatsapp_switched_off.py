"""WhatsApp is switched off while people there have open complaints: their messages wait."""

from __future__ import annotations

from typing import cast

import pytest

from bot.channels.base import Channel, DeliveryError, Failure
from bot.second_messenger import NoSecondMessenger
from conversations.events import TextReceived
from tests.integration.both_stores import Place
from tests.integration.outbox_setup import OPERATOR, send
from tests.integration.window_setup import CASE, SITI, Messenger, WindowSetup, window_setup
from tests.unit.whatsapp_bodies import raw, reader

ONE_STORE = pytest.mark.sqlite("the senders are the same on both stores")
RESPONSE = "response:abc:1"


def without_whatsapp(telegram: Messenger) -> Channel:
    return NoSecondMessenger(reader()).next_to(cast("Channel", telegram))


def operator_notes(setup: WindowSetup) -> list[str]:
    return [call.words for call in setup.messenger.accepted if call.chat == OPERATOR]


@ONE_STORE
async def test_what_waits_for_people_on_whatsapp_stays_and_is_sent_when_it_is_on_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.marks.GATHER_SECONDS", 0.001)
    monkeypatch.setattr("bot.outbox.failing.ACCOUNT_SECONDS", 0.05)
    async with window_setup(place) as setup:
        await setup.person()
        setup.outbox = setup.new_outbox(without_whatsapp(setup.messenger))
        await setup.post(send(SITI, "tanggapan", RESPONSE, report=CASE), send(SITI, "penilaian", "stars:abc"))
        await setup.until(lambda: operator_notes(setup))
        await setup.post(send(OPERATOR, "lain"))
        await setup.until(lambda: len(operator_notes(setup)) == 2)
        await setup.outbox.stop()
        assert {call.chat for call in setup.messenger.accepted} == {OPERATOR}
        assert await setup.rows() == [("send", "pending"), ("send", "pending")]
        assert await setup.outcomes() == []
        setup.outbox = setup.new_outbox()
        await setup.outbox.start()
        await setup.quiet()
        assert [call.words for call in setup.messenger.accepted if call.chat == SITI] == [
            "tanggapan",
            "penilaian",
        ]


async def test_its_files_wait_and_its_stored_updates_are_read() -> None:
    channel = without_whatsapp(Messenger())
    event = channel.read(raw())
    assert isinstance(event, TextReceived)
    with pytest.raises(DeliveryError) as refused:
        channel.fetch_file("whatsapp:77")
    assert refused.value.kind is Failure.OFF
