"""What a failed connection to PostgreSQL means, as a sentence with what to do.

It is recognised by pieces of the driver's text, in English. What is not recognised, for example because the
server speaks another language, is shown as the driver says it (server_errors.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.exc import DBAPIError

HBA = "pg_hba.conf of the server has no line for this user, database and machine, or only with TLS"
# Pieces of the text -> the sentence. The first that is found counts: of several hosts the one that answered.
MEANINGS: Mapping[str, str] = {
    "invalid connection option": "database.url has a parameter that PostgreSQL does not know",
    "does not match host name": "the server's certificate is for another name than the one in database.url",
    "certificate verify failed": "the server's certificate is not signed by the authority of sslrootcert",
    "root certificate file": "the file of sslrootcert in database.url cannot be read",
    "no password supplied": 'the server asks for a password: see docs/postgres.md, "The address"',
    "authentication failed": "the server refuses the user or the password of database.url",
    "no pg_hba.conf entry": HBA,
    "permission denied for database": "the role lacks the right CONNECT on the database",
    "is not permitted to log in": "the role of database.url has no right to log in",
    "does not exist": "the database or the role of database.url does not exist",
    "too many": "the server has no free connection: raise max_connections",
    "remaining connection slots": "the server has no free connection: raise max_connections",
    "starting up": "the server is starting: try again in a moment",
    "shutting down": "the server is shutting down",
    "session is read-only": "only a replica answers: promote it, or start the primary server",
    "hot standby": "only a replica answers: promote it, or start the primary server",
    "resolve": "the name of the server in database.url is unknown to this machine",
    "refused": "no server listens at the host and port of database.url",
    "no such file": "no server listens at the socket of database.url",
    "timeout": "the server does not answer: look at the network and the firewall",
    "unreachable": "the server does not answer: look at the network and the firewall",
}


def meaning(error: BaseException) -> str:
    """The sentence for a connection that was refused or lost; empty for what is not recognised."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    if not type(cause).__module__.startswith("psycopg") or getattr(cause, "sqlstate", None):
        return ""
    if getattr(error, "statement", None):
        # Not a failed connection, but one that was lost.
        return "the connection to PostgreSQL was lost: try again"
    said = str(cause).casefold()
    known = next((words for piece, words in MEANINGS.items() if piece in said), "")
    return f"PostgreSQL: {known}" if known else ""
