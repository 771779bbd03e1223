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

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Engine, Table, event, inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import QueuePool, StaticPool

from bot.database.stores.postgres_facts import Facts, clock_ahead, facts_of
from bot.database.stores.postgres_session import (
    BEGIN_WRITING,
    SETTINGS,
    Holder,
    SessionHold,
    beginning,
    engine_of,
    holder_of,
    running_name,
    send,
)
from bot.database.stores.snapshots import copy_rows
from bot.database.stores.store import READERS, Hold, Snapshot, Store

# A reader that is frozen, or whose machine is gone, would keep its snapshot, and vacuum could remove no row.
# A command may look at hundreds of large files between two statements.
BEGIN_READING = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL jit = off;"
    " SET LOCAL idle_in_transaction_session_timeout = '1h'"
)
# For a command that writes next to the bot and stops in the middle; for brief transactions, which a leader
# may leave open when it is frozen. The next leader waits five seconds for its turn (`lock_timeout`).
SIDE_SETTINGS = "SET idle_in_transaction_session_timeout = '30s'"
BRIEF_SETTINGS = "SET idle_in_transaction_session_timeout = '4s'"
SIZE = "SELECT pg_database_size(current_database())"
SIZE_OF_ROWS = (
    "SELECT sum(pg_total_relation_size(oid)) FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname <> 'file_contents'"
)
CONNECT_SECONDS = 3
# In libpq's names: a peer that is gone is noticed after some seconds, also in the middle of a statement.
CONNECTION = {
    "connect_timeout": str(CONNECT_SECONDS),
    # Unless the URL or PGAPPNAME, which the command line sets, name the sessions.
    "fallback_application_name": "aduan",
    "keepalives_idle": "2",
    "keepalives_interval": "1",
    "keepalives_count": "3",
    "tcp_user_timeout": "4000",
    "target_session_attrs": "read-write",
}
CANCEL_SECONDS = 1.0


class PostgresStore(Store):
    """A database of a server, or one schema of it."""

    shared = True
    made_by = "`aduan init`"
    empty = "has no tables"
    comes_back = "check database.url, restore the database (docs/postgres.md)"
    keys_come_back = "copy it from another machine of this bot, or restore it from your backup"

    def __init__(self, url: str) -> None:
        given = make_url(url)
        self.url = url
        self.name = name_of(given)
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

    def writing_engine(self, *, brief: bool = False) -> Engine:
        """An engine whose transactions take turns with all other writers'."""
        engine, limit = engine_of(self._address, StaticPool), BRIEF_SETTINGS if brief else SIDE_SETTINGS
        event.listen(engine, "connect", lambda raw, _record: send(raw, SETTINGS, limit))
        return beginning(engine, BEGIN_WRITING)

    def reading_engine(self) -> Engine:
        """A read-only connection."""
        return beginning(engine_of(self._address, StaticPool), BEGIN_READING)

    def examining_engine(self) -> Engine:
        """As any reading engine: reading changes no file of a server."""
        return self.reading_engine()

    def readers(self) -> Engine:
        """Read-only connections. One that the server has ended is replaced before it is used."""
        return beginning(
            engine_of(self._address, QueuePool, pool_size=READERS, pool_pre_ping=True), BEGIN_READING
        )

    def hold(self) -> Hold:
        """Take the advisory lock in the writer's session."""
        return SessionHold(self._address, self.name).taken()

    def candidate(self) -> SessionHold:
        """A session that may ask for the advisory lock again and again, named as one of a running bot."""
        return SessionHold(self._address, self.name, running_name())

    def examined(self) -> tuple[Facts, float, Holder | None]:
        """The facts of the server, how many seconds ahead of it our clock is, and who has the lock."""
        engine = self.reading_engine()
        try:
            with engine.connect() as connection:
                raw: Any = connection.connection.driver_connection
                return facts_of(raw), clock_ahead(raw), holder_of(raw)
        finally:
            engine.dispose()

    def interrupt(self, connection: Any) -> None:
        """Ask the server to cancel the statement; a closed connection is ignored."""
        with suppress(psycopg.Error):
            connection.cancel_safe(timeout=CANCEL_SECONDS)

    def checkpoint(self, connection: Connection) -> bool:  # noqa: ARG002 - see below
        """Nothing: what is deleted stays, sealed, in dead rows, the log and backups until they expire."""
        return True

    def is_lost(self, connection: Connection) -> bool:
        """Whether the session has ended, or takes no statement any more, as the driver knows after an error.

        An error in the middle of several rows may leave the driver waiting for results that never come.
        """
        if connection.closed or connection.invalidated:
            return True
        raw = connection.connection.driver_connection
        return raw is None or bool(raw.closed) or _is_stuck(raw.pgconn)

    def damage(self) -> list[str]:
        """None: the server checks its pages itself (docs/postgres.md, "Set-up of one server")."""
        return []

    def size(self) -> int:
        """The bytes of the whole database."""
        with self.reading() as connection:
            return int(connection.exec_driver_sql(SIZE).scalar() or 0)

    def insert(self, connection: Connection, into: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert by COPY, which takes a third of the time."""
        raw: Any = connection.connection.driver_connection
        columns = [sql.Identifier(each.name) for each in into.columns]
        begin = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(into.name), sql.SQL(", ").join(columns)
        )
        with raw.cursor() as cursor, cursor.copy(begin) as copying:
            for values in rows:
                copying.write_row(values)

    def size_of_rows(self) -> int:
        """The bytes of the schema's tables and indexes, without the table of contents."""
        with self.reading() as connection:
            return int(connection.exec_driver_sql(SIZE_OF_ROWS).scalar() or 0)

    def copy_to(self, file: Path, advance: Callable[[int], None]) -> Snapshot:
        """Copy row by row in one read transaction."""
        return copy_rows(self, file, self.size_of_rows(), advance)


def name_of(address: URL) -> str:
    """The address as it is named to people: user, hosts and database, without password and parameters."""
    several = address.query.get("host", ())
    hosts = [several] if isinstance(several, str) else list(several)
    if address.host:
        hosts = [f"{address.host}:{address.port}" if address.port else address.host]
    user = f"{address.username}@" if address.username else ""
    return f"postgresql://{user}{','.join(hosts)}/{address.database}"


def _is_stuck(session: psycopg.pq.abc.PGconn) -> bool:
    """Whether a command is still going on, although no thread waits for it."""
    going_on = session.transaction_status == psycopg.pq.TransactionStatus.ACTIVE
    return going_on or session.pipeline_status != psycopg.pq.PipelineStatus.OFF
