"""Sorts errors by cause, and describes one without the words that people wrote."""

from __future__ import annotations

import errno
import sqlite3
import traceback
from pathlib import PurePath

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

FRAMES = 8
# Failures that may pass: a full or failing disk, another process that holds the database. A damaged page is
# not among them: it belongs to some rows, and requests for other rows are served.
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
# The driver of PostgreSQL is an extra, and is not imported here.
DRIVER = "psycopg"
# Classes of SQLSTATE: a statement that changes a row twice, data exception, integrity constraint violation, a
# value beyond a limit of the server. All others may pass.
CLASSES_OF_DATA = frozenset({"21", "22", "23", "54"})
# A value of another type than the column's, and a statement after a failure that was passed over. The rest of
# their classes is not ours: missing rights, a table that is missing, a server that only reads, time-outs.
# XX001 and XX002 are a damaged page of a table or an index: it belongs to some rows, as in a file.
STATES_OF_DATA = frozenset({"25P02", "42804", "42846", "42883", "42P08", "42P18", "XX001", "XX002"})
# Errors of the system that a name or value of ours causes: waiting does not end them.
OF_DATA = frozenset({errno.ENAMETOOLONG, errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.EINVAL})


def is_infrastructure(error: BaseException) -> bool:
    """Whether waiting may end the error; all others are caused by the data or by this program."""
    if isinstance(error, DBAPIError):
        error = error.orig or error
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)
        return code is not None and code & PRIMARY_CODE in INFRASTRUCTURE
    if (of_server := _waits_for_server(error)) is not None:
        return of_server
    if isinstance(error, OSError):
        # jinja2's TemplateNotFound is an OSError as well.
        return not isinstance(error, LookupError) and error.errno not in OF_DATA
    return isinstance(error, PoolTimeoutError)


def _waits_for_server(error: BaseException) -> bool | None:
    """What PostgreSQL's driver means; None for any other error.

    By SQLSTATE: the driver files a server that only reads, a transaction that timed out and missing rights
    under kinds of their own. Without one, a lost connection waits; what the driver itself refuses is data.
    """
    kinds = [kind.__name__ for kind in type(error).__mro__ if kind.__module__ == DRIVER]
    if not kinds:
        return None
    state = getattr(error, "sqlstate", None)
    if not state:
        return "OperationalError" in kinds
    return state[:2] not in CLASSES_OF_DATA and state not in STATES_OF_DATA


def error_place(error: BaseException) -> str:
    """The error's class and its stack frames, innermost first, without its message."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    places = [f"{'/'.join(PurePath(f.filename).parts[-2:])}:{f.lineno} {f.name}" for f in frames]
    return " < ".join([type(error).__name__, *reversed(places)])
