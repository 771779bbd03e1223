"""Changes to all rows of a chat: parked, released, moved. Each runs within a transaction.

A report of the messenger about one message is handled in confirmations.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from bot.channels.base import BlockChanged, ChatMigrated, Confirmed, Failure, RightsChanged, ShellEvent
from bot.database import chats
from bot.database.outbox_marks import park, release
from bot.database.outbox_reports import repeat_silent
from bot.database.outbox_rows import OutboxRow
from bot.database.outbox_windows import drop_knocks, park_closed
from bot.database.quarantine import Damage
from bot.database.sealing import Codec
from bot.database.sent_messages import forget_chat
from bot.outbox.confirmations import note_report
from bot.outbox.operator_notes import Operator, group_lost
from conversations.messages import OutgoingMessage


@dataclass(frozen=True, slots=True)
class ChatChange:
    """The result of noting an event: rows of `chat` that wait again, or that the chat was lost by it.

    `row` is the only row that the event is about (0: an unknown one), None for all of the chat; `event` what
    the senders apply where that is another one; `notes` are for the operator.
    """

    chat: int
    back: list[OutboxRow] = field(default_factory=list)
    lost: bool = False
    row: int | None = None
    event: ShellEvent | None = None
    notes: tuple[OutgoingMessage, ...] = ()


def note(
    connection: Connection,
    codec: Codec,
    event: ShellEvent,
    home: Callable[[int], int],
    damage: Damage | None = None,
    wall: float | None = None,
) -> ChatChange:
    """Store what happened to a chat at wall time (now); the senders follow after the commit.

    `home` is `Moves.home`.
    """
    now = time.time() if wall is None else wall
    match event:
        case ChatMigrated(old, new):
            move_chat(connection, codec, old, new, home(old))
            return ChatChange(home(old))
        case BlockChanged(chat, blocked=True) | RightsChanged(chat, status="gone"):
            return ChatChange(chat, lost=park_chat(connection, chat))
        case BlockChanged(chat) | RightsChanged(chat):
            return ChatChange(chat, release_chat(connection, codec, chat, damage, now))
        case Confirmed(chat):
            return _confirmed(connection, codec, event, now)


def _confirmed(connection: Connection, codec: Codec, event: Confirmed, now: float) -> ChatChange:
    """Store a report, and park its chat where nothing can be sent there."""
    chat, result = event.chat, note_report(connection, codec, event, now)
    if result.failure is Failure.WINDOW:
        back = park_closed_chat(connection, codec, chat, now)
        event = replace(event, failure=Failure.WINDOW)
        return ChatChange(chat, back, event=event, notes=result.notes)
    if result.failure is Failure.UNREACHABLE:
        return ChatChange(chat, lost=park_chat(connection, chat), event=event)
    # The row does not exist any more, or waits again: the senders have nothing to do for its chat.
    applied = event if event.delivered else replace(event, failure=Failure.REFUSED)
    about = 0 if result.waits else event.row
    return ChatChange(chat, result.back, row=about, event=applied, notes=result.notes)


def park_chat(connection: Connection, chat: int) -> bool:
    """Park the rows of a chat that cannot be reached; those with `report` are reported unreachable.

    Returns whether the chat was reachable until now.
    """
    news = not chats.is_blocked(connection, chat)
    park(connection, chat, closed=chats.is_closed(connection, chat))
    chats.note_blocked(connection, chat, blocked=True)
    return news


def park_closed_chat(connection: Connection, codec: Codec, chat: int, now: float) -> list[OutboxRow]:
    """Park the rows of a chat whose person has to write first; returns the template's row, if there is one.

    A person who cannot be reached stays so until they write.
    """
    if chats.is_unreachable(connection, chat):
        park(connection, chat)
        return []
    chats.note_closed(connection, chat)
    return park_closed(connection, codec, chat, now)


def park_lost_chat(connection: Connection, chat: int, operator: Operator | None) -> list[OutboxRow]:
    """Park a chat that refused a message; return the rows that notify the operator of it."""
    news = park_chat(connection, chat)
    return operator.notify(connection, [group_lost(chat)]) if news and operator else []


def release_chat(
    connection: Connection, codec: Codec, chat: int, damage: Damage | None = None, now: float | None = None
) -> list[OutboxRow]:
    """Release the rows of a chat that can be reached again; return all that wait, final responses first.

    What waited for its person counts as created now (wall time). What they never got is sent once more.
    """
    since = now if chats.is_closed(connection, chat) else None
    drop_knocks(connection, chat)
    chats.note_blocked(connection, chat, blocked=False)
    if now is not None:
        repeat_silent(connection, chat, now)
    return release(connection, codec, chat, damage, since)


def move_chat(connection: Connection, codec: Codec, old: int, new: int, home: int) -> None:
    """Store a group's new id. `home` is the id the core knows it by, whose message ids are void now.

    May be called twice, as both groups report the move.
    """
    if chats.note_moved(connection, codec, old, new):
        forget_chat(connection, home)
