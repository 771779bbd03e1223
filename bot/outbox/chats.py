"""What becomes of a whole chat's rows: set aside, brought back, moved. Each runs within a transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from bot.channels.base import BlockChanged, ChatMigrated, RightsChanged, ShellEvent
from bot.database import chats
from bot.database.outbox_marks import park, release
from bot.database.outbox_rows import OutboxRow
from bot.database.quarantine import Damage
from bot.database.sealing import Codec
from bot.database.sent_messages import forget_chat
from bot.outbox.operator_notes import Operator, group_lost


@dataclass(frozen=True, slots=True)
class Noted:
    """What noting an event came to: rows of `chat` that wait again, or that it was lost just now."""

    chat: int
    back: list[OutboxRow] = field(default_factory=list)
    lost: bool = False


def note(
    connection: Connection,
    codec: Codec,
    event: ShellEvent,
    home: Callable[[int], int],
    damage: Damage | None = None,
) -> Noted:
    """Store what happened to a chat; memory follows after the commit. `home` is `Moves.home`."""
    match event:
        case ChatMigrated(old, new):
            move(connection, codec, old, new, home(old))
            return Noted(home(old))
        case BlockChanged(chat, blocked=True) | RightsChanged(chat, status="gone"):
            return Noted(chat, lost=set_aside(connection, chat))
        case BlockChanged(chat) | RightsChanged(chat):
            return Noted(chat, bring_back(connection, codec, chat, damage))


def set_aside(connection: Connection, chat: int) -> bool:
    """Nobody can be reached there: its rows are parked, those with `report` told unreachable.

    Answers whether that is news.
    """
    news = not chats.is_blocked(connection, chat)
    chats.note_blocked(connection, chat, blocked=True)
    park(connection, chat)
    return news


def lose(connection: Connection, chat: int, operator: Operator | None) -> list[OutboxRow]:
    """Set a chat aside that refused a message; the rows that tell the operator, if it is news."""
    news = set_aside(connection, chat)
    return operator.tell(connection, [group_lost(chat)]) if news and operator else []


def bring_back(
    connection: Connection, codec: Codec, chat: int, damage: Damage | None = None
) -> list[OutboxRow]:
    """They can be reached again: all rows that wait now, final responses first."""
    chats.note_blocked(connection, chat, blocked=False)
    return release(connection, codec, chat, damage)


def move(connection: Connection, codec: Codec, old: int, new: int, home: int) -> None:
    """The group has a new id. `home` is the id the core knows it by, whose message ids are void now.

    Both groups tell it, so it may be told twice.
    """
    if chats.note_moved(connection, codec, old, new):
        forget_chat(connection, home)
