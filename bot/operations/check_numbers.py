"""The part of `aduan check` about registration numbers: gaps, and whether the highest ones can be kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError

from bot.database.gaps import Gap
from bot.database.watermark import DamagedError, read
from bot.operations.check_findings import Finding, note, ok, problem

_GAPS = "SELECT agency, year, first, last FROM gaps ORDER BY agency, year, first"


def examine_watermark(path: Path) -> Iterator[Finding]:
    """Whether the file of the highest numbers can be written and read."""
    folder = next(each for each in path.absolute().parents if each.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        yield problem(
            f"database.state: {path.parent} cannot be written: after a loss of the database, numbers may be "
            "issued twice",
            "Let the bot's user write there, or set database.state to another folder outside of the data.",
        )
        return
    try:
        read(path)
    except DamagedError:
        yield note(
            f"{path}: not readable as the highest registration numbers",
            "The next start sets it aside and continues from the database. After restoring an old copy, "
            "compare the numbers with the last card in the staff group first.",
        )
    else:
        yield ok(f"database.state: the highest numbers are kept in {path}")


def examine_gaps(ask: Callable[[str], list[tuple[Any, ...]]]) -> Iterator[Finding]:
    """The numbers that a lost copy of the register issued; `ask` reads from the database."""
    try:
        found = [Gap(*row) for row in ask(_GAPS)]
    except DBAPIError:
        return  # tables of another version, which another finding reports
    for gap in found:
        yield note(
            f"{issued_words(gap)} issued by a copy of this register that is lost",
            "They are not used again. Look for a newer backup, or ask the people who hold these receipts to "
            "file their complaints again.",
        )


def issued_words(gap: Gap) -> str:
    """Which numbers a gap holds, as the beginning of a sentence."""
    first, last = gap.printed
    if first == last:
        return f"number {first} was"
    return f"numbers {first} to -{last.rpartition('-')[2]} were"
