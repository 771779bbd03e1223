"""Many rows at once: SQLite without its log and flushes, PostgreSQL by COPY."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Table

from bot.database.stores.sqlite import SqliteStore
from bot.database.stores.store import Store

CACHE_KIBIBYTES = 2_000_000

Row = Sequence[Any]


class Bulk(ABC):
    """Writes rows through one connection; the caller begins and commits."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def insert(self, table: Table, rows: Sequence[Row]) -> None:
        """Write rows whose values have the order of the table's columns."""
        columns = ", ".join(column.name for column in table.columns)
        if rows:
            self._insert(f"{table.name} ({columns})", rows)

    @abstractmethod
    def _insert(self, into: str, rows: Sequence[Row]) -> None:
        """Write at least one row into a table with its columns."""


class _Sqlite(Bulk):
    def _insert(self, into: str, rows: Sequence[Row]) -> None:
        places = ", ".join("?" * len(rows[0]))
        self.connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({places})", [*rows])  # noqa: S608 - ours

    def set(self, *pragmas: str) -> None:
        """Change the connection."""
        raw = self.connection.connection.driver_connection
        assert raw is not None
        for pragma in pragmas:
            raw.execute(f"PRAGMA {pragma}")


class _Postgres(Bulk):
    def _insert(self, into: str, rows: Sequence[Row]) -> None:
        raw: Any = self.connection.connection.driver_connection
        with raw.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


@contextmanager
def bulk(store: Store) -> Iterator[Bulk]:
    """Open the store for many rows. A kill leaves SQLite's damaged."""
    engine = store.writing_engine()
    try:
        with engine.connect() as connection:
            if not isinstance(store, SqliteStore):
                yield _Postgres(connection)
                return
            rows = _Sqlite(connection)
            rows.set("journal_mode=OFF", "synchronous=OFF", f"cache_size=-{CACHE_KIBIBYTES}")
            yield rows
            rows.set("journal_mode=WAL")
    finally:
        engine.dispose()
