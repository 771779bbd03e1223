"""Telegram's messages as events: text, sender, chat, and the messages that are ignored."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from bot.channels.base import ShellEvent
from bot.channels.typed import _fields
from conversations.events import AnonymousSpoke, CommandReceived, Event, MessageEdited, TextReceived
from tests.unit.raw_updates import (
    ANONYMOUS,
    BOT,
    GROUP,
    PHOTO,
    PRIVATE,
    SENT,
    SITI,
    message,
    press,
    read,
    reader,
    said,
)


def test_a_text_carries_its_writer_its_place_and_its_moment() -> None:
    event = said(text="Jalan rusak")
    assert isinstance(event, TextReceived)
    assert event.text == "Jalan rusak"
    origin = event.origin
    assert (origin.chat, origin.private, origin.message) == (7, True, 5)
    assert (origin.person.id, origin.person.name) == (7, "Siti Aminah")
    assert origin.at == datetime.fromtimestamp(SENT, UTC)


# The text -> the command and its argument.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "alone": ("/start", "start", ""),
    "capital letters and spaces": ("/Start  id-abc ", "start", "id-abc"),
    "with the bot's name": ("/tiket@AduanBot DPMD-2026-0042", "tiket", "DPMD-2026-0042"),
    "several lines": ("/jawab\nSudah diperbaiki\nkemarin", "jawab", "Sudah diperbaiki\nkemarin"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_read_without_slash_and_name(name: str) -> None:
    text, command, argument = COMMANDS[name]
    event = said(GROUP, text=text)
    assert isinstance(event, CommandReceived)
    assert (event.command, event.argument) == (command, argument)


@pytest.mark.parametrize("text", ["/", "/DPMD-2026-0042", "/ tiket", "//", "/4"])
def test_a_slash_alone_makes_no_command(text: str) -> None:
    assert isinstance(said(text=text), TextReceived)


def test_a_command_for_another_bot_is_ignored() -> None:
    assert said(GROUP, text="/start@OtherBot") is None


def test_a_reply_to_our_message_names_it_and_its_text() -> None:
    ours = {"message_id": 3, "date": SENT - 60, "chat": GROUP, "from": BOT, "text": "DPMD-2026-0042"}
    origin = said(GROUP, text="sudah", reply_to_message=ours).origin
    assert (origin.reply_to, origin.replied_text) == (3, "DPMD-2026-0042")
    assert origin.replied_at == datetime.fromtimestamp(SENT - 60, UTC)


def test_a_reply_to_another_person_is_a_plain_message() -> None:
    theirs = {"message_id": 3, "date": SENT, "chat": GROUP, "from": SITI, "text": "DPMD-2026-0042"}
    assert said(GROUP, text="sudah", reply_to_message=theirs).origin.reply_to == 0


@pytest.mark.parametrize("content", [{"text": "baru"}, {"caption": "baru", "photo": PHOTO}])
def test_an_edit_carries_the_new_text_of_its_message(content: dict[str, Any]) -> None:
    event = read("edited_message", **message(edit_date=SENT + 60, **content))
    assert isinstance(event, MessageEdited)
    assert (event.text, event.origin.message) == ("baru", 5)
    assert event.origin.at == datetime.fromtimestamp(SENT + 60, UTC)


def test_an_anonymous_administrators_message_has_no_person() -> None:
    event = said(GROUP, text="/daftar", **{"from": ANONYMOUS, "sender_chat": GROUP})
    assert event == AnonymousSpoke(-100, datetime.fromtimestamp(SENT, UTC))


NOT_SAID: dict[str, dict[str, Any]] = {
    "a bot joined": {"new_chat_members": [{**SITI, "is_bot": True}]},
    "a bot left": {"left_chat_member": {**SITI, "is_bot": True}},
    "a new title": {"new_chat_title": "Baru"},
    "a pinned message": {"pinned_message": {"message_id": 3, "date": SENT, "chat": GROUP, "text": "x"}},
    "a new topic": {"forum_topic_created": {"name": "x", "icon_color": 1}},
    "a closed topic": {"forum_topic_closed": {}},
    "an opened topic": {"forum_topic_reopened": {}},
    "a bot's text": {"text": "hai", "from": {**SITI, "is_bot": True}},
    "a channel's post": {"text": "hai", "is_automatic_forward": True},
}


@pytest.mark.parametrize("content", NOT_SAID.values(), ids=NOT_SAID)
def test_a_service_message_is_ignored(content: dict[str, Any]) -> None:
    assert said(GROUP, **content) is None


def test_channels_and_other_updates_are_ignored() -> None:
    channel = {"id": -1, "type": "channel", "title": "Berita"}
    assert read("channel_post", message_id=1, date=SENT, chat=channel, text="x") is None
    assert reader().read({"update_id": 1}) is None


def test_reading_leaves_the_raw_update_as_it_was() -> None:
    raw = {"update_id": 1, "message": message(text="x", entities=[])}
    kept = {"update_id": 1, "message": message(text="x", entities=[])}
    reader().read(raw)
    assert raw == kept


# The chat, the first and the last name, and the name that others read.
NAMES: dict[str, tuple[dict[str, Any], str, str | None, str]] = {
    "no name of a citizen": (PRIVATE, "", None, "Warga"),
    "no name of an officer": (GROUP, "", None, "Petugas"),
    "nothing that can be seen": (GROUP, "\u3164", "\u202e", "Petugas"),
    "controls and a new line": (PRIVATE, "Siti\u202e\nAminah", "", "Siti Aminah"),
    "too long": (GROUP, "a" * 200, "b", "a" * 64),
    "last name only": (GROUP, "", "Aminah", "Aminah"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_persons_name_can_be_shown_to_others(name: str) -> None:
    chat, first, last, shown = NAMES[name]
    user = {**SITI, "first_name": first, "last_name": last}
    assert said(chat, text="x", **{"from": user}).origin.person.name == shown
    pressed = press("take:abc:1:", **{"from": user}, message={"message_id": 5, "date": 0, "chat": chat})
    assert pressed.origin.person.name == shown


def test_every_kind_of_event_has_fields_of_one_type_each() -> None:
    for kind in (*get_args(Event), *get_args(ShellEvent)):
        assert _fields(kind)


# The first and last name -> the name that is shown in a group, and whether the messenger gives none.
UNNAMED: dict[str, tuple[str, str | None, str, bool]] = {
    "an ordinary name": ("Siti", "Aminah", "Siti Aminah", False),
    "a name with signs": ("Dewi 🌸", None, "Dewi 🌸", False),
    "empty": ("", None, "Petugas", True),
    "invisible": ("\u2800\u200b", None, "Petugas", True),
    "only signs": ("⭐ . !", None, "⭐ . !", True),
    "only digits": ("0812", None, "0812", True),
    "another script": ("سيتي", None, "سيتي", False),
}


@pytest.mark.parametrize("name", UNNAMED)
def test_a_messenger_name_without_a_letter_is_noted(name: str) -> None:
    first, last, shown, nameless = UNNAMED[name]
    event = said(GROUP, text="Halo", **{"from": {**SITI, "first_name": first, "last_name": last}})
    assert isinstance(event, TextReceived)
    assert (event.origin.person.name, event.origin.person.nameless) == (shown, nameless)
