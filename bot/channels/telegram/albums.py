"""Sends files again: in albums where Telegram accepts albums, by their id where it still knows it."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from telegram.error import TelegramError

from bot.channels.base import DeliveryError, Failure, KeptFiles, Step
from bot.channels.names import file_name
from bot.channels.telegram.failures import WRONG_FILE, delivery_error, mentions, sent_id
from bot.channels.telegram.request import NO_FILES, Upload
from conversations.events import Attachment, FileKind

LARGEST_ALBUM = 10
# Which kinds share an album; the others are sent singly.
ALBUMS: tuple[frozenset[FileKind], ...] = (
    frozenset({"photo", "video"}),
    frozenset({"document"}),
    frozenset({"audio"}),
)
METHODS: Mapping[FileKind, str] = {
    "photo": "sendPhoto",
    "video": "sendVideo",
    "document": "sendDocument",
    "audio": "sendAudio",
    "voice": "sendVoice",
    "video_note": "sendVideoNote",
}
ENDINGS = {"photo": "jpg", "video": "mp4", "voice": "ogg", "audio": "mp3", "video_note": "mp4"}
PLAIN_MIME = "application/octet-stream"

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


class Call(Protocol):
    """One call of the Bot API."""

    async def __call__(
        self, method: str, parameters: Mapping[str, Any], files: Mapping[str, Upload] = NO_FILES
    ) -> Any:
        """The result as it came. Raises TelegramError."""


class FileSender:
    """Sends files to one chat or topic, by id first; a forgotten one is uploaded from the store."""

    def __init__(self, call: Call, files: KeptFiles, place: Mapping[str, int]) -> None:
        self._call = call
        self._files = files
        self._place = place

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
        return await self._send([(attachment.kind, attachment.file_id) for _, attachment in batch])

    async def _uploaded(self, batch: Batch) -> tuple[int, ...]:
        files: dict[str, Upload] = {}
        media: list[tuple[FileKind, str]] = []
        for number, (key, attachment) in enumerate(batch):
            content = await self._files.open_file(key)
            if content is not None:
                files[f"file{number}"] = _upload(attachment, content)
                media.append((attachment.kind, f"attach://file{number}"))
        if not media:
            raise DeliveryError(Failure.REFUSED, "the messenger forgot the file and it is not stored")
        return await self._send(media, files)

    async def _send(
        self, media: Sequence[tuple[FileKind, str]], files: Mapping[str, Upload] = NO_FILES
    ) -> tuple[int, ...]:
        """Send each file, named by its id or by the part of the call that holds it."""
        asked: dict[str, Any] = {**self._place}
        if len(media) == 1:
            ((kind, name),) = media
            return (sent_id(await self._call(METHODS[kind], {**asked, kind: name}, files)),)
        asked["media"] = [{"type": kind, "media": name} for kind, name in media]
        messages = await self._call("sendMediaGroup", asked, files)
        return tuple(sent_id(message) for message in messages) if isinstance(messages, list) else ()


def _upload(attachment: Attachment, content: bytes) -> Upload:
    # Names were cleaned when they came in; a store of an earlier version holds uncleaned ones.
    fallback = f"{attachment.unique_id}.{ENDINGS.get(attachment.kind, 'bin')}"
    name = file_name(attachment.name) or file_name(fallback)
    return Upload(name, content, mimetypes.guess_type(name)[0] or PLAIN_MIME)
