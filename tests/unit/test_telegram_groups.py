"""Who comes and goes in a group, what the bot becomes there, and a group that moves."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.base import BlockChanged, ChatMigrated, RightsChanged
from bot.simulator.state.members import RESTRICTED
from conversations.events import BotAdded, MembershipChanged, TextReceived
from tests.unit.raw_updates import BOT, GROUP, MOVED, PRIVATE, SENT, SITI, message, read, reader, said

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


ADDED = BotAdded(-100, "Petugas", datetime.fromtimestamp(SENT, UTC))
# The chat, the bot's status before and after, and the event.
BECOMES: dict[str, tuple[dict[str, Any], str, str, object]] = {
    "blocked": (PRIVATE, "member", "kicked", BlockChanged(7, blocked=True)),
    "no longer blocked": (PRIVATE, "kicked", "member", BlockChanged(7, blocked=False)),
    "added": (GROUP, "left", "member", ADDED),
    "added as administrator": (GROUP, "kicked", "administrator", ADDED),
    "made administrator": (GROUP, "member", "administrator", RightsChanged(-100, "administrator")),
    "made a plain member": (GROUP, "administrator", "member", RightsChanged(-100, "member")),
    "removed": (GROUP, "administrator", "kicked", RightsChanged(-100, "gone")),
    "left": (GROUP, "member", "left", RightsChanged(-100, "gone")),
}


@pytest.mark.parametrize("name", BECOMES)
def test_what_the_bot_becomes_in_a_chat(name: str) -> None:
    chat, before, after, event = BECOMES[name]
    assert membership(chat, before, after) == event


def event_of(status: str, *, bot: bool = False, **facts: Any) -> Any:
    rights = dict.fromkeys((*RESTRICTED, *ADMINISTRATOR_RIGHTS.split()), False)
    user = {**SITI, "is_bot": bot}
    before = {"user": user, "status": "member"}
    after = {"user": user, "status": status, "until_date": 0, **rights, **facts}
    return read(
        "chat_member", chat=GROUP, date=SENT, old_chat_member=before, new_chat_member=after, **{"from": SITI}
    )


# A status, and more facts about it -> whether it means that the person is in the group.
PRESENCE: dict[str, tuple[str, dict[str, Any], bool]] = {
    "member": ("member", {}, True),
    "creator": ("creator", {}, True),
    "administrator": ("administrator", {}, True),
    "restricted member": ("restricted", {"is_member": True}, True),
    "restricted and gone": ("restricted", {"is_member": False}, False),
    "left": ("left", {}, False),
    "kicked": ("kicked", {}, False),
}


@pytest.mark.parametrize("name", PRESENCE)
def test_a_members_status_says_whether_they_are_in_the_group(name: str) -> None:
    status, facts, present = PRESENCE[name]
    joined, left = ((7,), ()) if present else ((), (7,))
    at = datetime.fromtimestamp(SENT, UTC)
    assert event_of(status, **facts) == MembershipChanged(at, -100, joined, left)


def test_bots_that_come_and_go_are_ignored() -> None:
    assert event_of("left", bot=True) is None


def test_a_notice_names_all_who_joined_but_the_bots() -> None:
    people = [SITI, {**SITI, "id": 8}, {**SITI, "id": 9, "is_bot": True}]
    at = datetime.fromtimestamp(SENT, UTC)
    assert said(GROUP, new_chat_members=people) == MembershipChanged(at, -100, (7, 8))
    assert said(GROUP, left_chat_member=SITI) == MembershipChanged(at, -100, (), (7,))
    former = {"update_id": 1, "message": message({**GROUP, "id": -900}, left_chat_member=SITI)}
    event = reader(MOVED).read(former)
    assert isinstance(event, MembershipChanged)
    assert event.chat == -100


def test_a_groups_title_can_be_shown_to_the_operator() -> None:
    named = {**GROUP, "title": "Petugas\u202e\n" + "x" * 300}
    title = membership(named, "left", "member").title
    assert title.startswith("Petugas x")
    assert len(title) == 128


def test_a_groups_move_is_reported_by_both_groups() -> None:
    old, new = {**GROUP, "id": -5, "type": "group"}, {**GROUP, "id": -1005}
    assert said(old, migrate_to_chat_id=-1005) == ChatMigrated(-5, -1005)
    assert said(new, migrate_from_chat_id=-5) == ChatMigrated(-5, -1005)


def test_a_moved_groups_messages_come_from_the_group_that_the_core_knows() -> None:
    former = {"update_id": 1, "message": message({**GROUP, "id": -900}, text="x")}
    event = reader(MOVED).read(former)
    assert isinstance(event, TextReceived)
    assert event.origin.chat == -100


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
