"""Waiting for a change without polling, and the transcript for the error message of a time-out."""

import asyncio
from collections.abc import Callable
from typing import Any

from bot.simulator.state.chats import Chat, Signal

SHOWN = 12


async def wait_until(signal: Callable[[], Signal], condition: Callable[[], Any], timeout: float) -> Any:  # noqa: ASYNC109
    """Return the condition's first true value; raise TimeoutError after `timeout` seconds.

    `signal` is called before each wait: a group that becomes a supergroup has a new signal.
    """
    async with asyncio.timeout(timeout):
        while not (value := condition()):
            await signal().wait()
    return value


def transcript(chat: Chat) -> str:
    """Return the last messages of a chat as readable lines."""
    lines = [f"the last messages in {chat.name} ({chat.id}):"]
    lines += [line(stored.message) for stored in list(chat.messages.values())[-SHOWN:]]
    return "\n".join(lines) if len(lines) > 1 else f"no message in {chat.name} ({chat.id})"


def line(message: dict[str, Any]) -> str:
    """Return one message with its buttons."""
    sender = message.get("from", {}).get("first_name", "?")
    kinds = [key for key in ("photo", "document", "video", "voice", "location", "contact") if key in message]
    text = message.get("text", message.get("caption", ""))
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons = "".join(f"\n      [{' | '.join(button['text'] for button in row)}]" for row in rows)
    edited = " (edited)" if "edit_date" in message else ""
    return f"  #{message['message_id']} {sender}{edited}: {' '.join([*kinds, text])}{buttons}"
