"""What the messenger of a chat can do. The core asks, and its channel does the rest (invariant 13)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a messenger can show and do in a chat; lengths in characters."""

    # The messenger's own name, as people know it.
    messenger: str
    # Whether a message that was sent can be changed, and its buttons removed.
    edits: bool
    # The most choices under one message.
    choices: int
    # The longest label of a button.
    label: int
    # Whether there are reply keyboards, whose keys send their label as text.
    keyboards: bool
    # Whether several files come and go as one album.
    albums: bool
    # Whether a press has an answer of its own, apart from the chat.
    press_answers: bool
    # Whether a message can have buttons with addresses next to buttons that act.
    links: bool
    # Whether the messenger says later that a message was delivered.
    receipts: bool
    # The hours after a person's last message in which texts may be sent freely; 0 without a limit.
    window_hours: int


# A messenger without limits that matter to the core: Telegram.
WITHOUT_LIMITS = Capabilities(
    messenger="Telegram",
    edits=True,
    choices=100,
    label=64,
    keyboards=True,
    albums=True,
    press_answers=True,
    links=True,
    receipts=False,
    window_hours=0,
)

# The capabilities of the messenger of a chat, by the chat's id.
CapabilitiesOf = Callable[[int], Capabilities]


def without_limits(_chat: int) -> Capabilities:
    """Return the capabilities of every chat where there is one messenger."""
    return WITHOUT_LIMITS
