"""What people wrote and are called in the practice messenger: none of it may be in a log."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.simulator.server import Simulator

# Shorter texts are also words of the program, such as labels and ids.
SHORTEST = 12
# Registration numbers are logged where something is wrong with them.
NUMBER = re.compile(r"[A-Z]+-\d{4}-\d+")


def spoken_in(simulator: Simulator, log: str) -> set[str]:
    """The texts, captions, long names and file names of people that a log holds, and the tokens."""
    said = {text for text in _spoken(simulator) if len(text) >= SHORTEST and not NUMBER.fullmatch(text)}
    tokens = {simulator.token, simulator.whatsapp.token}
    return {text for text in said | tokens if text in log}


def _spoken(simulator: Simulator) -> Iterator[str]:
    for chat in simulator.world.chats.values():
        for stored in chat.messages.values():
            if not stored.by_bot:
                message = stored.message
                for text in (message.get("text"), message.get("caption")):
                    yield from (line.strip() for line in (text or "").splitlines())
                yield str(message.get("document", {}).get("file_name", ""))
    for person in simulator.whatsapp.people.values():
        yield from (person.number, person.user_id, person.name)
        for shown in person.phone.log:
            if shown.direction == "person":
                yield from (shown.wamid, *(line.strip() for line in shown.text.splitlines()))
    for user in list(simulator.world.users.values()):
        yield " ".join(str(user.get(name, "")) for name in ("first_name", "last_name")).strip()
