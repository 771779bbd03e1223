"""PostgreSQL: sessions with time-outs, and advisory locks in place of lock files.

1. The exclusive right is an advisory lock of the writer's own session. It ends with the session, so that a
   process which lost its session has lost the right as well, and never connects again by itself.
2. A transaction of a writer begins with a second lock, which lasts as long as the transaction: commands that
   write beside the running bot take turns with it. READ COMMITTED is enough then.
3. Both locks are those of the schema: several bots may share one database.
4. The driver commits each statement by itself; the "begin" hooks send BEGIN and what goes with it in one
   message.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool, StaticPool

from bot.database.stores.snapshots import copy_rows
from bot.database.stores.store import (
    READERS,
    AlreadyRunningError,
    Hold,
    SessionLostError,
    Snapshot,
    Store,
)

# The first numbers of our two advisory locks; the second one is the schema's.
LOCK, TURN = 1_097_102_702, 1_097_102_703
_SCHEMA = "hashtext(current_schema())"
TAKE = f"SELECT pg_try_advisory_lock({LOCK}, {_SCHEMA})"
HOLDER = (
    "SELECT a.pid, a.application_name, host(a.client_addr)"  # noqa: S608 - constants
    " FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    f" AND l.classid = {LOCK} AND l.objid = ({_SCHEMA}::bigint & 4294967295)::oid"
)
BEGIN_WRITING = (
    f"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock({TURN}, {_SCHEMA})"
)
BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# A commit that is not on the disk, or not on the replica that may take over, would lose confirmed updates.
SETTINGS = (
    "SELECT set_config('lock_timeout', '5s', false), set_config('timezone', 'UTC', false);"
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') IN ('off', 'local')"
)
# For a command that writes beside the bot and stops in the middle.
SIDE_SETTINGS = "SET idle_in_transaction_session_timeout = '30s'"
SIZE = "SELECT pg_database_size(current_database())"
SIZE_OF_ROWS = (
    "SELECT sum(pg_total_relation_size(oid)) FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname <> 'file_contents'"
)
CONNECT_SECONDS = 3
# In libpq's names: a peer that is gone is noticed after some seconds, also in the middle of a statement.
CONNECTION = {
    "connect_timeout": str(CONNECT_SECONDS),
    "application_name": "aduan",
    "keepalives_idle": "2",
    "keepalives_interval": "1",
    "keepalives_count": "3",
    "tcp_user_timeout": "4000",
    "target_session_attrs": "read-write",
}
CANCEL_SECONDS = 1.0


class PostgresStore(Store):
    """A database of a server, or one schema of it."""

    def __init__(self, url: str) -> None:
        given = make_url(url)
        self.url = url
        self.name = given.set(password=None).render_as_string()
        # What the operator's URL says has precedence.
        self._address = given.update_query_dict(
            {key: value for key, value in CONNECTION.items() if key not in given.query}
        )

    def exists(self) -> bool:
        """Whether the schema has tables: an empty database is what the operator made for the first start."""
        return not self.is_blank()

    def is_blank(self) -> bool:
        """Whether the schema has no table."""
        with self.reading() as connection:
            return not inspect(connection).get_table_names()

    def make_ready(self) -> None:
        """Nothing: the operator makes the database."""

    def writing_engine(self) -> Engine:
        """An engine whose transactions take turns with all other writers'."""
        engine = _engine(self._address, StaticPool)
        event.listen(engine, "connect", lambda raw, _record: _set(raw, SETTINGS, SIDE_SETTINGS))
        return _beginning(engine, BEGIN_WRITING)

    def reading_engine(self) -> Engine:
        """A read-only connection."""
        return _beginning(_engine(self._address, StaticPool), BEGIN_READING)

    def examining_engine(self) -> Engine:
        """As any reading engine: nothing of a server is changed by reading."""
        return self.reading_engine()

    def readers(self) -> Engine:
        """Read-only connections. One that the server has ended is replaced before it is used."""
        return _beginning(
            _engine(self._address, QueuePool, pool_size=READERS, pool_pre_ping=True), BEGIN_READING
        )

    def hold(self) -> Hold:
        """Take the advisory lock in the writer's session."""
        return SessionHold(self._address, self.name)

    def interrupt(self, connection: Any) -> None:
        """Ask the server to cancel the statement; a closed connection is ignored."""
        with suppress(psycopg.Error):
            connection.cancel_safe(timeout=CANCEL_SECONDS)

    def checkpoint(self, connection: Connection) -> bool:  # noqa: ARG002 - see below
        """Nothing: what is deleted stays, sealed, in dead rows, the log and backups until they expire."""
        return True

    def is_lost(self, connection: Connection) -> bool:
        """Whether the session has ended, as the driver knows after an error."""
        if connection.closed or connection.invalidated:
            return True
        raw = connection.connection.driver_connection
        return raw is None or bool(raw.closed)

    def damage(self) -> list[str]:
        """None: the server checks its pages itself (docs/postgres.md, "Checksums")."""
        return []

    def size(self) -> int:
        """The bytes of the whole database."""
        with self.reading() as connection:
            return int(
                connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar() or 0
            )

    def size_of_rows(self) -> int:
        """The bytes of the schema's tables and indexes, without the table of contents."""
        with self.reading() as connection:
            return int(connection.exec_driver_sql(SIZE_OF_ROWS).scalar() or 0)

    def copy_to(self, file: Path, advance: Callable[[int], None]) -> Snapshot:
        """Copy row by row in one read transaction."""
        return copy_rows(self, file, self.size_of_rows(), advance)


class SessionHold(Hold):
    """The advisory lock, and the one session that owns it."""

    def __init__(self, address: URL, name: str) -> None:
        """Connect once and take the lock. Raises AlreadyRunningError."""
        self._connected = False
        self.engine = _beginning(_engine(address, StaticPool), BEGIN_WRITING)
        event.listen(self.engine, "connect", self._take)
        self._name = name
        try:
            self.engine.connect().close()
        except BaseException:
            self.engine.dispose()
            raise

    def include_database(self) -> None:
        """Nothing: the lock is that of the schema."""

    def release(self) -> None:
        """End the session."""
        self.engine.dispose()

    def _take(self, raw: psycopg.Connection[Any], _record: object) -> None:
        if self._connected:
            raw.close()
            raise SessionLostError(f"the session in {self._name} that held the lock has ended")
        _set(raw, SETTINGS)
        found = raw.execute(TAKE).fetchone()
        if not (found and found[0]):
            other = raw.execute(HOLDER).fetchone()
            raw.close()
            raise AlreadyRunningError(
                f"another process works on {self._name}{_described(other)}; stop that one first, two would "
                "answer twice"
            )
        self._connected = True


def _described(other: Any) -> str:
    return f" ({other[1]}, {other[2] or 'on its own machine'}, session {other[0]})" if other else ""


def _engine(address: URL, pool: Any, **options: Any) -> Engine:
    return create_engine(address, poolclass=pool, isolation_level="AUTOCOMMIT", **options)


def _beginning(engine: Engine, begin: str) -> Engine:
    def send(connection: Connection) -> None:
        try:
            _set(connection.connection.driver_connection, begin)
        except psycopg.Error as error:
            # As the errors of all other statements are.
            raise DBAPIError.instance(begin, None, error, psycopg.Error) from error

    event.listen(engine, "begin", send)
    return engine


def _set(raw: Any, *statements: str) -> None:
    for statement in statements:
        # Several commands in one message cannot be prepared.
        raw.execute(statement, prepare=False)
