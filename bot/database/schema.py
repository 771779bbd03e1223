"""Which version of the tables the store has. Alembic is imported only when there is something to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import Connection, inspect, text

if TYPE_CHECKING:
    from bot.database.sealing import Codec

# The newest revision in migrations/versions; a test compares the two.
HEAD = "0009"
LONGEST_SHOWN = 40


class MigrationNeededError(Exception):
    """The database's tables are those of another version of this program."""


class SchemaNewerError(MigrationNeededError):
    """The database's tables are those of a newer version of this program."""

    def __init__(self, revision: str) -> None:
        shown = "".join(letter for letter in revision[:LONGEST_SHOWN] if letter.isprintable())
        super().__init__(
            f"the database is at revision {shown}, which this program does not know ({HEAD} is its newest): "
            "install the version of Aduan that was used last; nothing was changed"
        )


class InWords(Protocol):
    """What a store says of itself: that it is empty, and how its contents come back."""

    @property
    def empty(self) -> str:
        """That it is missing or empty."""

    @property
    def comes_back(self) -> str:
        """What restores it."""


class RegisterMissingError(Exception):
    """The keys are there and their database is not: complaints may have been lost."""

    def __init__(self, store: InWords) -> None:
        super().__init__(
            f"{store} {store.empty}, but its key file is there: {store.comes_back}, or run `aduan init "
            "--new-register` to make an empty register under the same keys"
        )


def stored_revision(connection: Connection) -> str | None:
    """The revision that the store is at; None for a new one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def is_empty(connection: Connection) -> bool:
    """Whether the store has no tables at all."""
    return not inspect(connection).get_table_names()


def require_tables(connection: Connection, store: InWords) -> None:
    """Raise RegisterMissingError for a database without any table."""
    if is_empty(connection):
        raise RegisterMissingError(store)


def prepare(connection: Connection) -> None:
    """Make the tables of a new store; leave existing ones unchanged.

    Raises MigrationNeededError when they are not of this version: the operator makes a backup first.
    """
    if stored_revision(connection) is None and is_empty(connection):
        upgrade(connection)
    else:
        require(connection)


def require_known(revision: str | None) -> None:
    """Raise SchemaNewerError for a revision that this program does not have. Revisions are counted."""
    known = {f"{number:04}" for number in range(1, int(HEAD) + 1)}
    if revision and revision not in known:
        raise SchemaNewerError(revision)


def require(connection: Connection) -> None:
    """Raise MigrationNeededError when the tables are not of this version."""
    revision = stored_revision(connection)
    require_known(revision)
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
    """Upgrade the tables to HEAD, in the connection's transaction; return what could not be carried over.

    A store with data needs its codec. `advance` is called with the rows done and their total.
    """
    from bot.database.migrations import run

    return run(connection, codec, advance)
