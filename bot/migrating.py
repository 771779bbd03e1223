"""`aduan migrate`: brings a stopped bot's database to this version's tables."""

from __future__ import annotations

from pathlib import Path

from bot.database import schema
from bot.database.engine import writing_engine
from bot.database.lock import Lock


def migrate(path: Path, keys: Path) -> str:
    """Upgrade in one transaction; says what was done. A database that is up to date stays as it is.

    Raises AlreadyRunningError when the bot runs on it, RegisterMissingError when its key file is there and
    it is not.
    """
    if not path.exists():
        if keys.exists():
            raise schema.RegisterMissingError(path)
        # Tables without the keys that the first start makes could never be started.
        return f"{path} is not there yet; the first `aduan run` makes it"
    lock, engine = Lock(path), writing_engine(path)
    try:
        with engine.connect() as connection, connection.begin():
            before = schema.stored_revision(connection)
            if before == schema.HEAD:
                return f"{path} is up to date already (revision {before})"
            if keys.exists():
                schema.require_tables(connection, path)
            schema.upgrade(connection)
    finally:
        engine.dispose()
        lock.release()
    return f"{path}: from revision {before or 'none'} to {schema.HEAD}"
