"""A message's content as an event: its text, the button that was pressed, its file, its place, its contact.

A press comes as a message. The id of a choice is our data of a button, or `text:` and the label of a choice
that stands for a text. What cannot be kept has an event too, so that its sender gets an answer.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.channels.base import UnreadableUpdateError
from bot.channels.names import file_name
from bot.channels.numbers import OF_WHATSAPP
from bot.channels.typed import degrees
from bot.channels.whatsapp.choices import TEXT
from bot.channels.whatsapp.failures import TOO_LARGE
from bot.channels.written_forms import button_data, text_or_command
from conversations.events import (
    Attachment,
    ButtonPressed,
    CommandReceived,
    ContactReceived,
    FileKind,
    FileReceived,
    LocationReceived,
    Origin,
    PersonEvent,
    TextReceived,
    UnreadableReceived,
)

Json = Mapping[str, Any]

FILE_KEY_BYTES = 8
LATITUDE, LONGITUDE = 90.0, 180.0
LONGEST_ID, LONGEST_MIME, LONGEST_TITLE, LONGEST_PHONE = 256, 128, 1024, 40
# An edited message comes without its new text.
EDITED, OTHER, STICKER, LARGE = "edited", "other", "sticker", "too_large"
PRESSES = frozenset({"interactive", "button"})
# Acknowledged without an answer: nothing was said, or what was said is taken back.
SILENT = frozenset({"reaction", "revoke"})
FILES: Mapping[str, FileKind] = {"image": "photo", "video": "video", "audio": "audio", "document": "document"}


def content(body: Json, origin: Origin, pressed: int, links: Mapping[str, str]) -> PersonEvent | None:
    """The event; None for what needs no answer.

    `pressed` is the message with the button, 0 when it is not known; `links` has the agency of each text of a
    link.
    """
    kind = str(body.get("type"))
    if kind in SILENT:
        return None
    if kind == "text":
        return _text(_string(_inner(body, "text"), "body"), origin, links)
    if kind in PRESSES:
        return _press(body, origin, pressed)
    if kind in FILES:
        return _file(FILES[kind], _inner(body, kind), origin)
    read = _OTHERS.get(kind)
    return read(body, origin) if read else UnreadableReceived(origin, OTHER)


def _text(text: str, origin: Origin, links: Mapping[str, str]) -> PersonEvent:
    if not text:
        return UnreadableReceived(origin, OTHER)
    if agency := links.get(" ".join(text.split()).rstrip(".!").casefold()):
        return CommandReceived(origin, "start", agency)
    return text_or_command(text, origin)


def _press(body: Json, origin: Origin, pressed: int) -> PersonEvent:
    data, title = _choice(body)
    if data.startswith(TEXT):
        return TextReceived(replace(origin, reply_to=0), data.removeprefix(TEXT))
    if not data and title:
        return TextReceived(origin, title)
    at = replace(origin, message=pressed or origin.message, reply_to=0)
    action, subject, version, value = button_data(data, LONGEST_ID)
    return ButtonPressed(at, "", action, subject, version, value)


def _choice(body: Json) -> tuple[str, str]:
    """The id and the title of a choice, of a template's button its payload and text."""
    if body["type"] == "button":
        button = _inner(body, "button")
        return _string(button, "payload"), _string(button, "text")
    interactive = _inner(body, "interactive")
    chosen = _inner(interactive, "button_reply") or _inner(interactive, "list_reply")
    return _string(chosen, "id"), _string(chosen, "title")


def _file(kind: FileKind, file: Json, origin: Origin) -> PersonEvent:
    media = _string(file, "id")
    if not media or len(media) > LONGEST_ID:
        return UnreadableReceived(origin, OTHER)
    attachment = Attachment(
        "voice" if kind == "audio" and file.get("voice") is True else kind,
        OF_WHATSAPP + media,
        _string(file, "sha256")[:LONGEST_ID] or media,
        file_name(_string(file, "filename")),
        _string(file, "mime_type").partition(";")[0].strip()[:LONGEST_MIME],
    )
    return FileReceived(origin, attachment, secrets.token_hex(FILE_KEY_BYTES), _string(file, "caption"))


def _location(body: Json, origin: Origin) -> PersonEvent:
    """The place; one that is not on the map cannot be kept."""
    where = _inner(body, "location")
    title = ", ".join(part for name in ("name", "address") if (part := _string(where, name)))
    try:
        latitude = degrees(where.get("latitude"), LATITUDE)
        longitude = degrees(where.get("longitude"), LONGITUDE)
    except UnreadableUpdateError:
        return UnreadableReceived(origin, OTHER)
    return LocationReceived(origin, latitude, longitude, title[:LONGEST_TITLE])


def _contact(body: Json, origin: Origin) -> PersonEvent:
    """The first contact with a number. A person who was asked for their own number shares that one."""
    for contact in _objects(body, "contacts"):
        for phone in _objects(contact, "phones"):
            number, wa_id = _string(phone, "phone"), _string(phone, "wa_id")
            if number or wa_id:
                asked = contact.get("origin") == "contact_request"
                own = asked and body.get("from") in (None, wa_id)
                return ContactReceived(origin, (number or f"+{wa_id}")[:LONGEST_PHONE], own)
    return UnreadableReceived(origin, OTHER)


def _unsupported(body: Json, origin: Origin) -> PersonEvent:
    """What WhatsApp does not pass on: a change of a message, a file over its limit, anything else."""
    if _string(_inner(body, "unsupported"), "type") == "edit":
        return UnreadableReceived(origin, EDITED)
    codes = [each.get("code") for each in _objects(body, "errors")]
    return UnreadableReceived(origin, LARGE if TOO_LARGE in codes else OTHER)


def _sticker(_body: Json, origin: Origin) -> PersonEvent:
    return UnreadableReceived(origin, STICKER)


def _edit(_body: Json, origin: Origin) -> PersonEvent:
    return UnreadableReceived(origin, EDITED)


def _welcome(_body: Json, origin: Origin) -> PersonEvent:
    """A person opened the chat for the first time."""
    return CommandReceived(origin, "start", "")


_OTHERS: Mapping[str, Callable[[Json, Origin], PersonEvent]] = {
    "location": _location,
    "contacts": _contact,
    "sticker": _sticker,
    "unsupported": _unsupported,
    "edit": _edit,
    "request_welcome": _welcome,
}


def _inner(value: Json, name: str) -> Json:
    """The object in a field; an empty one where there is none."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _objects(value: Json, name: str) -> list[Json]:
    """The objects in a field that is a list of them; none where it has another form."""
    found = value.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _string(value: Json, name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""
