"""A posting as Telegram calls: the text in parts, then its files.

Every call is one step, so that what has arrived is not sent again when a later one fails.
"""

from __future__ import annotations

import html
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import structlog
from telegram.error import TelegramError

from bot.channels.base import DeliveryError, Failure, KeptFiles, Posting, Step, Wording
from bot.channels.telegram_albums import FileSender, batches
from bot.channels.telegram_failures import ENTITIES, NOT_MODIFIED, delivery_error, mentions
from bot.channels.telegram_markup import Markup, markup
from bot.channels.telegram_text import parts

if TYPE_CHECKING:
    from telegram import Bot

log = structlog.get_logger(__name__)

NO_PREVIEW = {"is_disabled": True}
Call = Callable[[str, Mapping[str, Any]], Awaitable[Any]]
TAG = re.compile(r"<[^<>]*>")


class Sender:
    """Turns postings into steps."""

    def __init__(self, bot: Bot, call: Call, wording: Wording, files: KeptFiles) -> None:
        self._bot = bot
        self._call = call
        self._wording = wording
        self._files = files

    async def steps(self, posting: Posting) -> Sequence[Step]:
        """The calls of a posting, in order. Words are made here, at the last moment."""
        texts = parts(self._wording.text(posting.message, posting.language))
        if posting.edit and len(texts) == 1:
            return [self._edit(posting, texts[0])]
        under = markup(posting.message, self._wording, posting.language, private=posting.chat > 0)
        last = len(texts) - 1
        steps = [
            self._text(
                posting.chat,
                text,
                under if index == last else None,
                posting.reply_to if index == 0 else 0,
                main=index == last,
            )
            for index, text in enumerate(texts)
        ]
        if posting.edit:
            # It has grown too long for the old message, which must not keep its buttons.
            steps.insert(0, Step(1, main=False, run=lambda: self._strip(posting)))
        if posting.message.files:
            steps += await self._file_steps(posting)
        return steps

    async def _strip(self, posting: Posting) -> tuple[int, ...]:
        await self.strip(posting.chat, posting.edit)
        return ()

    async def strip(self, chat: int, message: int) -> None:
        """Take the buttons off a message; one that is gone or has none is as good. Raises DeliveryError."""
        try:
            await self._bot.edit_message_reply_markup(chat, message)
        except TelegramError as error:
            failed = delivery_error(error)
            if not mentions(error, NOT_MODIFIED) and failed.kind is not Failure.VANISHED:
                raise failed from error

    async def _file_steps(self, posting: Posting) -> list[Step]:
        sender = FileSender(self._bot, self._files, posting.chat)
        known = await self._files.describe(posting.message.files)
        kept = [(key, known[key]) for key in posting.message.files if key in known]
        return [sender.step(batch) for batch in batches(kept)]

    def _text(self, chat: int, text: str, under: Markup | None, reply_to: int, *, main: bool) -> Step:
        asked: dict[str, Any] = {"chat_id": chat, "link_preview_options": NO_PREVIEW}
        if under is not None:
            asked["reply_markup"] = under
        if reply_to:
            asked["reply_parameters"] = {"message_id": reply_to, "allow_sending_without_reply": True}

        async def run() -> tuple[int, ...]:
            message = await self._worded("sendMessage", asked, text)
            return (int(message["message_id"]),)

        return Step(1, main=main, run=run)

    def _edit(self, posting: Posting, text: str) -> Step:
        asked: dict[str, Any] = {
            "chat_id": posting.chat,
            "message_id": posting.edit,
            "link_preview_options": NO_PREVIEW,
        }
        if posting.message.buttons:
            asked["reply_markup"] = markup(posting.message, self._wording, posting.language, private=False)

        async def run() -> tuple[int, ...]:
            try:
                await self._worded("editMessageText", asked, text)
            except DeliveryError as error:
                if NOT_MODIFIED not in error.reason.lower():
                    raise
            return (posting.edit,)

        return Step(1, main=True, run=run)

    async def _worded(self, method: str, asked: Mapping[str, Any], text: str) -> Any:
        try:
            return await self._call(method, {**asked, "text": text, "parse_mode": "HTML"})
        except TelegramError as error:
            if not mentions(error, ENTITIES):
                raise delivery_error(error) from error
            log.warning("telegram.markup_refused", reason=error.message)
        try:
            return await self._call(method, {**asked, "text": plain(text)})
        except TelegramError as error:
            raise delivery_error(error) from error


def plain(markup_text: str) -> str:
    """The text without its markup: what is sent when Telegram refuses the markup."""
    return html.unescape(TAG.sub("", markup_text))
