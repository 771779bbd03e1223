"""Opens the store: its keys and its database belong together, and one without the other is refused.

A new store is made in this order, so that a kill at any moment leaves one that the next start finishes:

1. The keys are written as `<key file>.new`. A database never exists before its keys.
2. The database gets its tables.
3. The key file gets its final name. That name proves that a database existed: when it is missing now, it
   was lost, and beginning an empty one unasked would issue the old numbers to other people.
"""

from __future__ import annotations

from pathlib import Path

from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.files.store import sync

NOT_YET = ".new"


def pending(keys: Path) -> Path:
    """Where the keys lie until their database has its tables."""
    return keys.with_name(keys.name + NOT_YET)


def keys_in_use(keys: Path) -> Path:
    """The key file, or the one of a first start that was interrupted."""
    return pending(keys) if not keys.exists() and pending(keys).exists() else keys


async def open_store(path: Path, keys: Path) -> tuple[Database, Codec]:
    """The database and its codec; a first start makes both.

    Raises RegisterMissingError for keys without a database, KeysMissingError for a database without keys,
    MigrationNeededError for tables of another version.
    """
    codec, first = _keys_of(path, keys)
    database = await Database.open(path, create=first)
    try:
        if first:
            pending(keys).replace(keys)
            sync(keys.parent)
    except BaseException:
        await database.close()
        raise
    return database, codec


def _keys_of(path: Path, keys: Path) -> tuple[Codec, bool]:
    """The codec, and whether this is a first start."""
    begun = keys_in_use(keys) != keys
    first = begun or not (keys.exists() or path.exists())
    return Codec.load(pending(keys) if first else keys, create=first), first
