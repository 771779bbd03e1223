"""What officers type: /jawab NOMOR teks as a message of its own, under a file, or edited later."""

from __future__ import annotations

import re

from conversations.complaints.agency import Rules
from conversations.complaints.references import parse_reference, without_mark
from conversations.events import CommandReceived, FileReceived, PersonEvent

ANSWER = "jawab"
# The number may be typed loosely ("dpmd 2026 42"); the first words hold it whole.
_LEADING = re.compile(r"\s*(\S+(?:[ \t]+\d+){0,2})")
_COMMAND = re.compile(rf"\s*/{ANSWER}(?:@(\w+))?(?=\s|$)", re.IGNORECASE)


def split(argument: str) -> tuple[str, str]:
    """The number at the beginning, as printed, and the rest."""
    leading = _LEADING.match(argument)
    if leading is None:
        return "", ""
    first = argument.split(None, 1)[0]
    if found := parse_reference(first):
        return found, without_mark(argument.lstrip()[len(first) :])
    return parse_reference(leading[1]) or "", without_mark(argument[leading.end() :])


def argument_of(text: str, rules: Rules) -> str | None:
    """What follows /jawab; None for any other text, and for a command to another bot."""
    found = _COMMAND.match(text)
    if found is None or (found[1] and found[1].lower() != rules.bot_username.lower()):
        return None
    return text[found.end() :].strip()


def captioned(event: PersonEvent, rules: Rules) -> CommandReceived | None:
    """The command that stands under a file."""
    argument = argument_of(event.caption, rules) if isinstance(event, FileReceived) else None
    return CommandReceived(event.origin, ANSWER, argument) if argument is not None else None


def without_command(text: str, rules: Rules) -> str:
    """The words alone, as they would have been taken from the command."""
    argument = argument_of(text, rules)
    return text if argument is None else split(argument)[1].strip()
