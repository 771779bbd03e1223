"""A message's content as an event: its text, its file, its place or its contact."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from bot.channels.names import file_name
from bot.channels.telegram.fields import Json, inner, says
from bot.channels.telegram.written import text_of
from bot.channels.typed import degrees
from bot.channels.written_forms import COMMAND, text_or_command
from conversations.events import (
    Attachment,
    ContactReceived,
    FileKind,
    FileReceived,
    LocationReceived,
    Origin,
    PersonEvent,
)

FILE_KEY_BYTES = 8
LATITUDE, LONGITUDE = 90.0, 180.0
# The fields of service messages, which need no answer.
SERVICE = (
    "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo", "delete_chat_photo",
    "group_chat_created", "supergroup_chat_created", "channel_chat_created", "pinned_message",
    "message_auto_delete_timer_changed", "forum_topic_created", "forum_topic_edited",
    "forum_topic_closed", "forum_topic_reopened", "general_forum_topic_hidden",
    "general_forum_topic_unhidden", "video_chat_scheduled", "video_chat_started", "video_chat_ended",
    "video_chat_participants_invited", "proximity_alert_triggered", "write_access_allowed",
    "chat_background_set", "boost_added", "connected_website", "users_shared", "chat_shared",
    "web_app_data", "giveaway_created", "giveaway_completed",
)  # fmt: skip
# Contents that the service cannot store, in the order of search; the name becomes the event's kind.
UNREADABLE = ("sticker", "poll", "dice", "game", "story", "checklist", "paid_media", "invoice", "giveaway")


def is_service(message: Json) -> bool:
    """Whether this is a notice of the messenger about the chat, not a person's message."""
    return any(says(message, name) for name in SERVICE if name in message)


def kind_of_rest(message: Json) -> str:
    """The kind of a message that is neither text nor file nor place."""
    return next((name for name in UNREADABLE if says(message, name)), "other")


def content(message: Json, origin: Origin) -> PersonEvent | None:
    """The event; None when the service does not store this kind of content."""
    written = text_of(message) or ""
    if message.get("text") is not None:
        return text_or_command(written, origin)
    if (venue := inner(message, "venue")) is not None:
        return _place(origin, venue["location"], f"{venue['title']}, {venue['address']}")
    if (location := inner(message, "location")) is not None:
        return _place(origin, location)
    if (contact := inner(message, "contact")) is not None:
        own = contact.get("user_id") == origin.person.id
        return ContactReceived(origin, contact["phone_number"], own)
    if attachment := attachment_of(message):
        key = secrets.token_hex(FILE_KEY_BYTES)
        return FileReceived(origin, attachment, key, written, message.get("media_group_id") or "")
    return None


def is_foreign_command(text: str, mention: str) -> bool:
    """Whether a command is meant for another bot of the group."""
    found = COMMAND.match(text)
    return bool(found and found[2] and found[2].lower() != mention)


def attachment_of(message: Json) -> Attachment | None:
    """The file of a message; of a photo the largest size."""
    if photo := message.get("photo"):
        return _named(max(photo, key=_size), "photo")
    for field, kind in KINDS.items():
        if (found := inner(message, field)) is not None:
            return _named(found, kind)
    return None


def _size(photo: Json) -> tuple[int, int]:
    return photo["width"] * photo["height"], photo.get("file_size") or 0


def _place(origin: Origin, where: Json, title: str = "") -> LocationReceived:
    latitude, longitude = degrees(where["latitude"], LATITUDE), degrees(where["longitude"], LONGITUDE)
    return LocationReceived(origin, latitude, longitude, title)


def _named(found: Json, kind: FileKind) -> Attachment:
    return Attachment(
        kind,
        found["file_id"],
        found["file_unique_id"],
        file_name(found.get("file_name") or ""),
        found.get("mime_type") or "",
        found.get("file_size") or 0,
    )


# An animation comes with a document of the same id as well; its file name distinguishes it from a video.
KINDS: Mapping[str, FileKind] = {
    "video": "video",
    "voice": "voice",
    "audio": "audio",
    "video_note": "video_note",
    "document": "document",
    "animation": "document",
}
