"""The pages of a database file: whether they are sound, and what to say of a database that SQLite refuses."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy.exc import DBAPIError

# SQLite lists at most this many faults; the first ones say enough.
LISTED = 5
PRIMARY_CODE = 0xFF
RESTORE = 'Stop the bot and follow "A damaged database" in docs/operations.md'
# What an error of SQLite means for the person who keeps the bot.
MEANINGS: Mapping[int, str] = {
    sqlite3.SQLITE_CORRUPT: f"the database is damaged. {RESTORE}",
    sqlite3.SQLITE_NOTADB: f"the file is no database, or its beginning is damaged. {RESTORE}",
    sqlite3.SQLITE_READONLY: "the database is read-only. Let the bot's user write the file and its folder",
    sqlite3.SQLITE_FULL: "the disk of the database is full. Free some space",
    sqlite3.SQLITE_BUSY: "another program holds the database. End it, and try again",
    sqlite3.SQLITE_CANTOPEN: "the database cannot be opened. Check the rights of its file and folder",
    sqlite3.SQLITE_IOERR: "the disk of the database fails. Check it before you start the bot again",
}


def read_only(path: Path) -> sqlite3.Connection:
    """A connection that sees one state of a database that another process may write to.

    Raises sqlite3.Error.
    """
    raw = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        raw.execute("BEGIN")
        # The transaction begins with its first reading.
        raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        raw.close()
        raise
    return raw


def damaged_pages(path: Path) -> list[str]:
    """What SQLite finds in the pages, and rows that refer to missing ones; empty for a sound database.

    Raises OSError.
    """
    try:
        with closing(read_only(path)) as connection:
            found = [str(row[0]) for row in connection.execute(f"PRAGMA integrity_check({LISTED})")]
            strays = connection.execute("PRAGMA foreign_key_check").fetchmany(LISTED)
    except sqlite3.DatabaseError as error:
        return [str(error)]
    # The first line of SQLite names the database and not the fault.
    lines = [
        line for text in found if text != "ok" for line in text.splitlines() if not line.startswith("***")
    ]
    return [*lines[:LISTED], *(f"{row[0]} row {row[1]}: what it refers to is missing" for row in strays)]


def meaning(error: BaseException) -> str:
    """What an error of SQLite means, with what to do; empty for any other error."""
    if isinstance(error, DBAPIError):
        error = error.orig or error
    code = getattr(error, "sqlite_errorcode", None)
    return MEANINGS.get(code & PRIMARY_CODE, "") if isinstance(code, int) else ""
