"""Files sent again: in albums where Telegram takes albums, by their id where it still knows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from telegram import (
    InputFile,
    InputMediaAudio,
    InputMediaDocument,
    InputMediaPhoto,
    InputMediaVideo,
)
from telegram.error import TelegramError

from bot.channels.base import DeliveryError, Failure, KeptFiles, Step
from bot.channels.telegram_failures import WRONG_FILE, delivery_error, mentions
from conversations.events import Attachment, FileKind

if TYPE_CHECKING:
    from telegram import Bot

LARGEST_ALBUM = 10
# Which kinds go together in an album; the others go singly.
ALBUMS: tuple[frozenset[FileKind], ...] = (
    frozenset({"photo", "video"}),
    frozenset({"document"}),
    frozenset({"audio"}),
)
MEDIA = {
    "photo": InputMediaPhoto,
    "video": InputMediaVideo,
    "document": InputMediaDocument,
    "audio": InputMediaAudio,
}
ENDINGS = {"photo": "jpg", "video": "mp4", "voice": "ogg", "audio": "mp3", "video_note": "mp4"}

Kept = tuple[str, Attachment]
Batch = tuple[Kept, ...]


def batches(kept: Sequence[Kept]) -> list[Batch]:
    """The files in the calls that send them: albums of up to ten of a kind, the rest one by one."""
    made: list[Batch] = []
    for kinds in ALBUMS:
        together = [each for each in kept if each[1].kind in kinds]
        made += [
            tuple(together[start : start + LARGEST_ALBUM]) for start in range(0, len(together), LARGEST_ALBUM)
        ]
    grouped = frozenset().union(*ALBUMS)
    return made + [(each,) for each in kept if each[1].kind not in grouped]


class FileSender:
    """Sends files to one chat, by id first; a forgotten one is uploaded from the store."""

    def __init__(self, bot: Bot, files: KeptFiles, chat: int) -> None:
        self._bot = bot
        self._files = files
        self._chat = chat

    def step(self, batch: Batch) -> Step:
        """One call for one batch."""

        async def run() -> tuple[int, ...]:
            try:
                return await self._by_id(batch)
            except TelegramError as error:
                if not mentions(error, *WRONG_FILE):
                    raise delivery_error(error) from error
            try:
                return await self._uploaded(batch)
            except TelegramError as error:
                raise delivery_error(error) from error

        return Step(len(batch), main=False, run=run, optional=True)

    async def _by_id(self, batch: Batch) -> tuple[int, ...]:
        return await self._send([(attachment, attachment.file_id) for _, attachment in batch])

    async def _uploaded(self, batch: Batch) -> tuple[int, ...]:
        items: list[tuple[Attachment, str | InputFile]] = []
        for key, attachment in batch:
            content = await self._files.open_file(key)
            if content is not None:
                items.append((attachment, InputFile(content, _name(attachment), attach=len(batch) > 1)))
        if not items:
            raise DeliveryError(Failure.REFUSED, "the messenger forgot the file and it is not stored")
        return await self._send(items)

    async def _send(self, items: Sequence[tuple[Attachment, str | InputFile]]) -> tuple[int, ...]:
        if len(items) == 1:
            attachment, content = items[0]
            send: Any = getattr(self._bot, f"send_{attachment.kind}")
            message = await send(self._chat, content)
            return (message.message_id,)
        media = [MEDIA[attachment.kind](content) for attachment, content in items]
        return tuple(message.message_id for message in await self._bot.send_media_group(self._chat, media))


def _name(attachment: Attachment) -> str:
    return attachment.name or f"{attachment.unique_id}.{ENDINGS.get(attachment.kind, 'bin')}"
