"""Every command: one table. Menus, help texts, dispatch and the checks of the sender come from here.

The descriptions are blocks of the templates: `profile.<audience>_<name>` in the messenger's menu, and
`words.help_<audience>_<name>` in the help text. The handler is in the dialogue's own COMMANDS.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Audience(StrEnum):
    """Who types a command: citizens in their private chat, officers in their group."""

    CITIZEN = "citizen"
    OFFICER = "officer"


@dataclass(frozen=True, slots=True)
class Command:
    """A command without its slash.

    `menu`: the messenger's menu shows it. `help`: the help text explains it. `argument`: what is typed after
    it, a block of words.html. `acts`: only a member of the group may give it. `own_cases`: it needs the
    sender's complaints. `aliases` are other names that people try.
    """

    name: str
    audience: Audience
    menu: bool = True
    help: bool = True
    argument: str = ""
    acts: bool = False
    own_cases: bool = False
    aliases: tuple[str, ...] = ()


_CITIZEN, _OFFICER = Audience.CITIZEN, Audience.OFFICER

COMMANDS: tuple[Command, ...] = (
    Command("start", _CITIZEN, help=False),
    Command("lapor", _CITIZEN),
    Command("status", _CITIZEN, own_cases=True),
    Command("batal", _CITIZEN),
    Command("bantuan", _CITIZEN, aliases=("help",)),
    Command("standar", _CITIZEN),
    Command("privasi", _CITIZEN, own_cases=True),
    Command("bahasa", _CITIZEN),
    Command("id", _CITIZEN, menu=False, help=False),
    Command("daftar", _OFFICER, acts=True),
    Command("tiket", _OFFICER, argument="number", acts=True),
    Command("jawab", _OFFICER, argument="number_and_text", acts=True),
    Command("batal", _OFFICER, menu=False),
    Command("bantuan", _OFFICER, help=False, aliases=("help", "start")),
)

_NAMED: Mapping[tuple[Audience, str], Command] = {
    (command.audience, name): command for command in COMMANDS for name in (command.name, *command.aliases)
}


def command_of(audience: Audience, typed: str) -> Command | None:
    """The command that was typed, perhaps by another of its names."""
    return _NAMED.get((audience, typed))


def in_menu(audience: Audience) -> tuple[Command, ...]:
    """The commands of the messenger's menu, in its order."""
    return tuple(command for command in COMMANDS if command.audience is audience and command.menu)


def command_params(commands: Iterable[Command]) -> list[dict[str, str]]:
    """The commands as templates take them."""
    return [{"name": command.name, "argument": command.argument} for command in commands]


def in_help(audience: Audience) -> tuple[Command, ...]:
    """The commands of the help text, in its order."""
    return tuple(command for command in COMMANDS if command.audience is audience and command.help)
