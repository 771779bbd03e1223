"""`aduan migrate`: upgrades the tables of a stopped bot's database to this version, with their rows."""

from __future__ import annotations

from pathlib import Path

from bot.database import key_guard, schema
from bot.database.engine import writing_engine
from bot.database.key_guard import load_fitting
from bot.database.lock import Lock
from bot.database.sealing import Codec
from bot.operations.progress import progress


def migrate(path: Path, keys: Path) -> str:
    """Upgrade in one transaction; return a sentence that says what was done.

    A database that is up to date stays as it is. Raises AlreadyRunningError when the bot runs on it,
    KeysMissingError when there are tables and no key file, KeysForeignError or KeysIncompleteError for keys
    that do not fit, RegisterMissingError when there is a key file and no database.
    """
    if not path.exists():
        if keys.exists():
            raise schema.RegisterMissingError(path)
        # Tables without the keys that the first start makes could never be started.
        return f"{path} is not there yet; the first `aduan run` makes it"
    lock, engine = Lock(path), writing_engine(path)
    try:
        # Before the first connection: with other keys nothing is written.
        codec = _codec(path, keys)
        with engine.connect() as connection, connection.begin(), progress("Migrating") as advance:
            before = schema.stored_revision(connection)
            if before == schema.HEAD:
                return f"{path} is up to date already (revision {before})"
            if keys.exists():
                schema.require_tables(connection, path)
            left = schema.upgrade(connection, codec, advance)
            if codec:
                key_guard.note(connection, codec)
    finally:
        engine.dispose()
        lock.release()
    return "\n".join((*left, f"{path}: from revision {before or 'none'} to {schema.HEAD}"))


def _codec(path: Path, keys: Path) -> Codec | None:
    """The keys of a database with tables; one that the first start has just made may have none yet."""
    new = not path.stat().st_size or (not keys.exists() and key_guard.revision_of(path) == schema.HEAD)
    return None if new else load_fitting(path, keys)
