"""The clock of the service: it asks the store what is due, and hands it to the turns (invariant 10).

1. A conversation whose wake-up time has come: a draft to remind of or drop, messages that wait for "Kirim".
2. A case whose objection window is over: the day after its last day.
3. A file that was lost, or was stored and belongs to a case: the core has not been told.
4. A message sent with `report` that arrived, or never will: the core has not been told.
5. A group that moved, or another account of the bot: open cards are to be sent again.
6. Each becomes one event (bot/sources/due.py). What raised it is cleared in that event's own transaction, so
   that a crash repeats it and nothing is told twice. What is still due afterwards (nothing to do, or a
   fault of ours) is put off, so that it cannot go round and round.
7. A row that makes no event is given up and reported: it holds up no other (invariant 2).
8. Keys of updates that cannot come again, and what was set aside a month ago, are deleted once an hour.

It sleeps until it is woken, and not longer than `longest_sleep` seconds: business time may be put
forward. After downtime everything due comes once, a limited number a round.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime

import structlog
from sqlalchemy import Connection

from bot.database import arrivals, members, quarantine
from bot.database.engine import Database
from bot.database.quarantine import Fault
from bot.database.sealing import Codec
from bot.foundation.faults import whereabouts
from bot.sources.due import MOST, SOURCES, Damaged, Source
from bot.turns.batches import Incoming

log = structlog.get_logger(__name__)

PRUNE_SECONDS = 3600.0
FAULT_SECONDS = 5.0
# The first round imports what readers need; people are listened to before that.
FIRST_ROUND_SECONDS = 0.5


class Scheduler:
    """Runs until it is cancelled. `now` is business time, `wall` seconds since 1970."""

    def __init__(
        self,
        database: Database,
        codec: Codec,
        take: Callable[[Sequence[Incoming]], Awaitable[None]],
        now: Callable[[], datetime],
        wall: Callable[[], float],
        longest_sleep: float,
        report: Callable[[Collection[Fault]], Awaitable[None]],
    ) -> None:
        self._database, self._codec, self._take = database, codec, take
        self._now, self._wall = now, wall
        self._longest_sleep = longest_sleep
        self._report = report
        self._woken = asyncio.Event()
        self._pruned = 0.0

    def wake(self) -> None:
        """Something may be due now: a file was stored, a message arrived."""
        self._woken.set()

    async def run(self) -> None:
        """Go round after round; a fault is logged and the next round tries again."""
        await asyncio.sleep(FIRST_ROUND_SECONDS)
        while True:
            self._woken.clear()
            try:
                full = await self.round()
            except Exception as error:  # noqa: BLE001 - the clock must not stop
                log.error("scheduler.fault", error=whereabouts(error))  # noqa: TRY400 - no words
                await asyncio.sleep(FAULT_SECONDS)
                continue
            if not full:
                await self._sleep()

    async def _sleep(self) -> None:
        try:
            async with asyncio.timeout(self._longest_sleep):
                await self._woken.wait()
        except TimeoutError:
            return

    async def round(self) -> bool:
        """Do all that is due; whether there may be more of it."""
        due = await self.due()
        if due:
            await self._take(due)
        if self._wall() - self._pruned >= PRUNE_SECONDS:
            self._pruned = self._wall()
            await self._database.write(self._prune)
        return len(due) >= MOST

    def _prune(self, connection: Connection) -> None:
        arrivals.prune(connection, self._pruned)
        quarantine.prune(connection, self._pruned)
        members.prune(connection, self._pruned)

    async def due(self) -> list[Incoming]:
        """What is due, as events. A row that makes none is given up, and reported."""
        now, damaged = self._now(), Damaged()
        found: list[Incoming] = []
        for source in SOURCES:
            try:
                found += await self._due_of(source, now, damaged)
            except Exception as error:  # noqa: BLE001 - the other kinds are read all the same
                log.error("scheduler.unread", error=whereabouts(error))  # noqa: TRY400 - no words
        if damaged.rows:
            await self._give_up(damaged)
        return found

    async def _due_of(self, source: Source, now: datetime, damaged: Damaged) -> list[Incoming]:
        async with self._database.read() as connection:
            rows = await connection.execute(source.query, source.until(now))
            return [incoming for row in rows if (incoming := damaged.tried(source, row, now, self._codec))]

    async def _give_up(self, damaged: Damaged) -> None:
        def work(connection: Connection) -> None:
            for source, row in damaged.rows:
                connection.execute(source.give_up(row))

        try:
            await self._database.write(work)
            await self._report(damaged.damage.faults.values())
        except Exception as error:  # noqa: BLE001 - what is due otherwise must not wait for it
            log.error("scheduler.not_given_up", error=whereabouts(error))  # noqa: TRY400 - no words
