"""Who is in a group, according to Telegram's member objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram.error import TelegramError

from bot.channels.telegram.albums import Call
from bot.channels.telegram.failures import (
    NO_MEMBER,
    UNEXPECTED,
    delivery_error,
    mentions,
    unexpected_answer,
)
from bot.channels.telegram.fields import Json, inner
from bot.channels.typed import person_id
from conversations.events import MembershipChanged

if TYPE_CHECKING:
    from datetime import datetime

OWNER, ADMINISTRATOR, RESTRICTED = "creator", "administrator", "restricted"
PRESENT = frozenset({OWNER, ADMINISTRATOR, "member"})


def is_present(member: Json) -> bool:
    """Whether this is a member now; a restricted person may have left the group."""
    if member["status"] == RESTRICTED:
        return bool(member["is_member"])
    return member["status"] in PRESENT


async def is_member(call: Call, chat: int, person: int) -> bool:
    """Ask whether a person is in a group now. Raises DeliveryError."""
    try:
        return is_present(await call("getChatMember", {"chat_id": chat, "user_id": person}))
    except TelegramError as error:
        if mentions(error, *NO_MEMBER):
            return False
        raise delivery_error(error) from error
    except UNEXPECTED as error:
        raise unexpected_answer("getChatMember", error) from None


def member_change(chat: int, at: datetime, member: Json) -> MembershipChanged | None:
    """The change that a chat_member update reports; None for a bot."""
    user = member["user"]
    if user["is_bot"]:
        return None
    person = (person_id(user["id"]),)
    return MembershipChanged(at, chat, *((person, ()) if is_present(member) else ((), person)))


def service_change(chat: int, at: datetime, message: Json) -> MembershipChanged | None:
    """The change that a notice of joining or leaving reports; None for any other message."""
    joined = tuple(
        person_id(user["id"]) for user in message.get("new_chat_members") or () if not user["is_bot"]
    )
    gone = inner(message, "left_chat_member")
    left = (person_id(gone["id"]),) if gone is not None and not gone["is_bot"] else ()
    return MembershipChanged(at, chat, joined, left) if joined or left else None
