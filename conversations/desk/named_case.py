"""The case whose number is typed after a command."""

from __future__ import annotations

from conversations.complaints.case import Case
from conversations.desk import access, typed
from conversations.desk.refusals import Refusal
from conversations.events import CommandReceived
from conversations.world import World


def of(event: CommandReceived, world: World) -> Case | None:
    """The case if it is handled in this group; None for another or an unknown number."""
    case = world.by_reference(split(event, world)[0])
    return case if case and access.is_handled_here(case, event.origin, world) else None


def split(event: CommandReceived, world: World) -> tuple[str, str]:
    """The number that the command names, and the text after it."""
    return typed.named(event.argument, world.rules.of_chat(event.origin.chat), world.today.year)


def unknown(event: CommandReceived, world: World) -> Refusal:
    """The refusal that repeats the number, and shows how one is typed."""
    agency = world.rules.of_chat(event.origin.chat)
    params = {
        "number": split(event, world)[0],
        "command": event.command,
        "example": f"{agency.prefix if agency else ''}-{world.today.year}-0042",
    }
    return Refusal("desk.unknown_number", params)
