"""One turn, one transaction (invariants 1 and 2).

1. `take()` asks the core what each update needs, and cuts the updates into batches (bot/turns/batches.py).
2. A batch is one call to the writer's thread and one transaction there. Updates taken before are skipped.
3. The batch's needs are loaded in bulk into one working set, so that its events see each other's changes.
4. Each event goes through the core. One that raises is quarantined at once: its state stays unchanged, its
   sender is asked to send it again, the operator is notified. The others go on.
5. States, history, outbox rows, file jobs, update keys and the offset are written and committed together.
6. After the commit the senders get their work from memory, through `on_committed`. Before that the numbers of
   new complaints are noted outside of the database (`issued`), so that a number that a person has read is
   not issued again.
7. If loading or writing fails on data, the batch is repeated one update at a time, and the culprit is
   quarantined. If even that fails, the culprit is only acknowledged. If it fails on infrastructure, the batch
   waits and is tried again, and no update is quarantined. None of these failures ends the process, but one: a
   number that another process has issued in the middle of the transaction, as two bots would answer twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from typing import Protocol

import structlog
from sqlalchemy import Connection

from bot.database import counters
from bot.database.engine import Database
from bot.database.serials import Number
from bot.foundation.faults import error_place, is_infrastructure
from bot.foundation.figures import figures
from bot.turns.batches import Arrival, Batch, Incoming, batches
from bot.turns.second_process import SecondProcess
from bot.turns.storing import Committed
from bot.turns.turn import Turn, TurnContext, asked
from bot.turns.turn_log import TurnTimes, note_turn
from conversations.events import GroupMoved
from conversations.world import World

__all__ = ["Committed", "Incoming", "TurnContext", "Turns"]

log = structlog.get_logger(__name__)

SHORTEST_WAIT = 0.25
LONGEST_WAIT = 30.0


class Issued(Protocol):
    """Notes registration numbers after their commit and before a receipt or card shows them."""

    async def __call__(self, filed: Sequence[Number], /) -> None:
        """Note them; does not raise when the place cannot be written."""


async def _noted_nowhere(_filed: Sequence[Number]) -> None:
    """Note no numbers: for turns without a watermark."""


class Turns:
    """Takes inputs in transactions.

    `on_committed` is called after each commit, in the event loop's thread; `in_flight` gives the outbox rows
    that are being sent; `issued` notes the numbers of new complaints.
    """

    def __init__(
        self,
        database: Database,
        context: TurnContext,
        on_committed: Callable[[Committed], None],
        in_flight: Callable[[], Collection[int]] = frozenset,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        issued: Issued = _noted_nowhere,
    ) -> None:
        self._database, self._context, self._issued = database, context, issued
        self._on_committed, self._in_flight, self._pause = on_committed, in_flight, pause
        self._second = SecondProcess(database)

    async def take(self, incoming: Sequence[Incoming]) -> None:
        """Take all of these, in order; when it returns, every one is stored and may be acknowledged."""
        with figures.unanswered.counted(sum(one.update_id is not None for one in incoming)):
            for batch in batches([self._ask(one) for one in incoming]):
                await self._settle(batch)

    def _ask(self, incoming: Incoming) -> Arrival:
        context, event = self._context, incoming.event
        if isinstance(event, GroupMoved):
            event = replace(event, chat=context.home(event.chat))
            incoming = replace(incoming, event=event)
        return asked(context.core, incoming, World(context.now(), context.rules, context.providers))

    async def _settle(self, batch: Batch) -> None:
        wait = SHORTEST_WAIT
        while True:
            try:
                committed = await self._commit(batch)
            except Exception as error:  # noqa: BLE001 - invariant 2: sorted by cause
                await self._second.end_if_seen(error)
                if batch.bare or is_infrastructure(error):
                    log.error("turn.waits", error=error_place(error), seconds=wait)  # noqa: TRY400 - no words
                    figures.failed("turn", ["waits"])
                    await self._pause(wait)
                    wait = min(2 * wait, LONGEST_WAIT)
                    continue
                log.error("turn.refused", error=error_place(error), size=len(batch.arrivals))  # noqa: TRY400
                await self._one_by_one(batch, error)
            else:
                await self._hand_on(committed)
            return

    async def _one_by_one(self, batch: Batch, error: Exception) -> None:
        """Take each input of the batch alone, after a repair of damaged counters."""
        try:
            await self._database.write(counters.repair)
        except Exception as fault:  # noqa: BLE001 - the cause shows again below
            log.error("turn.counters", error=error_place(fault))  # noqa: TRY400 - no words
        for single in _singles(batch, error):
            await self._settle(single)

    async def _hand_on(self, committed: Committed) -> None:
        try:
            if committed.filed:
                await self._issued(committed.filed)
            self._on_committed(committed)
        except Exception as error:  # noqa: BLE001 - it is stored: the next start continues it
            log.error("turn.not_handed_on", error=error_place(error))  # noqa: TRY400 - no words

    async def _commit(self, batch: Batch) -> Committed:
        # Asked here, as the senders live in this thread. A row whose sending begins meanwhile may still
        # be replaced: its mark names the revision that went out, so that the replacement is not lost.
        in_flight, times = self._in_flight(), TurnTimes()

        def work(connection: Connection) -> Committed:
            times.begin()
            turn = Turn(self._context, connection, in_flight)
            return turn.acknowledge(batch) if batch.bare else turn.take(batch)

        committed = await self._database.write(work)
        self._second.note(committed.filed)
        note_turn(batch, committed, times)
        return committed


def _singles(batch: Batch, error: Exception) -> list[Batch]:
    """The batch one by one; a single input is the culprit: quarantined, else only acknowledged."""
    *before, last = batch.arrivals
    if before:
        # The offset moves with the last one: those stored earlier are recognised by their keys.
        return [*(Batch((arrival,)) for arrival in before), Batch((last,), batch.following)]
    return [Batch((replace(last, failure=error),), batch.following, bare=last.failure is not None)]
