"""`aduan reindex`: fills the index of words of a stopped bot's database again, from its complaints."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from bot.database import reindexing, schema, word_index
from bot.database.key_guard import load_fitting
from bot.database.sealing import Codec
from bot.database.stores.store import Store
from bot.operations.progress import progress


class NoRegisterError(Exception):
    """There is no database to index."""


def reindex(store: Store, keys: Path) -> str:
    """Index every complaint; return a sentence that says what was done.

    Raises AlreadyRunningError when the bot runs on it, KeysMissingError, NoRegisterError, and
    MigrationNeededError when the tables are those of another version.
    """
    if not store.exists():
        raise NoRegisterError(store.not_there)
    hold = store.hold()
    try:
        # Before the first connection: with other keys nothing is written.
        codec = load_fitting(store, keys)
        with hold.engine.connect() as connection, progress("Indexing") as advance:
            with connection.begin():
                schema.require(connection)
                word_index.mark(connection, codec, "")
                total = reindexing.total(connection)
            done = 0
            while some := _portion(connection, codec):
                done += some
                advance(done, total)
    finally:
        hold.release()
    return f"{store}: {total} complaints can be found by their words"


def _portion(connection: Connection, codec: Codec) -> int | None:
    with connection.begin():
        return reindexing.fill_some(connection, codec)
