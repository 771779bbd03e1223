"""The files of a call: read from an upload or from a stored file's id, or refused in Telegram's words."""

from typing import Any

from bot.simulator.api.errors import ApiError, bad_request
from bot.simulator.api.methods import Request
from bot.simulator.api.parameters import Upload
from bot.simulator.state.files import FileStore, StoredFile, described, image_size

MEGABYTE = 1024 * 1024
MOST_DOWNLOAD = 20 * MEGABYTE
MOST_UPLOAD = 50 * MEGABYTE
MOST_PHOTO = 10 * MEGABYTE
# Width and height of a photo in total, and their ratio (core.telegram.org/bots/api#sendphoto).
MOST_PIXELS, MOST_RATIO = 10_000, 20
ATTACHED = "attach://"
TITLES = {"video_note": "VideoNote", "voice": "VoiceNote"}
IMAGE_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF", b"BM")


def read_media(request: Request, kind: str, value: Upload | str) -> dict[str, Any]:
    """Return a file as the content of a message, stored if it was uploaded; raise ApiError if unfit."""
    upload = _upload(request, value)
    if upload is None:
        return _stored_media(find(request.world.files, str(value), kind))
    if not upload.data:
        raise bad_request("file must be non-empty")
    if len(upload.data) > MOST_UPLOAD:
        raise ApiError(413, "Request Entity Too Large")
    files = request.world.files
    if kind == "photo":
        check_image(upload.data)
        return {"photo": files.photo(upload.data)}
    return _stored_media(files.add(kind, upload.data, upload.name, upload.mime))


def _upload(request: Request, value: Upload | str) -> Upload | None:
    if isinstance(value, Upload):
        return value
    if value.startswith(ATTACHED):
        found = request.uploads.get(value.removeprefix(ATTACHED))
        if found is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return found
    return None


def _stored_media(stored: StoredFile) -> dict[str, Any]:
    if stored.kind == "photo":
        return {"photo": [{**stored.reference(), "width": stored.width, "height": stored.height}]}
    return {stored.kind: described(stored.reference(), stored.kind, stored.name, stored.mime)}


def find(files: FileStore, file_id: str, kind: str) -> StoredFile:
    """Return the file of this id; refuse unknown ids and files of another kind."""
    stored = files.by_id.get(file_id)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    if stored.kind != kind:
        raise bad_request(f"can't use file of type {title(stored.kind)} as {title(kind)}")
    return stored


def link_to(files: FileStore, file_id: str) -> dict[str, Any]:
    """Return the File of this id with a link; a bot cannot download a file over 20 MB."""
    stored = files.by_id.get(file_id)
    if stored is None:
        raise bad_request("invalid file_id")
    if stored.size > MOST_DOWNLOAD:
        raise bad_request("file is too big")
    return files.link(stored)


def title(kind: str) -> str:
    """Return Telegram's name of a kind of file."""
    return TITLES.get(kind, kind.capitalize())


def check_image(data: bytes) -> None:
    """Refuse a photo that Telegram could not process."""
    if len(data) > MOST_PHOTO:
        size = f"file of size {len(data)} bytes is too big for a photo"
        raise bad_request(f"{size}; the maximum size is {MOST_PHOTO} bytes")
    if not data.startswith(IMAGE_STARTS):
        raise bad_request("IMAGE_PROCESS_FAILED")
    sides = image_size(data)
    if sum(sides) > MOST_PIXELS or max(sides) > MOST_RATIO * min(sides):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
