"""The record of the bot's calls to both messengers, as the practice page shows it."""

import hashlib
import json
import time
from typing import TYPE_CHECKING, Any

from bot.simulator.api.dispatch import Call
from bot.simulator.whatsapp.cloud import CloudCall

if TYPE_CHECKING:
    from bot.simulator.server import Simulator

SHOWN_CALLS = 60
EXAMINED_CALLS = 600
# Two calls of Telegram with the same method and the same values of these are one call and its retry.
IDENTITY = (
    "chat_id",
    "message_id",
    "text",
    "caption",
    "media",
    "photo",
    "document",
    "callback_query_id",
)


def calls_of(simulator: "Simulator") -> list[dict[str, Any]]:
    """Return the newest calls, oldest first; getUpdates only where it failed; `tries` counts retries."""
    examined: list[Call | CloudCall] = [*simulator.calls[-EXAMINED_CALLS:]]
    examined += simulator.whatsapp.calls[-EXAMINED_CALLS:]
    failed: dict[str, int] = {}
    shown = []
    for call in sorted(examined, key=lambda each: each.at):
        if call.method == "getUpdates" and call.outcome != "error":
            continue
        mark = _fingerprint(call)
        tries = failed.pop(mark, 0) + 1
        if not _is_settled(call):
            failed[mark] = tries
        shown.append(_call(simulator, call, tries))
    return shown[-SHOWN_CALLS:]


def _is_settled(call: Call | CloudCall) -> bool:
    """Tell whether the bot knows that the call succeeded, or the call still waits."""
    return call.outcome == "waiting" or (call.outcome == "ok" and not _lost(call))


def _lost(call: Call | CloudCall) -> bool:
    return call.fault.endswith(" after") and not call.fault.startswith(("slow", "hold"))


def _fingerprint(call: Call | CloudCall) -> str:
    same = call.params
    if isinstance(call, Call):
        same = {key: same[key] for key in IDENTITY if key in same}
    return hashlib.sha256(json.dumps([call.method, same], default=str).encode()).hexdigest()


def _call(simulator: "Simulator", call: Call | CloudCall, tries: int) -> dict[str, Any]:
    return {
        "method": call.method if isinstance(call, Call) else _cloud_method(call),
        "chat": _recipient(simulator, call),
        "outcome": "lost" if call.outcome == "ok" and _lost(call) else call.outcome,
        "code": call.code,
        "error": call.error,
        "tries": tries,
        "at": time.time() - (time.monotonic() - call.at),
    }


def _cloud_method(call: CloudCall) -> str:
    """Return the name of a call of the Cloud API; a mark of a read message is not a message."""
    return f"whatsapp.{'read' if call.params.get('status') == 'read' else call.method}"


def _recipient(simulator: "Simulator", call: Call | CloudCall) -> str:
    """Return the name of the chat or person, "" without one."""
    if isinstance(call, Call):
        chat = simulator.world.chats.get(_number(call.params.get("chat_id")))
        return chat.name if chat else ""
    account = simulator.whatsapp.account
    digits = str(call.params.get("to", "")).removeprefix("+")
    person = account.by_number(digits) or account.by_user_id(str(call.params.get("recipient", "")))
    return person.name if person else ""


def _number(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0
