"""Who wrote a stored update: what an operator needs in order to answer a person, without the words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.channels.base import Writer
from bot.channels.numbers import MOST_ON_TELEGRAM
from bot.channels.typed import MOST_STORED

# The kinds of updates that the bot takes, in the order of their likelihood.
KINDS = ("message", "callback_query", "edited_message", "my_chat_member", "chat_member")
PRESS = "callback_query"
PRIVATE = "private"
# Telegram's dates are seconds since 1970; a day of the year 3000 is damaged.
LATEST = 32_503_680_000


def writer_of(raw: bytes) -> Writer | None:
    """The writer of an update as it was stored; None when it is no update."""
    update = _update(raw)
    kind = next((kind for kind in KINDS if isinstance(update.get(kind), dict)), "")
    if not kind:
        return None
    content = update[kind]
    message = content.get("message") if kind == PRESS else content
    chat = _object(_object(message).get("chat"))
    number = _whole(chat.get("id"), MOST_ON_TELEGRAM)
    # The date of a pressed message is that of our question, not that of the press.
    at = 0 if kind == PRESS else _whole(content.get("edit_date", content.get("date")), LATEST)
    return Writer(kind, number, number > 0 and chat.get("type") == PRIVATE, kind == PRESS, max(at, 0))


def _update(raw: bytes) -> Mapping[str, Any]:
    """The update in these bytes, or the only one in an answer of getUpdates; else an empty one."""
    try:
        found = json.loads(raw.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        return {}
    result = _object(found).get("result")
    return _object(result[0] if isinstance(result, list) and len(result) == 1 else found)


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _whole(value: object, most: int) -> int:
    return value if type(value) is int and abs(value) <= min(most, MOST_STORED) else 0
