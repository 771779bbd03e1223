"""What becomes of a whole chat's rows: set aside, brought back, moved. Each runs as one transaction."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.database import chats
from bot.database.outbox_marks import park, release
from bot.database.outbox_table import OutboxRow
from bot.database.sealing import Codec
from bot.database.sent_messages import forget_chat


def set_aside(connection: Connection, chat: int) -> None:
    """Nobody can be reached there: its rows are parked, those with `report` told unreachable."""
    chats.note_blocked(connection, chat, blocked=True)
    park(connection, chat)


def bring_back(connection: Connection, codec: Codec, chat: int) -> list[OutboxRow]:
    """They can be reached again: all rows that wait now, final responses first."""
    chats.note_blocked(connection, chat, blocked=False)
    return release(connection, codec, chat)


def move(connection: Connection, old: int, new: int, home: int) -> None:
    """The group has a new id. `home` is the id the core knows it by, whose message ids are void now."""
    chats.note_moved(connection, old, new)
    forget_chat(connection, home)
