"""What the practice page shows: people and groups, one chat as one person sees it, what is faulty."""

from typing import TYPE_CHECKING, Any

from bot.simulator.api.faults import Fault
from bot.simulator.control.phones import whatsapp_state
from bot.simulator.state.chats import Chat
from bot.simulator.whatsapp.faults import SERVER_ERROR, CloudFault

if TYPE_CHECKING:
    from bot.simulator.server import Simulator

SHOWN_MESSAGES = 1000
TYPING_SECONDS = 5.0


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
        "openings": dict(staging.openings),
        "open_to_others": staging.open_to_others,
        "samples": [
            {"name": name, "title": sample.title, "person": sample.person, "group": sample.group}
            for name, sample in staging.samples.items()
        ],
        "playing": staging.playing,
        "trouble": staging.trouble,
        "scene": {"person": staging.scene[0], "chat": staging.scene[1]} if staging.scene else None,
        "faults": [
            *(_fault(fault) for fault in simulator.dispatcher.faults.waiting),
            *(_fault(fault, "whatsapp.") for fault in simulator.whatsapp.faults.waiting),
        ],
        "whatsapp": whatsapp_state(simulator.whatsapp),
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


def _fault(fault: Fault, prefix: str = "") -> dict[str, Any]:
    return {
        "kind": fault.kind,
        "method": f"{prefix}{fault.method}" if fault.method else prefix or None,
        "chat": fault.chat_id,
        "place": fault.place,
        "left": fault.times - fault.hits,
        "code": fault.error_code if isinstance(fault, CloudFault) and fault.error_code != SERVER_ERROR else 0,
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
