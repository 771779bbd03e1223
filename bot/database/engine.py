"""The two kinds of access to the store: one writer that holds its connection, and read-only readers.

1. The writer is one thread with one held connection. `write()` calls queue up and run one after the
   other, each as one transaction: BEGIN IMMEDIATE … COMMIT, ROLLBACK when the work raises. IMMEDIATE,
   because a transaction that reads first and writes later may find the database busy in the middle.
2. Readers begin deferred and are `query_only`: a long read under IMMEDIATE would hold the writer up. A read
   is one call to one of a few threads, as a write is: over aiosqlite each statement was several calls, and
   what a document needs took 3.8 ms CPU instead of 0.9.
3. A commit is on the disk when it returns (WAL, synchronous=FULL), and what was deleted is overwritten.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool, StaticPool

from bot.database import schema
from bot.foundation.modes import make_file, make_folder

T = TypeVar("T")

BUSY_MILLISECONDS = 5_000
# How many reads run at once.
READERS = 4
# Between two interruptions of the reads that run at the end.
INTERRUPT_SECONDS = 0.05
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_MILLISECONDS}",
)


class Database:
    """The store of one running bot."""

    def __init__(self, path: Path, thread: ThreadPoolExecutor, connection: Connection) -> None:
        """Use `open()`."""
        self.path = path
        self._thread = thread
        self._connection = connection
        self._reading, self._opened = _reading_engine(path), list[Any]()
        event.listen(self._reading, "connect", lambda raw, _record: self._opened.append(raw))
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")

    @classmethod
    async def open(cls, path: Path, *, create: bool = True) -> Database:
        """Open the store; a new one gets its tables.

        Raises MigrationNeededError when the tables are those of another version, RegisterMissingError when
        there are none and `create` is false.
        """
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
        try:
            connection = await asyncio.get_running_loop().run_in_executor(thread, _connect, path, create)
        except BaseException:
            thread.shutdown()
            raise
        return cls(path, thread, connection)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in the writer's thread as one transaction, after all earlier calls."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._transaction, work)

    def _transaction(self, work: Callable[[Connection], T]) -> T:
        with self._connection.begin():
            return work(self._connection)

    async def checkpoint(self) -> bool:
        """Move the write-ahead log into the database and empty it; False while a reader still needs it."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._checkpoint)

    def _checkpoint(self) -> bool:
        raw = self._connection.connection.driver_connection
        return raw is not None and raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a reader's thread: it sees one state of the store and cannot change it."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self._reading.connect() as connection, connection.begin():
            return work(connection)

    async def close(self) -> None:
        """End all reads, finish all writes, move the write-ahead log into the database and close it."""
        await self._end_reads()
        self._reading.dispose()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    async def _end_reads(self) -> None:
        """Interrupt the reads until none runs: each has several statements, and a long one delays the end."""
        shutdown = partial(self._readers.shutdown, cancel_futures=True)
        ended = asyncio.get_running_loop().run_in_executor(self._thread, shutdown)
        while not ended.done():
            for connection in self._opened:
                with suppress(sqlite3.ProgrammingError):  # closed
                    connection.interrupt()
            await asyncio.wait({ended}, timeout=INTERRUPT_SECONDS)

    def _close(self) -> None:
        raw = self._connection.connection.driver_connection
        if raw is not None:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        engine = self._connection.engine
        self._connection.close()
        engine.dispose()


def writing_engine(path: Path) -> Engine:
    """An engine whose transactions are BEGIN IMMEDIATE. One thread may use it at a time."""
    engine = create_engine(
        f"sqlite:///{path}", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _connect(path: Path, create: bool) -> Connection:  # noqa: FBT001 - passed on by the executor
    if not create and not path.exists():
        raise schema.RegisterMissingError(path)
    real = path.resolve()
    make_folder(real.parent)
    # SQLite would give a new file the mode of the umask.
    make_file(real)
    engine = writing_engine(path)
    try:
        connection = engine.connect()
        with connection.begin():
            if not create:
                schema.require_tables(connection, path)
            schema.prepare(connection)
    except BaseException:
        engine.dispose()
        raise
    return connection


def _reading_engine(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        pool_size=READERS,
        connect_args={"check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare_reader)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _prepare(connection: Any, _record: object) -> None:
    # Without the driver's own BEGIN, which is deferred, the "begin" hooks above decide.
    connection.isolation_level = None
    connection.text_factory = _text
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _text(stored: bytes) -> str:
    """A text as stored; the driver would refuse a whole result for one byte that is not UTF-8."""
    return stored.decode("utf-8", "replace")


def _prepare_reader(connection: Any, record: object) -> None:
    _prepare(connection, record)
    connection.execute("PRAGMA query_only=ON")
