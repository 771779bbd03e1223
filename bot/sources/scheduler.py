"""The scheduler: it asks the store for due rows, and hands them to the turns as events (invariant 10).

1. A conversation whose wake-up time has come: a reminder, a draft to drop, held messages.
2. A case with a reminder, or whose objection window is over; the morning digest of a group, before these.
3. A file that was lost, or was stored and belongs to a case, and that the core was not informed of.
4. A message with `report` that was delivered or refused, and whose outcome the core was not informed of.
5. A group that moved, or another account of the bot: open cards are to be sent again.
6. Each becomes one event (bot/sources/due.py). The row is cleared in the event's own transaction: a crash
   repeats the event, and a commit ends it. A row that is still due afterwards (no action, or an error in this
   program) is postponed, so that it does not repeat at once.
7. A row that cannot be turned into an event is given up and reported; the others go on (invariant 2).
8. Keys of updates that cannot come again, quarantined updates of a month ago, and keys of old messages are
   deleted once an hour; the last ones in portions, until none is left. Messages whose delivery was not
   reported within 30 days are given up.
9. While the time is not certain (bot/clock/trusted_time.py), nothing is done because of the time: 1 and 2
   wait, and nothing is deleted.

It sleeps until it is woken, and not longer than `longest_sleep` seconds, as business time may be put forward.
After downtime every due row comes once, a limited number a round.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, Row

from bot.database import (
    arrivals,
    forgotten_people,
    members,
    old_messages,
    outbox_reports,
    quarantine,
)
from bot.database.engine import Database
from bot.database.quarantine import Fault
from bot.database.sealing import Codec
from bot.foundation.faults import error_place
from bot.sources.due import MOST, SOURCES, DamagedRows, Source
from bot.turns.batches import Incoming

log = structlog.get_logger(__name__)

PRUNE_SECONDS = 3600.0
# Until the next deletion when one has not reached the end.
MORE_SECONDS = 30.0
FAULT_SECONDS = 5.0
# The first round imports the modules of the readers; the first updates are taken before that.
FIRST_ROUND_SECONDS = 0.5


def _always() -> bool:
    return True


class Scheduler:
    """Runs until it is cancelled. `now` is business time, `wall` seconds since 1970.

    `is_certain` says whether what cannot be undone may be done because of the time.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - the parts that it wires
        self,
        database: Database,
        codec: Codec,
        take: Callable[[Sequence[Incoming]], Awaitable[None]],
        now: Callable[[], datetime],
        wall: Callable[[], float],
        longest_sleep: float,
        report: Callable[[Collection[Fault]], Awaitable[None]],
        is_certain: Callable[[], bool] = _always,
    ) -> None:
        self._database, self._codec, self._take = database, codec, take
        self._now, self._wall, self._is_certain = now, wall, is_certain
        self._longest_sleep = longest_sleep
        self._report = report
        self._woken = asyncio.Event()
        self._pruned = 0.0

    def wake(self) -> None:
        """Start a round now: a row may be due, such as a stored file or a delivered message."""
        self._woken.set()

    async def run(self) -> None:
        """Run rounds; an error is logged and the next round tries again."""
        await asyncio.sleep(FIRST_ROUND_SECONDS)
        while True:
            self._woken.clear()
            try:
                full = await self.round()
            except Exception as error:  # noqa: BLE001 - the scheduler must not stop
                log.error("scheduler.fault", error=error_place(error))  # noqa: TRY400 - no words
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
        """Handle all due rows; return whether there may be more."""
        due = await self.due()
        if due:
            await self._take(due)
        if not 0 <= self._wall() - self._pruned < PRUNE_SECONDS and self._is_certain():
            self._pruned = self._wall()
            if await self._database.write(self._prune):
                self._pruned -= PRUNE_SECONDS - MORE_SECONDS
        return len(due) >= MOST

    def _prune(self, connection: Connection) -> bool:
        """Delete what is old; return whether there is more of it."""
        arrivals.prune(connection, self._pruned)
        quarantine.prune(connection, self._pruned)
        members.prune(connection, self._pruned)
        outbox_reports.expire(connection, self._pruned)
        forgotten_people.prune(connection, self._codec, self._pruned)
        return old_messages.prune(connection, self._pruned) == old_messages.MOST

    async def due(self) -> list[Incoming]:
        """The due rows as events. A row that cannot be turned into one is given up and reported."""
        now, damaged, certain = self._now(), DamagedRows(), self._is_certain()
        sources = [one for one in SOURCES if certain or not one.by_clock]
        read = await self._database.read(lambda c: [(source, _rows(c, source, now)) for source in sources])
        made = (damaged.tried(source, row, now, self._codec) for source, rows in read for row in rows)
        found = [incoming for incoming in made if incoming]
        if damaged.rows:
            await self._give_up(damaged)
        return found

    async def _give_up(self, damaged: DamagedRows) -> None:
        def work(connection: Connection) -> None:
            for source, row in damaged.rows:
                connection.execute(source.give_up(row))

        try:
            await self._database.write(work)
            await self._report(damaged.damage.faults.values())
        except Exception as error:  # noqa: BLE001 - the other due rows must not wait for it
            log.error("scheduler.not_given_up", error=error_place(error))  # noqa: TRY400 - no words


def _rows(connection: Connection, source: Source, now: datetime) -> Sequence[Row[Any]]:
    """The due rows of one kind; none when they cannot be read: the other kinds are read all the same."""
    try:
        # PostgreSQL would refuse every statement after the failed one.
        with connection.begin_nested():
            return connection.execute(source.query, source.until(now)).all()
    except Exception as error:  # noqa: BLE001 - a damaged page, for example
        log.error("scheduler.unread", error=error_place(error))  # noqa: TRY400 - no words
        return ()
