"""The commands, in one table. Menus, help texts, dispatch and the checks of the sender use it.

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
    """A command."""

    # Its name, without the slash.
    name: str
    # Who types it.
    audience: Audience
    # Whether the messenger's menu shows it.
    menu: bool = True
    # Whether the help text explains it.
    help: bool = True
    # What is typed after it: `argument_<name>` of words.html; empty for nothing.
    argument: str = ""
    # Whether its sender has to be a member of the group.
    acts: bool = False
    # Whether it needs the sender's complaints.
    own_cases: bool = False
    # Whether the own group of a division has it too.
    division: bool = False
    # Other names that people try.
    aliases: tuple[str, ...] = ()


_CITIZEN, _OFFICER = Audience.CITIZEN, Audience.OFFICER

COMMANDS: tuple[Command, ...] = (
    Command("start", _CITIZEN, help=False),
    Command("lapor", _CITIZEN),
    Command("status", _CITIZEN, own_cases=True),
    Command("batal", _CITIZEN, own_cases=True),
    Command("bantuan", _CITIZEN, aliases=("help",)),
    Command("standar", _CITIZEN),
    Command("privasi", _CITIZEN, own_cases=True),
    Command("bahasa", _CITIZEN),
    Command("cek", _CITIZEN, menu=False, argument="number_and_digest"),
    Command("id", _CITIZEN, menu=False, help=False),
    Command("petugas", _CITIZEN, menu=False, help=False),
    Command("catat", _CITIZEN, menu=False, help=False),
    Command("daftar", _OFFICER, argument="filter", acts=True, aliases=("list",)),
    Command("tiket", _OFFICER, argument="number", acts=True, division=True, aliases=("ticket", "kartu")),
    Command("cari", _OFFICER, argument="words", acts=True, aliases=("search", "find")),
    Command("riwayat", _OFFICER, argument="number", acts=True, aliases=("history",)),
    Command("register", _OFFICER, argument="period", acts=True, aliases=("buku",)),
    Command("rekap", _OFFICER, argument="period", acts=True, aliases=("laporan", "report")),
    Command("jawab", _OFFICER, argument="number_and_text", acts=True),
    Command("batal", _OFFICER, menu=False, division=True),
    Command("petugas", _OFFICER, acts=True, division=True),
    Command("catat", _OFFICER, acts=True),
    Command("cek", _OFFICER, argument="number_and_digest", acts=True),
    Command("bantuan", _OFFICER, help=False, division=True, aliases=("help", "start")),
)

_NAMED: Mapping[tuple[Audience, str], Command] = {
    (command.audience, name): command for command in COMMANDS for name in (command.name, *command.aliases)
}


def command_of(audience: Audience, typed: str) -> Command | None:
    """The command with this name or alias; None for an unknown one."""
    return _NAMED.get((audience, typed))


def in_menu(audience: Audience) -> tuple[Command, ...]:
    """The commands of the messenger's menu, in its order."""
    return tuple(command for command in COMMANDS if command.audience is audience and command.menu)


def command_params(commands: Iterable[Command]) -> list[dict[str, str]]:
    """The commands as parameters of a template."""
    return [{"name": command.name, "argument": command.argument} for command in commands]


def in_help(audience: Audience) -> tuple[Command, ...]:
    """The commands of the help text, in its order."""
    return tuple(command for command in COMMANDS if command.audience is audience and command.help)
