"""Telegram's files, locations and contacts as events."""

from __future__ import annotations

from typing import Any

import pytest

from conversations.events import (
    Attachment,
    ContactReceived,
    FileReceived,
    LocationReceived,
    UnreadableReceived,
)
from tests.unit.raw_updates import FILE, PHOTO, PRIVATE, SENT, message, read, said

VIDEO = {**FILE, "width": 1, "height": 1, "duration": 1}
NAMED = {**FILE, "file_name": "a.pdf", "mime_type": "application/pdf"}


ROUND = {**FILE, "length": 1, "duration": 1}
# A message's content, and the attachment that it is read as.
ATTACHMENTS: dict[str, tuple[dict[str, Any], Attachment]] = {
    "photo": ({"photo": PHOTO}, Attachment("photo", "F9", "U1", size=10)),
    "photo, largest first": ({"photo": PHOTO[::-1]}, Attachment("photo", "F9", "U1", size=10)),
    "voice": ({"voice": {**FILE, "duration": 1}}, Attachment("voice", "F1", "U1", size=10)),
    "audio": ({"audio": {**FILE, "duration": 1}}, Attachment("audio", "F1", "U1", size=10)),
    "video": ({"video": VIDEO}, Attachment("video", "F1", "U1", size=10)),
    "round video": ({"video_note": ROUND}, Attachment("video_note", "F1", "U1", size=10)),
    "document": ({"document": NAMED}, Attachment("document", "F1", "U1", "a.pdf", "application/pdf", 10)),
    "animation": ({"animation": VIDEO, "document": FILE}, Attachment("document", "F1", "U1", size=10)),
    "document of unknown size": (
        {"document": {"file_id": "F1", "file_unique_id": "U1"}},
        Attachment("document", "F1", "U1"),
    ),
}


@pytest.mark.parametrize("kind", ATTACHMENTS)
def test_each_kind_of_file_is_an_attachment(kind: str) -> None:
    content, attachment = ATTACHMENTS[kind]
    event = said(**content, caption="bukti", media_group_id="12")
    assert event == FileReceived(event.origin, attachment, event.key, "bukti", "12")


def test_a_files_key_is_never_used_again_though_its_message_id_is() -> None:
    keys = {said(document=NAMED).key for _ in range(100)}
    assert len(keys) == 100
    assert all(len(bytes.fromhex(key)) == 8 for key in keys)


def test_a_place_and_a_venue_are_locations() -> None:
    where = {"latitude": -7.5, "longitude": 112.25}
    assert said(location=where) == LocationReceived(said(location=where).origin, -7.5, 112.25)
    venue = {"location": where, "title": "Balai Desa", "address": "Jl. Raya 1"}
    assert said(location=where, venue=venue).title == "Balai Desa, Jl. Raya 1"


def test_a_live_location_counts_once() -> None:
    where = {"latitude": -7.5, "longitude": 112.25, "live_period": 60}
    assert isinstance(said(location=where), LocationReceived)
    assert read("edited_message", **message(location=where, edit_date=SENT + 5)) is None


# Whose contact it is -> the account that Telegram names, and whether it counts as the sender's own.
CONTACTS = {"the sender's": (7, True), "another account's": (8, False), "no account": (None, False)}


@pytest.mark.parametrize("whose", CONTACTS)
def test_a_contact_is_own_only_when_telegram_vouches_for_it(whose: str) -> None:
    user_id, own = CONTACTS[whose]
    contact = {"phone_number": "628123", "first_name": "Siti"} | ({"user_id": user_id} if user_id else {})
    event = said(contact=contact)
    assert event == ContactReceived(event.origin, "628123", own)


STICKER = {**FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}
# The name under which the citizen reads of it, and the message's content.
NOT_KEPT: dict[str, dict[str, Any]] = {
    "sticker": {"sticker": STICKER},
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
    "story": {"story": {"chat": PRIVATE, "id": 1}},
    "other": {"something_new": {"of": "tomorrow"}},
}


@pytest.mark.parametrize("kind", NOT_KEPT)
def test_unsupported_content_is_named(kind: str) -> None:
    event = said(**NOT_KEPT[kind])
    assert event == UnreadableReceived(event.origin, kind)


def test_a_files_name_is_cleaned_when_it_is_read() -> None:
    named = said(document={**FILE, "file_name": '../lap\u202eoran\n"akhir".pdf'})
    assert named.attachment.name == "laporan _akhir_.pdf"
