"""Changes to all rows of a chat: parked, released, moved. Each runs within a transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from bot.channels.base import BlockChanged, ChatMigrated, Confirmed, RightsChanged, ShellEvent
from bot.database import chats
from bot.database.outbox_marks import park, release
from bot.database.outbox_rows import OutboxRow
from bot.database.quarantine import Damage
from bot.database.sealing import Codec
from bot.database.sent_messages import forget_chat
from bot.outbox.operator_notes import Operator, group_lost


@dataclass(frozen=True, slots=True)
class ChatChange:
    """The result of noting an event: rows of `chat` that wait again, or that the chat was lost by it."""

    chat: int
    back: list[OutboxRow] = field(default_factory=list)
    lost: bool = False


def note(
    connection: Connection,
    codec: Codec,
    event: ShellEvent,
    home: Callable[[int], int],
    damage: Damage | None = None,
) -> ChatChange:
    """Store what happened to a chat; the senders follow after the commit. `home` is `Moves.home`."""
    match event:
        case ChatMigrated(old, new):
            move_chat(connection, codec, old, new, home(old))
            return ChatChange(home(old))
        case BlockChanged(chat, blocked=True) | RightsChanged(chat, status="gone"):
            return ChatChange(chat, lost=park_chat(connection, chat))
        case BlockChanged(chat) | RightsChanged(chat):
            return ChatChange(chat, release_chat(connection, codec, chat, damage))
        case Confirmed(chat):
            return ChatChange(chat)


def park_chat(connection: Connection, chat: int) -> bool:
    """Park the rows of a chat that cannot be reached; those with `report` are reported unreachable.

    Returns whether the chat was reachable until now.
    """
    news = not chats.is_blocked(connection, chat)
    chats.note_blocked(connection, chat, blocked=True)
    park(connection, chat)
    return news


def park_lost_chat(connection: Connection, chat: int, operator: Operator | None) -> list[OutboxRow]:
    """Park a chat that refused a message; return the rows that notify the operator of it."""
    news = park_chat(connection, chat)
    return operator.notify(connection, [group_lost(chat)]) if news and operator else []


def release_chat(
    connection: Connection, codec: Codec, chat: int, damage: Damage | None = None
) -> list[OutboxRow]:
    """Release the rows of a chat that can be reached again; return all that wait, final responses first."""
    chats.note_blocked(connection, chat, blocked=False)
    return release(connection, codec, chat, damage)


def move_chat(connection: Connection, codec: Codec, old: int, new: int, home: int) -> None:
    """Store a group's new id. `home` is the id the core knows it by, whose message ids are void now.

    May be called twice, as both groups report the move.
    """
    if chats.note_moved(connection, codec, old, new):
        forget_chat(connection, home)
