"""Keeps registration numbers unique, also after the database was lost or restored from an old copy.

1. After a turn that filed complaints has committed, and before a receipt or card goes out, the numbers are
   written into a file outside of the data folder (bot/database/watermark.py).
2. At the start the file is compared with the register. Numbers that only the file knows were issued by a
   copy that is lost: the gap is stored in the register, the next number is above it, the operator is
   notified.
3. A number that only the register knows (a kill between commit and file) is written into the file.
4. When the file cannot be written, the operator is notified once an hour. No citizen waits for it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from sqlalchemy import Connection

from bot.database import gaps, hourly
from bot.database.engine import Database
from bot.database.gaps import Gap
from bot.database.outbox_rows import OutboxRow
from bot.database.serials import Number
from bot.database.watermark import Watermark
from bot.outbox.operator_notes import Operator
from conversations.messages import OutgoingMessage

log = structlog.get_logger(__name__)

# A state folder on a network disk may hang: the receipt is sent without waiting for it.
PATIENCE_SECONDS = 5.0
UNWRITABLE = "operator_numbers_unwritable"


class Numbering:
    """Keeps the numbers of one register unique; `now` is business time, `wall` seconds since 1970.

    `accept` gets the rows for the operator that are stored while the bot runs.
    """

    def __init__(
        self,
        database: Database,
        watermark: Watermark,
        operator: Operator,
        accept: Callable[[list[OutboxRow]], None],
        now: Callable[[], datetime],
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._watermark, self._operator = database, watermark, operator
        self._accept, self._now, self._wall = accept, now, wall

    async def start(self) -> None:
        """Compare file and register before anything is sent or filed. The outbox sends what it stores."""
        damaged = await asyncio.to_thread(self._watermark.load)
        messages = []
        if damaged:
            log.error("numbers.watermark_damaged", set_aside=str(damaged))
            messages.append(OutgoingMessage("system.operator_numbers_damaged", {"path": str(damaged)}))
        marked = self._watermark.highest

        def compare(connection: Connection) -> tuple[list[Gap], list[Number]]:
            known = gaps.issued(connection)
            found = gaps.missing(known, marked)
            gaps.note(connection, found, self._now())
            self._operator.notify(connection, [*messages, *map(_gap_message, found)])
            return found, known

        found, known = await self._database.write(compare)
        for gap in found:
            log.warning("numbers.gap", first=gap.printed[0], last=gap.printed[1])
        await self._raise(known)

    async def issued(self, filed: Sequence[Number]) -> None:
        """Note the numbers of filed complaints; does not raise, as a receipt waits for it."""
        self._accept(await self._raise(filed))

    async def _raise(self, numbers: Sequence[Number]) -> list[OutboxRow]:
        """Write the file; return the rows for the operator when that fails."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await asyncio.to_thread(self._watermark.raise_to, numbers)
        except (OSError, TimeoutError) as error:
            path, reason = str(self._watermark.path), getattr(error, "strerror", "") or type(error).__name__
            log.error("numbers.watermark_unwritable", path=path, error=reason)  # noqa: TRY400 - no words
            return await self._notify_operator({"path": path, "reason": reason})
        return []

    async def _notify_operator(self, params: dict[str, str]) -> list[OutboxRow]:
        message = OutgoingMessage(f"system.{UNWRITABLE}", params)

        def notify(connection: Connection) -> list[OutboxRow]:
            due = hourly.is_due(connection, UNWRITABLE, self._wall())
            return self._operator.notify(connection, [message]) if due else []

        try:
            return await self._database.write(notify)
        except Exception as error:  # noqa: BLE001 - a full disk fails both; the receipt is sent
            log.warning("numbers.operator_not_notified", error=type(error).__name__)
            return []


def _gap_message(gap: Gap) -> OutgoingMessage:
    first, last = gap.printed
    return OutgoingMessage("system.operator_numbers_gap", {"first": first, "last": last})
