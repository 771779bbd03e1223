"""`aduan archive`: writes everything about one complaint to a ZIP. Changes nothing; the bot may be running.

It has the notes, instructions and dispositions too, and all texts of the history: it is for the agency's own
archive. The file appears when it is whole, and can be read by its owner only.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from bot.channels.base import Wording
from bot.database import history, schema
from bot.database.cases import load_cases
from bot.database.contents import Contents
from bot.database.file_rows import FileState
from bot.database.key_guard import load_fitting
from bot.database.sealing import Codec
from bot.database.stores.store import Store
from bot.documents.case_file import Material, Writer, read_material
from bot.documents.typesetting import Typesetter
from conversations.complaints.references import split_reference
from conversations.complaints.rules import Rules

LANGUAGE = "id"


class ArchiveError(Exception):
    """The complaint cannot be archived; the message says what to change."""


class Source(NamedTuple):
    """The database, its keys, and the contents of the stored files."""

    rows: Store
    keys: Path
    contents: Contents


class Archived(NamedTuple):
    """The result: the file, the complaint, how many files are not stored, whether the history fits."""

    path: Path
    reference: str
    missing: int
    fits: bool

    def __str__(self) -> str:
        return f"{self.path}: everything about {self.reference}"

    @property
    def warning(self) -> str:
        """What is missing or does not fit; empty for nothing."""
        said = []
        if self.missing:
            said.append(f"{self.missing} files are not stored; the list in the ZIP names them.")
        if not self.fits:
            said.append("The history was changed: `aduan verify` says where.")
        return " ".join(said)


async def archive(
    typed: str, output: Path | None, source: Source, rules: Rules, words: Wording, *, force: bool = False
) -> Archived:
    """Write the ZIP.

    Raises ArchiveError, OSError, KeysMissingError, TypesettingError, and MigrationNeededError when the tables
    are those of another version; SealBrokenError for a damaged complaint.
    """
    reference, _ = split_reference(typed)
    if not reference:
        raise ArchiveError(f"found {typed!r}, expected a registration number as DPMD-2026-0042")
    path = output or Path(f"{reference}.zip")
    _require(path, source, force=force)
    codec = load_fitting(source.rows, source.keys)
    engine, typesetter = source.rows.reading_engine(), Typesetter()
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with engine.connect() as connection:
            material, fits = _read(connection, codec, reference, rules)
        await Writer(codec, words, typesetter, source.contents).write(unfinished, material, LANGUAGE)
        unfinished.replace(path)
    finally:
        engine.dispose()
        await typesetter.close()
    missing = sum(1 for each in material.files if not _is_stored(material, each.part.file))
    return Archived(path, reference, missing, fits)


def _read(connection: Connection, codec: Codec, reference: str, rules: Rules) -> tuple[Material, bool]:
    schema.require(connection)
    found = load_cases(connection, codec, references=[reference])
    if not found:
        raise ArchiveError(f"there is no complaint {reference}")
    (case,) = found.values()
    if case.erased:
        day = case.erased.at.date()
        raise ArchiveError(f"{reference}: the person was erased on {day} by order: {case.erased.order}")
    fault = history.first_fault(connection, codec, case.id, history.head_of(case))
    return read_material(connection, codec, case.id, rules, internal=True), fault is None


def _is_stored(material: Material, key: str) -> bool:
    job = material.jobs.get(key)
    return job is not None and job.state is FileState.STORED


def _require(path: Path, source: Source, *, force: bool) -> None:
    if not source.rows.exists():
        raise ArchiveError(source.rows.not_there)
    if path.is_dir() or not path.parent.is_dir():
        raise ArchiveError(f"{path}: name a file in an existing folder with --output")
    if path.exists() and not force:
        raise ArchiveError(f"{path} exists: name another file with --output, or replace it with --force")
