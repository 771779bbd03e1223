"""Buttons and keyboards as Telegram takes them. What comes back is action:subject:version:value."""

from __future__ import annotations

from collections.abc import Callable

from telegram import (
    CopyTextButton,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.channels.base import Wording
from conversations.messages import AskReply, Button, Key, Keyboard, OutgoingMessage, Params, Rows

LONGEST_DATA = 64
Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply
Label = Callable[[str, Params], str]


class ButtonTooLongError(ValueError):
    """A button's action, subject, version and value do not fit Telegram's 64 bytes."""


def data(button: Button) -> str:
    """What comes back when the button is pressed. Raises ButtonTooLongError."""
    joined = f"{button.action}:{button.subject}:{button.version}:{button.value}"
    if len(joined.encode()) > LONGEST_DATA:
        raise ButtonTooLongError(button.label)
    return joined


def markup(message: OutgoingMessage, wording: Wording, language: str, *, private: bool) -> Markup | None:
    """What goes under the message. A message bears one kind: its buttons go before its keyboard."""

    def label(name: str, params: Params) -> str:
        return wording.label(name, params, language)

    if message.buttons:
        return inline(message.buttons, label)
    match message.keyboard:
        case Keyboard(rows=rows) if rows:
            keys = [[_key(key, label, private=private) for key in row] for row in rows]
            return ReplyKeyboardMarkup(keys, resize_keyboard=True, is_persistent=True)
        case Keyboard():
            return ReplyKeyboardRemove()
        case AskReply():
            # In a group it reaches only whom the text mentions; the template does that.
            return ForceReply(selective=not private)
        case _:
            return None


def inline(rows: Rows, label: Label) -> InlineKeyboardMarkup:
    """The buttons under a message."""
    return InlineKeyboardMarkup([[_button(button, label) for button in row] for row in rows if row])


def _button(button: Button, label: Label) -> InlineKeyboardButton:
    text = label(button.label, button.params)
    if button.url:
        return InlineKeyboardButton(text, url=button.url, style=button.style)
    if button.copy:
        return InlineKeyboardButton(text, copy_text=CopyTextButton(button.copy), style=button.style)
    return InlineKeyboardButton(text, callback_data=data(button), style=button.style)


def _key(key: Key, label: Label, *, private: bool) -> KeyboardButton:
    return KeyboardButton(
        label(key.label, {}),
        request_contact=True if private and key.request == "contact" else None,
        request_location=True if private and key.request == "location" else None,
    )
