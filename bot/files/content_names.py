"""The names of contents: which ones some row needs, and how contents get the names of this version.

Earlier versions named a content by its SHA-256, which shows to who reads the folder whether somebody sent a
known file. The name is now a keyed hash of it. Migration 0005 wrote the new names into the table; here the
contents get them. A kill in between is harmless: a content is read under both names, and what has the old one
is renamed at the next start or within the hour.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import Connection

from bot.database import gaps
from bot.database.contents import Contents
from bot.database.files_table import stored_contents
from bot.database.sealing import Codec
from bot.foundation.disk import PLACE, place_of

log = structlog.get_logger(__name__)

SPARED_AFTER_LOSS = timedelta(days=30)


def needed_contents(connection: Connection) -> frozenset[str]:
    """The contents that some row needs."""
    # By both columns: a row with one of them damaged still needs its content.
    named = [(path, place_of(name)) for path, name in stored_contents(connection)]
    return frozenset(place for names in named for place in names)


def are_spared(connection: Connection, now: float) -> bool:
    """Whether the others must not be erased at `now`, in seconds since 1970: complaints were lost lately."""
    return gaps.is_recent(connection, datetime.fromtimestamp(now, UTC) - SPARED_AFTER_LOSS)


def rename_contents(
    contents: Contents,
    codec: Codec,
    present: Sequence[str],
    needed: Collection[str],
    advance: Callable[[int, int], None] = lambda _done, _all: None,
) -> dict[str, str]:
    """Rename the needed ones that have an old name; return old path -> new path.

    Raises as `Contents` does.
    """
    others = (path for path in present if path not in needed and PLACE.fullmatch(path))
    placed = {path: place_of(codec.file_name(path.rpartition("/")[2])) for path in others}
    old = {path: new for path, new in placed.items() if new in needed}
    for done, (path, new) in enumerate(old.items(), start=1):
        contents.rename(path, new)
        advance(done, len(old))
    if old:
        log.info("files.renamed", count=len(old))
    return old
