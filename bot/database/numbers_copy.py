"""Copies the highest registration numbers of a database, which another process writes, into our own file.

A standby process does so each second: when it becomes the leader, its file knows nearly all numbers that the
leader before it has issued, also if the database was lost or set back in between (bot/database/watermark.py),
and whose data it has erased (bot/database/order_copy.py).

Two processes of one machine may share the file. So each copy reads the file again and writes only what it
lacks; what one process overwrites by an older state of the other, the next copy writes again.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.database import gaps
from bot.database.order_copy import OrderCopy
from bot.database.serials import Number
from bot.database.stores.store import Store
from bot.database.watermark import Watermark
from bot.foundation.daemon_thread import in_daemon_thread

log = structlog.get_logger(__name__)

EVERY_SECONDS = 1.0


class NumbersCopy:
    """Copies from one store, with the orders if given. A failure is logged once, until it works again."""

    def __init__(self, store: Store, watermark: Watermark, orders: OrderCopy | None = None) -> None:
        self._watermark, self._orders = watermark, orders
        self._engine = store.reading_engine()
        self._failed, self._ended = "", False
        self._busy = threading.Lock()

    async def run(self, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Copy each second until it is cancelled. A hanging disk or network delays the next copy only."""
        try:
            while True:
                began = time.monotonic()
                await in_daemon_thread(self.copy)
                await pause(max(0.0, EVERY_SECONDS - (time.monotonic() - began)))
        finally:
            self.end()

    def copy(self) -> None:
        """Copy once. A database that does not answer, or a file that cannot be written, is logged."""
        with self._busy:
            self._copy()
            if self._orders:
                self._orders.copy(self._engine)
        if self._ended:
            self._engine.dispose()

    def end(self) -> None:
        """Close the connection, or let a copy that runs in another thread close it."""
        self._ended = True
        if self._busy.acquire(blocking=False):
            self._engine.dispose()
            self._busy.release()

    def _copy(self) -> None:
        try:
            damaged = self._watermark.follow(self._issued())
        except SQLAlchemyError as error:
            # The next copy connects again.
            self._engine.dispose()
            if self._is_new("not read"):
                log.error("numbers.not_read", error=type(getattr(error, "orig", error)).__name__)  # noqa: TRY400 - no words
        except OSError as error:
            if self._is_new("unwritable"):
                reason = error.strerror or type(error).__name__
                log.error("numbers.watermark_unwritable", path=str(self._watermark.path), error=reason)  # noqa: TRY400 - no words
        else:
            self._failed = ""
            if damaged:
                log.error("numbers.watermark_damaged", set_aside=str(damaged))

    def _issued(self) -> list[Number]:
        with self._engine.connect() as connection, connection.begin():
            return gaps.issued(connection)

    def _is_new(self, failure: str) -> bool:
        """Whether the copy before failed in another way, or did not."""
        before, self._failed = self._failed, failure
        return before != failure
