"""A posting as Telegram calls: the text in parts, then its files.

Every call is one step, so that parts that have arrived are not sent again when a later step fails.
"""

from __future__ import annotations

import html
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

import structlog
from telegram.error import TelegramError

from bot.channels.base import DeliveryError, Failure, KeptFiles, MadeDocument, Posting, Step, Wording
from bot.channels.message_ids import MessageIds
from bot.channels.opened import opened
from bot.channels.telegram.albums import METHODS, Call, FileSender, batches
from bot.channels.telegram.failures import (
    ENTITIES,
    NO_PHOTO,
    NOT_MODIFIED,
    NOTHING_TO_DELETE,
    delivery_error,
    mentions,
    sent_id,
    sentence_of,
)
from bot.channels.telegram.markup import Markup, markup
from bot.channels.telegram.request import Upload
from bot.channels.telegram.text import parts
from conversations.events import FileKind

log = structlog.get_logger(__name__)

NO_PREVIEW = {"is_disabled": True}
LONGEST_CAPTION = 1024
# The part of a call that holds its document.
ATTACHED = "made"
TAG = re.compile(r"<[^<>]*>")


class Sender:
    """Turns postings into steps."""

    def __init__(self, call: Call, wording: Wording, files: KeptFiles, ids: MessageIds) -> None:
        self._call = call
        self._wording = wording
        self._files = files
        self._ids = ids

    async def steps(self, posting: Posting) -> Sequence[Step]:
        """The calls of a posting, in order. Raises DeliveryError when `edit` cannot be reached."""
        steps = await self._steps(self._ids.posting(posting))
        return [self._ids.step(posting.chat, step) for step in steps]

    async def _steps(self, posting: Posting) -> Sequence[Step]:
        # Rendered here, at the last moment; `posting` has the messenger's own numbers.
        if posting.made:
            return [self._document(posting, posting.made)]
        texts = parts(self._wording.text(posting.message, posting.language))
        if posting.edit and len(texts) == 1:
            return [self._edit(posting, texts[0])]
        under = markup(posting.message, self._wording, posting.language, private=posting.chat > 0)
        last = len(texts) - 1
        steps = [
            self._text(
                _place(posting),
                text,
                under if index == last else None,
                posting.reply_to if index == 0 else 0,
                main=index == last,
            )
            for index, text in enumerate(texts)
        ]
        if posting.edit:
            # The text is too long for the old message now, which must not keep its buttons.
            steps.insert(0, Step(1, main=False, run=lambda: self._strip(posting)))
        if posting.message.files:
            steps += await self._file_steps(posting)
        return steps

    async def _strip(self, posting: Posting) -> tuple[int, ...]:
        await self._remove_buttons(posting.chat, posting.edit)
        return ()

    async def strip(self, chat: int, message: int) -> None:
        """Remove the buttons of a message; a missing message is ignored. Raises DeliveryError."""
        if number := self._ids.outward(chat, message):
            await self._remove_buttons(chat, number)

    async def delete(self, chat: int, message: int) -> None:
        """Delete a message; a missing message counts as deleted. Raises DeliveryError."""
        number = self._ids.outward(chat, message)
        if not number:
            raise DeliveryError(Failure.REFUSED, "the message is of another account", answered=False)
        try:
            await self._call("deleteMessage", {"chat_id": chat, "message_id": number})
        except TelegramError as error:
            if not mentions(error, NOTHING_TO_DELETE):
                raise delivery_error(error) from error

    async def _remove_buttons(self, chat: int, number: int) -> None:
        try:
            await self._call("editMessageReplyMarkup", {"chat_id": chat, "message_id": number})
        except TelegramError as error:
            failed = delivery_error(error)
            if not mentions(error, NOT_MODIFIED) and failed.kind is not Failure.VANISHED:
                raise failed from error

    async def _file_steps(self, posting: Posting) -> list[Step]:
        sender = FileSender(self._call, self._files, _place(posting))
        known = await self._files.describe(posting.message.files)
        kept = [(key, known[key]) for key in posting.message.files if key in known]
        return [sender.step(batch) for batch in batches(kept)]

    def _document(self, posting: Posting, made: MadeDocument) -> Step:
        """The document in one call; its caption is the message's text as far as a caption may go."""
        caption, *_ = parts(self._wording.text(posting.message, posting.language), LONGEST_CAPTION)
        asked: dict[str, Any] = {**_place(posting)}
        under = markup(posting.message, self._wording, posting.language, private=posting.chat > 0)
        asked |= {} if under is None else {"reply_markup": under}
        if posting.reply_to:
            asked["reply_parameters"] = _reply(posting.reply_to)

        async def upload(asked: Mapping[str, Any], kind: FileKind = "document") -> Any:
            asked = {**asked, kind: f"attach://{ATTACHED}"}
            with opened(made.content) as content:
                return await self._call(
                    METHODS[kind], asked, {ATTACHED: Upload(made.name, content, made.mime)}
                )

        async def show(asked: Mapping[str, Any]) -> Any:
            try:
                return await upload(asked, "photo")
            except TelegramError as error:
                if not mentions(error, *NO_PHOTO):
                    raise
                return await upload(asked)

        async def run() -> tuple[int, ...]:
            call = show if made.picture else upload
            return (sent_id(await self._worded(call, asked, "caption", caption)),)

        return Step(1, main=True, run=run)

    def _text(
        self, place: Mapping[str, int], text: str, under: Markup | None, reply_to: int, *, main: bool
    ) -> Step:
        asked: dict[str, Any] = {**place, "link_preview_options": NO_PREVIEW}
        if under is not None:
            asked["reply_markup"] = under
        if reply_to:
            asked["reply_parameters"] = _reply(reply_to)

        async def run() -> tuple[int, ...]:
            return (sent_id(await self._worded(partial(self._call, "sendMessage"), asked, "text", text)),)

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
                await self._worded(partial(self._call, "editMessageText"), asked, "text", text)
            except DeliveryError as error:
                if NOT_MODIFIED not in error.reason.lower():
                    raise
            return (posting.edit,)

        return Step(1, main=True, run=run)

    @staticmethod
    async def _worded(
        call: Callable[[Mapping[str, Any]], Awaitable[Any]], asked: Mapping[str, Any], name: str, text: str
    ) -> Any:
        """Call with this text as the parameter `name`; again without its markup if that is refused."""
        try:
            return await call({**asked, name: text, "parse_mode": "HTML"})
        except TelegramError as error:
            if not mentions(error, ENTITIES):
                raise delivery_error(error) from error
            log.warning("telegram.markup_refused", reason=sentence_of(error))
        try:
            return await call({**asked, name: plain(text)})
        except TelegramError as error:
            raise delivery_error(error) from error


def _place(posting: Posting) -> dict[str, int]:
    """The chat, and the topic where there is one."""
    topic = posting.message.topic if posting.chat < 0 else 0
    return {"chat_id": posting.chat, **({"message_thread_id": topic} if topic else {})}


def _reply(message: int) -> dict[str, Any]:
    return {"message_id": message, "allow_sending_without_reply": True}


def plain(markup_text: str) -> str:
    """The text without its markup: what is sent when Telegram refuses the markup."""
    return html.unescape(TAG.sub("", markup_text))
