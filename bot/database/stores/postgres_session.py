"""The session of PostgreSQL that asks for the exclusive right, holds it, and ends with it.

1. The right is an advisory lock of the session. It is asked for and never waited for: a wait inside
   `pg_advisory_lock()` keeps a snapshot, and no old row could be removed by vacuum meanwhile.
2. Between two statements the session has no transaction.
3. A session that is silent, but not ended, keeps the lock: its process may be frozen, or its machine gone.
   The server's own time-outs do not find a process that is frozen in the middle of a transaction or while it
   reads a result. So whoever waits looks when the holder was last heard, by the server's clock, and ends its
   session. A session for which the server works is not silent: a commit may wait for the replica.
4. Only sessions of running bots are ended, never that of a command, which may compute between two statements.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from bot.database.stores.lease import Lease
from bot.database.stores.postgres_facts import clock_ahead, facts_of, require_fit
from bot.database.stores.store import AlreadyRunningError, Hold, SessionLostError

# The first numbers of our two advisory locks; the second one is the schema's.
LOCK, TURN = 1_097_102_702, 1_097_102_703
SCHEMA = "hashtext(current_schema())"
TAKE = f"SELECT pg_try_advisory_lock({LOCK}, {SCHEMA})"
_OF_LOCK = (
    " FROM pg_locks l JOIN pg_stat_activity a USING (pid)"  # noqa: S608 - constants
    " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2"
    " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    f" AND l.classid = {LOCK} AND l.objid = ({SCHEMA}::bigint & 4294967295)::oid"
)
# Without the rights to see another role's session its state is NULL.
HOLDER = (
    "SELECT a.pid, a.application_name, host(a.client_addr), a.backend_start, a.usename, a.state_change,"  # noqa: S608
    " extract(epoch FROM clock_timestamp() - a.state_change)::float8,"
    " a.state = 'active' AND a.wait_event_type IS DISTINCT FROM 'Client'" + _OF_LOCK
)
# Only while it still holds the lock and was not heard since it was looked at.
END = "SELECT pg_terminate_backend(a.pid)" + _OF_LOCK + " AND a.pid = %s AND a.state_change = %s"
NAME = "SELECT set_config('application_name', %s, false)"
BEGIN_WRITING = (
    f"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock({TURN}, {SCHEMA})"
)
# Compiling a query takes longer than any of ours runs: 100 ms were seen where statistics were missing.
# A commit that is not on the disk, or not on the replica that may take over, would lose confirmed updates.
SETTINGS = (
    "SELECT set_config('lock_timeout', '5s', false), set_config('timezone', 'UTC', false),"
    " set_config('jit', 'off', false);"
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') IN ('off', 'local', 'remote_write')"
)
# That the other side has closed; other systems than Linux report its end only with the next statement.
_HUNG_UP = getattr(select, "POLLRDHUP", 0)
# The names of sessions begin so; the server cuts a name after 63 bytes.
RUNNING, LONGEST_NAME = "aduan run ", 63


def running_name() -> str:
    """The name of the sessions of a running bot: it says on which machine."""
    return f"{RUNNING}{socket.gethostname()}"[:LONGEST_NAME]


class Holder(NamedTuple):
    """The session that has the right, as another session of the server sees it.

    `heard` and `silent` are None where the rights to see them are missing; `silent` is in seconds.
    """

    pid: int
    name: str
    host: str | None
    opened: datetime
    role: str
    heard: datetime | None = None
    silent: float | None = None
    served: bool | None = None

    def __str__(self) -> str:
        opened = self.opened.astimezone(UTC).isoformat(" ", "seconds").removesuffix("+00:00")
        place = self.host or "on its own machine"
        return f"{self.name}, {place}, session {self.pid}, opened {opened} UTC"

    def may_be_ended(self, seconds: float) -> bool:
        """Whether this is a running bot that the server has not heard for so long."""
        silent = self.silent is not None and self.silent > seconds
        return silent and not self.served and self.name.startswith(RUNNING)


class SessionHold(Hold):
    """The one session that asks for the advisory lock, and afterwards writes while it holds it."""

    def __init__(self, address: URL, store: str, name: str = "") -> None:
        """Connect once. `store` is its name for people, `name` that of the session, if it gets one.

        Raises what the driver raises, and PoolerRefusedError, ServerUnfitError and ReadingServerError.
        """
        self._connected = False
        self._store, self._name = store, name
        self.lease = self._lease = Lease()
        self.engine = beginning(engine_of(address, StaticPool), BEGIN_WRITING)
        event.listen(self.engine, "connect", self._prepare)
        event.listen(self.engine, "before_cursor_execute", lambda *_: self._lease.asked())
        event.listen(self.engine, "after_cursor_execute", lambda *_: self._lease.answered())
        try:
            with self.engine.connect() as connection:
                raw = connection.connection.driver_connection
        except BaseException:
            self.engine.dispose()
            raise
        if raw is None:
            raise SessionLostError(f"the session in {store} has ended")
        self._raw: psycopg.Connection[Any] = raw

    def take(self) -> bool:
        """Ask for the lock; whether this session has it now."""
        found = self._ask(TAKE)
        return bool(found and found[0])

    def taken(self) -> SessionHold:
        """Itself with the lock. Raises AlreadyRunningError, and ends the session, when another has it."""
        if self.take():
            return self
        holder = self.holder()
        self.release()
        raise AlreadyRunningError(
            f"another process works on {self._store}{f' ({holder})' if holder else ''}; stop that one first, "
            "two would answer twice"
        )

    def holder(self) -> Holder | None:
        """Who has the lock; None when no one has it any more."""
        return holder_of(self._raw)

    def end(self, holder: Holder) -> bool:
        """End the holder's session, unless it was heard meanwhile. Raises PermissionError."""
        try:
            found = self._ask(END, (holder.pid, holder.heard))
        except psycopg.errors.InsufficientPrivilege as error:
            raise PermissionError from error
        return bool(found and found[0])

    def clock_ahead(self, wall: Callable[[], float] = time.time) -> float:
        """By how many seconds this machine's clock is certainly ahead of the server's; below 0: behind."""
        return clock_ahead(self._raw, wall)

    def beat(self) -> float:
        """Let the server answer with its time, outside any transaction; in the writer's thread."""
        self._lease.asked()
        ahead = self.clock_ahead()
        self._lease.answered()
        return ahead

    def hung_up(self, seconds: float) -> bool:
        """Whether the server closes the connection meanwhile, as the system says of the socket."""
        ended = select.poll()
        try:
            ended.register(self._raw.fileno(), _HUNG_UP)
        except (psycopg.Error, OSError, ValueError):
            # The driver has closed it, after an error.
            return True
        return bool(ended.poll(seconds * 1000))

    def include_database(self) -> None:
        """Nothing: the lock is that of the schema."""

    def release(self) -> None:
        """End the session."""
        self.engine.dispose()

    def _ask(self, query: str, values: tuple[Any, ...] | None = None) -> tuple[Any, ...] | None:
        self._lease.asked()
        found = self._raw.execute(query, values, prepare=False).fetchone()
        self._lease.answered()
        return found

    def _prepare(self, raw: psycopg.Connection[Any], _record: object) -> None:
        if self._connected:
            raw.close()
            raise SessionLostError(f"the session in {self._store} that held the lock has ended")
        self._connected = True
        try:
            require_fit(facts_of(raw), self._store)
        except BaseException:
            raw.close()
            raise
        send(raw, SETTINGS)
        if self._name:
            raw.execute(NAME, (self._name,), prepare=False)


