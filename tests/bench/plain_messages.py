"""The messages of the plain bot, read from the folder that is its argument."""

from __future__ import annotations

import json
import sys
from html import escape
from pathlib import Path
from typing import Any

from telegram import InlineKeyboardMarkup, Message, ReplyKeyboardMarkup, ReplyKeyboardRemove, Update
from telegram.ext import ContextTypes

Context = ContextTypes.DEFAULT_TYPE
Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove

FOLDER = Path(sys.argv[1])
SETTINGS = json.loads((FOLDER / "settings.json").read_text())
MESSAGES = json.loads((FOLDER / "messages.json").read_text())


def built(markup: dict[str, Any] | None) -> Markup | None:
    """Return the keyboard or buttons of a message."""
    if not markup:
        return None
    if "inline_keyboard" in markup:
        return InlineKeyboardMarkup.de_json(markup)
    if "keyboard" in markup:
        return ReplyKeyboardMarkup(**markup)
    return ReplyKeyboardRemove()


MARKUPS = {name: built(message["reply_markup"]) for name, message in MESSAGES.items()}


def text_of(name: str, values: dict[str, Any]) -> str:
    """Return a message with its values, escaped for HTML."""
    escaped = {key: escape(str(value)) for key, value in values.items()}
    return str(MESSAGES[name]["text"]).format_map(escaped)


async def say(update: Update, context: Context, *names: str) -> Message:
    """Send messages to the person who is talking."""
    assert update.effective_chat
    for name in names:
        text = text_of(name, context.user_data or {})
        sent = await update.effective_chat.send_message(text, reply_markup=MARKUPS[name])
    return sent
