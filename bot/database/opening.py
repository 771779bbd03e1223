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

from sqlalchemy import Connection, select

from bot.database.cases import load_cases
from bot.database.conversations import load_conversations
from bot.database.engine import Database
from bot.database.quarantine import Damage
from bot.database.sealing import Codec
from bot.database.tables import cases, conversations
from bot.foundation.disk import sync
from conversations.conversation import ConversationKey

NOT_YET = ".new"
# Damaged rows are few: the keys of this store open at least one of N rows.
LOOKED_AT = 20
_SOME_TALKS = select(conversations.c.chat, conversations.c.person).limit(LOOKED_AT)
_SOME_CASES = select(cases.c.id).limit(LOOKED_AT)


class KeysForeignError(Exception):
    """The key file is that of another installation."""


def pending(keys: Path) -> Path:
    """Where the keys are stored until their database has its tables."""
    return keys.with_name(keys.name + NOT_YET)


def keys_in_use(keys: Path) -> Path:
    """The key file, or the one of a first start that was interrupted."""
    return pending(keys) if not keys.exists() and pending(keys).exists() else keys


async def open_store(path: Path, keys: Path) -> tuple[Database, Codec]:
    """The database and its codec; a first start makes both.

    Raises RegisterMissingError for keys without a database, KeysMissingError for a database without keys,
    KeysDamagedError for a damaged key file, KeysForeignError for keys that open no row, MigrationNeededError
    for tables of another version.
    """
    codec, first = _keys_of(path, keys)
    database = await Database.open(path, create=first)
    try:
        if not first:
            await database.write(partial(_require_fit, codec=codec, keys=keys))
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


def _require_fit(connection: Connection, codec: Codec, keys: Path) -> None:
    """Raise KeysForeignError unless the keys open one of the first rows, or there are no rows.

    Without this check each conversation would count as damaged and start over.
    """
    if not _fit(connection, codec):
        raise KeysForeignError(
            f"{keys} opens nothing in its database: it is the key file of another installation; put the "
            "right one in its place"
        )


def _fit(connection: Connection, codec: Codec) -> bool:
    damage = Damage()
    some = connection.execute(_SOME_TALKS).all()
    talks = load_conversations(connection, codec, {ConversationKey(*row) for row in some}, damage)
    return bool(talks) or not damage.faults or _opens_a_case(connection, codec)


def _opens_a_case(connection: Connection, codec: Codec) -> bool:
    names = connection.execute(_SOME_CASES).scalars().all()
    return bool(load_cases(connection, codec, names, damage=Damage()))
