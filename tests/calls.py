"""What the bot's calls said: forms with JSON inside, read as values."""

from __future__ import annotations

import json
from typing import Any

from bot.simulator.api.dispatch import Call

TEXTS = frozenset({"text", "caption", "callback_query_id", "file_id", "photo", "document", "voice", "video"})


def values(call: Call) -> dict[str, Any]:
    """The call's parameters: texts as they are, all else as JSON says."""
    return {name: value if name in TEXTS else _read(value) for name, value in call.params.items()}


def _read(value: Any) -> Any:
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        return value
