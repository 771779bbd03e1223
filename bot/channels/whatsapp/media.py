"""Files in both directions: how one is sent (kind, type, size), and the bytes of one that a person sent.

WhatsApp refuses a file whose content is not of its type. It examines the size by the type of the upload, not
by the kind of the message. A file that it would refuse as a picture or recording goes as a document.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.channels.base import DeliveryError, Failure, FileTooLargeError
from bot.channels.whatsapp.api import CloudApi
from bot.channels.whatsapp.failures import TOO_LARGE, CloudRefusalError

MEGABYTE = 1024 * 1024
LARGEST = 100 * MEGABYTE
OFFICE = "application/vnd.openxmlformats-officedocument"
# Kind of message -> the most bytes, and the types. Source: Cloud API, media, 2026-11.
KINDS: Mapping[str, tuple[int, frozenset[str]]] = {
    "image": (5 * MEGABYTE, frozenset({"image/jpeg", "image/png"})),
    "audio": (16 * MEGABYTE, frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"})),
    "video": (16 * MEGABYTE, frozenset({"video/mp4", "video/3gpp"})),
    "document": (
        LARGEST,
        frozenset({
            "text/plain", "application/pdf", "application/msword", "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint", f"{OFFICE}.wordprocessingml.document",
            f"{OFFICE}.spreadsheetml.sheet", f"{OFFICE}.presentationml.presentation",
        }),
    ),
}  # fmt: skip
# The type under which any other file is sent: a phone opens it by the ending of its name.
ANY_TYPE = "text/plain"
# Type -> where its content begins with which bytes; others are not examined.
STARTS: Mapping[str, tuple[int, tuple[bytes, ...]]] = {
    "image/jpeg": (0, (b"\xff\xd8\xff",)),
    "image/png": (0, (b"\x89PNG\r\n\x1a\n",)),
    "audio/ogg": (0, (b"OggS",)),
    "audio/mpeg": (0, (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa")),
    "audio/amr": (0, (b"#!AMR",)),
    "audio/mp4": (4, (b"ftyp",)),
    "video/mp4": (4, (b"ftyp",)),
    "video/3gpp": (4, (b"ftyp",)),
    "application/pdf": (0, (b"%PDF",)),
}
# WhatsApp plays only Ogg that contains Opus, and the type has to name it.
OPUS, OPUS_TYPE = b"OpusHead", "audio/ogg; codecs=opus"
# How many bytes show what a file is.
HEAD = 64
SAME_TYPE = {"audio/opus": "audio/ogg", "audio/m4a": "audio/mp4", "audio/x-m4a": "audio/mp4"}
MEDIA_ID = re.compile(r"[0-9A-Za-z_-]{1,128}")
HEXADECIMAL, DIGEST_BYTES = re.compile(r"[0-9A-Fa-f]{64}"), 32
OK, DEAD = 200, frozenset({401, 403, 404, 410})


@dataclass(frozen=True, slots=True)
class SentAs:
    """The kind of message and the type of the upload."""

    kind: str
    mime: str


def sent_as(mime: str, head: bytes, size: int, *, as_document: bool = False) -> SentAs:
    """How a file of this type, beginning and size is sent. Raises DeliveryError for one that cannot be."""
    if not size:
        raise DeliveryError(Failure.REFUSED, "the file is empty", answered=False)
    if size > LARGEST:
        raise DeliveryError(Failure.REFUSED, "the file is larger than WhatsApp takes", answered=False)
    plain = mime.partition(";")[0].strip().lower()
    plain = SAME_TYPE.get(plain, plain)
    kind = next((kind for kind, (most, types) in KINDS.items() if plain in types and size <= most), "")
    if not kind or not _is_content_of(plain, head):
        return SentAs("document", ANY_TYPE)
    return SentAs("document" if as_document else kind, OPUS_TYPE if plain == "audio/ogg" else plain)


def _is_content_of(mime: str, head: bytes) -> bool:
    if mime == "audio/ogg" and OPUS not in head:
        return False
    offset, starts = STARTS.get(mime, (0, (b"",)))
    return head[offset:].startswith(starts)


@asynccontextmanager
async def fetched(api: CloudApi, media: str) -> AsyncIterator[AsyncIterator[bytes]]:
    """Open a file that a person sent. Its address is asked for again once when it is not valid any more.

    Raises FileTooLargeError and DeliveryError; after the last piece where the content is another one.
    """
    for last in (False, True):
        address, digest = await _described(api, media)
        async with api.download(address) as (status, pieces):
            if status == OK:
                yield _checked(pieces, digest)
                return
            if last or status not in DEAD:
                raise DeliveryError(Failure.TEMPORARY, f"download: HTTP {status}")


async def _checked(pieces: AsyncIterator[bytes], digest: str) -> AsyncIterator[bytes]:
    """The pieces; raises DeliveryError after the last one where all have another SHA-256 than `digest`.

    A proxy on the way may answer with a page of its own and the status 200.
    """
    found = hashlib.sha256()
    async for piece in pieces:
        found.update(piece)
        yield piece
    if digest and found.hexdigest() != digest:
        raise DeliveryError(Failure.TEMPORARY, "download: another content than announced")


def digest_of(announced: object) -> str:
    """A SHA-256 in hexadecimal digits, given as these or in Base64; empty for anything else."""
    if not isinstance(announced, str):
        return ""
    if HEXADECIMAL.fullmatch(announced):
        return announced.lower()
    try:
        digest = base64.b64decode(announced, validate=True)
    except ValueError:
        return ""
    return digest.hex() if len(digest) == DIGEST_BYTES else ""


async def _described(api: CloudApi, media: str) -> tuple[str, str]:
    """The address of a file for some minutes, and its SHA-256 in hexadecimal digits if it is given.

    An unknown file can also be a token that lacks a right.
    """
    if not MEDIA_ID.fullmatch(media):
        raise DeliveryError(Failure.REFUSED, "not the id of a file")
    try:
        found = await api.described(media)
    except CloudRefusalError as error:
        if error.code == TOO_LARGE:
            raise FileTooLargeError from error
        if error.kind is Failure.REFUSED:
            raise DeliveryError(Failure.TEMPORARY, error.reason) from error
        raise
    size, address = found.get("file_size"), found.get("url")
    if isinstance(size, int) and size > LARGEST:
        raise FileTooLargeError
    if not isinstance(address, str):
        raise DeliveryError(Failure.TEMPORARY, "an unexpected answer to media: no address")
    return address, digest_of(found.get("sha256"))
