"""Telegram's updates as events: what is said, by whom, where, and what is none of our business."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import User

from bot.channels.base import BlockChanged, ChatMigrated, RightsChanged, UnreadableUpdateError
from bot.channels.telegram_updates import UpdateReader
from conversations.events import (
    AnonymousSpoke,
    Attachment,
    BotAdded,
    ButtonPressed,
    CommandReceived,
    ContactReceived,
    FileReceived,
    LocationReceived,
    MessageEdited,
    TextReceived,
    UnreadableReceived,
)

BOT = {"id": 100, "is_bot": True, "first_name": "Aduan", "username": "AduanBot"}
SITI = {"id": 7, "is_bot": False, "first_name": "Siti", "last_name": "Aminah", "language_code": "id"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Siti"}
GROUP = {"id": -100, "type": "supergroup", "title": "Petugas"}
SENT = 1_774_597_320
MOVED = {-900: -100}
NOW = datetime(2026, 3, 27, 3, 42, tzinfo=UTC)
FILE = {"file_id": "F1", "file_unique_id": "U1", "file_size": 10}


def clock(moment: datetime | None) -> datetime:
    return moment or NOW


def reader() -> UpdateReader:
    labels = {"Bantuan": frozenset({"help"})}
    return UpdateReader(User.de_json(BOT, None), labels, clock, lambda chat: MOVED.get(chat, chat))


def message(chat: dict[str, Any] = PRIVATE, **content: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": SENT, "chat": chat, "from": SITI, **content}


def read(kind: str = "message", /, **payload: Any) -> Any:
    return reader().read({"update_id": 1, kind: payload})


def said(chat: dict[str, Any] = PRIVATE, **content: Any) -> Any:
    return read(**message(chat, **content))


def test_a_text_carries_its_writer_its_place_and_its_moment() -> None:
    event = said(text="Jalan rusak")
    assert isinstance(event, TextReceived)
    assert (event.text, event.labels) == ("Jalan rusak", frozenset())
    origin = event.origin
    assert (origin.chat, origin.private, origin.message) == (7, True, 5)
    assert (origin.person.id, origin.person.name, origin.person.language) == (7, "Siti Aminah", "id")
    assert origin.at == datetime.fromtimestamp(SENT, UTC)


def test_a_text_that_is_a_keys_wording_carries_its_name() -> None:
    assert said(text="Bantuan").labels == {"help"}


@pytest.mark.parametrize(
    ("text", "command", "argument"),
    [
        ("/start", "start", ""),
        ("/Start  id-abc ", "start", "id-abc"),
        ("/tiket@AduanBot DPMD-2026-0042", "tiket", "DPMD-2026-0042"),
        ("/jawab\nSudah diperbaiki\nkemarin", "jawab", "Sudah diperbaiki\nkemarin"),
    ],
)
def test_a_command_is_read_without_slash_and_name(text: str, command: str, argument: str) -> None:
    event = said(GROUP, text=text)
    assert isinstance(event, CommandReceived)
    assert (event.command, event.argument) == (command, argument)


@pytest.mark.parametrize("text", ["/", "/DPMD-2026-0042", "/ tiket", "//", "/4"])
def test_a_slash_alone_makes_no_command(text: str) -> None:
    assert isinstance(said(text=text), TextReceived)


def test_a_command_for_another_bot_is_none_of_ours() -> None:
    assert said(GROUP, text="/start@OtherBot") is None


def test_a_reply_to_our_message_names_it_and_its_text() -> None:
    ours = {"message_id": 3, "date": SENT - 60, "chat": GROUP, "from": BOT, "text": "DPMD-2026-0042"}
    origin = said(GROUP, text="sudah", reply_to_message=ours).origin
    assert (origin.reply_to, origin.replied_text) == (3, "DPMD-2026-0042")
    assert origin.replied_at == datetime.fromtimestamp(SENT - 60, UTC)


def test_a_reply_to_somebody_else_is_a_plain_message() -> None:
    theirs = {"message_id": 3, "date": SENT, "chat": GROUP, "from": SITI, "text": "DPMD-2026-0042"}
    assert said(GROUP, text="sudah", reply_to_message=theirs).origin.reply_to == 0


PHOTO = [{**FILE, "width": 90, "height": 60}, {**FILE, "file_id": "F9", "width": 1280, "height": 900}]
VIDEO = {**FILE, "width": 1, "height": 1, "duration": 1}
NAMED = {**FILE, "file_name": "a.pdf", "mime_type": "application/pdf"}


@pytest.mark.parametrize(
    ("content", "attachment"),
    [
        ({"photo": PHOTO}, Attachment("photo", "F9", "U1", size=10)),
        ({"photo": PHOTO[::-1]}, Attachment("photo", "F9", "U1", size=10)),
        ({"voice": {**FILE, "duration": 1}}, Attachment("voice", "F1", "U1", size=10)),
        ({"audio": {**FILE, "duration": 1}}, Attachment("audio", "F1", "U1", size=10)),
        ({"video": VIDEO}, Attachment("video", "F1", "U1", size=10)),
        ({"video_note": {**FILE, "length": 1, "duration": 1}}, Attachment("video_note", "F1", "U1", size=10)),
        ({"document": NAMED}, Attachment("document", "F1", "U1", "a.pdf", "application/pdf", 10)),
        ({"animation": VIDEO, "document": FILE}, Attachment("document", "F1", "U1", size=10)),
        ({"document": {"file_id": "F1", "file_unique_id": "U1"}}, Attachment("document", "F1", "U1")),
    ],
)
def test_each_kind_of_file_is_an_attachment(content: dict[str, Any], attachment: Attachment) -> None:
    event = said(**content, caption="bukti", media_group_id="12")
    assert event == FileReceived(event.origin, attachment, "bukti", "12")


def test_a_place_and_a_venue_are_locations() -> None:
    where = {"latitude": -7.5, "longitude": 112.25}
    assert said(location=where) == LocationReceived(said(location=where).origin, -7.5, 112.25)
    venue = {"location": where, "title": "Balai Desa", "address": "Jl. Raya 1"}
    assert said(location=where, venue=venue).title == "Balai Desa, Jl. Raya 1"


def test_a_live_location_counts_once() -> None:
    where = {"latitude": -7.5, "longitude": 112.25, "live_period": 60}
    assert isinstance(said(location=where), LocationReceived)
    assert read("edited_message", **message(location=where, edit_date=SENT + 5)) is None


@pytest.mark.parametrize(("user_id", "own"), [(7, True), (8, False), (None, False)])
def test_a_contact_is_own_only_when_telegram_vouches_for_it(user_id: int | None, own: bool) -> None:
    contact = {"phone_number": "628123", "first_name": "Siti"} | ({"user_id": user_id} if user_id else {})
    event = said(contact=contact)
    assert event == ContactReceived(event.origin, "628123", own)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (
            {
                "sticker": {
                    **FILE,
                    "type": "regular",
                    "width": 1,
                    "height": 1,
                    "is_animated": False,
                    "is_video": False,
                }
            },
            "sticker",
        ),
        ({"dice": {"emoji": "🎲", "value": 3}}, "dice"),
        ({"story": {"chat": PRIVATE, "id": 1}}, "story"),
        ({"something_new": {"of": "tomorrow"}}, "other"),
    ],
)
def test_what_cannot_be_kept_is_named(content: dict[str, Any], kind: str) -> None:
    event = said(**content)
    assert event == UnreadableReceived(event.origin, kind)


@pytest.mark.parametrize("content", [{"text": "baru"}, {"caption": "baru", "photo": PHOTO}])
def test_an_edit_carries_the_new_text_of_its_message(content: dict[str, Any]) -> None:
    event = read("edited_message", **message(edit_date=SENT + 60, **content))
    assert isinstance(event, MessageEdited)
    assert (event.text, event.origin.message) == ("baru", 5)
    assert event.origin.at == datetime.fromtimestamp(SENT + 60, UTC)


def press(data: str | None, **more: Any) -> Any:
    under = {"message_id": 5, "date": SENT, "chat": PRIVATE, "from": BOT, "text": "?"}
    query = {"id": "q1", "from": SITI, "chat_instance": "1", "message": under, **more}
    return read("callback_query", **query, **({} if data is None else {"data": data}))


def test_a_press_is_taken_apart() -> None:
    event = press("take:abc:12:a:b")
    assert event == ButtonPressed(event.origin, "q1", "take", "abc", 12, "a:b")
    assert (event.origin.chat, event.origin.private, event.origin.message, event.origin.at) == (
        7,
        True,
        5,
        NOW,
    )


@pytest.mark.parametrize("data", ["", "x", "take:abc", "take:abc:x:", "take:abc:-1:", "take:abc:²:", None])
def test_a_press_of_a_foreign_button_has_no_action(data: str | None) -> None:
    assert press(data).action == ""


def test_a_press_on_a_message_too_old_to_be_shown_still_names_it() -> None:
    old = {"message_id": 5, "date": 0, "chat": GROUP}
    event = press("take:abc:12:", message=old)
    assert (event.origin.chat, event.origin.private, event.origin.message) == (-100, False, 5)
    assert event.origin.at == NOW


def test_a_press_by_an_anonymous_administrator_is_nobodys() -> None:
    assert press("take:abc:1:", **{"from": ANONYMOUS}) == AnonymousSpoke(7, NOW, "q1")


def test_an_anonymous_administrators_message_is_nobodys() -> None:
    event = said(GROUP, text="/daftar", **{"from": ANONYMOUS, "sender_chat": GROUP})
    assert event == AnonymousSpoke(-100, datetime.fromtimestamp(SENT, UTC))


@pytest.mark.parametrize(
    "content",
    [
        {"new_chat_members": [SITI]},
        {"left_chat_member": SITI},
        {"new_chat_title": "Baru"},
        {"pinned_message": {"message_id": 3, "date": SENT, "chat": GROUP, "text": "x"}},
        {"forum_topic_created": {"name": "x", "icon_color": 1}},
        {"text": "hai", "from": {**SITI, "is_bot": True}},
        {"text": "hai", "is_automatic_forward": True},
    ],
)
def test_what_nobody_said_is_passed_over(content: dict[str, Any]) -> None:
    assert said(GROUP, **content) is None


def test_channels_and_other_updates_are_passed_over() -> None:
    channel = {"id": -1, "type": "channel", "title": "Berita"}
    assert read("channel_post", message_id=1, date=SENT, chat=channel, text="x") is None
    assert reader().read({"update_id": 1}) is None


def test_a_group_that_moved_is_told_by_both_groups() -> None:
    old, new = {**GROUP, "id": -5, "type": "group"}, {**GROUP, "id": -1005}
    assert said(old, migrate_to_chat_id=-1005) == ChatMigrated(-5, -1005)
    assert said(new, migrate_from_chat_id=-5) == ChatMigrated(-5, -1005)


def test_a_moved_groups_messages_come_from_the_group_that_the_core_knows() -> None:
    assert said({**GROUP, "id": -900}, text="x").origin.chat == -100


ADMINISTRATOR_RIGHTS = """
    can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members
    can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories
