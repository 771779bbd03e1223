"""Methods about chats: their facts and members, leaving, typing, reactions, topics."""

from typing import Any

from bot.simulator.api.errors import bad_request
from bot.simulator.api.methods import Performer, Request, find_chat, find_message
from bot.simulator.state.chats import Chat
from bot.simulator.state.members import member, member_change

ACTIONS = {
    *(
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
    ),
    *("choose_sticker", "find_location", "record_video_note", "upload_video_note"),
}
# The six colours a topic's icon may have.
ICON_COLORS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)
LONGEST_TOPIC = 128
GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def get_chat(request: Request) -> dict[str, Any]:
    """Return the facts of a chat."""
    chat = find_chat(request, request.params["chat_id"], "read")
    full = {**chat.public, "accent_color_id": abs(chat.id) % 7, "max_reaction_count": 11}
    full["accepted_gift_types"] = dict.fromkeys(GIFTS, False)
    return full


def get_chat_member(request: Request) -> dict[str, Any]:
    """Return the status of a person, or of the bot, in a group."""
    world, params = request.world, request.params
    chat = find_chat(request, params["chat_id"], "members")
    if params["user_id"] == world.bot["id"]:
        return member(chat, world.bot, chat.bot_status)
    user = world.users.get(params["user_id"])
    if user is None or (params["user_id"] not in chat.members and not world.known(params["user_id"])):
        raise bad_request("PARTICIPANT_ID_INVALID")
    return member(chat, user, chat.members.get(params["user_id"], "left"))


def leave_chat(request: Request) -> bool:
    """Leave a group."""
    chat = find_chat(request, request.params["chat_id"])
    if chat.private:
        raise bad_request("CHAT_ID_INVALID")
    world = request.world
    old, chat.bot_status = chat.bot_status, "left"
    world.push("my_chat_member", member_change(world, chat, world.bot, (old, "left")))
    world.notify_chat(chat)
    return True


def send_chat_action(request: Request) -> bool:
    """Show that the bot is typing or uploading."""
    action = request.params["action"]
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = find_chat(request, request.params["chat_id"])
    thread = request.params.get("message_thread_id")
    if thread is not None and thread not in chat.topics:
        raise bad_request("message thread not found")
    chat.actions.append(action)
    chat.acted_at = request.world.monotonic()
    request.world.notify_chat(chat)
    return True


def set_reaction(request: Request) -> bool:
    """React to a message with at most one emoji."""
    chat = find_chat(request, request.params["chat_id"])
    stored = find_message(request, chat, "message to react")
    reactions = request.params.get("reaction", [])
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if any(reaction["type"] != "emoji" or not reaction["emoji"] for reaction in reactions):
        raise bad_request("REACTION_INVALID")
    chat.reactions[stored.message["message_id"]] = reactions
    request.world.notify_chat(chat)
    return True


def _managed_forum(request: Request) -> Chat:
    """The forum of the call; raise ApiError when the bot may not manage its topics."""
    chat = find_chat(request, request.params["chat_id"])
    if not chat.public.get("is_forum"):
        raise bad_request("the chat is not a forum")
    if chat.bot_status != "administrator" or not chat.bot_manages_topics:
        raise bad_request("not enough rights to manage topics")
    return chat


def reopen_topic(request: Request) -> bool:
    """Open a closed topic again."""
    chat = _managed_forum(request)
    topic = chat.topics.get(request.params["message_thread_id"])
    if topic is None:
        raise bad_request("TOPIC_ID_INVALID")
    if not topic.closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    request.world.reopen_topic(chat, topic)
    return True


def reopen_general_topic(request: Request) -> bool:
    """Open the general topic again."""
    chat = _managed_forum(request)
    if not chat.general_closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    chat.general_closed = False
    request.world.notify_chat(chat)
    return True


def create_topic(request: Request) -> dict[str, Any]:
    """Open a topic in a forum; only an administrator with that right may."""
    params = request.params
    chat = _managed_forum(request)
    if len(params["name"]) > LONGEST_TOPIC:
        raise bad_request("TOPIC_TITLE_INVALID")
    color = params.get("icon_color", ICON_COLORS[0])
    if color not in ICON_COLORS:
        raise bad_request("TOPIC_ICON_COLOR_INVALID")
    topic = request.world.open_topic(chat, request.world.bot, params["name"], color)
    return {"message_thread_id": topic.thread_id, "name": topic.name, "icon_color": topic.icon_color}


METHODS: dict[str, Performer] = {
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "leaveChat": leave_chat,
    "sendChatAction": send_chat_action,
    "setMessageReaction": set_reaction,
    "createForumTopic": create_topic,
    "reopenForumTopic": reopen_topic,
    "reopenGeneralForumTopic": reopen_general_topic,
}
