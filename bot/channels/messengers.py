"""Routes each call to the messenger of its chat. Officers are on Telegram; citizens may be on either.

A chat says by its number which messenger it is in (numbers.py), an update by its form, a file by the
beginning of its id.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from bot.channels.base import Channel, Posting, Raw, Sender, ShellEvent, Step, Writer
from bot.channels.numbers import OF_WHATSAPP, on_whatsapp
from bot.channels.telegram import writers as telegram
from bot.channels.whatsapp import writers as whatsapp
from conversations.effects import AnswerPress
from conversations.events import Event

# The key of an update of WhatsApp.
WHATSAPP = "whatsapp"


class Messengers:
    """One channel made of both; Telegram's where a call concerns no chat of a citizen."""

    def __init__(self, telegram: Channel, whatsapp: Channel) -> None:
        self._telegram, self._whatsapp = telegram, whatsapp

    def _of(self, chat: int) -> Channel:
        return self._whatsapp if on_whatsapp(chat) else self._telegram

    async def start(self) -> object:
        """Connect both; Telegram's answer."""
        await self._whatsapp.start()
        return await self._telegram.start()

    async def close(self) -> None:
        """Close both."""
        await self._whatsapp.close()
        await self._telegram.close()

    def use_account(self, generation: int) -> None:
        """Set how often Telegram's account has changed; numbers on WhatsApp are our own."""
        self._telegram.use_account(generation)

    async def fetch(self, offset: int, timeout: float) -> list[Raw]:  # noqa: ASYNC109 - a long poll's
        """Updates of Telegram; those of WhatsApp are delivered."""
        return await self._telegram.fetch(offset, timeout)

    def read(self, raw: Mapping[str, Any]) -> Event | ShellEvent | None:
        """An update as an event. Raises UnreadableUpdateError."""
        return (self._whatsapp if WHATSAPP in raw else self._telegram).read(raw)

    def sender(self, raw: Mapping[str, Any]) -> Sender | None:
        """The person who wrote or pressed; None for all other updates."""
        return (self._whatsapp if WHATSAPP in raw else self._telegram).sender(raw)

    async def steps(self, posting: Posting) -> Sequence[Step]:
        """The calls that deliver this posting. Raises DeliveryError."""
        return await self._of(posting.chat).steps(posting)

    async def strip(self, chat: int, message: int) -> None:
        """Take the buttons off a message. Raises DeliveryError."""
        await self._of(chat).strip(chat, message)

    async def delete(self, chat: int, message: int) -> None:
        """Delete a message of ours. Raises DeliveryError."""
        await self._of(chat).delete(chat, message)

    async def leave(self, chat: int) -> None:
        """Leave a group. Raises DeliveryError."""
        await self._telegram.leave(chat)

    async def reopen_topic(self, chat: int, topic: int) -> None:
        """Open a closed topic of a group. Raises DeliveryError."""
        await self._telegram.reopen_topic(chat, topic)

    async def create_topic(self, chat: int, name: str) -> int:
        """Create a topic in a group; its id. Raises DeliveryError."""
        return await self._telegram.create_topic(chat, name)

    async def show_commands(self, chat: int, language: str) -> None:
        """Show this chat's command menu in a language. Raises DeliveryError."""
        await self._of(chat).show_commands(chat, language)

    async def answer_press(self, press: AnswerPress, language: str) -> None:
        """Answer a press; a press on WhatsApp is a message, which the chat answers. Raises DeliveryError."""
        await self._telegram.answer_press(press, language)

    async def is_member(self, chat: int, person: int) -> bool:
        """Whether a person is in a group. Raises DeliveryError."""
        return not on_whatsapp(person) and await self._telegram.is_member(chat, person)

    async def public_name(self, chat: int) -> str:
        """The group's public name. Raises DeliveryError."""
        return await self._telegram.public_name(chat)

    def fetch_file(self, file_id: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Open a file for reading in pieces. Raises FileTooLargeError and DeliveryError."""
        if file_id.startswith(OF_WHATSAPP):
            return self._whatsapp.fetch_file(file_id.removeprefix(OF_WHATSAPP))
        return self._telegram.fetch_file(file_id)


def writer_of(raw: bytes) -> Writer | None:
    """The writer of an update as it was stored; None when no person wrote it."""
    try:
        update = json.loads(raw)
    except (ValueError, RecursionError):
        update = None
    if isinstance(update, dict) and WHATSAPP in update:
        return whatsapp.writer_of(update)
    return telegram.writer_of(raw)
