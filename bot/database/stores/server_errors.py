"""What to say of an error of a database server. The driver is an extra, and is not imported here."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.exc import DBAPIError

from bot.database.stores import refusals
from bot.foundation.faults import is_infrastructure

# By SQLSTATE, or its class. The server's own words follow in brackets.
MEANINGS: Mapping[str, str] = {
    "08": "the connection to the database was lost. Try again",
    "25006": "the database is read-only: name the server that may be written to in database.url",
    "42501": "the user of the database lacks a right. Let it own the tables",
    "53100": "the disk of the database server is full. Free some space",
    "53": "the database server has no room for this session. Try again later",
    "55P03": "another session holds the database. End it, or try again",
    "57": "the database server ended the session. Try again",
}


def server_meaning(error: BaseException) -> str:
    """What an error of a server means, with what to do; empty for all others, those of this program too."""
    cause = (error.orig or error) if isinstance(error, DBAPIError) else error
    if state := getattr(cause, "sqlstate", None):
        said = MEANINGS.get(state) or MEANINGS.get(state[:2], "")
        return f"{said} ({_words(cause)})" if said else ""
    return refusals.meaning(error) or _not_reached(cause)


def _not_reached(error: BaseException) -> str:
    """What the driver says of a server that it does not reach; empty for any other error."""
    if not type(error).__module__.startswith("psycopg") or not is_infrastructure(error):
        return ""
    return f"the server of the database is not reached: {_words(error)}"


def _words(error: BaseException) -> str:
    """The server's message without its details, which may quote a row."""
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    return " ".join(str(primary or error).split())
