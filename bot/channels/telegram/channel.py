"""Telegram: fetch, read, send. It confirms no update: polling owns the offset (invariant 1).

Updates are fetched raw, because one that cannot be read must not block its batch.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import structlog
from pydantic import SecretStr
from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import NetworkError, TelegramError

from bot.channels.base import (
    ChatMigrated,
    FileTooLargeError,
    KeptFiles,
    MessengerClock,
    Posting,
    Raw,
    Sender,
    ShellEvent,
    Step,
    Wording,
)
from bot.channels.lengths import cut, units
from bot.channels.message_ids import MessageIds
from bot.channels.moves import Moves
from bot.channels.names import Nameless
from bot.channels.telegram import forums, members
from bot.channels.telegram.failures import (
    TOO_BIG,
    UNEXPECTED,
    WEBHOOK_ACTIVE,
    delivery_error,
    fetch_error,
    mentions,
    unexpected_answer,
)
from bot.channels.telegram.fetching import Fetcher
from bot.channels.telegram.request import NO_FILES, AioHttpRequest, Upload, at_once
from bot.channels.telegram.senders import sender_of
from bot.channels.telegram.sending import Sender as MessageSender
from bot.channels.telegram.text import LONGEST_ALERT
from bot.channels.telegram.updates import UpdateReader
from conversations.effects import AnswerPress
from conversations.events import Event

if TYPE_CHECKING:
    from telegram import User

log = structlog.get_logger(__name__)

# The language of groups, and of people who have not chosen one.
FIRST_LANGUAGE = "id"
# The substitutes for an invisible name: in a private chat, in a group.
UNNAMED = ("unnamed_citizen", "unnamed_officer")
START_RETRY_SECONDS, LONGEST_START_RETRY = 2.0, 60.0


class TelegramSettings(Protocol):
    """The part of the configuration that this channel needs."""

    @property
    def token(self) -> SecretStr:
        """The bot's secret."""

    @property
    def base_url(self) -> str:
        """The server, ending in /bot."""

    @property
    def base_file_url(self) -> str:
        """Where the server hands out files."""


