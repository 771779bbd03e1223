"""`aduan migrate`: upgrades the tables of a stopped bot's database to this version, with their rows."""

from __future__ import annotations

from pathlib import Path

from bot.database import schema
from bot.database.engine import writing_engine
from bot.database.lock import Lock
from bot.database.sealing import Codec
from bot.operations.progress import progress


def migrate(path: Path, keys: Path) -> str:
    """Upgrade in one transaction; return a sentence that says what was done.

    A database that is up to date stays as it is. Raises AlreadyRunningError when the bot runs on it,
    KeysMissingError when there are rows and no key file, RegisterMissingError when there is a key file and no
    database, SchemaNewerError for tables of a newer version.
    """
    if not path.exists():
        if keys.exists():
            raise schema.RegisterMissingError(path)
        # Tables without the keys that the first start makes could never be started.
        return f"{path} is not there yet; the first `aduan run` makes it"
    lock, engine = Lock(path), writing_engine(path)
    try:
        with engine.connect() as connection, connection.begin(), progress("Migrating") as advance:
            before = schema.stored_revision(connection)
            if before == schema.HEAD:
                return f"{path} is up to date already (revision {before})"
            schema.require_known(before)
            if keys.exists():
                schema.require_tables(connection, path)
            # A store without tables has no rows, and may have no keys yet.
            codec = Codec.load(keys, create=False) if before else None
            left = schema.upgrade(connection, codec, advance)
    finally:
        engine.dispose()
        lock.release()
    return "\n".join((*left, f"{path}: from revision {before or 'none'} to {schema.HEAD}"))
