"""Raw updates as Telegram sends them, and what the reader makes of one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from telegram import User

from bot.channels.message_ids import MessageIds
from bot.channels.moves import Moves
from bot.channels.names import Nameless
from bot.channels.telegram.updates import UpdateReader

BOT = {"id": 100, "is_bot": True, "first_name": "Aduan", "username": "AduanBot"}
SITI = {"id": 7, "is_bot": False, "first_name": "Siti", "last_name": "Aminah", "language_code": "id"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
PRIVATE = {"id": 7, "type": "private", "first_name": "Siti"}
GROUP = {"id": -100, "type": "supergroup", "title": "Petugas"}
SENT = 1_774_597_320  # Friday 2026-03-27, 07:42 UTC
MOVED = {-900: -100}
NOW = datetime(2026, 3, 27, 3, 42, tzinfo=UTC)  # a Friday
FILE = {"file_id": "F1", "file_unique_id": "U1", "file_size": 10}
PHOTO = [{**FILE, "width": 90, "height": 60}, {**FILE, "file_id": "F9", "width": 1280, "height": 900}]


def clock(moment: datetime | None) -> datetime:
    return moment or NOW


def forward_mark(name: str, at: datetime) -> str:
    return f"Diteruskan dari {name}, {at:%d-%m-%Y}"


def reader(moved: Mapping[int, int] | None = None) -> UpdateReader:
    moves = Moves({-100}, moved)
    ids = MessageIds(moves)
    nameless = Nameless("Warga", "Petugas")
    bot = User.de_json(BOT, None)
    return UpdateReader(bot, clock, moves, ids, nameless, forward_mark)


def message(chat: dict[str, Any] = PRIVATE, **content: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": SENT, "chat": chat, "from": SITI, **content}


def read(kind: str = "message", /, **payload: Any) -> Any:
    return reader().read({"update_id": 1, kind: payload})


def said(chat: dict[str, Any] = PRIVATE, **content: Any) -> Any:
    return read(**message(chat, **content))


def press(data: str | None, **more: Any) -> Any:
    under = {"message_id": 5, "date": SENT, "chat": PRIVATE, "from": BOT, "text": "?"}
    query = {"id": "q1", "from": SITI, "chat_instance": "1", "message": under, **more}
    return read("callback_query", **query, **({} if data is None else {"data": data}))


def fetched(*items: bytes) -> bytes:
    """The answer of getUpdates that contains these updates."""
    return b'{"ok":true,"result":[' + b",".join(items) + b"]}"
