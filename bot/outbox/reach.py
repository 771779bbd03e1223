"""Chats that cannot be reached, can be reached again, or moved: stored first, then applied in memory.

`bot/outbox/chats.py` holds the changes to the table. A turn that gets such an event stores it itself, and
`changed()` is called after its commit; the senders learn it from an error and call the other methods.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import structlog
from sqlalchemy import Connection

from bot.channels.base import (
    BlockChanged,
    ChatMigrated,
    Confirmed,
    DeliveryError,
    Failure,
    RightsChanged,
    ShellEvent,
)
from bot.channels.capabilities import capabilities_of
from bot.channels.moves import Moves
from bot.database import chats, windows
from bot.database.engine import Database
from bot.database.outbox_marks import retry
from bot.database.outbox_rows import Kind, OutboxRow
from bot.database.quarantine import Damage
from bot.database.sealing import Codec
from bot.outbox.chat_queue import Item
from bot.outbox.chats import move_chat, park_closed_chat, park_lost_chat, release_chat
from bot.outbox.confirmations import PARKING, WINDOW_TRIES
from bot.outbox.marks import Marks
from bot.outbox.operator_notes import Operator
from bot.outbox.queues import Queues

log = structlog.get_logger(__name__)

# What is sent although the person has to write first.
FREE = frozenset({Kind.KNOCK, Kind.DELETE})


# Makes parked rows of a chat wait to be sent again, and returns rows to queue.
Freeing = Callable[[Connection, Codec, int, Damage], list[OutboxRow]]


class Reach:
    """`accept` gets rows to send; `on_news` is called when there is news for the core."""

    def __init__(
        self,
        database: Database,
        operator: Operator,
        moves: Moves,
        queues: Queues,
        marks: Marks,
        accept: Callable[[Iterable[OutboxRow]], None],
        on_news: Callable[[], None],
    ) -> None:
        self._database, self._operator, self._moves = database, operator, moves
        self._queues, self._marks = queues, marks
        self._accept, self._on_news = accept, on_news
        self._parked: set[int] = set()

    async def start(self) -> None:
        """Load which chats cannot be reached."""
        self._parked |= await self._database.write(chats.blocked)

    def is_parked(self, chat: int) -> bool:
        """Whether the chat's rows are parked."""
        return chat in self._parked

    def require_open(self, row: OutboxRow) -> None:
        """Raise DeliveryError for a row that waits for its person, whose message alone opens the chat."""
        parked = row.chat in self._parked and capabilities_of(row.chat).window_hours > 0
        # A template that nothing waits for any more is not sent either.
        waits = not parked if row.kind is Kind.KNOCK else parked and row.kind not in FREE
        if waits:
            raise DeliveryError(Failure.WINDOW, "waits for the person", answered=False)

    def changed(self, event: ShellEvent) -> None:
        """Apply a change of a chat that its turn has stored. May be called twice for one change."""
        match event:
            case ChatMigrated(old, new):
                self._moved(old, new)
            case BlockChanged(chat, blocked=True) | RightsChanged(chat, status="gone"):
                self._note_parked(chat)
                # Its turn has parked rows with `report`.
                self._on_news()
            case BlockChanged(chat) | RightsChanged(chat):
                self._parked.discard(chat)
                self._queues.drop_knocks(chat)
            case Confirmed(chat):
                self._reported(chat, event)

    def _reported(self, chat: int, event: Confirmed) -> None:
        if event.delivered:
            self._queues.confirm(event.row, event.part)
        elif event.failure is Failure.WINDOW:
            self._note_parked(chat, keeps=FREE)
        elif event.failure in PARKING:
            self._note_parked(chat)
        self._on_news()

    async def park_closed(self, chat: int, refused: Item) -> bool:
        """Park the rows of a chat whose person has to write first; False when they have written meanwhile."""
        codec, now = self._operator.codec, self._operator.wall()

        def work(connection: Connection) -> list[OutboxRow] | None:
            if refused.row.parts.windows < WINDOW_TRIES and windows.is_open(connection, chat, now):
                return None
            return park_closed_chat(connection, codec, chat, now)

        knocks = await self._database.write(work)
        if knocks is None:
            return False
        self._note_parked(chat, refused, FREE)
        self._accept(knocks)
        self._on_news()
        return True

    async def park(self, chat: int, refused: Item) -> None:
        """Park the chat's rows, the one that was just refused among them."""
        operator = self._operator if self._moves.is_named(chat) else None
        notes = await self._database.write(lambda connection: park_lost_chat(connection, chat, operator))
        self._note_parked(chat, refused)
        self._accept(notes)
        self._on_news()

    def _note_parked(
        self, chat: int, refused: Item | None = None, keeps: frozenset[Kind] = frozenset()
    ) -> None:
        self._parked.add(chat)
        self._queues.drop_chat(chat, refused, keeps)
        log.info("outbox.parked", group=chat < 0)

    async def release(self, chat: int) -> None:
        """Send the parked rows of a chat that accepts messages again."""
        await self._again(chat, release_chat)
        self._parked.discard(chat)

    async def _again(self, chat: int, freed: Freeing) -> None:
        def work(connection: Connection) -> list[OutboxRow]:
            damage = Damage()
            back = freed(connection, self._operator.codec, chat, damage)
            return [*back, *self._operator.report(connection, damage.faults.values())]

        self._accept(await self._database.write(work))

    async def retry(self, chat: int) -> None:
        """Send again what the chat has refused, unless the chat cannot be reached at all."""
        if chat not in self._parked:
            await self._again(chat, retry)

    async def move(self, old: int, new: int) -> None:
        """Store a group's new id, and send to it from now on."""
        home, codec = self._moves.home(old), self._operator.codec
        await self._database.write(lambda connection: move_chat(connection, codec, old, new, home))
        self._moved(old, new)

    def _moved(self, old: int, new: int) -> None:
        if not self._moves.add(old, new):
            return
        home = self._moves.home(new)
        self._marks.forget(home)
        self._queues.forget_messages(home)
        log.warning("outbox.group_moved", old=old, new=new)
        self._on_news()
