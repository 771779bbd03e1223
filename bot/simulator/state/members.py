"""Members of chats as Bot API objects, and the update about a change of a member's status."""

from typing import Any

from bot.simulator.state.chats import Chat
from bot.simulator.state.world import World

RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
)
RESTRICTED = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)


def member(chat: Chat, user: dict[str, Any], status: str) -> dict[str, Any]:
    """Return a ChatMember of this status."""
    found: dict[str, Any] = {"status": status, "user": user}
    if status == "creator":
        found["is_anonymous"] = user["id"] in chat.anonymous
    elif status == "administrator":
        found |= dict.fromkeys(RIGHTS, True)
        found |= {
            "can_be_edited": False,
            "is_anonymous": user["id"] in chat.anonymous,
            "can_promote_members": False,
        }
        if chat.kind == "supergroup":
            found["can_manage_topics"] = bool(chat.public.get("is_forum")) and (
                user["is_bot"] is False or chat.bot_manages_topics
            )
    elif status == "restricted":
        found |= dict.fromkeys(RESTRICTED, False) | {"is_member": True, "until_date": 0}
    elif status == "kicked":
        found["until_date"] = 0
    return found


def member_change(
    world: World,
    chat: Chat,
    actor: dict[str, Any],
    statuses: tuple[str, str],
    user: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return a ChatMemberUpdated from one status to another; without a user it is about the bot."""
    about = user or world.bot
    old, new = statuses
    return {
        "chat": chat.public,
        "from": actor,
        "date": world.now(),
        "old_chat_member": member(chat, about, old),
        "new_chat_member": member(chat, about, new),
    }
