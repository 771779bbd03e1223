"""The files that were sent: bytes, ids and links, with one id per file and kind."""

import hashlib
import struct
from dataclasses import dataclass
from typing import Any

# Kind -> (the beginning of its ids, the folder of its links).
KINDS = {
    "photo": ("AgACAgUAAxkB", "photos"),
    "document": ("BQACAgUAAxkB", "documents"),
    "video": ("BAACAgUAAxkB", "videos"),
    "voice": ("AwACAgUAAxkB", "voice"),
    "audio": ("CQACAgUAAxkB", "music"),
    "video_note": ("DQACAgUAAxkB", "video_notes"),
    "sticker": ("CAACAgUAAxkB", "stickers"),
}
ENDINGS = {
    "photo": "jpg",
    "video": "mp4",
    "voice": "oga",
    "audio": "mp3",
    "video_note": "mp4",
    "sticker": "webp",
}
MIMES = {"video": "video/mp4", "voice": "audio/ogg", "video_note": "video/mp4", "audio": "audio/mpeg"}
# The longest side of each smaller copy that Telegram makes of a photo.
PHOTO_SIDES = {"s": 90, "m": 320, "x": 800}
LARGEST_SIDE = 1280
DEFAULT_IMAGE = (1280, 960)
PNG_HEADER = 24


@dataclass(slots=True)
class StoredFile:
    """One file as one kind: `size` may exceed the stored bytes, which are then padded with zeros."""

    file_id: str
    unique_id: str
    kind: str
    data: bytes
    size: int
    name: str
    mime: str
    path: str
    width: int = 0
    height: int = 0

    def content(self) -> bytes:
        """Return the bytes as they are downloaded."""
        return self.data if len(self.data) == self.size else self.data.ljust(self.size, b"\0")

    def reference(self) -> dict[str, Any]:
        """Return the fields that all kinds of files share."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.size}


class FileStore:
    """All files of one messenger, by id; links are valid from getFile until they expire."""

    def __init__(self) -> None:
        self.by_id: dict[str, StoredFile] = {}
        self.links: dict[str, StoredFile] = {}
        self._count = 0

    def add(
        self, kind: str, data: bytes, name: str = "", mime: str = "", size: int | None = None
    ) -> StoredFile:
        """Store a file; its ids depend only on the order of arrival."""
        self._count += 1
        start, folder = KINDS[kind]
        mark = hashlib.sha256(f"{kind}{self._count}".encode()).hexdigest()
        ending = name.rpartition(".")[2] if "." in name else ENDINGS.get(kind, "bin")
        stored = StoredFile(
            file_id=f"{start}{mark[:56]}{self._count:04d}",
            unique_id=f"AQAD{mark[56:]}{self._count:04d}",
            kind=kind,
            data=data,
            size=len(data) if size is None else size,
            name=name,
            mime=mime,
            path=f"{folder}/file_{self._count}.{ending}",
        )
        self.by_id[stored.file_id] = stored
        return stored

    def photo(self, data: bytes) -> list[dict[str, Any]]:
        """Store a photo and return its sizes, smallest first, each with its own id and bytes."""
        width, height = image_size(data)
        sizes = []
        for side in PHOTO_SIDES.values():
            if side < max(width, height):
                small = self.add("photo", b"\xff\xd8\xff thumbnail of side %d" % side)
                sizes.append(self._sized(small, width, height, side))
        sizes.append(self._sized(self.add("photo", data), width, height, LARGEST_SIDE))
        return sizes

    def _sized(self, stored: StoredFile, width: int, height: int, side: int) -> dict[str, Any]:
        scale = min(1.0, side / max(width, height))
        stored.width, stored.height = max(1, round(width * scale)), max(1, round(height * scale))
        return {**stored.reference(), "width": stored.width, "height": stored.height}

    def link(self, stored: StoredFile) -> dict[str, Any]:
        """Return the File of this stored file, with a link from which it can be downloaded."""
        self.links[stored.path] = stored
        return {**stored.reference(), "file_path": stored.path}

    def expire_links(self) -> None:
        """End the validity of all links, as Telegram does after an hour."""
        self.links.clear()


def described(
    reference: dict[str, Any], kind: str, name: str = "", mime: str = "", duration: int = 3
) -> dict[str, Any]:
    """Return a file as the object of its kind, with the facts that Telegram finds in it."""
    described = {**reference}
    if kind == "video_note":
        return {**described, "length": 240, "duration": duration}
    described["mime_type"] = mime or MIMES.get(kind, "application/octet-stream")
    if name and kind != "voice":
        described["file_name"] = name
    if kind == "video":
        described |= {"width": 640, "height": 480}
    if kind in MIMES:
        described["duration"] = duration
    return described


def image_size(data: bytes) -> tuple[int, int]:
    """Return width and height of a PNG; other pictures are taken as 1280 by 960 pixels."""
    if data.startswith(b"\x89PNG") and len(data) >= PNG_HEADER:
        width, height = struct.unpack(">II", data[16:24])
        if width and height:
            return int(width), int(height)
    return DEFAULT_IMAGE
