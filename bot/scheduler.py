"""The clock of the service: it asks the store what is due, and hands it to the turns (law 10).

1. A conversation whose wake-up time has come: a draft to nudge or drop, messages that wait for "Kirim".
2. A case whose objection window is over: the day after its last day.
3. A file that was lost, or was stored and belongs to a case: the core has not been told.
4. A message sent with `report` that arrived, or never will: the core has not been told.
5. A group that moved, or another account of the bot: open cards are to be sent again.
6. Each becomes one event. What raised it is cleared in that event's own transaction, so that a crash
   repeats it and nothing is told twice. What is still due afterwards (nothing to do, or a fault of
   ours) is put off, so that it cannot go round and round.
7. Keys of updates that cannot come again, and updates set aside a month ago, are deleted once an hour.

It sleeps until it is nudged, and not longer than so many seconds: business time may be put forward.
After downtime everything due comes once, a limited number a round.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection

from bot.database import arrivals, cases, chats, conversations, files_table, outbox_table
from bot.database.engine import Database
from bot.database.outbox_marks import settle
from bot.turns.batches import CardsVoid, Incoming
from conversations.conversation import ConversationKey
from conversations.events import DeadlinePassed, Delivery, Event, FileLost, FileStored, MessageReported

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

log = structlog.get_logger(__name__)

CHANNEL = "clock"
MOST = 100
PUT_OFF = timedelta(hours=1)
# A case's day begins for the clock when people are up: nobody is written to at midnight.
MORNING = timedelta(hours=8)
PRUNE_SECONDS = 3600.0
FAULT_SECONDS = 5.0
# The first round imports what readers need; people are listened to before that.
FIRST_ROUND_SECONDS = 0.5


class Scheduler:
    """Runs until it is cancelled. `now` is business time, `wall` seconds since 1970."""

    def __init__(
        self,
        database: Database,
        take: Callable[[Sequence[Incoming]], Awaitable[None]],
        now: Callable[[], datetime],
        wall: Callable[[], float],
        longest_sleep: float,
    ) -> None:
        self._database, self._take = database, take
        self._now, self._wall = now, wall
        self._longest_sleep = longest_sleep
        self._nudged = asyncio.Event()
        self._pruned = 0.0

    def nudge(self) -> None:
        """Something may be due now: a file was stored, a message arrived."""
        self._nudged.set()

    async def run(self) -> None:
        """Go round after round; a fault is logged and the next round tries again."""
        await asyncio.sleep(FIRST_ROUND_SECONDS)
        while True:
            self._nudged.clear()
            try:
                full = await self.round()
            except Exception as error:  # noqa: BLE001 - the clock must not stop
                log.error("scheduler.fault", error=type(error).__name__)  # noqa: TRY400 - no words
                await asyncio.sleep(FAULT_SECONDS)
                continue
            if not full:
                await self._sleep()

    async def _sleep(self) -> None:
        try:
            async with asyncio.timeout(self._longest_sleep):
                await self._nudged.wait()
        except TimeoutError:
            return

    async def round(self) -> bool:
        """Do all that is due; whether there may be more of it."""
        due = await self.due()
        if due:
            await self._take(due)
        if self._wall() - self._pruned >= PRUNE_SECONDS:
            self._pruned = self._wall()
            await self._database.write(lambda connection: arrivals.prune(connection, self._pruned))
        return len(due) >= MOST

    async def due(self) -> list[Incoming]:
        """What is due, as events."""
        now = self._now()
        async with self._database.read() as connection:
            return [
                *await self._reports(connection, now),
                *await self._files(connection, now),
                *await self._conversations(connection, now),
                *await self._cases(connection, now),
                *await self._moved(connection),
            ]

    async def _conversations(self, connection: AsyncConnection, now: datetime) -> list[Incoming]:
        until = {"now": conversations.moment(now), "most": MOST}
        return [
            _internal(
                DeadlinePassed(now, chat=row.chat, person=row.person),
                partial(
                    conversations.postpone,
                    key=ConversationKey(row.chat, row.person),
                    now=now,
                    until=now + PUT_OFF,
                ),
            )
            for row in await connection.execute(conversations.DUE, until)
        ]

    async def _cases(self, connection: AsyncConnection, now: datetime) -> list[Incoming]:
        today = (now - MORNING).date()
        found = await connection.execute(cases.DUE, {"today": today.isoformat(), "most": MOST})
        return [
            _internal(
                DeadlinePassed(now, case=row.id),
                partial(cases.postpone_case, case=row.id, today=today),
            )
            for row in found
        ]

    async def _files(self, connection: AsyncConnection, now: datetime) -> list[Incoming]:
        lost = await connection.execute(files_table.LOST_NEWS, {"most": MOST})
        stored = await connection.execute(files_table.STORED_NEWS, {"most": MOST})
        events: list[tuple[str, Event]] = [
            *((row.key, FileLost(now, row.owner, row.key, row.chat, row.reason)) for row in lost),
            *((row.key, FileStored(now, row.owner, row.key, row.sha256, row.size)) for row in stored),
        ]
        return [_internal(event, partial(files_table.settle_file, key=key)) for key, event in events]

    async def _reports(self, connection: AsyncConnection, now: datetime) -> list[Incoming]:
        found = await connection.execute(outbox_table.OUTCOMES, {"most": MOST})
        return [
            _internal(
                MessageReported(now, row.report, row.key or "", Delivery(row.outcome)),
                partial(settle, row=row.id, told=Delivery(row.outcome)),
            )
            for row in found
        ]

    async def _moved(self, connection: AsyncConnection) -> list[Incoming]:
        found = (await connection.execute(chats.CARDS_VOID)).scalars()
        return [_internal(CardsVoid(chat), partial(chats.cards_sent, chat=chat)) for chat in found]


def _internal(event: Event | CardsVoid, settle_it: Callable[[Connection], None]) -> Incoming:
    return Incoming(CHANNEL, None, event, repr(event).encode(), settle=settle_it)
