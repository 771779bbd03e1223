"""The two kinds of access to the store: one writer that holds its connection, and read-only readers.

1. The writer is one thread with one held connection. `write()` calls queue up and run one after the
   other, each as one transaction: committed when the work returns, rolled back when it raises.
2. A read is one call to one of a few threads, as a write is: over an asynchronous driver each statement was
   several calls, and what a document needs took 3.8 ms CPU instead of 0.9.
3. What differs between SQLite and PostgreSQL is in bot/database/stores/.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, event

from bot.database import schema
from bot.database.stores.store import READERS, Store
from bot.foundation.daemon_thread import in_daemon_thread

T = TypeVar("T")

# Between two interruptions of the reads that run at the end.
INTERRUPT_SECONDS = 0.05


def _unwatched() -> None:
    """Do nothing: the write that failed raises by itself."""


class Database:
    """The store of one running bot.

    `lost` is called in the writer's thread when its session has ended, `doubled` by who sees that a second
    process writes into the store.
    """

    def __init__(self, store: Store, thread: ThreadPoolExecutor, connection: Connection) -> None:
        """Use `open()`."""
        self.store = store
        self.lost: Callable[[], None] = _unwatched
        self.doubled: Callable[[], None] = _unwatched
        self._thread = thread
        self._connection = connection
        self._reading, self._opened = store.readers(), list[Any]()
        event.listen(self._reading, "connect", lambda raw, _record: self._opened.append(raw))
        event.listen(self._reading, "close", lambda raw, _record: self._opened.remove(raw))
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")

    @classmethod
    async def open(cls, store: Store, writing: Engine | None = None, *, create: bool = True) -> Database:
        """Open the store; a new one gets its tables. `writing` is the engine of who holds the store.

        Raises MigrationNeededError when the tables are those of another version, RegisterMissingError when
        there are none and `create` is false.
        """
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
        connect = partial(_connect, store, writing, create=create)
        try:
            connection = await asyncio.get_running_loop().run_in_executor(thread, connect)
        except BaseException:
            thread.shutdown()
            raise
        return cls(store, thread, connection)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in the writer's thread as one transaction, after all earlier calls."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._transaction, work)

    def _transaction(self, work: Callable[[Connection], T]) -> T:
        with self._watched(), self._connection.begin():
            return work(self._connection)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            if self.store.is_lost(self._connection):
                self.lost()
            raise

    async def checkpoint(self) -> bool:
        """Overwrite what was deleted in the log as well; False while a reader still needs it."""
        return await self.outside(partial(self.store.checkpoint, self._connection))

    async def outside(self, work: Callable[[], T]) -> T:
        """Run `work` in the writer's thread, after all earlier calls and outside any transaction."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._outside, work)

    def _outside(self, work: Callable[[], T]) -> T:
        with self._watched():
            return work()

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a reader's thread: it sees one state of the store and cannot change it."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self._reading.connect() as connection, connection.begin():
            return work(connection)

    async def close(self) -> None:
        """End all reads, finish all writes, empty the log and close the connections."""
        await self._end_reads()
        self._reading.dispose()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    async def _end_reads(self) -> None:
        """Interrupt the reads until none runs: each has several statements, and a long one delays the end."""
        shutdown = partial(self._readers.shutdown, cancel_futures=True)
        ended = asyncio.get_running_loop().run_in_executor(self._thread, shutdown)
        while not ended.done():
            await in_daemon_thread(self._interrupt)
            await asyncio.wait({ended}, timeout=INTERRUPT_SECONDS)

    def _interrupt(self) -> None:
        """Interrupt each read; a server takes a call for each."""
        for connection in tuple(self._opened):
            self.store.interrupt(connection)

    def _close(self) -> None:
        if not self.store.is_lost(self._connection):
            self.store.checkpoint(self._connection)
        engine = self._connection.engine
        self._connection.close()
        engine.dispose()


def _connect(store: Store, writing: Engine | None, *, create: bool) -> Connection:
    if not create and not store.exists():
        raise schema.RegisterMissingError(store)
    store.make_ready()
    engine = writing or store.writing_engine()
    try:
        connection = engine.connect()
        with connection.begin():
            if not create:
                schema.require_tables(connection, store)
            schema.prepare(connection)
    except BaseException:
        engine.dispose()
        raise
    return connection
