"""SQLite: one file, one writer at a time, a write-ahead log.

1. Writers begin with BEGIN IMMEDIATE, because a transaction that reads first and writes later may find the
   database busy in the middle. Readers begin deferred and are `query_only`: a long read under IMMEDIATE would
   hold the writer up.
2. A commit is on the disk when it returns (WAL, synchronous=FULL), and what was deleted is overwritten.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool, StaticPool

from bot.database.pages import damaged_pages
from bot.database.stores.file_lock import Lock
from bot.database.stores.snapshots import copy_pages
from bot.database.stores.store import READERS, Hold, Snapshot, Store, Undecoded
from bot.foundation.modes import make_file, make_folder

BUSY_MILLISECONDS = 5_000
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_MILLISECONDS}",
)
_EMPTY_LOG = "PRAGMA wal_checkpoint(TRUNCATE)"


class SqliteStore(Store):
    """A database file."""

    shared = False
    made_by = "the first `aduan run`"
    empty = "is missing or empty"
    comes_back = "restore the database from your backup"
    keys_come_back = "restore it from your backup"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"
        self.name = str(path)

    def exists(self) -> bool:
        """Whether the file is there."""
        return self.path.exists()

    def is_blank(self) -> bool:
        """Whether there is no file, or an empty one."""
        return not self.path.exists() or not self.path.stat().st_size

    def make_ready(self) -> None:
        """Make the folder and the file: SQLite would give a new file the mode of the umask."""
        real = self.path.resolve()
        make_folder(real.parent)
        make_file(real)

    def writing_engine(self, *, brief: bool = False) -> Engine:  # noqa: ARG002 - see below
        """An engine whose transactions are BEGIN IMMEDIATE; nothing ends them, brief or not."""
        engine = create_engine(self.url, poolclass=StaticPool, connect_args={"check_same_thread": False})
        event.listen(engine, "connect", _prepare)
        return _beginning(engine, "BEGIN IMMEDIATE")

    def reading_engine(self) -> Engine:
        """A connection that can change nothing."""
        return _beginning(create_engine("sqlite://", creator=self._opener(), poolclass=StaticPool), "BEGIN")

    @contextmanager
    def reading_strictly(self) -> Iterator[Connection]:
        """Read with a driver's connection that replaces no letters."""
        with self.reading() as connection:
            raw: Any = connection.connection.driver_connection
            raw.text_factory = _text_as_stored
            yield connection

    def examining_engine(self) -> Engine:
        """A connection that makes no write-ahead log either, where none is there to be read."""
        real = self.path.resolve()
        log = real.with_name(real.name + "-wal")
        still = "" if log.exists() and log.stat().st_size else "&immutable=1"
        return _beginning(
            create_engine("sqlite://", creator=self._opener(still), poolclass=StaticPool), "BEGIN"
        )

    def readers(self) -> Engine:
        """Connections that are `query_only`."""
        engine = create_engine(
            self.url,
            poolclass=QueuePool,
            pool_size=READERS,
            connect_args={"check_same_thread": False},
        )
        event.listen(engine, "connect", _prepare_reader)
        return _beginning(engine, "BEGIN")

    def hold(self) -> Hold:
        """Take the lock files (bot/database/stores/file_lock.py)."""
        return _FileHold(self)

    def interrupt(self, connection: Any) -> None:
        """Interrupt; a closed connection is ignored."""
        with suppress(sqlite3.ProgrammingError):
            connection.interrupt()

    def checkpoint(self, connection: Connection) -> bool:
        """Move the write-ahead log into the database and empty it."""
        raw = connection.connection.driver_connection
        return raw is not None and raw.execute(_EMPTY_LOG).fetchone()[0] == 0

    def is_lost(self, connection: Connection) -> bool:  # noqa: ARG002 - a file has no session
        """Never: a file has no session."""
        return False

    def damage(self) -> list[str]:
        """What SQLite finds in the pages."""
        return damaged_pages(self.path)

    def size(self) -> int:
        """The bytes of the file and its write-ahead log."""
        log = self.path.with_name(f"{self.path.name}-wal")
        return self.path.stat().st_size + (log.stat().st_size if log.exists() else 0)

    def size_of_rows(self) -> int:
        """The same: contents of files are in a folder."""
        return self.size()

    def copy_to(self, file: Path, advance: Callable[[int], None]) -> Snapshot:
        """Copy page by page."""
        return copy_pages(self.path, file, advance)

    def _opener(self, still: str = "") -> Callable[[], sqlite3.Connection]:
        address = f"{self.path.absolute().as_uri()}?mode=ro{still}"

        def connect() -> sqlite3.Connection:
            raw = sqlite3.connect(
                address,
                uri=True,
                isolation_level=None,
                check_same_thread=False,
                timeout=BUSY_MILLISECONDS / 1000,
            )
            raw.text_factory = _text
            return raw

        return connect


class _FileHold(Hold):
    """The lock files of a database."""

    def __init__(self, store: SqliteStore) -> None:
        self._lock = Lock(store.path)
        self.engine = store.writing_engine()

    def include_database(self) -> None:
        """Lock the file that a first start made."""
        self._lock.include_database()

    def beat(self) -> float:
        """Nothing: the lock ends with the process only, and its clock is this machine's."""
        return 0.0

    def hung_up(self, seconds: float) -> bool:  # noqa: ARG002 - see below
        """Never: the lock ends with the process only."""
        return False

    def release(self) -> None:
        """Close the database before its lock."""
        self.engine.dispose()
        self._lock.release()


def _beginning(engine: Engine, begin: str) -> Engine:
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _prepare(connection: Any, _record: object) -> None:
    # Without the driver's own BEGIN, which is deferred, the "begin" hooks above decide.
    connection.isolation_level = None
    connection.text_factory = _text
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _prepare_reader(connection: Any, record: object) -> None:
    _prepare(connection, record)
    connection.execute("PRAGMA query_only=ON")


def _text(stored: bytes) -> str:
    """A text as stored; the driver would refuse a whole result for one byte that is not UTF-8."""
    return stored.decode("utf-8", "replace")


def _text_as_stored(stored: bytes) -> str | Undecoded:
    try:
        return stored.decode("utf-8")
    except UnicodeDecodeError:
        return Undecoded(stored)
