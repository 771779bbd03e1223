"""Opens the store: keys and database belong together, and one without the other is refused.

A new store is made in this order, so that the next start can finish it after a kill at any moment:

1. The keys are written as `<key file>.new`. A database never exists before its keys.
2. The database gets its tables.
3. The key file gets its final name. That name proves that a database existed. When the database is missing
   now, it was lost, and an empty one would issue the old numbers to other people; the operator decides.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from sqlalchemy import Engine

from bot.database import key_guard
from bot.database.engine import Database
from bot.database.sealing import Codec
from bot.database.stores.store import Store
from bot.foundation.disk import sync

NOT_YET = ".new"


def pending(keys: Path) -> Path:
    """Where the keys are stored until their database has its tables."""
    return keys.with_name(keys.name + NOT_YET)


def keys_in_use(keys: Path) -> Path:
    """The key file, or the one of a first start that was interrupted."""
    return pending(keys) if not keys.exists() and pending(keys).exists() else keys


async def open_store(store: Store, keys: Path, writing: Engine | None = None) -> tuple[Database, Codec]:
    """The database and its codec; a first start makes both. `writing` is the engine of who holds the store.

    Raises RegisterMissingError for keys without a database, KeysMissingError for a database without keys,
    KeysDamagedError for a damaged key file, KeysForeignError and KeysIncompleteError for keys that are not
    those of the database, MigrationNeededError for tables of another version.
    """
    codec, first = _keys_of(store, keys)
    key_guard.require_fit(store, codec, keys)
    database = await Database.open(store, writing, create=first)
    try:
        await database.write(partial(key_guard.note, codec=codec))
        if first:
            pending(keys).replace(keys)
            sync(keys.parent)
    except BaseException:
        await database.close()
        raise
    return database, codec


def _keys_of(store: Store, keys: Path) -> tuple[Codec, bool]:
    """The codec, and whether this is a first start."""
    begun = keys_in_use(keys) != keys
    first = begun or not (keys.exists() or store.exists())
    return Codec.load(pending(keys) if first else keys, create=first), first
