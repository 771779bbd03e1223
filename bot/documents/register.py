"""The register as a file: the cases of a period, one row each, in the language of the readers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol

from bot.clock.calendars import WorkingCalendar
from bot.clock.zone import ZONE
from bot.database.period_cases import Skipped
from bot.documents.spreadsheets import WRITERS, Format, Heading, Table, Value
from conversations.complaints.case import Case
from conversations.complaints.cells import Cell, Word
from conversations.complaints.rules import Rules
from conversations.documents.register import Sight, columns, row


class Words(Protocol):
    """Renders words."""

    def word(self, name: str, language: str, /, **params: object) -> str:
        """A block of words.html, plain."""


class Register(NamedTuple):
    """What a register is made with: who reads it, in which language, on which day, by which rules."""

    sight: Sight
    language: str
    today: date
    rules: Rules
    words: Words
    # Whether a last row says how many cases were skipped.
    notes_skipped: bool = False


def write_register(
    path: Path, form: Format, register: Register, cases: Iterable[Case], skipped: Skipped
) -> int:
    """Write the cases to a file; return the number of rows. A case that makes no row is skipped."""
    word = cache(lambda name: register.words.word(name, register.language))
    headings = [Heading(word(each.heading), each.type, each.width) for each in columns(register.sight)]
    rows = _rows(register, cases, skipped, word)
    return WRITERS[form](path, Table(word("register_sheet"), headings, rows))


def _rows(
    register: Register, cases: Iterable[Case], skipped: Skipped, word: Callable[[str], str]
) -> Iterator[list[Value]]:
    agencies = register.rules.agencies
    calendars = {agency.id: WorkingCalendar(agency.closed_dates) for agency in agencies}
    for case in cases:
        calendar = calendars.get(case.agency)
        try:
            if calendar is None:
                raise LookupError(case.agency)  # noqa: TRY301 - counted below, as every other fault of a row
            cells = row(case, register.sight, register.rules, register.today, calendar.is_working_day)
            values = [_value(cell, word) for cell in cells]
        except Exception:  # noqa: BLE001 - one case must not end the register
            skipped.add([case.reference])
            continue
        yield values
    if register.notes_skipped and skipped.count:
        yield [register.words.word("register_skipped", register.language, count=skipped.count)]


def _value(cell: Cell, word: Callable[[str], str]) -> Value:
    """A word in the language, a moment in the agencies' zone without its zone."""
    match cell:
        case Word(name):
            return word(name)
        case datetime():
            return cell.astimezone(ZONE).replace(tzinfo=None)
        case _:
            return cell
