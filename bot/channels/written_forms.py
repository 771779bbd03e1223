"""What a text and the data of a button mean, whichever messenger they come from."""

from __future__ import annotations

import re

from conversations.events import CommandReceived, Origin, TextReceived
from conversations.reading.numbers import whole

# In Telegram's form; "/DPMD-2026-0042" is a text.
COMMAND = re.compile(r"/([A-Za-z][A-Za-z0-9_]{0,31})(@[A-Za-z0-9_]+)?(?=\s|$)")
DATA_PARTS = 4
MOST_VERSION = 2**31 - 1


def text_or_command(text: str, origin: Origin) -> TextReceived | CommandReceived:
    """A written text as an event."""
    if found := COMMAND.match(text):
        return CommandReceived(origin, found[1].lower(), text[found.end() :].strip())
    return TextReceived(origin, text)


def button_data(data: str, longest: int) -> tuple[str, str, int, str]:
    """Our buttons carry action:subject:version:value; anything else counts as a button without action."""
    parts = data.split(":", DATA_PARTS - 1) if len(data) <= longest else []
    version = whole(parts[2], MOST_VERSION) if len(parts) == DATA_PARTS else None
    return ("", "", 0, "") if version is None else (parts[0], parts[1], version, parts[3])
