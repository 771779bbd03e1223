"""The parts that all methods share: the request, and how chats, messages and texts are found and read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from bot.simulator.api.entities import Entities, formatted
from bot.simulator.api.errors import bad_request, forbidden, too_many_requests
from bot.simulator.api.html import utf16_length
from bot.simulator.api.parameters import Upload
from bot.simulator.state.chats import Chat, Stored
from bot.simulator.state.limits import Limits
from bot.simulator.state.profile import Profile
from bot.simulator.state.world import World

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024


@dataclass(slots=True)
class Request:
    """One call whose parameters are checked."""

    world: World
    profile: Profile
    limits: Limits | None
    params: dict[str, Any]
    uploads: dict[str, Upload]


# What a call does to a chat. A group that became a supergroup can still be read, but not its members.
Access = Literal["read", "members", "write"]
Performer = Callable[[Request], Any]


def find_chat(request: Request, chat_id: int | str, access: Access = "write") -> Chat:
    """Return the chat of a call; raise ApiError when it is unknown or closed to the bot."""
    world = request.world
    chat = world.chats.get(chat_id) if isinstance(chat_id, int) else _public_chat(world, chat_id)
    if chat is None:
        raise bad_request("chat not found")
    if chat.private:
        _check_private(world, chat, write=access == "write")
    else:
        _check_group(chat, access)
    return chat


def _public_chat(world: World, name: str) -> Chat | None:
    wanted = name.removeprefix("@").lower()
    if not name.startswith("@"):
        return None
    groups = (chat for chat in world.chats.values() if not chat.private)
    return next((chat for chat in groups if str(chat.public.get("username", "")).lower() == wanted), None)


def _check_private(world: World, chat: Chat, *, write: bool) -> None:
    if not chat.started:
        if write and world.known(chat.id):
            raise forbidden("bot can't initiate conversation with a user")
        if not world.known(chat.id):
            raise bad_request("chat not found")
    if write and chat.deactivated:
        raise forbidden("user is deactivated")
    if write and chat.blocked:
        raise forbidden("bot was blocked by the user")


def _check_group(chat: Chat, access: Access) -> None:
    if access == "read" and (chat.kind == "group" or chat.migrated_to is not None):
        return
    if chat.migrated_to is not None:
        sentence = "group chat was upgraded to a supergroup chat"
        raise bad_request(sentence, migrate_to_chat_id=chat.migrated_to)
    if chat.bot_status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    if chat.bot_status == "left":
        raise forbidden(f"bot is not a member of the {chat.kind} chat")


def find_message(request: Request, chat: Chat, what: str) -> Stored:
    """Return the message that message_id names; raise ApiError "<what> not found" when there is none."""
    stored = chat.messages.get(request.params.get("message_id", 0))
    if stored is None:
        raise bad_request(f"{what} not found")
    return stored


def count(request: Request, chat: Chat, items: int = 1) -> None:
    """Count messages against the flood limits, if there are any; raise ApiError 429 above them."""
    seconds = request.limits.spend(chat, items) if request.limits else 0
    if seconds:
        raise too_many_requests(seconds)


def read_text(request: Request, too_long: str = "message is too long") -> dict[str, Any]:
    """Return the text of a message with its entities; raise ApiError when it is empty or too long."""
    params = request.params
    text, entities = formatted(
        params.get("text", ""), params.get("parse_mode"), params.get("entities"), request.world.find_user
    )
    if not text:
        raise bad_request("text must be non-empty" if params.get("text") else "message text is empty")
    if utf16_length(text) > LONGEST_TEXT:
        raise bad_request(too_long)
    options = _preview(params.get("link_preview_options"))
    return with_entities("text", text, entities) | options


def read_caption(request: Request, source: dict[str, Any]) -> dict[str, Any]:
    """Return the caption of a message or album item with its entities; empty when there is none."""
    text, entities = formatted(
        source.get("caption", ""),
        source.get("parse_mode"),
        source.get("caption_entities"),
        request.world.find_user,
    )
    if utf16_length(text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    caption = with_entities("caption", text, entities) if text else {}
    if caption and source.get("show_caption_above_media"):
        caption["show_caption_above_media"] = True
    return caption


def with_entities(name: str, text: str, entities: Entities) -> dict[str, Any]:
    """Return a text or caption as the fields of a message."""
    key = "entities" if name == "text" else "caption_entities"
    return {name: text, key: entities} if entities else {name: text}


def _preview(options: dict[str, Any] | None) -> dict[str, Any]:
    if not options:
        return {}
    link = options.get("url")
    if link is not None and "." not in link:
        raise bad_request("WEBPAGE_URL_INVALID")
    return {"link_preview_options": options}
