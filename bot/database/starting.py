"""The steps of a start that read the store: each on its own, so that a damaged row does not end the start.

Damaged rows are gathered and reported after the senders have started. A step that fails on data is skipped;
one that fails on the disk or the database ends the start, as nothing could be stored afterwards either.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from sqlalchemy import Connection

from bot.database import counters
from bot.database.engine import Database
from bot.database.quarantine import Damage, DamagedRowError, Fault, Stage, damaged
from bot.foundation.faults import error_place, is_infrastructure

T = TypeVar("T")
log = structlog.get_logger(__name__)


class Start:
    """Runs the steps of one start; `faults` are the damaged rows found."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.faults: list[Fault] = []

    async def step(
        self, name: str, work: Callable[[Connection, Damage], T], otherwise: T, *, reads: bool = False
    ) -> T:
        """Return the result of `work`, or `otherwise` when it fails on data.

        With `reads` a reader runs it: the server would not hear the writer during a long one.
        """
        damage, found = Damage(), otherwise
        run = self._database.read if reads else self._database.write
        try:
            found = await run(lambda connection: work(connection, damage))
        except Exception as error:
            if is_infrastructure(error):
                raise
            damage.faults[Stage.START, name] = damaged(Stage.START, name, b"", error)
        for fault in damage.faults.values():
            log.error("app.start_damaged", stage=fault.stage.value, error=fault.error)
        self.faults += damage.faults.values()
        return found

    async def guarded(self, name: str, work: Awaitable[None]) -> None:
        """Do work that makes its own transactions; a failure on data is noted."""
        try:
            await work
        except Exception as error:
            if is_infrastructure(error):
                raise
            log.error("app.start_damaged", stage=Stage.START.value, error=error_place(error))  # noqa: TRY400 - no words
            self.faults.append(damaged(Stage.START, name, b"", error))

    async def counters(self) -> None:
        """Repair the counters: a row with a number that was used already cannot be stored."""
        await self.step("counters", _repair, None)


def _repair(connection: Connection, damage: Damage) -> None:
    for name, stored in counters.repair(connection).items():
        fault = damaged(Stage.COUNTER, name, stored, DamagedRowError("next"))
        damage.faults[Stage.COUNTER, name] = fault
