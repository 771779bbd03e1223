"""Sees that another process files complaints into the same store, and ends this one (invariant 4 of numbers).

A new complaint gets the number above all others, read in the transaction that files it. When a unique key
refuses it and the number is in the register afterwards, another process has filed it in between. No event and
no damaged row can do that; a second case of one draft is refused as well, but its number stays free.
"""

from __future__ import annotations

from collections.abc import Iterable

import structlog

from bot.database.engine import Database
from bot.database.serials import Number
from bot.database.taken_numbers import FilingRefusedError, filed
from bot.foundation.faults import error_place

log = structlog.get_logger(__name__)


class SecondProcess:
    """Looks for numbers that were not filed here. `Database.doubled` ends the process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # (agency, year) -> the highest serial number that was filed here.
        self._here: dict[tuple[str, int], int] = {}

    def note(self, numbers: Iterable[Number]) -> None:
        """Note numbers that were filed here: after a refusal, another batch may have got the same number."""
        for agency, year, serial in numbers:
            self._here[agency, year] = max(serial, self._here.get((agency, year), 0))

    async def end_if_seen(self, error: Exception) -> None:
        """End the process if this error was caused by another one."""
        if not isinstance(error, FilingRefusedError):
            return
        try:
            # In the writer's thread: what this process committed before is noted when the answer comes.
            found = await self._database.write(lambda connection: filed(connection, error.numbers))
        except Exception as fault:  # noqa: BLE001 - the refusal shows again
            log.error("turn.second_process_not_seen", error=error_place(fault))  # noqa: TRY400 - no words
            return
        if any(serial > self._here.get((agency, year), 0) for agency, year, serial in found):
            self._database.doubled()
