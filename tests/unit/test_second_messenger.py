"""WhatsApp in a running bot: which messages are marked as read."""

from __future__ import annotations

from bot.channels.base import BlockChanged
from bot.second_messenger import newest_messages
from bot.turns.batches import Incoming
from tests.unit.whatsapp_bodies import SITI, raw


def test_of_each_person_the_last_message_is_marked_as_read() -> None:
    raws = [raw(wamid=f"wamid.{place}") | {"chat": SITI + place % 2} for place in range(1_000)]
    others = [raw("status"), raw("other"), raw() | {"body": {"type": "text"}}, b"damaged", None]
    batch = [Incoming("whatsapp", 1, None, each) for each in [*raws, *others]]
    batch.append(Incoming("whatsapp", None, BlockChanged(SITI, blocked=False), b""))
    assert newest_messages(batch) == ["wamid.998", "wamid.999"]
