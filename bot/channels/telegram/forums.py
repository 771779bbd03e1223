"""Topics of a forum: opening a closed one again, creating one."""

from __future__ import annotations

from typing import Any

from telegram.error import TelegramError

from bot.channels.base import DeliveryError, Failure
from bot.channels.telegram.albums import Call
from bot.channels.telegram.failures import delivery_error, mentions
from bot.channels.typed import MOST_MESSAGE

LONGEST_NAME = 128
# Telegram's answer where the topic is open already.
NOT_CLOSED = "topic_not_modified"


async def reopen(call: Call, chat: int, topic: int) -> None:
    """Open a closed topic again, the general one for 0. Raises DeliveryError."""
    asked: dict[str, Any] = {"chat_id": chat}
    method = "reopenGeneralForumTopic"
    if topic:
        method, asked = "reopenForumTopic", {**asked, "message_thread_id": topic}
    try:
        await call(method, asked)
    except TelegramError as error:
        if not mentions(error, NOT_CLOSED):
            raise delivery_error(error) from error


async def create(call: Call, chat: int, name: str) -> int:
    """Create a topic; its id. Raises DeliveryError."""
    try:
        made = await call("createForumTopic", {"chat_id": chat, "name": name[:LONGEST_NAME]})
    except TelegramError as error:
        raise delivery_error(error) from error
    topic = made.get("message_thread_id") if isinstance(made, dict) else None
    if type(topic) is not int or not 0 < topic <= MOST_MESSAGE:
        raise DeliveryError(Failure.REFUSED, "an unexpected answer to createForumTopic")
    return topic
