"""The capabilities of the messenger of a chat."""

from __future__ import annotations

from bot.channels.numbers import on_whatsapp
from bot.channels.whatsapp.capabilities import WHATSAPP
from conversations.capabilities import WITHOUT_LIMITS, Capabilities


def capabilities_of(chat: int) -> Capabilities:
    """What the messenger of the chat with this id can do."""
    return WHATSAPP if on_whatsapp(chat) else WITHOUT_LIMITS
