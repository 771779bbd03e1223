"""Opens the store: keys and database belong together, and one without the other is refused.

A new store is made in this order, so that the next start can finish it after a kill at any moment:

1. The keys are written as `<key file>.new`. A database never exists before its keys.
2. The database gets its tables.
3. The key file gets its final name. That name proves that a database existed. When the database is missing
   now, it was lost, and an empty one would issue the old numbers to other people; the operator decides.

Several machines may start on one server, and all need the same key file: only `aduan init` makes it there,
and the operator copies it. Whoever makes it has the exclusive right to the database: it is made once.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from sqlalchemy import Engine

from bot.database import key_guard
from bot.database.engine import Database
from bot.database.schema import RegisterMissingError
from bot.database.sealing import Codec
from bot.database.stores.store import Store
from bot.foundation.daemon_thread import in_daemon_thread
from bot.foundation.disk import sync

NOT_YET = ".new"


class NotInitialisedError(Exception):
    """Neither keys nor tables are there, and a start may not make them."""

    def __init__(self, store: Store, keys: Path) -> None:
        super().__init__(
            f"{store} {store.empty}, and {keys} is missing: run `aduan init` on one machine, copy the key "
            "file to the same place on the others, then start the bot"
        )


def pending(keys: Path) -> Path:
    """Where the keys are stored until their database has its tables."""
    return keys.with_name(keys.name + NOT_YET)


def keys_in_use(keys: Path) -> Path:
    """The key file, or the one of a first start that was interrupted."""
    return pending(keys) if not keys.exists() and pending(keys).exists() else keys


async def open_store(
    store: Store, keys: Path, writing: Engine | None = None, *, by_init: bool = False
) -> tuple[Database, Codec]:
    """The database and its codec; a first start makes both. `writing` is the engine of who holds the store.

    `by_init`: `aduan init` makes them, also where no start may. Raises NotInitialisedError where only that
    command may, RegisterMissingError for keys without a database, KeysMissingError for a database without
    keys, KeysDamagedError for a damaged key file, KeysForeignError and KeysIncompleteError for keys that are
    not those of the database, MigrationNeededError for tables of another version.
    """
    codec, first = await in_daemon_thread(partial(_fitting, store, keys, by_init=by_init))
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


def require_keys(store: Store, keys: Path) -> None:
    """Raise what open_store() would raise about keys and database; nothing is made.

    For a process that may have to open the store at any later moment.
    """
    _, first = _fitting(store, keys, by_init=False)
    if not first and not store.exists():
        raise RegisterMissingError(store)


def _fitting(store: Store, keys: Path, *, by_init: bool) -> tuple[Codec, bool]:
    """The codec of keys that fit the database, and whether this is a first start. Waits for a server."""
    codec, first = _keys_of(store, keys, by_init=by_init)
    key_guard.require_fit(store, codec, keys)
    return codec, first


def _keys_of(store: Store, keys: Path, *, by_init: bool) -> tuple[Codec, bool]:
    """The codec, and whether this is a first start."""
    begun = keys_in_use(keys) != keys
    first = begun or not (keys.exists() or store.exists())
    if first and not begun and store.shared and not by_init:
        raise NotInitialisedError(store, keys)
    place = pending(keys) if first else keys
    return Codec.load(place, create=first, comes_back=store.keys_come_back), first
