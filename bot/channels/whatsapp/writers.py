"""Who wrote a stored update of WhatsApp: what an operator needs in order to answer a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.channels.base import Writer
from bot.channels.numbers import on_whatsapp
from bot.channels.whatsapp.contents import PRESSES
from bot.channels.whatsapp.deliveries import Part
from conversations.reading.numbers import MOST_ID

KIND = "whatsapp"
# The first second of the year 3000: a later time is damaged.
LATEST = 32_503_680_000


def writer_of(update: Mapping[str, Any]) -> Writer | None:
    """The writer of a raw; None for a status, and for one that is damaged."""
    chat, at, body = update.get("chat"), update.get("at"), update.get("body")
    if update.get(KIND) != Part.MESSAGE or type(chat) is not int or not isinstance(body, dict):
        return None
    if not on_whatsapp(chat) or chat > MOST_ID:
        return None
    sent = int(at) if isinstance(at, int | float) and 0 <= at <= LATEST else 0
    return Writer(KIND, chat, private=True, press=str(body.get("type")) in PRESSES, at=sent)
