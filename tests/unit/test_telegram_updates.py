"""Telegram's updates as events: what is said, by whom, where, and what is none of our business."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from telegram import User

from bot.channels.base import (
    BlockChanged,
    ChatMigrated,
    RightsChanged,
    ShellEvent,
    UnreadableUpdateError,
)
from bot.channels.message_ids import MessageIds
from bot.channels.moves import Moves
from bot.channels.names import Nameless
from bot.channels.telegram.updates import UpdateReader
from bot.channels.typed import _fields
from bot.simulator.members import RESTRICTED
from conversations.events import (
    AnonymousSpoke,
    Attachment,
    BotAdded,
    ButtonPressed,
    CommandReceived,
    ContactReceived,
    Event,
    FileReceived,
    LocationReceived,
    MembershipChanged,
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


def reader(moved: Mapping[int, int] | None = None) -> UpdateReader:
    labels = {"Bantuan": frozenset({"help"})}
    moves = Moves({-100}, moved)
    ids = MessageIds(moves)
    return UpdateReader(User.de_json(BOT, None), labels, clock, moves, ids, Nameless("Warga", "Petugas"))


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
    assert (origin.person.id, origin.person.name) == (7, "Siti Aminah")
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
    assert event == FileReceived(event.origin, attachment, event.key, "bukti", "12")


def test_a_files_key_never_comes_again_though_its_message_id_does() -> None:
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


FOREIGN_DATA = [
    "",
    "x",
    "take:abc",
    "take:abc:x:",
    "take:abc:-1:",
    "take:abc:²:",
    "take:abc:٣:",
    "take:abc:99999999999:",
    f"take:abc:{'9' * 5000}:",
    f"take:{'a' * 5000}:1:",
    "��",
    None,
]


@pytest.mark.parametrize("data", FOREIGN_DATA)
def test_a_press_of_a_foreign_button_has_no_action(data: str | None) -> None:
    assert press(data).action == ""


def test_a_press_on_a_message_too_old_to_be_shown_still_names_it() -> None:
    old = {"message_id": 5, "date": 0, "chat": GROUP}
    event = press("take:abc:12:", message=old)
    assert (event.origin.chat, event.origin.private, event.origin.message) == (-100, False, 5)
    assert event.origin.at == NOW


def test_a_press_by_an_anonymous_administrator_is_nobodys() -> None:
    under = {"message_id": 5, "date": SENT, "chat": GROUP, "from": BOT, "text": "?"}
    event = press("take:abc:1:", **{"from": ANONYMOUS, "message": under})
    assert event == AnonymousSpoke(-100, NOW, "q1")


def test_an_anonymous_administrators_message_is_nobodys() -> None:
    event = said(GROUP, text="/daftar", **{"from": ANONYMOUS, "sender_chat": GROUP})
    assert event == AnonymousSpoke(-100, datetime.fromtimestamp(SENT, UTC))


@pytest.mark.parametrize(
    "content",
    [
        {"new_chat_members": [{**SITI, "is_bot": True}]},
        {"left_chat_member": {**SITI, "is_bot": True}},
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
    former = {"update_id": 1, "message": message({**GROUP, "id": -900}, text="x")}
    event = reader(MOVED).read(former)
    assert isinstance(event, TextReceived)
    assert event.origin.chat == -100


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


def told_of(status: str, *, bot: bool = False, **facts: Any) -> Any:
    rights = dict.fromkeys((*RESTRICTED, *ADMINISTRATOR_RIGHTS.split()), False)
    user = {**SITI, "is_bot": bot}
    before = {"user": user, "status": "member"}
    after = {"user": user, "status": status, "until_date": 0, **rights, **facts}
    return read(
        "chat_member", chat=GROUP, date=SENT, old_chat_member=before, new_chat_member=after, **{"from": SITI}
    )


@pytest.mark.parametrize(
    ("status", "facts", "present"),
    [
        ("member", {}, True),
        ("creator", {}, True),
        ("administrator", {}, True),
        ("restricted", {"is_member": True}, True),
        ("restricted", {"is_member": False}, False),
        ("left", {}, False),
        ("kicked", {}, False),
    ],
)
def test_who_is_in_a_group_is_told(status: str, facts: dict[str, Any], present: bool) -> None:
    joined, left = ((7,), ()) if present else ((), (7,))
    at = datetime.fromtimestamp(SENT, UTC)
    assert told_of(status, **facts) == MembershipChanged(at, -100, joined, left)


def test_the_comings_and_goings_of_bots_are_none_of_our_business() -> None:
    assert told_of("left", bot=True) is None


def test_a_notice_names_all_who_joined_but_the_bots() -> None:
    people = [SITI, {**SITI, "id": 8}, {**SITI, "id": 9, "is_bot": True}]
    at = datetime.fromtimestamp(SENT, UTC)
    assert said(GROUP, new_chat_members=people) == MembershipChanged(at, -100, (7, 8))
    assert said(GROUP, left_chat_member=SITI) == MembershipChanged(at, -100, (), (7,))
    former = {"update_id": 1, "message": message({**GROUP, "id": -900}, left_chat_member=SITI)}
    event = reader(MOVED).read(former)
    assert isinstance(event, MembershipChanged)
    assert event.chat == -100


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


OUT_OF_BOUNDS = {
    "person beyond 52 bits": message(**{"from": {**SITI, "id": 2**52}}, text="x"),
    "person below one": message(**{"from": {**SITI, "id": -7}}, text="x"),
    "person is a text": message(**{"from": {**SITI, "id": "7"}}, text="x"),
    "person is a bool": message(**{"from": {**SITI, "id": True}}, text="x"),
    "chat beyond 52 bits": message({**PRIVATE, "id": -(2**60)}, text="x"),
    "chat is a float": message({**PRIVATE, "id": 7.5}, text="x"),
    "message beyond 31 bits": message(message_id=2**31, text="x"),
    "message below zero": message(message_id=-1, text="x"),
    "text is a number": message(text=5),
    "text is a list": message(text=["x"]),
    "caption is a number": message(caption=5, document=FILE),
    "album is a number": message(media_group_id=5, document=FILE),
    "kind of file is a number": message(document={**FILE, "mime_type": 5}),
    "size is a text": message(document={**FILE, "file_size": "10"}),
    "file name is a number": message(document={**FILE, "file_name": 5}),
    "latitude is a text": message(location={"latitude": "7", "longitude": 1.0}),
    "latitude beyond the pole": message(location={"latitude": 91.0, "longitude": 1.0}),
    "longitude is no number": message(location={"latitude": 1.0, "longitude": float("nan")}),
    "first name is a number": message(**{"from": {**SITI, "first_name": 5, "last_name": ["x"]}}, text=5),
    "date in no year": message(date=10**17, text="x"),
    "date before the messenger": message(date=5, text="x"),
    "moved to a text": message(GROUP, migrate_to_chat_id="-1005"),
    "moved too far": message(GROUP, migrate_to_chat_id=-(2**60)),
}  # fmt: skip


@pytest.mark.parametrize("name", OUT_OF_BOUNDS)
def test_a_field_of_another_type_or_out_of_bounds_makes_its_update_unreadable(name: str) -> None:
    with pytest.raises(UnreadableUpdateError):
        reader().read({"update_id": 1, "message": OUT_OF_BOUNDS[name]})


OTHERS = {**PRIVATE, "id": 8}
GROUP_OF_A_PERSON = {**GROUP, "id": 8}
PRESS = {"id": "c", "from": SITI, "chat_instance": "1", "data": "take:x:1:"}
BLOCKED = {"status": "kicked", "user": BOT, "until_date": 0}
CHANGE = {"from": SITI, "date": SENT, "old_chat_member": BLOCKED, "new_chat_member": BLOCKED}
STRANGE_CHATS: dict[str, dict[str, Any]] = {
    "a message in another's chat": {"message": message(OTHERS, text="x")},
    "an edit there": {"edited_message": message(OTHERS, text="x", edit_date=SENT)},
    "a press there": {"callback_query": {**PRESS, "message": message(OTHERS, text="x")}},
    "a block there": {"my_chat_member": {**CHANGE, "chat": OTHERS}},
    "a private chat with a group's id": {"message": message({**PRIVATE, "id": -100}, text="x")},
    "a group with a person's id": {"message": message(GROUP_OF_A_PERSON, text="x")},
    "a press there by the group": {
        "callback_query": {**PRESS, "from": ANONYMOUS, "message": message(GROUP_OF_A_PERSON, text="x")}
    },
    "the group itself there": {"message": message(GROUP_OF_A_PERSON, text="x", sender_chat=GROUP)},
    "rights there": {"my_chat_member": {**CHANGE, "chat": GROUP_OF_A_PERSON}},
    "a member there": {"chat_member": {**CHANGE, "chat": GROUP_OF_A_PERSON}},
    "a person's chat that moves": {"message": message(migrate_to_chat_id=-500)},
    "a group that becomes a person's chat": {"message": message(GROUP, migrate_to_chat_id=8)},
}


@pytest.mark.parametrize("name", STRANGE_CHATS)
def test_nothing_said_in_a_strange_chat_reaches_its_owner(name: str) -> None:
    with pytest.raises(UnreadableUpdateError):
        reader().read({"update_id": 1, **STRANGE_CHATS[name]})


@pytest.mark.parametrize(
    ("chat", "first", "last", "shown"),
    [
        (PRIVATE, "", None, "Warga"),
        (GROUP, "", None, "Petugas"),
        (GROUP, "\u3164", "\u202e", "Petugas"),
        (PRIVATE, "Siti\u202e\nAminah", "", "Siti Aminah"),
        (GROUP, "a" * 200, "b", "a" * 64),
        (GROUP, "", "Aminah", "Aminah"),
    ],
)
def test_a_persons_name_can_be_shown_to_others(
    chat: dict[str, Any], first: str, last: str | None, shown: str
) -> None:
    user = {**SITI, "first_name": first, "last_name": last}
    assert said(chat, text="x", **{"from": user}).origin.person.name == shown
    pressed = press("take:abc:1:", **{"from": user}, message={"message_id": 5, "date": 0, "chat": chat})
    assert pressed.origin.person.name == shown


def test_a_groups_title_can_be_shown_to_the_operator() -> None:
    named = {**GROUP, "title": "Petugas\u202e\n" + "x" * 300}
    title = membership(named, "left", "member").title
    assert title.startswith("Petugas x")
    assert len(title) == 128


def test_a_files_name_is_cleaned_as_it_comes_in() -> None:
    named = said(document={**FILE, "file_name": '../lap\u202eoran\n"akhir".pdf'})
    assert named.attachment.name == "laporan _akhir_.pdf"


def test_ids_of_a_group_that_moved_and_of_its_former_self_differ() -> None:
    ours = {"message_id": 3, "date": SENT, "from": BOT, "text": "?"}
    read_by, origins = reader({-900: -100}), []
    for number in (-900, -100):
        chat = {**GROUP, "id": number}
        event = read_by.read(
            {"update_id": 1, "message": message(chat, text="x", reply_to_message={**ours, "chat": chat})}
        )
        assert isinstance(event, TextReceived)
        origins.append(event.origin)
    former, present = origins
    assert (former.chat, former.message, former.reply_to) == (-100, 5, 3)
    assert (present.chat, present.message, present.reply_to) == (-100, (1 << 32) + 5, (1 << 32) + 3)


def test_every_kind_of_event_has_fields_of_one_type_each() -> None:
    for kind in (*get_args(Event), *get_args(ShellEvent)):
        assert _fields(kind)