class TelegramChannel:
    """The bot's account. `commands` gives a chat's command menu in a language: (name, description)."""

    name = "telegram"

    def __init__(
        self,
        settings: TelegramSettings,
        wording: Wording,
        files: KeptFiles,
        moves: Moves,
        clock: MessengerClock,
        commands: Callable[[int, str], Sequence[tuple[str, str]]],
        may_call: Callable[[], Awaitable[None]] = at_once,
    ) -> None:
        self._token = settings.token.get_secret_value()
        self._base_url = settings.base_url
        self._request = AioHttpRequest(clock.answered, may_call)
        self.bot = Bot(
            self._token,
            base_url=settings.base_url,
            base_file_url=settings.base_file_url,
            request=self._request,
            get_updates_request=AioHttpRequest(),
        )
        self._wording = wording
        self._moves = moves
        self._clock = clock
        self._commands = commands
        self._ids = MessageIds(moves)
        self._sender = MessageSender(self._call, wording, files, self._ids)
        self._fetcher = Fetcher(self._get_updates)
        self._reader: UpdateReader | None = None
        self._username = ""

    async def start(self) -> User:
        """Connect and learn the bot's own name; waits for a messenger that is down.

        Raises FetchError when the token is wrong.
        """
        await self._request.initialize()
        pause = START_RETRY_SECONDS
        while True:
            try:
                me = await self._me()
                break
            except TelegramError as error:
                failed = fetch_error(error)
                if failed.kind != "temporary":
                    raise failed from error
                seconds = max(failed.retry_after, pause)
                server = urlsplit(self._base_url).netloc
                log.warning("telegram.unreachable", waits_for=server, reason=failed.reason, seconds=seconds)
                await asyncio.sleep(seconds)
                pause = min(2 * pause, LONGEST_START_RETRY)
        self._username = me.username or ""
        self._reader = UpdateReader(
            me,
            self._clock.moment,
            self._moves,
            self._ids,
            self._nameless(),
            self._forward_mark,
        )
        return me

    async def _me(self) -> User:
        try:
            return await self.bot.get_me()
        except UNEXPECTED as error:
            raise NetworkError(f"an unexpected answer to getMe: {type(error).__name__}") from None

    def _nameless(self) -> Nameless:
        # In the first language: officers read these names.
        private, group = (self._wording.word(name, FIRST_LANGUAGE) for name in UNNAMED)
        return Nameless(private, group)

    def _forward_mark(self, name: str, at: datetime) -> str:
        # In the first language, for the same reason.
        return self._wording.word("forwarded", FIRST_LANGUAGE, name=name, at=at.isoformat())

    def use_account(self, generation: int) -> None:
        """Set how often the bot's account has changed, before anything is read or sent."""
        self._ids.use_account(generation)

    async def close(self) -> None:
        """Close all connections."""
        await self._request.shutdown()

    async def fetch(self, offset: int, timeout: float) -> list[Raw]:  # noqa: ASYNC109 - a long poll's
        """Raw updates from this offset on, waiting `timeout` seconds for the first. Raises FetchError."""
        try:
            return await self._fetcher.fetch(offset, timeout)
        except TelegramError as error:
            if not mentions(error, WEBHOOK_ACTIVE):
                raise fetch_error(error) from error
        log.warning("telegram.webhook_removed")
        try:
            await self.bot.delete_webhook()
            return await self._fetcher.fetch(offset, timeout)
        except TelegramError as error:
            raise fetch_error(error) from error

    async def _get_updates(self, asked: Mapping[str, Any], read: float) -> bytes:
        return await self._request.exchange(f"{self.bot.base_url}/getUpdates", asked, read)

    async def _call(
        self, method: str, parameters: Mapping[str, Any], files: Mapping[str, Upload] = NO_FILES
    ) -> Any:
        result = await self._request.call(f"{self.bot.base_url}/{method}", parameters, files=files)
        if method.startswith("send") and isinstance(result, dict) and type(result.get("date")) is int:
            self._clock.sent(result["date"])
        return result

    async def ask(self) -> None:
        """Make the messenger answer, so that the clock hears its time. Raises DeliveryError."""
        try:
            await self._call("getMe", {})
        except TelegramError as error:
            raise delivery_error(error) from error

    def read(self, raw: Mapping[str, Any]) -> Event | ShellEvent | None:
        """An update as an event; None when it does not concern the bot. Raises UnreadableUpdateError."""
        if self._reader is None:
            raise RuntimeError("the channel has not been started")
        event = self._reader.read(raw)
        if isinstance(event, ChatMigrated):
            # Updates read after it belong to the group under its new id (see bot/sources/polling.py).
            self._moves.note_read(event.old, event.new)
        return event

    def sender(self, raw: Mapping[str, Any]) -> Sender | None:
        """The person who wrote or pressed, read without the rest; None for all other updates."""
        return sender_of(raw)

    async def steps(self, posting: Posting) -> Sequence[Step]:
        """The calls that deliver this posting, in order. Raises DeliveryError."""
        return await self._sender.steps(posting)

    async def strip(self, chat: int, message: int) -> None:
        """Remove the buttons of a message; a missing message is ignored. Raises DeliveryError."""
        await self._sender.strip(chat, message)

    async def delete(self, chat: int, message: int) -> None:
        """Delete a message of ours; a missing message counts as deleted. Raises DeliveryError.

        Telegram refuses it 48 hours after the message was sent.
        """
        await self._sender.delete(chat, message)

    async def leave(self, chat: int) -> None:
        """Leave a group. Raises DeliveryError."""
        try:
            await self.bot.leave_chat(chat)
        except TelegramError as error:
            raise delivery_error(error) from error

    async def reopen_topic(self, chat: int, topic: int) -> None:
        """Open a closed topic again, the general one for 0. Raises DeliveryError."""
        await forums.reopen(self._call, chat, topic)

    async def create_topic(self, chat: int, name: str) -> int:
        """Create a topic in a forum; its id. Raises DeliveryError."""
        return await forums.create(self._call, chat, name)

    async def show_commands(self, chat: int, language: str) -> None:
        """Show this chat's command menu in a language. Raises DeliveryError."""
        menu = [BotCommand(name, words) for name, words in self._commands(chat, language)]
        try:
            await self.bot.set_my_commands(menu, scope=BotCommandScopeChat(chat))
        except TelegramError as error:
            raise delivery_error(error) from error

    async def answer_press(self, press: AnswerPress, language: str) -> None:
        """Answer a press once. Raises DeliveryError.

        A text longer than Telegram shows opens the start link `overflow` instead, `link` alone at once.
        """
        text = self._wording.plain(press.template, press.params, language) if press.template else ""
        start = press.link or (press.overflow if units(text) > LONGEST_ALERT else "")
        said: dict[str, Any] = {"text": cut(text, LONGEST_ALERT) or None, "show_alert": press.alert or None}
        if start:
            said = {"url": f"https://t.me/{self._username}?start={start}"}
        try:
            await self._call("answerCallbackQuery", {"callback_query_id": press.press, **said})
        except TelegramError as error:
            raise delivery_error(error) from error

    async def is_member(self, chat: int, person: int) -> bool:
        """Whether a person is in a group now. Raises DeliveryError."""
        return await members.is_member(self._call, self._moves.destination(chat), person)

    async def public_name(self, chat: int) -> str:
        """The group's public name, without its @; empty for a private one. Raises DeliveryError."""
        try:
            found = await self.bot.get_chat(self._moves.destination(chat))
        except TelegramError as error:
            raise delivery_error(error) from error
        return found.username or ""

    @asynccontextmanager
    async def fetch_file(self, file_id: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Open a file for reading in pieces. Raises FileTooLargeError and DeliveryError."""
        try:
            file = await self.bot.get_file(file_id)
        except TelegramError as error:
            if mentions(error, TOO_BIG):
                raise FileTooLargeError from error
            raise delivery_error(error) from error
        except UNEXPECTED as error:
            raise unexpected_answer("getFile", error) from None
        async with self._request.download(file.file_path or "") as pieces:
            yield pieces
