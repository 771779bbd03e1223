"""What the practice page shows: people and groups, one chat as one person sees it, the bot's calls."""

import hashlib
import json
import time
from typing import TYPE_CHECKING, Any

from bot.simulator.api.dispatch import Call
from bot.simulator.api.faults import Fault
from bot.simulator.state.chats import Chat

if TYPE_CHECKING:
    from bot.simulator.server import Simulator

SHOWN_MESSAGES = 1000
SHOWN_CALLS = 60
EXAMINED_CALLS = 600
TYPING_SECONDS = 5.0
# Two calls with the same method and the same values of these are one call and its retry.
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


def state_of(simulator: "Simulator") -> dict[str, Any]:
    """Return people, groups, the bot's commands, the time, the samples and the faults."""
    world, staging = simulator.world, simulator.staging
    profile = simulator.dispatcher.profile
    return {
        "bot": world.bot,
        "epoch": staging.epoch,
        "people": [
            person.user | {"blocked": person.chat.blocked, "started": person.chat.started}
            for person in simulator.people.values()
        ],
        "groups": [
            {**group.chat.public, "members": group.chat.present(), "bot_status": group.chat.bot_status}
            for group in simulator.groups.values()
        ],
        "commands": _commands(simulator),
        "description": profile.texts["description"].get("id", profile.texts["description"].get("", "")),
        "now": world.clock() + world.offset,
        "offset": world.offset,
        "working_days": staging.next_working_day is not None,
        "restarts": staging.restart is not None,
        "links": dict(staging.links),
        "open_to_others": staging.open_to_others,
        "samples": [
            {"name": name, "title": sample.title, "person": sample.person, "group": sample.group}
            for name, sample in staging.samples.items()
        ],
        "playing": staging.playing,
        "trouble": staging.trouble,
        "scene": {"person": staging.scene[0], "chat": staging.scene[1]} if staging.scene else None,
        "faults": [_fault(fault) for fault in simulator.dispatcher.faults.waiting],
    }


def _commands(simulator: "Simulator") -> dict[str, Any]:
    profile = simulator.dispatcher.profile
    found: dict[str, Any] = {
        scope: profile.commands(scope, "id") or profile.commands(scope) or profile.commands()
        for scope in ("all_private_chats", "all_group_chats")
    }
    for group in simulator.groups.values():
        if own := profile.commands(f"chat:{group.id}"):
            found[str(group.id)] = own
    return found


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "kind": fault.kind,
        "method": fault.method,
        "chat": fault.chat_id,
        "place": fault.place,
        "left": fault.times - fault.hits,
    }


def chat_of(simulator: "Simulator", chat: Chat, since: int, person: int) -> dict[str, Any]:
    """Return a chat as one person sees it; with `since` only the changes after that position."""
    numbers = list(dict.fromkeys(number for number, _ in chat.log[since:]))
    there = sorted(number for number in numbers if number in chat.messages)[-SHOWN_MESSAGES:]
    shown = chat.keyboards.get(person)
    return {
        "chat": chat.public,
        "position": len(chat.log),
        "started": chat.started or not chat.private,
        "blocked": chat.blocked,
        "with_bot": chat.with_bot,
        "messages": [chat.messages[number].message for number in there],
        "gone": [number for number in numbers if number not in chat.messages],
        "keyboard": shown.value if shown else None,
        "prompt": chat.prompts.get(person),
        "reactions": chat.reactions,
        "typing": simulator.world.monotonic() - chat.acted_at < TYPING_SECONDS,
    }


def calls_of(simulator: "Simulator") -> list[dict[str, Any]]:
    """Return the newest calls, oldest first; getUpdates only where it failed; `tries` counts retries."""
    calls = simulator.calls
    first = max(0, len(calls) - EXAMINED_CALLS)
    failed: dict[str, int] = {}
    shown = []
    for number in range(first, len(calls)):
        call = calls[number]
        if call.method == "getUpdates" and call.outcome != "error":
            continue
        mark = _fingerprint(call)
        tries = failed.pop(mark, 0) + 1
        if not _is_settled(call):
            failed[mark] = tries
        shown.append(_call(simulator, number, call, tries))
    return shown[-SHOWN_CALLS:]


def _is_settled(call: Call) -> bool:
    """Tell whether the bot knows that the call succeeded, or the call still waits."""
    return call.outcome == "waiting" or (call.outcome == "ok" and not _lost(call))


def _lost(call: Call) -> bool:
    return call.fault.endswith(" after") and not call.fault.startswith(("slow", "hold"))


def _fingerprint(call: Call) -> str:
    same = {key: call.params[key] for key in IDENTITY if key in call.params}
    return hashlib.sha256(json.dumps([call.method, same], default=str).encode()).hexdigest()


def _call(simulator: "Simulator", number: int, call: Call, tries: int) -> dict[str, Any]:
    chat = simulator.world.chats.get(_number(call.params.get("chat_id")))
    return {
        "number": number,
        "method": call.method,
        "chat": chat.name if chat else "",
        "outcome": "lost" if call.outcome == "ok" and _lost(call) else call.outcome,
        "code": call.code,
        "error": call.error,
        "tries": tries,
        "at": time.time() - (time.monotonic() - call.at),
    }


def _number(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0
