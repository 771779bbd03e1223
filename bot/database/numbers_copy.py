"""Copies the highest registration numbers of a database, which another process writes, into our own file.

A standby process does so each second: when it becomes the leader, its file knows nearly all numbers that the
leader before it has issued, also if the database was lost or set back in between (bot/database/watermark.py).

Two processes of one machine may share the file. So each copy reads the file again and writes only what it
lacks; what one process overwrites by an older state of the other, the next copy writes again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.database import gaps
from bot.database.cases import Number
from bot.database.stores.store import Store
from bot.database.watermark import Watermark

log = structlog.get_logger(__name__)

EVERY_SECONDS = 1.0


class NumbersCopy:
    """Copies from one store into one file. A failure is logged once, until the work succeeds again."""

    def __init__(self, store: Store, watermark: Watermark) -> None:
        self._watermark = watermark
        self._engine = store.reading_engine()
        self._failed = ""

    async def run(self, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Copy each second until it is cancelled. A hanging disk or network delays the next copy only."""
        # Of its own, so that the connection is closed after its last use and no end waits for that.
        thread = ThreadPoolExecutor(1, thread_name_prefix="numbers")
        try:
            while True:
                began = time.monotonic()
                await asyncio.get_running_loop().run_in_executor(thread, self.copy)
                await pause(max(0.0, EVERY_SECONDS - (time.monotonic() - began)))
        finally:
            thread.submit(self.close)
            thread.shutdown(wait=False)

    def copy(self) -> None:
        """Copy once. A database that does not answer, or a file that cannot be written, is logged."""
        try:
            damaged = self._watermark.follow(self._issued())
        except SQLAlchemyError as error:
            # The next copy connects again.
            self.close()
            self._fail("numbers.not_read", type(getattr(error, "orig", error)).__name__)
        except OSError as error:
            self._fail("numbers.watermark_unwritable", error.strerror or type(error).__name__)
        else:
            self._failed = ""
            if damaged:
                log.error("numbers.watermark_damaged", set_aside=str(damaged))

    def close(self) -> None:
        """Close the connection."""
        self._engine.dispose()

    def _issued(self) -> list[Number]:
        with self._engine.connect() as connection, connection.begin():
            return gaps.issued(connection)

    def _fail(self, event: str, reason: str) -> None:
        if self._failed != event:
            log.error(event, path=str(self._watermark.path), error=reason)
            self._failed = event
