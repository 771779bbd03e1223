"""WhatsApp without a number: what people sent is read, and nothing is sent.

The chats of people on WhatsApp stay in the store when an operator empties `whatsapp.phone_number_id`.
Their messages wait until there is a number again; no other messenger gets them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from bot.channels.base import DeliveryError, Failure, Posting, Sender, ShellEvent, Step
from bot.channels.whatsapp.absent import Absent
from bot.channels.whatsapp.reading import Reader
from conversations.events import Event

REASON = "whatsapp.phone_number_id is empty"


class SwitchedOff(Absent):
    """The channel of people on WhatsApp while there is no number."""

    name = "whatsapp"

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def start(self) -> None:
        """Nothing to connect to."""

    async def close(self) -> None:
        """Nothing to close."""

    def read(self, raw: Mapping[str, Any]) -> Event | ShellEvent | None:
        """A stored update as an event. Raises UnreadableUpdateError."""
        return self._reader.read(raw)

    def sender(self, raw: Mapping[str, Any]) -> Sender | None:
        """The person who wrote or pressed; None for all other updates."""
        return self._reader.sender(raw)

    async def steps(self, posting: Posting) -> Sequence[Step]:  # noqa: ARG002 - the interface's
        """No calls. Raises DeliveryError."""
        raise _off()

    def fetch_file(self, file_id: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:  # noqa: ARG002
        """No file. Raises DeliveryError."""
        raise _off()


def _off() -> DeliveryError:
    return DeliveryError(Failure.OFF, REASON, answered=False)
