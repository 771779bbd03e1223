"""Makes the store that the configuration names."""

from __future__ import annotations

from bot.config.sections import POSTGRES, Database
from bot.database.stores.sqlite import SqliteStore
from bot.database.stores.store import Store


def store_of(settings: Database) -> Store:
    """The store of `database.url`."""
    if settings.url.startswith(POSTGRES):
        # Its driver is an extra, and costs a tenth of a second.
        from bot.database.stores.postgres import PostgresStore

        return PostgresStore(settings.url)
    return SqliteStore(settings.path)
