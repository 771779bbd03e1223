"""What has to be true before `aduan move` writes anything, and its result in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Table

from bot.config.sections import Database as Settings
from bot.database import moving, schema
from bot.database.contents import Contents, FolderContents
from bot.database.stores.store import Store
from bot.database.tables import metadata
from bot.database.watermark import DamagedError, read

LISTED = 20


class MoveError(Exception):
    """The store cannot be moved; the message says what to do."""


class Moved(NamedTuple):
    """The result. `faults` are those of the target, `left_out` the rows of the source that it has not."""

    source: str
    target: str
    complaints: int
    rows: int
    files: int
    faults: Sequence[str]
    left_out: Sequence[str]

    def __str__(self) -> str:
        same = "" if self.left_out else "; counts, values, seals and histories are those of the source"
        has = (
            f"{self.target} has {self.complaints} complaints, {self.rows} rows and {self.files} files of "
            f"{self.source}{same}"
        )
        lines = [has]
        if self.left_out:
            lines += ["Left out, as no other store can hold them:", *self.left_out]
        if self.faults:
            lines += ["Faults of the source that the copy has too, or that what was left out makes:"]
            lines += self.faults
        return "\n".join(lines)


def require_empty(target: Store, origin: str, contents: Contents | None) -> None:
    """Raise MoveError for a store with rows or files, unless an interrupted move of this origin wrote them.

    `contents` are those of the store; None when they are those of the source too.
    """
    begun, there = (None, "") if target.is_blank() else _found(target)
    if begun not in (None, origin):
        raise MoveError(
            f"a move from another store to {target} was interrupted: complete that one, or use another "
            "empty database; nothing was changed"
        )
    if begun is None and not there and contents:
        there = _files_in(contents)
    if there:
        raise MoveError(
            f"{target} is not empty ({there}): rows are copied to an empty store only. Name another one, or "
            "move what is there to another place; nothing was changed"
        )


def _found(target: Store) -> tuple[str | None, str]:
    """The mark of an interrupted move, or else what a database contains."""
    with target.reading() as connection:
        if schema.stored_revision(connection) is None:
            # An interrupted move leaves a file without tables.
            return None, "" if schema.is_empty(connection) else "tables of another program"
        schema.require(connection)
        begun = moving.origin(connection)
        there = next((each.name for each in metadata.sorted_tables if _has_rows(connection, each)), "")
        return begun, f"rows in {there}" if there and begun is None else ""


def require_numbers(stores: Iterable[Settings]) -> None:
    """Raise MoveError for a file of the highest registration numbers that cannot be read."""
    for settings in stores:
        try:
            read(settings.watermark_path)
        except DamagedError as error:
            raise MoveError(
                f"{error}: the file of the highest registration numbers cannot be read. Start the bot once, "
                "which sets it aside; nothing was changed"
            ) from None


def listed(faults: Sequence[str]) -> str:
    """The first faults, and how many more there are."""
    more = f" and {len(faults) - LISTED} more" if len(faults) > LISTED else ""
    return "; ".join(faults[:LISTED]) + more


def _has_rows(connection: Connection, of: Table) -> bool:
    return connection.execute(of.select().limit(1)).first() is not None


def _files_in(contents: Contents) -> str:
    """The folder that has files already; a table of them is looked at with the other tables."""
    return contents.place() if isinstance(contents, FolderContents) and contents.paths() else ""
