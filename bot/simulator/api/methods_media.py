"""Sending files, single and as albums: uploaded, or by the id of a stored file."""

from functools import partial
from typing import Any

from bot.simulator.api.errors import bad_request
from bot.simulator.api.media import link_to, read_media
from bot.simulator.api.methods import Performer, Request, count, read_caption
from bot.simulator.api.methods_send import prepare, put, send
from bot.simulator.api.schema import find_problem

ALBUM_TYPES = {
    "photo": "InputMediaPhoto",
    "video": "InputMediaVideo",
    "document": "InputMediaDocument",
    "audio": "InputMediaAudio",
}
# An album holds these only together with their own kind.
UNMIXED = {"document", "audio"}
MOST_ITEMS = 10
FEWEST_ITEMS = 2
WITHOUT_CAPTION = {"video_note"}


def send_file(request: Request, kind: str) -> dict[str, Any]:
    """Send one file of this kind with its caption."""
    caption = {} if kind in WITHOUT_CAPTION else read_caption(request, request.params)
    media = read_media(request, kind, request.params[kind])
    facts = {
        key: request.params[key] for key in ("duration", "width", "height", "title") if key in request.params
    }
    if facts and kind != "photo":
        media = {kind: {**media[kind], **facts}}
    if request.params.get("has_spoiler"):
        media["has_media_spoiler"] = True
    return send(request, media | caption)


def send_media_group(request: Request) -> list[dict[str, Any]]:
    """Send an album: one message per item, each counted by the flood limits."""
    items = _album(request.params["media"])
    contents = [
        read_media(request, item["type"], item["media"]) | read_caption(request, item) for item in items
    ]
    chat, _markup, place = prepare(request)
    count(request, chat, len(contents))
    group = {"media_group_id": request.world.album_id()}
    return [put(request, chat, group | content, None, place) for content in contents]


def _album(media: Any) -> list[dict[str, Any]]:
    if not isinstance(media, list):
        raise bad_request("expected an Array of InputMedia")
    if len(media) > MOST_ITEMS:
        raise bad_request("too many messages to send as an album")
    if len(media) < FEWEST_ITEMS:
        raise bad_request(
            "there are no messages to send" if not media else "too few messages to send as an album"
        )
    for item in media:
        kind = ALBUM_TYPES.get(str(item.get("type"))) if isinstance(item, dict) else None
        found = find_problem(item, (kind,)) if kind else None
        if kind is None or found:
            sentence = found.sentence if found else "Unsupported type specified"
            raise bad_request(f"can't parse InputMedia: {sentence}")
    kinds = {item["type"] for item in media}
    for kind in sorted(kinds & UNMIXED):
        if len(kinds) > 1:
            raise bad_request(f"{kind} can't be mixed with other media types")
    return media


def get_file(request: Request) -> dict[str, Any]:
    """Return a link to a file of at most 20 MB."""
    return link_to(request.world.files, request.params["file_id"])


# Method -> kind of file that it sends; the kind is also the name of the parameter.
KINDS = {
    "sendPhoto": "photo",
    "sendDocument": "document",
    "sendVideo": "video",
    "sendVoice": "voice",
    "sendAudio": "audio",
    "sendVideoNote": "video_note",
}
METHODS: dict[str, Performer] = {
    **{method: partial(send_file, kind=kind) for method, kind in KINDS.items()},
    "sendMediaGroup": send_media_group,
    "getFile": get_file,
}
