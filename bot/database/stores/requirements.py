"""What a database of PostgreSQL has to be for Aduan, asked at the beginning of a session that may lead.

1. The session is the server's own. Behind a pooler the right to work belongs to a session that others use
   too, and a silent holder could not be found.
2. The encoding is UTF8: names and stories have letters that others refuse.
3. ICU does not sort its text: its order changes with its version, and an index made before then misses rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

# A server before version 15 has no column `datlocprovider`.
ASK = (
    "SELECT pg_backend_pid(), pg_encoding_to_char(encoding), to_jsonb(d) ->> 'datlocprovider'"
    " FROM pg_database d WHERE datname = current_database()"
)
ICU = "i"
CREATE = (
    "create it with TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C' (docs/postgres.md)"
)


class UnfitDatabaseError(Exception):
    """The database cannot be used as it is: a person has to change the address or create it again."""


class Session(NamedTuple):
    """What the connection was given as the number of its session, and what the server says of both."""

    given: int
    pid: int
    encoding: str
    provider: str | None


# What is wrong -> whether it is so.
FAULTS: Mapping[str, Callable[[Session], bool]] = {
    "a pooler (such as PgBouncer) is in between: name the server itself in database.url": (
        lambda session: session.given != session.pid
    ),
    f"the database's encoding is not UTF8: {CREATE}": lambda session: session.encoding != "UTF8",
    f"the database sorts text by ICU: {CREATE}": lambda session: session.provider == ICU,
}


def require_fit(raw: Any, name: str) -> None:
    """Ask this connection of psycopg, in autocommit mode. Ends it and raises UnfitDatabaseError."""
    session = Session(raw.info.backend_pid, *raw.execute(ASK).fetchone())
    faults = [fault for fault, is_so in FAULTS.items() if is_so(session)]
    if faults:
        raw.close()
        raise UnfitDatabaseError(f"{name}: {'; '.join(faults)}")
