"""Chats that are out of reach, back, or moved: stored first, then followed in memory.

`bot/outbox/chats.py` holds what each means for the table. A turn that is told of it stores it itself and
calls `changed()` after its commit; the senders find it out by an error and call the other functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import structlog
from sqlalchemy import Connection

from bot.channels.base import BlockChanged, ChatMigrated, RightsChanged, ShellEvent
from bot.channels.moves import Moves
from bot.database import chats
from bot.database.engine import Database
from bot.database.outbox_rows import OutboxRow
from bot.database.quarantine import Damage
from bot.outbox.chat_queue import Item
from bot.outbox.chats import bring_back, lose, move
from bot.outbox.marks import Marks
from bot.outbox.operator_notes import Operator
from bot.outbox.queues import Queues

log = structlog.get_logger(__name__)


class Reach:
    """`accept` gets rows that are to be sent, `on_news` is called when the core has something to hear."""

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
        """Learn which chats are out of reach."""
        self._parked |= await self._database.write(chats.blocked)

    def is_parked(self, chat: int) -> bool:
        """Whether the chat's rows are set aside."""
        return chat in self._parked

    def changed(self, event: ShellEvent) -> None:
        """Keep in mind what happened to a chat, as its turn stored it. May be told twice."""
        match event:
            case ChatMigrated(old, new):
                self._moved(old, new)
            case BlockChanged(chat, blocked=True) | RightsChanged(chat, status="gone"):
                self._put_by(chat)
            case BlockChanged(chat) | RightsChanged(chat):
                self._parked.discard(chat)

    async def park(self, chat: int, refused: Item) -> None:
        """Set the chat's rows aside, the one that was just refused among them."""
        operator = self._operator if self._moves.is_named(chat) else None
        told = await self._database.write(lambda connection: lose(connection, chat, operator))
        self._put_by(chat, refused)
        self._accept(told)
        self._on_news()

    def _put_by(self, chat: int, refused: Item | None = None) -> None:
        self._parked.add(chat)
        self._queues.let_go(chat, refused)
        log.info("outbox.parked", group=chat < 0)

    async def release(self, chat: int) -> None:
        """Send what waited for a chat that answers again."""

        def work(connection: Connection) -> list[OutboxRow]:
            damage = Damage()
            back = bring_back(connection, self._operator.codec, chat, damage)
            return [*back, *self._operator.report(connection, damage.faults.values())]

        back = await self._database.write(work)
        self._parked.discard(chat)
        self._accept(back)

    async def move(self, old: int, new: int) -> None:
        """Store that a group has a new id, and send there from now on."""
        home, codec = self._moves.home(old), self._operator.codec
        await self._database.write(lambda connection: move(connection, codec, old, new, home))
        self._moved(old, new)

    def _moved(self, old: int, new: int) -> None:
        if not self._moves.add(old, new):
            return
        home = self._moves.home(new)
        self._marks.forget(home)
        self._queues.forget_messages(home)
        log.warning("outbox.group_moved", old=old, new=new)
        self._on_news()
