"""Uploads files and makes the messages that hold them. An id of a file is used once, in the next call."""

from __future__ import annotations

import mimetypes
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Any

from bot.channels.base import DeliveryError, Failure, KeptFiles, MadeDocument
from bot.channels.opened import opened
from bot.channels.stored import bytes_of, name_of
from bot.channels.whatsapp.api import CloudApi
from bot.channels.whatsapp.media import HEAD, SentAs, sent_as
from conversations.events import Attachment, FileKind

# The type of a file whose messenger states none.
STATED: Mapping[FileKind, str] = {
    "photo": "image/jpeg",
    "video": "video/mp4",
    "video_note": "video/mp4",
    "voice": "audio/ogg",
}
Json = Mapping[str, Any]
# Makes the content of a message when it is sent.
Content = Callable[[], Awaitable[Json]]


class Uploads:
    """Uploads documents that were made, and kept files from the store."""

    def __init__(self, api: CloudApi, files: KeptFiles) -> None:
        self._api, self._files = api, files

    def document(self, made: MadeDocument, caption: str) -> Content:
        """The message with a document, or with a picture."""
        return partial(self._document, made, caption)

    async def kept(self, keys: Sequence[str]) -> list[Content]:
        """A message for each of these files that is known."""
        known = await self._files.describe(keys) if keys else {}
        return [partial(self._kept, key, known[key]) for key in keys if key in known]

    async def _document(self, made: MadeDocument, caption: str) -> Json:
        with _measured(made.content) as (content, head, size):
            way = sent_as(made.mime, head, size, as_document=not made.picture)
            media = await self._api.upload(made.name, content, way.mime)
        return _message(way, media, made.name, caption)

    async def _kept(self, key: str, attachment: Attachment) -> Json:
        content = await bytes_of(self._files, key)
        if content is None:
            raise DeliveryError(Failure.REFUSED, "the file is not stored", answered=False)
        name = name_of(attachment)
        mime = attachment.mime or STATED.get(attachment.kind) or mimetypes.guess_type(name)[0] or ""
        way = sent_as(mime, content[:HEAD], len(content), as_document=attachment.kind == "document")
        return _message(way, await self._api.upload(name, content, way.mime), name)


def _message(way: SentAs, media: str, name: str, caption: str = "") -> Json:
    held: dict[str, Any] = {"id": media}
    if caption:
        held["caption"] = caption
    if way.kind == "document":
        held["filename"] = name
    return {"type": way.kind, way.kind: held}


@contextmanager
def _measured(content: bytes | Path) -> Iterator[tuple[bytes | IO[bytes], bytes, int]]:
    """The content as it is uploaded, its beginning and its size. Raises DeliveryError when it is gone."""
    with opened(content) as file:
        if isinstance(file, bytes):
            yield file, file[:HEAD], len(file)
            return
        head = file.read(HEAD)
        size = file.seek(0, 2)
        file.seek(0)
        yield file, head, size
