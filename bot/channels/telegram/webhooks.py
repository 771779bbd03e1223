"""Telegram's side of a webhook: how it is set, what a delivery must carry, how its body is read."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import NamedTuple

from telegram import Bot
from telegram.error import TelegramError

from bot.channels.base import Raw
from bot.channels.telegram.decoding import decode, unreadable, update_ids
from bot.channels.telegram.failures import fetch_error
from bot.channels.telegram.updates import ALLOWED_UPDATES

HEADER = "X-Telegram-Bot-Api-Secret-Token"
PATH = "/telegram"
# Telegram sends the updates of one chat one after the other, and of this many chats at the same time.
MOST_AT_ONCE = 40
_LABEL = b"telegram webhook"


class HookState(NamedTuple):
    """What Telegram says of the webhook: address, waiting updates, the newest error and its time."""

    url: str
    waiting: int
    error: str
    error_at: int


def secret_of(configured: str, pepper: bytes) -> str:
    """The configured secret, else one derived from the key file: it is in no other place."""
    return configured or hmac.new(pepper, _LABEL, hashlib.sha256).hexdigest()


class TelegramHook:
    """The webhook of one bot at `url`."""

    def __init__(self, bot: Bot, url: str, secret: str) -> None:
        self._bot, self.url, self._secret = bot, url, secret

    async def register(self) -> None:
        """Have Telegram send updates to the address; what waits there is kept. Raises FetchError."""
        try:
            await self._bot.set_webhook(
                self.url,
                max_connections=MOST_AT_ONCE,
                allowed_updates=ALLOWED_UPDATES,
                secret_token=self._secret,
            )
        except TelegramError as error:
            raise fetch_error(error) from error

    async def state(self) -> HookState:
        """What Telegram says of the webhook. Raises FetchError."""
        try:
            return await hook_state(self._bot)
        except TelegramError as error:
            raise fetch_error(error) from error

    def is_authentic(self, headers: Mapping[str, str]) -> bool:
        """Whether a delivery carries the secret, compared in constant time."""
        return hmac.compare_digest(headers.get(HEADER, "").encode("utf-8", "replace"), self._secret.encode())

    @staticmethod
    def read_body(body: bytes) -> Raw:
        """The update in a delivery's body; one that cannot be read alone, for the quarantine."""
        # By the rules of an answer of getUpdates, so that both ways read the same.
        found = decode(b'{"ok":true,"result":[' + body + b"]}")
        if found is not None and len(found) == 1:
            return found[0]
        number = next(update_ids(body), None)
        return unreadable(number, body, "cannot be decoded")


async def hook_state(bot: Bot) -> HookState:
    """What Telegram says of the bot's webhook. Raises TelegramError."""
    info = await bot.get_webhook_info()
    at = int(info.last_error_date.timestamp()) if info.last_error_date else 0
    return HookState(info.url, info.pending_update_count, info.last_error_message or "", at)
