"""The mark of a store that `aduan move` or `aduan restore` is filling: nothing starts on it before the end.

The transaction that makes the tables sets the mark, the last one removes it. Its value says where the rows
come from, so that only the same move begins again, from empty.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from bot.database.tables import installation

MARK = "move"

_ORIGIN = select(installation.c.value).where(installation.c.name == MARK)


class MoveUnfinishedError(Exception):
    """The rows of this store are not complete."""

    def __init__(self, store: object) -> None:
        super().__init__(
            f"{store} is not complete: an `aduan move` or `aduan restore` to it was interrupted. Give the "
            "same command again; what it copies from is whole"
        )


def begin(connection: Connection, origin: str) -> None:
    """Set the mark."""
    connection.execute(insert(installation), {"name": MARK, "value": origin})


def origin(connection: Connection) -> str | None:
    """Where the rows of an incomplete store come from; None for any other store."""
    found: str | None = connection.scalar(_ORIGIN)
    return found


def finish(connection: Connection) -> None:
    """Remove the mark."""
    connection.execute(delete(installation).where(installation.c.name == MARK))
