"""WhatsApp in a running bot: which messages are marked as read, and what waits where it is switched off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import pytest

from bot.channels.base import (
    BlockChanged,
    Channel,
    DeliveryError,
    Failure,
    Posting,
    Step,
    UnreadableUpdateError,
)
from bot.second_messenger import NoSecondMessenger, newest_messages
from bot.turns.batches import Incoming
from conversations.messages import OutgoingMessage
from tests.unit.whatsapp_bodies import SITI, raw


def test_of_each_person_the_last_message_is_marked_as_read() -> None:
    raws = [raw(wamid=f"wamid.{place}") | {"chat": SITI + place % 2} for place in range(1_000)]
    others = [raw("status"), raw("other"), raw() | {"body": {"type": "text"}}, b"damaged", None]
    batch = [Incoming("whatsapp", 1, None, each) for each in [*raws, *others]]
    batch.append(Incoming("whatsapp", None, BlockChanged(SITI, blocked=False), b""))
    assert newest_messages(batch) == ["wamid.998", "wamid.999"]


class Telegram:
    """Takes every message, as one for a chat of Telegram."""

    async def steps(self, _posting: Posting) -> Sequence[Step]:
        return ()

    def fetch_file(self, file_id: str) -> Any:
        raise AssertionError(file_id)


async def test_switched_off_it_keeps_what_is_for_its_people() -> None:
    channel = NoSecondMessenger().next_to(cast("Channel", Telegram()))
    message = OutgoingMessage("system.choices", {"page": 1, "pages": 2})
    assert await channel.steps(Posting(777, message, "id")) == ()
    with pytest.raises(DeliveryError) as kept:
        await channel.steps(Posting(SITI, message, "id"))
    with pytest.raises(DeliveryError) as asked_later:
        channel.fetch_file("whatsapp:12")
    assert {kept.value.kind, asked_later.value.kind} == {Failure.ACCOUNT}
    with pytest.raises(UnreadableUpdateError):
        channel.read(raw())
