"""Which store has the contents of an installation's files, by its configuration."""

from __future__ import annotations

from bot.config.sections import Database as Settings
from bot.database.contents import Contents, FolderContents
from bot.database.stores.choice import store_of
from bot.database.table_contents import TableContents


def contents_of(settings: Settings) -> Contents:
    """A folder next to a database file, a table of a server's database."""
    return FolderContents(settings.files_path) if settings.is_file else TableContents(store_of(settings))
