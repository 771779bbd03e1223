"""WhatsApp without a number in the configuration: messages for its people wait, and the operator is informed.

Their chats are in the store, with messages that wait. No other messenger knows these chats.
"""
# ruff: noqa: ARG002 - the interface of a channel names what is not used here

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from bot.channels.base import DeliveryError, Failure, Posting, Sender, Step, UnreadableUpdateError
from bot.channels.whatsapp.absent import Absent

REASON = "whatsapp.phone_number_id is not set"


class SwitchedOff(Absent):
    """A channel that sends and reads nothing."""

    async def start(self) -> None:
        """Nothing to connect."""

    async def close(self) -> None:
        """Nothing to close."""

    def read(self, raw: Mapping[str, Any]) -> None:
        """Read nothing; the update is set aside. Raises UnreadableUpdateError."""
        raise UnreadableUpdateError(REASON)

    def sender(self, raw: Mapping[str, Any]) -> Sender | None:
        """No person: nothing is delivered."""
        return None

    async def steps(self, posting: Posting) -> Sequence[Step]:
        """Send nothing; the message waits. Raises DeliveryError."""
        raise _kept()

    def fetch_file(self, file_id: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Open no file; it is asked for later. Raises DeliveryError."""
        raise _kept()


def _kept() -> DeliveryError:
    return DeliveryError(Failure.ACCOUNT, REASON, answered=False)
