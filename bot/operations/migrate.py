"""`aduan migrate`: upgrades the tables of a stopped bot's database to this version, with their rows."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from bot.database import key_guard, schema
from bot.database.contents import Contents
from bot.database.key_guard import load_fitting
from bot.database.sealing import Codec
from bot.database.stores.store import Store
from bot.files.content_names import needed_contents, rename_contents
from bot.operations.progress import progress


def migrate(store: Store, keys: Path, contents: Contents | None = None) -> str:
    """Upgrade in one transaction, then give `contents` the names of this version.

    Returns a sentence that says what was done. Raises AlreadyRunningError when the bot runs on it,
    KeysMissingError when there are tables and no key file, KeysForeignError or KeysIncompleteError for keys
    that do not fit, RegisterMissingError when there is a key file and no database, SchemaNewerError for
    tables of a newer version.
    """
    if not store.exists():
        if keys.exists():
            raise schema.RegisterMissingError(store)
        # Tables without the keys that the first start makes could never be started.
        return store.not_there
    hold = store.hold()
    try:
        # Before the first connection: with other keys nothing is written.
        codec = _codec(store, keys)
        with hold.engine.connect() as connection:
            done = _upgrade(connection, store, keys, codec)
            if codec and contents:
                done += _rename(connection, codec, contents)
    finally:
        hold.release()
    return "\n".join(done)


def _codec(store: Store, keys: Path) -> Codec | None:
    """The keys of a database with tables; one that the first start has just made may have none yet."""
    new = store.is_blank() or (not keys.exists() and key_guard.revision_of(store) == schema.HEAD)
    return None if new else load_fitting(store, keys)


def _upgrade(connection: Connection, store: Store, keys: Path, codec: Codec | None) -> list[str]:
    with connection.begin(), progress("Migrating") as advance:
        before = schema.stored_revision(connection)
        if before == schema.HEAD:
            return [f"{store} is up to date already (revision {before})"]
        schema.require_known(before)
        if keys.exists():
            schema.require_tables(connection, store)
        left = schema.upgrade(connection, codec, advance)
        if codec:
            key_guard.note(connection, codec)
    return [*left, f"{store}: from revision {before or 'none'} to {schema.HEAD}"]


def _rename(connection: Connection, codec: Codec, contents: Contents) -> list[str]:
    """Rename the contents with names of an earlier version; after the commit, as it is no part of it."""
    with connection.begin():
        needed = needed_contents(connection)
    with progress("Renaming files") as advance:
        renamed = rename_contents(contents, codec, contents.paths(), needed, advance)
    return [f"{contents.place()}: {len(renamed)} files have new names"] if renamed else []
