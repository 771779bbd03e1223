"""Buttons and keyboards in Telegram's form. A pressed button returns action:subject:version:value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.channels.base import Wording
from conversations.messages import AskReply, Button, Key, Keyboard, OutgoingMessage, Params

LONGEST_DATA = 64
Markup = dict[str, Any]
Label = Callable[[str, Params], str]


class ButtonTooLongError(ValueError):
    """A button's action, subject, version and value do not fit Telegram's 64 bytes."""


def data(button: Button) -> str:
    """The data that a pressed button returns. Raises ButtonTooLongError."""
    joined = f"{button.action}:{button.subject}:{button.version}:{button.value}"
    if len(joined.encode()) > LONGEST_DATA:
        raise ButtonTooLongError(button.label)
    return joined


def markup(message: OutgoingMessage, wording: Wording, language: str, *, private: bool) -> Markup | None:
    """The message's buttons, else its keyboard: Telegram shows one of the two."""

    def label(name: str, params: Params) -> str:
        return wording.label(name, params, language)

    if message.buttons:
        return {
            "inline_keyboard": [[_button(button, label) for button in row] for row in message.buttons if row]
        }
    match message.keyboard:
        case Keyboard(rows=rows) if rows:
            keys = [[_key(key, label, private=private) for key in row] for row in rows]
            return {"keyboard": keys, "resize_keyboard": True, "is_persistent": True}
        case Keyboard():
            return {"remove_keyboard": True}
        case AskReply():
            # In a group it is shown only to people whom the text mentions; the template mentions them.
            return {"force_reply": True, "selective": not private}
        case _:
            return None


def _button(button: Button, label: Label) -> Markup:
    made: Markup = {"text": label(button.label, button.params)}
    if button.url:
        made["url"] = button.url
    elif button.copy:
        made["copy_text"] = {"text": button.copy}
    else:
        made["callback_data"] = data(button)
    if button.style:
        made["style"] = button.style
    return made


def _key(key: Key, label: Label, *, private: bool) -> Markup:
    made: Markup = {"text": label(key.label, {})}
    if private and key.request:
        made[f"request_{key.request}"] = True
    return made