def holder_of(raw: psycopg.Connection[Any]) -> Holder | None:
    """Who has the lock of this schema; None when no one has it."""
    found = raw.execute(HOLDER, prepare=False).fetchone()
    return Holder(*found) if found else None


def engine_of(address: URL, pool: Any, **options: Any) -> Engine:
    """An engine whose driver commits each statement by itself."""
    # Without asking each new session for a type that no table has.
    options = {"isolation_level": "AUTOCOMMIT", "use_native_hstore": False, **options}
    return create_engine(address, poolclass=pool, **options)


def beginning(engine: Engine, begin: str) -> Engine:
    """The engine, whose transactions begin with these statements, sent as one message."""

    def begin_with(connection: Connection) -> None:
        raw: Any = connection.connection.driver_connection
        try:
            send(raw, begin)
        except psycopg.Error as error:
            # SQLAlchemy knows of no transaction yet, and would not end this one.
            with suppress(psycopg.Error):
                raw.rollback()
            # As the errors of all other statements are.
            raise DBAPIError.instance(begin, None, error, psycopg.Error) from error

    event.listen(engine, "begin", begin_with)
    return engine


def send(raw: Any, *statements: str) -> None:
    """Send messages to the server."""
    for statement in statements:
        # Several commands in one message cannot be prepared.
        raw.execute(statement, prepare=False)
