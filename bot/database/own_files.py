"""The files and folders of an installation that only the bot's user may read."""

from __future__ import annotations

from pathlib import Path

from bot.config.sections import Database as Settings
from bot.database.opening import pending
from bot.database.stores.file_lock import lock_path
from bot.foundation.modes import tighten

# SQLite names these after the database, links resolved, and gives them its mode.
COMPANIONS = ("-wal", "-shm", "-journal")


def own_files(settings: Settings) -> tuple[Path, ...]:
    """The database with its companions, the lock, the keys, the highest registration numbers."""
    database, keys = settings.path.resolve(), settings.keys_path
    companions = (database.with_name(database.name + end) for end in COMPANIONS)
    return (database, *companions, lock_path(database), keys, pending(keys), settings.watermark_path)


def own_folders(settings: Settings) -> tuple[Path, ...]:
    """The folders of these files, and those of stored files and of documents on their way; each once."""
    parents = (settings.path.resolve().parent, settings.keys_path.parent, settings.watermark_path.parent)
    every = (*parents, settings.files_path, settings.documents_path)
    return tuple(dict.fromkeys(folder.absolute() for folder in every))


def tighten_own(settings: Settings) -> None:
    """Take the rights of others away from all of them, as far as they are ours."""
    tighten(own_files(settings), own_folders(settings))
