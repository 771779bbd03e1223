"""WhatsApp: reads what was delivered, sends through the Cloud API.

Updates are delivered by a webhook (deliveries.py), and what WhatsApp does not have is in absent.py.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Protocol

from bot.channels.base import KeptFiles, MessengerClock, Posting, Sender, ShellEvent, Step, Wording
from bot.channels.whatsapp import profile
from bot.channels.whatsapp.absent import Absent
from bot.channels.whatsapp.api import CloudApi, Settings
from bot.channels.whatsapp.media import fetched
from bot.channels.whatsapp.ports import AddressBook
from bot.channels.whatsapp.presence import Presence
from bot.channels.whatsapp.sending import Account
from bot.channels.whatsapp.sending import Sender as MessageSender
from conversations.events import Event


class Reader(Protocol):
    """Reads raw updates (reading.py)."""

    def read(self, raw: Mapping[str, Any]) -> Event | ShellEvent | None:
        """An update as an event; None when it does not concern the core. Raises UnreadableUpdateError."""

    def sender(self, raw: Mapping[str, Any]) -> Sender | None:
        """The person who wrote or pressed; None for all other updates."""


class Clock(MessengerClock, Protocol):
    """The clock, which also says the wall time, by which windows close."""

    def wall(self) -> datetime:
        """The wall time."""


async def at_once() -> None:
    """Let a call go without waiting."""


class WhatsAppChannel(Absent):
    """The number of the service. Each call waits for `may_call` first."""

    name = "whatsapp"

    def __init__(
        self,
        settings: Settings,
        wording: Wording,
        files: KeptFiles,
        book: AddressBook,
        reader: Reader,
        clock: Clock,
        may_call: Callable[[], Awaitable[None]] = at_once,
    ) -> None:
        self._api = CloudApi(settings, clock.answered, may_call)
        account = Account(settings.template, lambda: clock.wall().timestamp())
        self._sender = MessageSender(self._api, wording, files, book, account)
        self._presence = Presence(self._api)
        self._reader = reader

    async def start(self) -> None:
        """Open the connections. The account is examined by `aduan check`, and by the first message."""
        await self._api.start()

    async def close(self) -> None:
        """Close all connections."""
        await self._api.close()

    def read(self, raw: Mapping[str, Any]) -> Event | ShellEvent | None:
        """An update as an event; None when it does not concern the core. Raises UnreadableUpdateError."""
        return self._reader.read(raw)

    def sender(self, raw: Mapping[str, Any]) -> Sender | None:
        """The person who wrote or pressed; None for all other updates."""
        return self._reader.sender(raw)

    async def steps(self, posting: Posting) -> Sequence[Step]:
        """The calls that deliver this posting, in order. Raises DeliveryError."""
        return await self._sender.steps(posting)

    async def show_profile(self, words: profile.Words) -> None:
        """Set the number's commands and ice breakers; a failure is logged."""
        await profile.register(self._api, words)

    async def seen(self, wire_id: str) -> None:
        """Mark a person's message as read, once, and show that an answer is being written."""
        await self._presence.seen(wire_id)

    def fetch_file(self, file_id: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Open a file for reading in pieces. Raises FileTooLargeError and DeliveryError."""
        return fetched(self._api, file_id)
