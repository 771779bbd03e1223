"""Whether a server and its database are fit for this program, found when a session is opened.

- A transaction pooler gives each transaction another session: the lock would be held by a session that
  someone else uses. libpq knows the process id that it got when it connected, and the server its real one.
- ICU: an update of the operating system changes its order of texts, and indexes that were made before find
  rows no more. Our columns have the order "C", but the operator's own queries and tools use the database's.
- A schema that is not there has no tables and no lock: two bots would wait for the same one.
- Versions before 14 get no corrections any more.
- A server that only reads may be a replica that takes over soon: that is waited for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import psycopg

OLDEST = 14
VERSION_UNIT = 10_000
CLOCK = "SELECT extract(epoch FROM clock_timestamp())::float8"
FACTS = (
    "SELECT current_setting('server_version_num')::int, pg_encoding_to_char(d.encoding),"
    # Before version 15 there is no such column.
    " to_jsonb(d) ->> 'datlocprovider', pg_backend_pid(),"
    " pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on',"
    " current_setting('synchronous_commit'), current_schema()"
    " FROM pg_database d WHERE d.datname = current_database()"
)
DIRECT = "let database.url name the server itself"
NO_SCHEMA = "make it with CREATE SCHEMA, or correct search_path in database.url or of the role"
MADE_SO = "make the database again with CREATE DATABASE … TEMPLATE template0"


class ServerUnfitError(Exception):
    """The database cannot be used as it is: a person has to make another one, or update the server."""


class PoolerRefusedError(Exception):
    """The address is that of a pooler of connections."""


class ReadingServerError(ConnectionError):
    """The server takes no writing now."""


class Facts(NamedTuple):
    """What the server says. `named_pid` was given when connecting, `real_pid` is the session's."""

    version: int
    encoding: str
    provider: str | None
    real_pid: int
    reading: bool
    synchronous_commit: str
    named_pid: int
    # Of the schemas that are searched, the first that is there.
    schema: str | None = "public"

    @property
    def is_pooled(self) -> bool:
        """Whether a pooler is between this process and the server."""
        return self.named_pid != self.real_pid

    def unfit(self) -> Sequence[tuple[str, str]]:
        """What is wrong for ever, each with what to do."""
        found = []
        if self.version // VERSION_UNIT < OLDEST:
            known = f"the server is PostgreSQL {self.version // VERSION_UNIT}"
            found.append((known, f"install PostgreSQL {OLDEST} or newer"))
        if self.encoding != "UTF8":
            found.append((f"the encoding of the database is {self.encoding}", f"{MADE_SO} ENCODING 'UTF8'"))
        if self.provider == "i":
            found.append(("the locale of the database is ICU's", f"{MADE_SO} LOCALE_PROVIDER libc"))
        if self.schema is None:
            found.append(("none of the schemas that are searched is there", NO_SCHEMA))
        return found


def facts_of(raw: psycopg.Connection[Any]) -> Facts:
    """The facts of this session's server and database."""
    found = raw.execute(FACTS, prepare=False).fetchone()
    if found is None:
        raise ServerUnfitError("the server does not list its own database")
    *known, schema = found
    return Facts._make((*known, raw.info.backend_pid, schema))


def require_fit(facts: Facts, store: str) -> None:
    """Raise PoolerRefusedError, ServerUnfitError or ReadingServerError, with what to do."""
    if facts.is_pooled:
        raise PoolerRefusedError(
            f"database.url leads to a pooler of connections ({store}), which gives the lock of this process "
            f"to others; {DIRECT}"
        )
    if unfit := facts.unfit():
        raise ServerUnfitError("\n".join(f"{store}: {what}; {advice}" for what, advice in unfit))
    if facts.reading:
        raise ReadingServerError(f"the server of {store} takes no writing now: it is a replica, or set so")


def clock_ahead(raw: psycopg.Connection[Any], wall: Callable[[], float] = time.time) -> float:
    """By how many seconds this machine's clock is certainly ahead of the server's; below 0: behind.

    The server's time is that of a moment between the question and the answer.
    """
    asked = wall()
    found = raw.execute(CLOCK, prepare=False).fetchone()
    answered = wall()
    server = found[0] if found else asked
    return asked - server if asked > server else min(0.0, answered - server)
