"""`aduan export`: writes the register of a period to a file. Changes nothing; the bot may be running.

The file appears when it is whole: it is written in a folder of its own next to it and then renamed. It can be
read by its owner only, because it may hold answers about persons.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from sqlalchemy import Engine

from bot.database import schema
from bot.database.key_guard import load_fitting
from bot.database.period_cases import PeriodQuery, Skipped, count_cases, read_cases
from bot.database.sealing import Codec
from bot.database.stores.store import Store
from bot.documents.register import Register, Words, write_register
from bot.documents.spreadsheets import Format
from conversations.complaints.case import Case
from conversations.complaints.rules import Rules
from conversations.documents.register import Sight
from conversations.reading.periods import Period, read_period
from conversations.reading.text import Problem

OWNER_ONLY = 0o600
# How often the bar moves: every so many rows.
STEP = 50


class ExportError(Exception):
    """The register cannot be written; the message says what to change."""


class Wanted(NamedTuple):
    """What to export: the agency (empty for all), the period as typed, the form, and where to."""

    agency: str
    period: str
    form: Format
    identities: bool
    output: Path | None
    force: bool


class Exported(NamedTuple):
    """The result: the file, the period, the number of rows, and the rows that were left out."""

    path: Path
    period: Period
    rows: int
    skipped: Skipped

    def __str__(self) -> str:
        return f"{self.path}: {self.rows} complaints received from {self.period.first} to {self.period.last}"

    @property
    def warning(self) -> str:
        """What was left out; empty for nothing."""
        if not self.skipped.count:
            return ""
        named = ", ".join(self.skipped.references)
        more = self.skipped.count - len(self.skipped.references)
        others = f" and {more} more" if more else ""
        return (
            f"{self.skipped.count} damaged rows are left out: {named}{others}. `aduan verify` says what is "
            "wrong with them."
        )


class Source(NamedTuple):
    """The database and its keys."""

    rows: Store
    keys: Path


def export(
    wanted: Wanted,
    source: Source,
    rules: Rules,
    words: Words,
    today: date,
    advance: Callable[[int, int], None] = lambda _done, _all: None,
) -> Exported:
    """Write the register; `advance` is called with the rows done and their total.

    Raises ExportError, TooManyRowsError, KeysMissingError, OSError, and MigrationNeededError when the tables
    are those of another version.
    """
    period, agencies = _period(wanted.period, today), _agencies(wanted.agency, rules)
    path = wanted.output or Path(f"register-{wanted.agency.lower() or 'all'}-{period.name}.{wanted.form}")
    _require(path, source, force=wanted.force)
    codec = load_fitting(source.rows, source.keys)
    query, skipped = PeriodQuery(agencies, period.first, period.last), Skipped()
    register = Register(Sight(identities=wanted.identities), "id", today, rules, words)
    with _reading(source.rows) as engine, _renamed(path) as unfinished:
        cases = _counted(engine, codec, query, skipped, advance)
        rows = write_register(unfinished, wanted.form, register, cases, skipped)
    return Exported(path, period, rows, skipped)


def _period(typed: str, today: date) -> Period:
    period = read_period(typed, today)
    if isinstance(period, Problem):
        raise ExportError(f"--period: found {typed!r}, expected for example 2026-11, 2026-Q4 or 2026")
    return period


def _agencies(agency: str, rules: Rules) -> tuple[str, ...]:
    known = tuple(each.id for each in rules.agencies)
    if not agency:
        return known
    if agency.lower() not in known:
        raise ExportError(f"agency: found {agency!r}, expected one of {', '.join(known)}")
    return (agency.lower(),)


def _require(path: Path, source: Source, *, force: bool) -> None:
    if not source.rows.exists():
        raise ExportError(source.rows.not_there)
    if path.is_dir():
        raise ExportError(f"{path} is a folder: name a file with --output")
    if not path.parent.is_dir():
        raise ExportError(f"{path.parent} is no folder: create it, or name another file with --output")
    if path.exists() and not force:
        raise ExportError(f"{path} exists: name another file with --output, or replace it with --force")


@contextmanager
def _reading(store: Store) -> Iterator[Engine]:
    engine = store.reading_engine()
    try:
        with engine.connect() as connection:
            schema.require(connection)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _renamed(path: Path) -> Iterator[Path]:
    """A file in a folder that only its owner can open; it gets the name `path` when the block ends well."""
    with TemporaryDirectory(prefix=".aduan-export-", dir=path.parent) as folder:
        unfinished = Path(folder) / "register"
        yield unfinished
        unfinished.chmod(OWNER_ONLY)
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(path)


def _counted(
    engine: Engine,
    codec: Codec,
    query: PeriodQuery,
    skipped: Skipped,
    advance: Callable[[int, int], None],
) -> Iterator[Case]:
    with engine.connect() as connection:
        total = count_cases(connection, query)
    for number, case in enumerate(read_cases(engine, codec, query, skipped), start=1):
        yield case
        if number % STEP == 0 or number == total:
            advance(number, total)
