"""What to say of an error of a database server. The driver is an extra, and is not imported here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.exc import DBAPIError

from bot.foundation.faults import DRIVER

UNREACHED = "the database cannot be reached. Is the server running, and is database.url right?"
FULL = "the database server has no free connection. Raise max_connections"
REPLICA = "only a replica of the database answers. Promote it, or start the primary server"
# A refused connection has no SQLSTATE. Pieces of what is said, in English; the first that is found counts.
REFUSALS: Mapping[str, str] = {
    "invalid connection option": "database.url has a parameter that PostgreSQL does not know",
    "does not match host name": "the server's certificate is for another name than the one in database.url",
    "certificate verify failed": "the server's certificate is not signed by the authority of sslrootcert",
    "root certificate file": "the file of sslrootcert in database.url cannot be read",
    "no password supplied": "the server asks for a password: name a passfile in database.url",
    "authentication failed": "the server refuses the user or the password of database.url",
    "no pg_hba.conf entry": (
        "pg_hba.conf of the server has no line for this user, database and machine, or only with TLS"
    ),
    "not permitted to log in": "the role of database.url may not log in",
    "permission denied for database": "the role of database.url lacks the right CONNECT on the database",
    "does not exist": "the database or the role of database.url does not exist",
    "too many": FULL,
    "remaining connection slots": FULL,
    "starting up": "the server is starting. Try again in a moment",
    "shutting down": "the server is shutting down. Try again later",
    "session is read-only": REPLICA,
    "hot standby": REPLICA,
}
# By SQLSTATE, or its class. The server's own words follow in brackets.
MEANINGS: Mapping[str, str] = {
    "08": "the connection to the database was lost. Try again",
    "25006": "the database is read-only: name the server that may be written to in database.url",
    "28": "the database refuses the user. Check user and password in database.url",
    "3D": "the server has no database of this name. Create it, or correct database.url",
    "42501": "the user of the database lacks a right. Let it own the tables",
    "53100": "the disk of the database server is full. Free some space",
    "53": "the database server has no room for this session. Try again later",
    "55P03": "another session holds the database. End it, or try again",
    "57": "the database server ended the session. Try again",
}


def server_meaning(error: BaseException) -> str:
    """What an error of a server means, with what to do; empty for all others, those of this program too."""
    if isinstance(error, DBAPIError):
        error = error.orig or error
    kinds = [kind.__name__ for kind in type(error).__mro__ if kind.__module__ == DRIVER]
    state = getattr(error, "sqlstate", None) or ""
    if not kinds:
        return ""
    said = MEANINGS.get(state) or MEANINGS.get(state[:2], "") if state else _of_connection(error, kinds)
    return f"{said} ({_words(error)})" if said else ""


def _of_connection(error: BaseException, kinds: Sequence[str]) -> str:
    text = str(error).casefold()
    otherwise = UNREACHED if "OperationalError" in kinds else ""
    return next((said for piece, said in REFUSALS.items() if piece in text), otherwise)


def _words(error: BaseException) -> str:
    """The server's message without its details, which may quote a row."""
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    return " ".join(str(primary or error).split())
