"""/jawab NOMOR teks as officers type it: as a message, as the caption of a file, or in an edit."""

from __future__ import annotations

import re

from conversations.complaints.agency import Agency
from conversations.complaints.references import parse_reference, short_reference, without_mark
from conversations.complaints.rules import Rules
from conversations.events import CommandReceived, FileReceived, PersonEvent, TextReceived

ANSWER = "jawab"
# A number in a loose form ("dpmd 2026 42") has up to three words.
_LEADING = re.compile(r"\s*(\S+(?:[ \t]+\d+){0,2})")
_COMMAND = re.compile(rf"\s*/{ANSWER}(?:@(\w+))?(?=\s|$)", re.IGNORECASE)


def named(argument: str, agency: Agency | None, year: int) -> tuple[str, str]:
    """The number at the beginning, in its printed form, and the rest; the number is empty without one.

    A number without prefix and year ("2", "0042") is that of this agency and this year.
    """
    reference, rest = split(argument)
    return (
        (reference, rest) if reference else short_reference(argument, agency.prefix if agency else "", year)
    )


def split(argument: str) -> tuple[str, str]:
    """The number with its prefix at the beginning, and the rest; the number is empty without one."""
    leading = _LEADING.match(argument)
    if leading is None:
        return "", ""
    first = argument.split(None, 1)[0]
    if found := parse_reference(first):
        return found, without_mark(argument.lstrip()[len(first) :])
    return parse_reference(leading[1]) or "", without_mark(argument[leading.end() :])


def argument_of(text: str, rules: Rules) -> str | None:
    """The text after /jawab; None for any other text, and for a command to another bot."""
    found = _COMMAND.match(text)
    if found is None or (found[1] and found[1].lower() != rules.bot_username.lower()):
        return None
    return text[found.end() :].strip()


def quoted_reference(event: PersonEvent) -> str:
    """The number in the line that the sender quotes, else the one with which the reply begins; else empty.

    A digest names several complaints: a reply to it is for the one that it quotes or names.
    """
    text = event.text if isinstance(event, TextReceived) else ""
    text = event.caption if isinstance(event, FileReceived) else text
    return parse_reference(event.origin.quoted) or split(text)[0]


def mentions_bot(event: PersonEvent, rules: Rules) -> bool:
    """Whether a text or caption names the bot (@AduanBot)."""
    text = event.text if isinstance(event, TextReceived) else ""
    text = event.caption if isinstance(event, FileReceived) else text
    name = rules.bot_username.lower()
    return bool(name) and re.search(rf"@{re.escape(name)}(?!\w)", text.lower()) is not None


def captioned(event: PersonEvent, rules: Rules) -> CommandReceived | None:
    """The command in the caption of a file; None without one."""
    argument = argument_of(event.caption, rules) if isinstance(event, FileReceived) else None
    return CommandReceived(event.origin, ANSWER, argument) if argument is not None else None


def without_command(text: str, rules: Rules) -> str:
    """The text without a command and its number."""
    argument = argument_of(text, rules)
    return text if argument is None else named(argument, None, 0)[1].strip()
