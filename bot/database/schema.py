"""Which version of the tables the store has. Alembic is imported only when there is something to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

if TYPE_CHECKING:
    from bot.database.sealing import Codec

# The newest revision in migrations/versions; a test holds the two together.
HEAD = "0002"


class MigrationNeededError(Exception):
    """The database's tables are those of another version of this program."""


def stored_revision(connection: Connection) -> str | None:
    """The revision that the store is at; None for a new one."""
    found = connection.execute(
        text("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'")
    ).first()
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if found else None


def prepare(connection: Connection) -> None:
    """Make the tables of a new store; leave the present ones alone.

    Raises MigrationNeededError when they are not of this version: an operator backs up first.
    """
    if stored_revision(connection) is None and not inspect(connection).get_table_names():
        upgrade(connection)
    else:
        require(connection)


def require(connection: Connection) -> None:
    """Raise MigrationNeededError when the tables are not of this version."""
    revision = stored_revision(connection)
    if revision != HEAD:
        raise MigrationNeededError(
            f"the database is at revision {revision or 'unknown'} and this program needs {HEAD}: "
            "make a backup, then run `aduan migrate`"
        )


def upgrade(
    connection: Connection,
    codec: Codec | None = None,
    advance: Callable[[int, int], None] = lambda _done, _all: None,
) -> list[str]:
    """Bring the tables to HEAD, in the connection's transaction; answers what could not be carried over.

    A store with data needs its codec. `advance` hears how many rows are done, of how many.
    """
    from bot.database.migrations import run

    return run(connection, codec, advance)
