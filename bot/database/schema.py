"""Which version of the tables the store has. Alembic is imported only when there is something to do."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

# The newest revision in migrations/versions; a test holds the two together.
HEAD = "0002"


class MigrationNeededError(Exception):
    """The database's tables are those of another version of this program."""


class RegisterMissingError(Exception):
    """The keys are there and their database is not: complaints may have been lost."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is missing or empty, but its key file is there: restore the database from your backup, "
            "or run `aduan init --new-register` to begin an empty register under the same keys"
        )


def stored_revision(connection: Connection) -> str | None:
    """The revision that the store is at; None for a new one."""
    found = connection.execute(
        text("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'")
    ).first()
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() if found else None


def is_empty(connection: Connection) -> bool:
    """Whether the store has no tables at all."""
    return not inspect(connection).get_table_names()


def require_tables(connection: Connection, path: Path) -> None:
    """Raise RegisterMissingError for a database without any table."""
    if is_empty(connection):
        raise RegisterMissingError(path)


def prepare(connection: Connection) -> None:
    """Make the tables of a new store; leave the present ones alone.

    Raises MigrationNeededError when they are not of this version: an operator backs up first.
    """
    revision = stored_revision(connection)
    if revision == HEAD:
        return
    if revision is not None or not is_empty(connection):
        raise MigrationNeededError(
            f"the database is at revision {revision or 'unknown'} and this program needs {HEAD}: "
            "make a backup, then run `aduan migrate`"
        )
    upgrade(connection)


def upgrade(connection: Connection) -> None:
    """Bring the tables to HEAD, in the connection's transaction."""
    from bot.database.migrations import run

    run(connection)
