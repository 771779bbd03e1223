"""Updates of another form than Telegram promises are refused, one at a time."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.base import UnreadableUpdateError
from tests.unit.raw_updates import ANONYMOUS, BOT, FILE, GROUP, PRIVATE, SENT, SITI, message, read, reader

UNEXPECTED: dict[str, dict[str, Any]] = {
    "message without a chat": {"update_id": 1, "message": {"message_id": 1}},
    "date is a word": {"update_id": 1, "message": message(date="kemarin", text="x")},
    "press is a text": {"update_id": 1, "callback_query": "x"},
    "update without a number": {"message": message(text="x")},
    "message is a list": {"update_id": 1, "message": []},
    "sender is a list": {"update_id": 1, "message": message(text="x") | {"from": [SITI]}},
    "reply is a text": {"update_id": 1, "message": message(reply_to_message="x", text="x")},
    "quote is a text": {"update_id": 1, "message": message(quote="x", text="x")},
    "entity is a text": {"update_id": 1, "message": message(entities=["x"], text="x")},
    "photo is an object": {"update_id": 1, "message": message(photo=FILE)},
    "document is a list": {"update_id": 1, "message": message(document=[FILE])},
    "member is a text": {"update_id": 1, "message": message(GROUP, new_chat_members=["x"])},
}


@pytest.mark.parametrize("update", UNEXPECTED.values(), ids=UNEXPECTED)
def test_an_update_of_an_unexpected_form_is_unreadable(update: dict[str, Any]) -> None:
    with pytest.raises(UnreadableUpdateError):
        reader().read(update)


def test_a_field_that_is_not_used_does_not_make_its_update_unreadable() -> None:
    odd = message(text="halo", via_bot=5, link_preview_options="x", external_reply=[], effect_id={})
    assert read(**odd).text == "halo"
    under = {"message_id": 5, "date": SENT, "chat": PRIVATE, "video": FILE, "reply_markup": 5}
    pressed = {"id": "q", "from": SITI, "message": under, "data": "take:x:1:"}
    assert read("callback_query", **pressed).action == "take"


def test_an_update_of_a_kind_that_is_not_asked_for_is_passed_over() -> None:
    assert reader().read({"update_id": 1, "poll_answer": "x"}) is None


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
def test_messages_in_an_unknown_chat_do_not_reach_its_owner(name: str) -> None:
    with pytest.raises(UnreadableUpdateError):
        reader().read({"update_id": 1, **STRANGE_CHATS[name]})
