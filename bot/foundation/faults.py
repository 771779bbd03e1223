"""Whose fault an error is, and what may be told of it: never the words that people wrote."""

from __future__ import annotations

import errno
import sqlite3
import traceback
from pathlib import PurePath

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

FRAMES = 8
# What waiting can end: a full or failing disk, another process that holds the database. A damaged page is
# not among them: it belongs to some rows, and whoever does not need those is served.
INFRASTRUCTURE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PROTOCOL,
    }
)
PRIMARY_CODE = 0xFF
# Errors of the system that come from a name or value of ours: they are the same tomorrow.
OF_DATA = frozenset({errno.ENAMETOOLONG, errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.EINVAL})


def is_infrastructure(error: BaseException) -> bool:
    """Whether waiting may end it; anything else is the fault of the data at hand or our own."""
    if isinstance(error, DBAPIError):
        error = error.orig or error
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        return code is not None and code & PRIMARY_CODE in INFRASTRUCTURE
    if isinstance(error, OSError):
        # A template that is not there is an OSError as well, for the library's own reasons.
        return not isinstance(error, LookupError) and error.errno not in OF_DATA
    return isinstance(error, PoolTimeoutError)


def whereabouts(error: BaseException) -> str:
    """The error's kind and the places it came through, innermost first, without its message."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    places = [f"{'/'.join(PurePath(f.filename).parts[-2:])}:{f.lineno} {f.name}" for f in frames]
    return " < ".join([type(error).__name__, *reversed(places)])
