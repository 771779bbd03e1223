"""The erasure orders of the log (bot/database/order_log.py), applied to a database that was set back.

A mark in the database says how many of the orders were applied to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from bot.database import order_rows, schema
from bot.database.contents import Contents
from bot.database.files_table import stored_contents
from bot.database.order_lines import Line, Order, OrdersDamagedError, longest
from bot.database.order_log import NEXT_TO_BACKUPS
from bot.database.sealing import Codec
from bot.database.stores.store import Store
from bot.database.tables import cases, installation

APPLIED, MARK = "erasure orders applied", "erasure_orders"
LOG = "the log of erasure orders"

_MARK = select(installation.c.value).where(installation.c.name == MARK)
_SET_MARK = insert(installation)
_SET_MARK = _SET_MARK.on_conflict_do_update(index_elements=["name"], set_={"value": _SET_MARK.excluded.value})
_STATE = select(cases.c.state).where(cases.c.id == bindparam("case"))


class Erase(Protocol):
    """Erases one complaint in the connection's transaction; one that is erased already stays as it is."""

    def __call__(self, connection: Connection, codec: Codec, order: Order, /) -> Iterable[str]:
        """Return the paths of the contents that the complaint had, relative to the folder of files."""


class Applied(NamedTuple):
    """The result: orders that erased something now, and those whose complaint is not in this database."""

    erased: tuple[Order, ...] = ()
    absent: tuple[Order, ...] = ()


def pending(connection: Connection, codec: Codec, lines: Sequence[Line]) -> Sequence[Line]:
    """The orders that were not applied to this database. Raises OrdersDamagedError for a log that was cut."""
    stored = connection.scalar(_MARK)
    count, _, proof = str(stored or "0:").partition(":")
    done = int(count) if count.isascii() and count.isdecimal() else 0
    if not done:
        return lines
    if done > len(lines):
        raise OrdersDamagedError(
            f"{done} erasure orders were applied to this database and the log has {len(lines)}: put the "
            f"whole log back ({NEXT_TO_BACKUPS} next to the backups, or its copy in the state folder)"
        )
    # A mark without the keys counts as none: erasing again changes nothing.
    return lines[done:] if codec.proves(proof, APPLIED, done, lines[done - 1].mac) else lines


def apply_orders(
    connection: Connection, codec: Codec, contents: Contents, lines: Sequence[Line], erase: Erase
) -> Applied:
    """Erase what is ordered and not erased yet, in the connection's transaction; complete the table.

    Contents are deleted before the commit: the rows that named them belong to erased complaints.
    """
    erased, absent = [], []
    # A database that was set back lacks lines, a machine that was away lacks others.
    lines = longest({order_rows.PLACE: order_rows.read(connection, codec), LOG: lines})
    for line in pending(connection, codec, lines):
        case = {"case": line.order.case}
        before = connection.scalar(_STATE, case)
        if before is None:
            absent.append(line.order)
            continue
        _delete(connection, contents, erase(connection, codec, line.order))
        # What was erased before the backup is erased in it.
        if connection.scalar(_STATE, case) != before:
            erased.append(line.order)
    if lines:
        last = lines[-1]
        mark = f"{last.seq}:{codec.proof(APPLIED, last.seq, last.mac)}"
        connection.execute(_SET_MARK, {"name": MARK, "value": mark})
    order_rows.add(connection, lines)
    return Applied(tuple(erased), tuple(absent))


def apply(store: Store, codec: Codec, contents: Contents, lines: Sequence[Line], erase: Erase) -> Applied:
    """Apply the orders to a database that no other process works on. Raises MigrationNeededError."""
    engine = store.writing_engine()
    try:
        with engine.connect() as connection, connection.begin():
            schema.require(connection)
            return apply_orders(connection, codec, contents, lines, erase)
    finally:
        engine.dispose()


def _delete(connection: Connection, contents: Contents, paths: Iterable[str]) -> None:
    """Delete contents, except those that another complaint needs."""
    needed = {path for path, _ in stored_contents(connection)}
    for path in set(paths) - needed:
        contents.erase(path, connection)
