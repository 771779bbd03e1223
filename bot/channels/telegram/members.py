"""Who is in a group, according to Telegram's member objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram import ChatMemberRestricted
from telegram.constants import ChatMemberStatus

from bot.channels.typed import person_id
from conversations.events import MembershipChanged

if TYPE_CHECKING:
    from datetime import datetime

    from telegram import ChatMember, Message, User

PRESENT = frozenset({ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER})


def is_present(member: ChatMember) -> bool:
    """Whether this is a member now; a restricted person may have left the group."""
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in PRESENT


def member_change(chat: int, at: datetime, member: ChatMember) -> MembershipChanged | None:
    """The change that a chat_member update reports; None for a bot."""
    if member.user.is_bot:
        return None
    person = (person_id(member.user.id),)
    return MembershipChanged(at, chat, *((person, ()) if is_present(member) else ((), person)))


def service_change(chat: int, at: datetime, message: Message) -> MembershipChanged | None:
    """The change that a notice of joining or leaving reports; None for any other message."""
    joined = tuple(person_id(user.id) for user in message.new_chat_members or () if not user.is_bot)
    gone: User | None = message.left_chat_member
    left = (person_id(gone.id),) if gone and not gone.is_bot else ()
    return MembershipChanged(at, chat, joined, left) if joined or left else None
