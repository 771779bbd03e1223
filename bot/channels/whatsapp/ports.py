"""What this channel needs of the store: addresses of people, open windows, names of messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Address:
    """The messenger's names for a person; one may be empty.

    `user_id` is the BSUID, `wa_id` the telephone number with its country, without a plus sign.
    """

    user_id: str = ""
    wa_id: str = ""


class AddressBook(Protocol):
    """The store's side of a channel whose people and messages have no numbers of their own."""

    async def address(self, chat: int, /) -> Address | None:
        """The names of the person with this number; None for an unknown one."""

    def heard(self, chat: int, /) -> float:
        """When the person last wrote, in seconds since 1970; 0 when that is longer ago than a day."""

    def note_closed(self, chat: int, /) -> None:
        """Note that the messenger says the person's window is closed."""

    def next_message(self) -> int:
        """A number for a message that was accepted now."""

    def note_sent(self, chat: int, message: int, wire_id: str, /) -> None:
        """Store the messenger's name of a message of ours, soon."""

    async def wire_id(self, chat: int, message: int, /) -> str:
        """The messenger's name of a message of ours; empty when it is unknown."""
