"""Errors as the database's driver raises them."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import OperationalError


def disk_full() -> OperationalError:
    """A full disk, with the code by which the bot knows it."""
    said = sqlite3.OperationalError("database or disk is full")
    said.sqlite_errorcode = sqlite3.SQLITE_FULL
    return OperationalError("INSERT", {}, said)
