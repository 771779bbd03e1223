"""Which files go with an erased case, and which stay because a linked case names them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from bot.database import cases, files_table
from bot.database.sealing import Codec
from bot.database.tables import files
from conversations.complaints.case import Case
from conversations.complaints.erasing import files_of

_OWNED = select(files).where(files.c.owner == bindparam("case"))
_BY_KEY = select(files).where(files.c.key.in_(bindparam("keys", expanding=True)))
_NEEDED = select(files.c.path).where(files.c.path.in_(bindparam("paths", expanding=True)))


def files_of_case(
    connection: Connection, codec: Codec, case: Case
) -> tuple[Sequence[Row[Any]], dict[str, str]]:
    """The rows of the case's files, and those that a linked case needs, by key, with that case."""
    owned = connection.execute(_OWNED, {"case": case.id}).all()
    named = files_of(case)
    more = connection.execute(_BY_KEY, {"keys": sorted(set(named) - {row.key for row in owned})}).all()
    needed = {key: other.id for other in _linked(connection, codec, case) for key in files_of(other)}
    rows = [row for row in (*owned, *more) if row.key not in needed]
    shared = {row.key: needed[row.key] for row in owned if row.key in needed}
    return rows, shared


def _linked(connection: Connection, codec: Codec, case: Case) -> list[Case]:
    """The cases that this one was redirected from or to, over all steps, and that are not erased."""
    known, fresh = {case.id: case}, [case]
    while fresh:
        links = {link.id for one in fresh for link in (one.redirected_from, one.redirected_to) if link}
        found = cases.load_cases(connection, codec, links - known.keys())
        known.update(found)
        fresh = list(found.values())
    return [one for name, one in known.items() if name != case.id and one.erased is None]


def drop_files_of(connection: Connection, codec: Codec, case: Case) -> tuple[str, ...]:
    """Delete the rows of the case's files, or assign them; the paths of contents that no row needs."""
    rows, shared = files_of_case(connection, codec, case)
    files_table.give_files(connection, codec, shared)
    return _dropped(connection, rows)


def drop_keys(connection: Connection, keys: Iterable[str]) -> tuple[str, ...]:
    """Delete the rows of these files; the paths of contents that no row needs."""
    return _dropped(connection, connection.execute(_BY_KEY, {"keys": sorted(keys)}).all())


def _dropped(connection: Connection, rows: Sequence[Row[Any]]) -> tuple[str, ...]:
    files_table.drop_files(connection, [row.key for row in rows], ())
    paths = sorted({str(row.path) for row in rows if row.path})
    needed = set(connection.execute(_NEEDED, {"paths": paths}).scalars())
    return tuple(path for path in paths if path not in needed)
