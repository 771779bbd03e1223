"""Who sent a raw update, without reading the rest of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.channels.base import Sender

MESSAGES = ("message", "edited_message")
# Messages of the messenger itself: who is in a group, and where it has moved.
SERVICE = frozenset({"new_chat_members", "left_chat_member", "migrate_to_chat_id", "migrate_from_chat_id"})


def sender_of(raw: Mapping[str, Any]) -> Sender | None:
    """The person who wrote or pressed; None for news about members, and for an unexpected form."""
    for kind in MESSAGES:
        if isinstance(message := raw.get(kind), dict):
            return None if SERVICE & message.keys() else _of_message(message)
    query = raw.get("callback_query")
    if not isinstance(query, dict):
        return None
    person, message = _id(query.get("from")), query.get("message")
    chat = _id(message.get("chat")) if isinstance(message, dict) else person
    return Sender(chat, person, None) if chat and person else None


def _of_message(message: Mapping[str, Any]) -> Sender | None:
    chat, person = _id(message.get("chat")), _id(message.get("from"))
    at = message.get("edit_date", message.get("date"))
    return Sender(chat, person, float(at)) if chat and person and type(at) is int else None


def _id(named: Any) -> int:
    number = named.get("id") if isinstance(named, dict) else None
    return number if type(number) is int else 0
