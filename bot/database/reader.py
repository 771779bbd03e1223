"""Reads a store that another process may be writing to, and never changes it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import StaticPool


def reading_engine(path: Path) -> Engine:
    """A read-only engine of one connection, for one thread; each transaction sees one state of the store."""

    def connect() -> sqlite3.Connection:
        raw = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
        )
        # A text that is not UTF-8 is a fault of its row and does not end the reading.
        raw.text_factory = lambda text: text.decode("utf-8", "replace")
        return raw

    engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine
