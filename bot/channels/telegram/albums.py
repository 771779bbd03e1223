"""Sends files again: in albums where Telegram accepts albums, by their id where it still knows it."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from telegram.error import TelegramError

from bot.channels.base import DeliveryError, Failure, KeptFiles, Step
from bot.channels.numbers import OF_WHATSAPP
from bot.channels.stored import bytes_of, name_of
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
    """Sends files to one chat or topic by their ids; those that Telegram does not know are uploaded."""

    def __init__(self, call: Call, files: KeptFiles, place: Mapping[str, int]) -> None:
        self._call = call
        self._files = files
        self._place = place

    def step(self, batch: Batch) -> Step:
        """One call for one batch."""

        async def run() -> tuple[int, ...]:
            try:
                return await self._sent(batch, by_id=True)
            except TelegramError as error:
                if not mentions(error, *WRONG_FILE):
                    raise delivery_error(error) from error
            try:
                return await self._sent(batch, by_id=False)
            except TelegramError as error:
                raise delivery_error(error) from error

        return Step(len(batch), main=False, run=run, optional=True)

    async def _sent(self, batch: Batch, *, by_id: bool) -> tuple[int, ...]:
        """Send a batch, by the ids that Telegram gave, the other files from the store.

        Raises DeliveryError for those that are not stored, after the others were sent.
        """
        files: dict[str, Upload] = {}
        media: list[tuple[FileKind, str]] = []
        for number, (key, attachment) in enumerate(batch):
            if by_id and not attachment.file_id.startswith(OF_WHATSAPP):
                media.append((attachment.kind, attachment.file_id))
            elif (content := await bytes_of(self._files, key)) is not None:
                files[f"file{number}"] = _upload(attachment, content)
                media.append((attachment.kind, f"attach://file{number}"))
        made = await self._send(media, files) if media else ()
        if len(media) < len(batch):
            reason = "the messenger does not know the file and it is not stored"
            raise DeliveryError(Failure.REFUSED, reason, made=made)
        return made

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
    name = name_of(attachment)
    return Upload(name, content, mimetypes.guess_type(name)[0] or PLAIN_MIME)