"""


def membership(chat: dict[str, Any], before: str, after: str) -> Any:
    def member(status: str) -> dict[str, Any]:
        rights = dict.fromkeys(ADMINISTRATOR_RIGHTS.split(), True)
        return {"user": BOT, "status": status, "until_date": 0} | (
            rights if status == "administrator" else {}
        )

    change = {"chat": chat, "from": SITI, "date": SENT}
    return read("my_chat_member", **change, old_chat_member=member(before), new_chat_member=member(after))


@pytest.mark.parametrize(
    ("chat", "before", "after", "event"),
    [
        (PRIVATE, "member", "kicked", BlockChanged(7, blocked=True)),
        (PRIVATE, "kicked", "member", BlockChanged(7, blocked=False)),
        (GROUP, "left", "member", BotAdded(-100, "Petugas", datetime.fromtimestamp(SENT, UTC))),
        (GROUP, "kicked", "administrator", BotAdded(-100, "Petugas", datetime.fromtimestamp(SENT, UTC))),
        (GROUP, "member", "administrator", RightsChanged(-100, "administrator")),
        (GROUP, "administrator", "member", RightsChanged(-100, "member")),
        (GROUP, "administrator", "kicked", RightsChanged(-100, "gone")),
        (GROUP, "member", "left", RightsChanged(-100, "gone")),
    ],
)
def test_what_the_bot_becomes_in_a_chat(chat: dict[str, Any], before: str, after: str, event: object) -> None:
    assert membership(chat, before, after) == event


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 1, "message": {"message_id": 1}},
        {
            "update_id": 1,
            "message": {"message_id": 1, "date": "kemarin", "chat": PRIVATE, "from": SITI, "text": "x"},
        },
        {"update_id": 1, "callback_query": "x"},
        {"message": message(text="x")},
    ],
)
def test_a_form_that_nobody_expects_is_said_to_be_unreadable(update: dict[str, Any]) -> None:
    with pytest.raises(UnreadableUpdateError):
        reader().read(update)


def test_reading_leaves_the_raw_update_as_it_was() -> None:
    raw = {"update_id": 1, "message": message(text="x", entities=[])}
    kept = {"update_id": 1, "message": message(text="x", entities=[])}
    reader().read(raw)
    assert raw == kept
