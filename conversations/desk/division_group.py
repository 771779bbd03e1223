"""The own group of a division: which buttons and commands its members have there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from conversations.catalogue.commands import Audience, command_params, in_help
from conversations.complaints.case import Case
from conversations.conversation import Conversation
from conversations.desk import (
    access,
    commands,
    conflict,
    division_cards,
    introductions,
    invitations,
    named_case,
    refusals,
)
from conversations.desk.division_acts import had_it_here
from conversations.desk.refusals import Refusal, Result
from conversations.effects import Outcome, Send
from conversations.events import CommandReceived, PersonEvent
from conversations.messages import OutgoingMessage
from conversations.world import World

GroupCommand = Callable[[CommandReceived, World, Conversation], Result]


def ticket(event: CommandReceived, world: World, conversation: Conversation) -> Result:
    """/tiket NOMOR: send the division's card again."""
    case = world.by_reference(named_case.split(event, world)[0])
    if case is None or not had_it_here(case, conversation.chat, world):
        return named_case.unknown(event, world)
    if not access.is_with_division_here(case, conversation.chat, world):
        return refusals.left_refusal(case, world)
    return Outcome.of(conversation, division_cards.ticket(case, conversation.chat, world))


def show_help(_event: PersonEvent, _world: World, conversation: Conversation) -> Outcome:
    """/bantuan: show the help for the members of a division."""
    params = {"buttons": [button.label for button in division_cards.CARD], "commands": _listed()}
    return Outcome.of(conversation, Send(conversation.chat, OutgoingMessage("desk.division_help", params)))


def unknown_command(event: CommandReceived, _world: World, _conversation: Conversation) -> Refusal:
    """A command that a division's group does not have: name those that it has."""
    return Refusal("desk.unknown_command", {"command": event.command, "commands": _listed()})


def mentioned(event: PersonEvent) -> Refusal:
    """A message that names the bot and belongs to no case: say how to write about one."""
    officer = {"id": event.origin.person.id, "name": event.origin.person.name}
    return Refusal("desk.mentioned", {"officer": officer, "commands": _listed()})


def left(case: Case | None, chat: int, world: World) -> Refusal | None:
    """The refusal of a reply about a case that the division of this chat had; None for any other."""
    if case is None or not world.rules.is_of_division(chat) or not had_it_here(case, chat, world):
        return None
    return None if access.is_with_division_here(case, chat, world) else refusals.left_refusal(case, world)


# The buttons that work here.
ACTIONS = frozenset(
    {
        *(entry.label for entry in division_cards.CARD),
        "what_for",
        "claim",
        conflict.ACTION,
        "desk_post",
        "desk_rewrite",
        "desk_discard",
        "desk_note",
        invitations.OPEN_ACTION,
    }
)
COMMANDS: Mapping[str, GroupCommand] = {
    "tiket": ticket,
    "batal": commands.cancel,
    "bantuan": show_help,
    introductions.COMMAND: invitations.in_group,
}


def _listed() -> list[dict[str, Any]]:
    return command_params(command for command in in_help(Audience.OFFICER) if command.division)
