"""Reads a copy of the store back: its pages, rows, seals, histories and files.

A *broken* copy is no backup: it differs from the store, or its database cannot be read. *Faults* are what the
store itself has: the copy is right, and the same sentences come from `aduan verify`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, select, text

from bot.database.backup_names import MANIFEST
from bot.database.contents import Contents
from bot.database.file_rows import FileState, content, read_job
from bot.database.pages import damaged_pages, read_only
from bot.database.quarantine import DamagedRowError
from bot.database.schema import HEAD
from bot.database.sealing import Codec, SealBrokenError
from bot.database.stores.snapshots import revision_of, rows_by_table
from bot.database.stores.sqlite import SqliteStore
from bot.database.stores.store import Store
from bot.database.tables import files
from bot.foundation.disk import PLACE
from bot.operations.backup_copies import Advance, digest_of
from bot.operations.backup_folder import DATABASE, FILES, BackupError, Manifest, read_manifest
from bot.operations.verify import verify

# Far more than a page; a portion of rows that is in memory at once.
PORTION = 500
# A query of its own words: the tables may be of an older version.
_NEEDED = text("SELECT DISTINCT path FROM files WHERE state = 'stored' ORDER BY path")


@dataclass(slots=True)
class Examination:
    """The result; `complaints` is their number."""

    complaints: int = 0
    broken: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def require_complete(place: Path, codec: Codec, advance: Advance = lambda _: None) -> Manifest:
    """The manifest of a backup whose parts are all as it says; `advance` gets the bytes read.

    Raises BackupError and OSError.
    """
    manifest = read_manifest(place, codec)
    for name, part in manifest.parts.items():
        if name != DATABASE and not is_content(name):
            raise BackupError(f"{place / MANIFEST} names a part that no backup has: use another backup")
        try:
            whole = digest_of(place / name) == part
        except FileNotFoundError:
            whole = False
        if not whole:
            raise BackupError(f"{place / name} is missing or damaged: use another backup")
        advance(part.size)
    return manifest


def is_content(name: str) -> bool:
    """Whether this is the path of a stored file in a backup."""
    folder, _, path = name.partition("/")
    return folder == FILES and bool(PLACE.fullmatch(path))


def examine(database: Path, codec: Codec, tables: Mapping[str, int]) -> Examination:
    """Compare the copied database with the rows that the store had, and verify it. Raises OSError."""
    found = Examination(broken=damaged_pages(database))
    if found.broken:
        return found
    with closing(read_only(database)) as connection:
        rows, revision = rows_by_table(connection), revision_of(connection)
    if rows != dict(tables):
        names = [name for name in sorted({*rows, *tables}) if rows.get(name) != tables.get(name)]
        found.broken.append(f"the rows of {', '.join(names)} are not those of the store")
    # Seals of another revision are verified after `aduan migrate`.
    if revision == HEAD:
        report = verify(SqliteStore(database), codec)
        found.complaints, found.faults = report.complaints, report.faults
    else:
        found.complaints = rows.get("cases", 0)
    return found


def needed_files(store: Store) -> list[str]:
    """The paths of the stored files of a database, each once."""
    with store.reading() as connection:
        return [str(path) for path in connection.scalars(_NEEDED)]


def damaged_files(
    store: Store, contents: Contents, codec: Codec, advance: Advance = lambda _: None
) -> Iterator[tuple[str, str]]:
    """The path of each stored file whose content is missing or does not open, and the key of its row.

    A row that does not open is a fault of its own, which `verify` reports. Raises as `Contents` does.
    """
    seen = set[str]()
    with store.reading() as connection:
        for path, key, whole in _contents(connection, contents, codec):
            if path not in seen:
                advance(1)
            seen.add(path)
            if not whole:
                yield path, key


def _contents(connection: Connection, contents: Contents, codec: Codec) -> Iterator[tuple[str, str, bool]]:
    stored = select(files).where(files.c.state == FileState.STORED.value).order_by(files.c.path)
    with connection.execute(stored, execution_options={"yield_per": PORTION}) as rows:
        for row in rows:
            try:
                job = read_job(codec, row)
            except (SealBrokenError, DamagedRowError, ValueError, TypeError):
                continue
            yield job.path, job.key, content(contents, codec, job) is not None
