"""Waiting for a message of the bot in a chat on Telegram."""

from __future__ import annotations

from bot.simulator.state.chats import Chat
from bot.simulator.state.waiting import transcript, wait_until
from tests.questions import Message, labels_of


async def shown(chat: Chat, seconds: float, *texts: str, button: str = "") -> Message:
    """Return the bot's newest message that holds all this, as soon as there is one."""

    def found() -> Message | None:
        for stored in chat.newest_first():
            said = stored.message.get("text", "")
            if stored.by_bot and all(text in said for text in texts):
                return stored.message if not button or button in labels_of(stored.message) else None
        return None

    try:
        message: Message = await wait_until(lambda: chat.signal, found, seconds)
    except TimeoutError:
        raise AssertionError(f"no answer: never saw {texts} {button}; {transcript(chat)}") from None
    return message
