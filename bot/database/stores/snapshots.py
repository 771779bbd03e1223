"""Copies of a database of either kind as of one moment, in a file of SQLite: what a backup has.

A file is copied page by page within one read transaction. So the bot keeps writing, and the copy is not begun
again when it does. Rows of a server are copied in one read transaction as well, without the contents of
files, which a backup has as files.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, create_engine, text
from sqlalchemy.pool import StaticPool

from bot.database.pages import read_only
from bot.database.stores import row_copying
from bot.database.stores.store import Snapshot, Store
from bot.database.tables import file_contents

# Two megabytes of the usual page size; the progress is shown after each portion.
PAGES = 512
VERSIONS = "alembic_version"
_REVISION = text(f"SELECT version_num FROM {VERSIONS}")  # noqa: S608 - a constant
Advance = Callable[[int], None]


def copy_pages(source: Path, target: Path, advance: Advance) -> Snapshot:
    """Copy a database file; `advance` gets the bytes of each portion.

    The copy has its rows in one file, without a write-ahead log. Raises sqlite3.Error and OSError.
    """
    with closing(read_only(source)) as reading, closing(sqlite3.connect(target)) as writing:
        size, left = _page_size(reading), _pages(reading)

        def progress(_status: int, remaining: int, _total: int) -> None:
            nonlocal left
            advance((left - remaining) * size)
            left = remaining

        reading.backup(writing, pages=PAGES, progress=progress)
        writing.execute("PRAGMA journal_mode=DELETE")
        return Snapshot(rows_by_table(reading), revision_of(reading))


def copy_rows(source: Store, target: Path, size: int, advance: Advance) -> Snapshot:
    """Copy the rows of a server; `advance` gets portions of `size`, which is that of all rows in bytes.

    The tables are those of the source's revision, which this program has to know: a backup is made before
    they are upgraded. Raises SQLAlchemyError and OSError.
    """
    engine = create_engine(f"sqlite:///{target}", poolclass=StaticPool)
    try:
        with source.reading() as reading, engine.connect() as writing:
            revision = reading.scalar(_REVISION) or ""
            tables = _tables_at(writing, revision)
            total = max(1, row_copying.count(reading, tables))
            for each in tables:
                write = row_copying.inserting(writing, each)
                row_copying.copy(reading, each, write, lambda rows: advance(rows * size // total))
            counts = {each.name: row_copying.count(reading, [each]) for each in tables}
    finally:
        engine.dispose()
    return Snapshot({**counts, file_contents.name: 0, VERSIONS: 1}, revision)


def rows_by_table(connection: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table has."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names}  # noqa: S608 - names of our tables


def revision_of(connection: sqlite3.Connection) -> str:
    """The revision of the tables; empty for none."""
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        return ""
    return str(row[0]) if row else ""


def _tables_at(connection: Connection, revision: str) -> list[Table]:
    """Make the tables of a revision in a new file; those with rows to copy."""
    from bot.database.migrations import run

    with connection.begin():
        run(connection, None, lambda _done, _all: None, revision)
    made = MetaData()
    made.reflect(bind=connection)
    connection.commit()
    return [each for each in made.sorted_tables if each.name not in (VERSIONS, file_contents.name)]


def _page_size(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA page_size").fetchone()[0])


def _pages(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA page_count").fetchone()[0])
