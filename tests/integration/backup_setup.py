"""A store with complaints and stored files, and its settings, to be backed up and restored."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bot.config.sections import Database as Settings
from bot.database import files_table, key_guard
from bot.database.backup_names import MANIFEST
from bot.database.contents import FolderContents
from bot.database.file_rows import StoredFile
from bot.files.files import Files
from bot.operations.backup import Made, make_backup
from bot.operations.backup_folder import read_manifest
from tests.integration.sealed_store import Store
from tests.unit.transcript import START

PHOTO, LETTER = b"a photo" * 1000, b"a letter" * 1000


@dataclass
class BackedUp:
    """A store with a photo of complaint a and a letter of complaint b, and the folder of its backups."""

    store: Store
    settings: Settings
    folder: Path
    # Where the contents of photo and letter are, below the folder of files.
    photo: str
    letter: str

    def make(self, folder: Path | None = None) -> Made:
        return make_backup(self.settings, folder or self.folder, START)

    def content(self, made: Made, path: str) -> Path:
        return made.path / "files" / path

    def manifest(self, made: Made) -> dict[str, Any]:
        read_manifest(made.path, self.store.codec)
        found: dict[str, Any] = json.loads((made.path / MANIFEST).read_text())
        return found

    def names(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


async def backed_up(store: Store, folder: Path) -> BackedUp:
    """The store with contents; its settings name another place for the state."""
    settings = Settings(url=f"sqlite:///{store.database.store}", state=str(folder / "state"))
    paths = {}
    for key, content in (("7-1", PHOTO), ("8-1", LETTER)):
        files = Files(store.database, store.codec, FolderContents(settings.files_path))
        sha256, paths[key] = files._store(bytearray(content))
        stored = StoredFile(key, sha256, len(content), paths[key])
        await store.database.write(lambda c, one=stored: files_table.mark_stored(c, store.codec, [one]))  # type: ignore[misc]
    await store.database.write(partial(key_guard.note, codec=store.codec))
    return BackedUp(store, settings, folder / "backups", paths["7-1"], paths["8-1"])
