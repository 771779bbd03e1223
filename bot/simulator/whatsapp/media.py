"""The media of the account: kinds, sizes and types that WhatsApp takes, ids, and links that end.

Types, sizes: developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bot.simulator.whatsapp.errors import CloudError, invalid, no_object

KILOBYTE, MEGABYTE = 1024, 1024 * 1024
DAY = 86400.0
LINK_SECONDS = 300.0
# How long an id is valid: of an upload, and of a file that a person sent.
UPLOAD_SECONDS, RECEIVED_SECONDS = 30 * DAY, 7 * DAY
MOST_UPLOAD = 100 * MEGABYTE
OFFICE = "application/vnd.openxmlformats-officedocument"
# Kind -> (most bytes, types).
KINDS: dict[str, tuple[int, tuple[str, ...]]] = {
    "image": (5 * MEGABYTE, ("image/jpeg", "image/png")),
    "audio": (16 * MEGABYTE, ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg")),
    "video": (16 * MEGABYTE, ("video/mp4", "video/3gpp")),
    "sticker": (500 * KILOBYTE, ("image/webp",)),
    "document": (
        100 * MEGABYTE,
        (
            "text/plain",
            "application/pdf",
            "application/msword",
            "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint",
            f"{OFFICE}.wordprocessingml.document",
            f"{OFFICE}.spreadsheetml.sheet",
            f"{OFFICE}.presentationml.presentation",
        ),
    ),
}
# How the bytes of a type begin (at an offset); other types are not examined.
STARTS = {
    "image/jpeg": (0, b"\xff\xd8\xff"),
    "image/png": (0, b"\x89PNG"),
    "image/webp": (0, b"RIFF"),
    "audio/ogg": (0, b"OggS"),
    "video/mp4": (4, b"ftyp"),
    "video/3gpp": (4, b"ftyp"),
}


@dataclass(slots=True)
class Media:
    """One file: `size` may exceed the stored bytes, which are then padded with zeros."""

    media_id: str
    data: bytes
    mime: str
    size: int
    # Unix seconds after which the id is unknown.
    until: float

    def content(self) -> bytes:
        """Return the bytes as they are downloaded."""
        return self.data.ljust(self.size, b"\0")

    @property
    def sha256(self) -> str:
        """Return the SHA-256 of the bytes, in hexadecimal digits."""
        return hashlib.sha256(self.content()).hexdigest()


class MediaStore:
    """All files, by id, and the links to them, each valid for five minutes."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._known: dict[str, Media] = {}
        # Key of a link -> (file, end in Unix seconds).
        self._links: dict[str, tuple[Media, float]] = {}

    def add(self, data: bytes, mime: str, *, size: int | None = None, received: bool = False) -> Media:
        """Store a file without any check."""
        until = self._now() + (RECEIVED_SECONDS if received else UPLOAD_SECONDS)
        media_id = str(secrets.randbelow(9 * 10**15) + 10**15)
        stored = Media(media_id, data, mime, len(data) if size is None else size, until)
        self._known[media_id] = stored
        return stored

    def get(self, media_id: str) -> Media | None:
        """Return the file of this id, or None when it is unknown or its time is over."""
        stored = self._known.get(media_id)
        return stored if stored and stored.until > self._now() else None

    def find(self, media_id: str) -> Media:
        """Return the file of this id; raise CloudError 100."""
        stored = self.get(media_id)
        if stored is None:
            raise no_object(media_id)
        return stored

    def delete(self, media_id: str) -> None:
        """Delete a file; raise CloudError 100 when it is unknown."""
        self.find(media_id)
        del self._known[media_id]

    def link(self, stored: Media) -> str:
        """Return the key of a new link to a file."""
        key = secrets.token_urlsafe(24)
        self._links[key] = (stored, self._now() + LINK_SECONDS)
        return key

    def linked(self, key: str) -> Media | None:
        """Return the file of a link, or None when the link is unknown or its five minutes are over."""
        found = self._links.get(key)
        if found is None or found[1] <= self._now() or found[0].media_id not in self._known:
            return None
        return found[0]

    def expire_links(self) -> None:
        """End all links now."""
        self._links.clear()


def plain(mime: str) -> str:
    """Return a media type without its parameters, such as "; codecs=opus"."""
    return mime.partition(";")[0].strip().lower()


def kind_of(mime: str) -> str:
    """Return the kind of a media type; raise CloudError 100 for a type that WhatsApp does not take."""
    for kind, (_, mimes) in KINDS.items():
        if plain(mime) in mimes:
            return kind
    known = ",".join(mime for _, mimes in KINDS.values() for mime in mimes)
    raise invalid(f"Param file must be a file with one of the following types: {known}. Received {mime!r}")


def check_upload(mime: str, data: bytes, size: int) -> None:
    """Refuse a type, a size or bytes that WhatsApp does not take: CloudError 100 or 131053."""
    kind = kind_of(mime)
    most = KINDS[kind][0]
    if not size:
        raise CloudError(131053, "the file is empty")
    if size > most:
        raise CloudError(131053, f"the file has {size} bytes, {kind} takes at most {most}")
    offset, start = STARTS.get(plain(mime), (0, b""))
    if data[offset : offset + len(start)] != start:
        raise CloudError(131053, f"the file's content does not match its type {mime}")


def check_kind(stored: Media, kind: str) -> None:
    """Refuse a file in a message of another kind; a document may be of every type."""
    most, mimes = KINDS[kind]
    if kind != "document" and plain(stored.mime) not in mimes:
        raise CloudError(131053, f"a file of type {stored.mime} cannot be sent as {kind}")
    if stored.size > most:
        raise CloudError(131053, f"the file has {stored.size} bytes, {kind} takes at most {most}")
