"""The files that were sent: bytes, ids and links, one id for each kind a file is sent as."""

import hashlib
import struct
from dataclasses import dataclass
from typing import Any

from bot.simulator.errors import bad_request

MEGABYTE = 1024 * 1024
MOST_DOWNLOAD = 20 * MEGABYTE
MOST_UPLOAD = 50 * MEGABYTE
MOST_PHOTO = 10 * MEGABYTE
# Kind -> (how its ids begin, the folder of its links).
KINDS = {
    "photo": ("AgACAgUAAxkB", "photos"),
    "document": ("BQACAgUAAxkB", "documents"),
    "video": ("BAACAgUAAxkB", "videos"),
    "voice": ("AwACAgUAAxkB", "voice"),
    "audio": ("CQACAgUAAxkB", "music"),
    "video_note": ("DQACAgUAAxkB", "video_notes"),
    "sticker": ("CAACAgUAAxkB", "stickers"),
}
TITLES = {"video_note": "VideoNote", "voice": "VoiceNote"}
ENDINGS = {
    "photo": "jpg",
    "video": "mp4",
    "voice": "oga",
    "audio": "mp3",
    "video_note": "mp4",
    "sticker": "webp",
}
# Longest side of the smaller copies that Telegram makes of a photo, and how their ids differ.
PHOTO_SIDES = {"s": 90, "m": 320, "x": 800}
LARGEST_SIDE = 1280
IMAGE_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF", b"BM")
DEFAULT_IMAGE = (1280, 960)
PNG_HEADER = 24


@dataclass(slots=True)
class StoredFile:
    """One file as one kind: `size` may be greater than the bytes at hand, which are filled up by zeros."""

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
        """Return the fields that each kind of file shares."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.size}


class FileStore:
    """All files of one messenger, by id; links exist from getFile on until they expire."""

    def __init__(self) -> None:
        self.by_id: dict[str, StoredFile] = {}
        self.links: dict[str, StoredFile] = {}
        self._count = 0

    def add(
        self, kind: str, data: bytes, name: str = "", mime: str = "", size: int | None = None
    ) -> StoredFile:
        """Keep a file and give it ids that depend on nothing but the order of arrival."""
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
        """Keep a photo and return its sizes, smallest first, each with an id and bytes of its own."""
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

    def find(self, file_id: str, kind: str | None = None) -> StoredFile:
        """Return the file of this id; refuse unknown ids and files of another kind."""
        stored = self.by_id.get(file_id)
        if stored is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if kind and stored.kind != kind:
            raise bad_request(f"can't use file of type {title(stored.kind)} as {title(kind)}")
        return stored

    def link(self, file_id: str) -> dict[str, Any]:
        """Return the File of this id with a link; a file over 20 MB cannot be downloaded by a bot."""
        if file_id not in self.by_id:
            raise bad_request("invalid file_id")
        stored = self.by_id[file_id]
        if stored.size > MOST_DOWNLOAD:
            raise bad_request("file is too big")
        self.links[stored.path] = stored
        return {**stored.reference(), "file_path": stored.path}

    def expire_links(self) -> None:
        """Let all links die, as the real ones do after an hour."""
        self.links.clear()


def title(kind: str) -> str:
    """Return how the real server calls a kind of file."""
    return TITLES.get(kind, kind.capitalize())


def check_image(data: bytes) -> None:
    """Refuse what the real server could not process as a photo."""
    if len(data) > MOST_PHOTO:
        size = f"file of size {len(data)} bytes is too big for a photo"
        raise bad_request(f"{size}; the maximum size is {MOST_PHOTO} bytes")
    if not data.startswith(IMAGE_STARTS):
        raise bad_request("IMAGE_PROCESS_FAILED")


def image_size(data: bytes) -> tuple[int, int]:
    """Return width and height of a PNG; other pictures count as 1280 by 960 pixels."""
    if data.startswith(b"\x89PNG") and len(data) >= PNG_HEADER:
        width, height = struct.unpack(">II", data[16:24])
        if width and height:
            return int(width), int(height)
    return DEFAULT_IMAGE
