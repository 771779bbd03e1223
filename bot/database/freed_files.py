"""The contents of dropped files: which ones no other file needs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from bot.database.tables import files


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """A file whose row was deleted; `path` is that of its content, empty where none was stored yet."""

    key: str
    path: str = ""


_ROWS = select(files.c.key, files.c.path)
_BY_KEY = _ROWS.where(files.c.key.in_(bindparam("keys", expanding=True)))
_BY_OWNER = _ROWS.where(files.c.owner.in_(bindparam("owners", expanding=True)))
_NEEDED = select(files.c.path).where(
    files.c.state == "stored", files.c.path.in_(bindparam("paths", expanding=True))
)


def about_to_go(connection: Connection, keys: Sequence[str], owners: Sequence[str]) -> list[DroppedFile]:
    """The files of these keys, and all of these owners, before their rows are deleted."""
    found = [*connection.execute(_BY_KEY, {"keys": keys})] if keys else []
    found += [*connection.execute(_BY_OWNER, {"owners": owners})] if owners else []
    return [DroppedFile(str(row.key), str(row.path or "")) for row in found]


def needed_of(connection: Connection, paths: Collection[str]) -> frozenset[str]:
    """Those of these contents that a file still needs."""
    found = connection.execute(_NEEDED, {"paths": sorted(paths)}) if paths else ()
    return frozenset(str(row.path) for row in found)
