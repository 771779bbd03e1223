"""A posting as messages of the Cloud API: its document, its text in parts, its choices, then its files.

1. Each message is one step, so that parts that were accepted are not sent again when a later one fails. It
   names its row and its part, as which the messenger reports of it (callbacks.py).
2. Choices are under the last part of the text, if that is short enough, else under a short text of their own.
   What a key requests has a message of its own.
3. Outside the person's window nothing is sent, except a template. The window is examined here, and again by
   the messenger, whose clock decides.
4. A message that is refused because of the one it replies to is sent without the reply.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, count, repeat
from typing import Any

import structlog

from bot.channels.base import DeliveryError, Failure, KeptFiles, Posting, Step, Wording
from bot.channels.lengths import units
from bot.channels.whatsapp import choices
from bot.channels.whatsapp.api import CloudApi
from bot.channels.whatsapp.callbacks import CALLBACK, named_part
from bot.channels.whatsapp.choices import LONGEST_BODY, MOST_ROWS
from bot.channels.whatsapp.deliveries import LONGEST_WIRE_ID
from bot.channels.whatsapp.failures import (
    CLOSED_WINDOW,
    PAIR_LIMIT,
    WRONG_PARAMETER,
    CloudRefusalError,
    pair_wait,
)
from bot.channels.whatsapp.marks import LONGEST_TEXT, parts
from bot.channels.whatsapp.ports import Address, AddressBook
from bot.channels.whatsapp.templates import template
from bot.channels.whatsapp.uploading import Content, Uploads
from bot.foundation.figures import figures
from bot.foundation.troubles import REPORTS
from conversations.messages import Params

log = structlog.get_logger(__name__)

# The window, minus the time that a message may need to arrive.
WINDOW_SECONDS = 24 * 3600.0 - 120.0
# The text above choices that do not fit under their own text, and the button that opens a list.
CHOOSE, OPEN_LIST = "choose", "open_list"
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Account:
    """What is fixed for the number: its template for a closed window, and the wall time in seconds."""

    template: str
    wall: Callable[[], float]


class Sender:
    """Turns postings into steps."""

    def __init__(
        self, api: CloudApi, wording: Wording, files: KeptFiles, book: AddressBook, account: Account
    ) -> None:
        self._api, self._wording, self._book, self._account = api, wording, book, account
        self._uploads = Uploads(api, files)
        # Person -> how often in a row the pair's limit was met.
        self._limited: dict[int, int] = {}

    async def steps(self, posting: Posting) -> Sequence[Step]:
        """The calls of a posting, in order. Raises DeliveryError."""
        address = await self._book.address(posting.chat)
        if address is None or not (address.wa_id or address.user_id):
            raise DeliveryError(Failure.UNREACHABLE, "no address of the person is known", answered=False)
        if not posting.knock and not self._is_open(posting.chat):
            raise DeliveryError(Failure.WINDOW, "the person has not written for a day", answered=False)
        return await self._steps(posting, recipient(address))

    def _is_open(self, chat: int) -> bool:
        return self._book.heard(chat) + WINDOW_SECONDS > self._account.wall()

    async def _steps(self, posting: Posting, to: Json) -> list[Step]:
        contents: list[Content] = [partial(_ready, content) for content in self._contents(posting)]
        if posting.made:
            contents.insert(0, self._uploads.document(posting.made, self._caption(posting)))
        reply_to = await self._reply_to(posting)
        main = 0 if posting.made else len(contents) - 1
        kept = await self._uploads.kept(posting.message.files)
        others = count(1)
        return [
            self._step(
                posting,
                {**to, **(reply_to if place == 0 else {})},
                content,
                0 if place == main else next(others),
                optional=place >= len(contents),
            )
            for place, content in enumerate([*contents, *kept])
        ]

    async def _reply_to(self, posting: Posting) -> Json:
        wire_id = await self._book.wire_id(posting.chat, posting.reply_to) if posting.reply_to else ""
        return {"context": {"message_id": wire_id}} if wire_id else {}

    def _markup(self, posting: Posting) -> str:
        """The text, and a line for each button that opens an address or copies a text."""
        text = self._wording.text(posting.message, posting.language)
        lines = choices.lines(posting.message, self._label(posting), text)
        return f"{text}\n\n{lines}" if lines else text

    def _label(self, posting: Posting) -> Callable[[str, Params], str]:
        return lambda name, params: self._wording.label(name, params, posting.language)

    def _caption(self, posting: Posting) -> str:
        return next(iter(parts(self._markup(posting), first=LONGEST_BODY)), "")

    def _contents(self, posting: Posting) -> list[Json]:
        """The messages with the text and the choices; below a document what its caption does not hold."""
        message, language = posting.message, posting.language
        if posting.knock:
            return [template(self._account.template, message, language)]
        texts = parts(self._markup(posting), first=LONGEST_BODY if posting.made else LONGEST_TEXT)
        texts = texts[1:] if posting.made else texts
        offered, wanted = choices.choices(message, self._label(posting)), choices.requests(message)
        if not (offered or wanted):
            return [_text(text) for text in texts]
        choose, opening = (self._wording.word(name, language) for name in (CHOOSE, OPEN_LIST))
        fits = texts and units(texts[-1]) <= LONGEST_BODY
        bodies = chain([texts.pop()] if fits else [], repeat(choose))
        groups = [offered[start : start + MOST_ROWS] for start in range(0, len(offered), MOST_ROWS)]
        under = [choices.request(next(bodies), each) for each in wanted]
        under += [choices.interactive(next(bodies), group, opening) for group in groups]
        return [*map(_text, texts), *under]

    def _step(self, posting: Posting, envelope: Json, content: Content, part: int, *, optional: bool) -> Step:
        named = {CALLBACK: named_part(posting.row, part)} if posting.row > 0 else {}

        async def run() -> tuple[int, ...]:
            return (await self._sent(posting.chat, {**envelope, **await content(), **named}),)

        return Step(1, main=part == 0, run=run, optional=optional, part=part)

    async def _sent(self, chat: int, body: Json) -> int:
        """Send one message; our number of it. Raises DeliveryError."""
        try:
            answer = await self._sent_or_unquoted(body)
        except CloudRefusalError as error:
            if error.kind is Failure.UNREACHABLE and await self._has_moved(chat, body):
                raise DeliveryError(Failure.TEMPORARY, "the person has other names now") from None
            raise self._noted(chat, error) from None
        self._limited.pop(chat, None)
        # Until the messenger delivers something: it reports each message within seconds.
        figures.troubles.began(REPORTS)
        number = self._book.next_message()
        if wire_id := _wire_id(answer):
            self._book.note_sent(chat, number, wire_id)
        return number

    async def _has_moved(self, chat: int, body: Json) -> bool:
        """Whether the person's names have changed since this message was addressed."""
        address = await self._book.address(chat)
        return address is not None and not recipient(address).items() <= body.items()

    async def _sent_or_unquoted(self, body: Json) -> Json:
        try:
            return await self._api.message(body)
        except CloudRefusalError as error:
            if "context" not in body or error.code not in WRONG_PARAMETER:
                raise
        return await self._api.message({name: value for name, value in body.items() if name != "context"})

    def _noted(self, chat: int, error: CloudRefusalError) -> CloudRefusalError:
        """Note what the error says about the person; return it with the time to wait."""
        if error.code == CLOSED_WINDOW:
            self._book.note_closed(chat)
        if error.code == PAIR_LIMIT:
            self._limited[chat] = self._limited.get(chat, 0) + 1
            error.retry_after = pair_wait(self._limited[chat])
        return error


def recipient(address: Address) -> Json:
    """To whom a message goes: the telephone number, else the id that stands for the person."""
    to = {"to": f"+{address.wa_id}"} if address.wa_id else {"recipient": address.user_id}
    return {"recipient_type": "individual", **to}


def _text(text: str) -> Json:
    return {"type": "text", "text": {"body": text, "preview_url": False}}


async def _ready(content: Json) -> Json:
    return content


def _wire_id(answer: Json) -> str:
    """The messenger's name of a message that it accepted; empty when the answer has none.

    It is not sent again then: the message would arrive twice.
    """
    messages = answer.get("messages")
    first = messages[0] if isinstance(messages, list) and messages else None
    name = first.get("id") if isinstance(first, dict) else None
    if isinstance(name, str) and 0 < len(name) <= LONGEST_WIRE_ID:
        return name
    log.warning("whatsapp.unexpected_answer", what="id of the message")
    return ""
