"""Which store has the contents of an installation's files, by its configuration."""

from __future__ import annotations

from bot.config.settings import Database as Settings
from bot.database.contents import Contents, FolderContents


def contents_of(settings: Settings) -> Contents:
    """The contents next to this database."""
    return FolderContents(settings.files_path)
