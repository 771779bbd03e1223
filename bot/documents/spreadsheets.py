"""Writes tables as XLSX and CSV, row by row, so that the memory does not depend on the number of rows.

1. The cells of an XLSX are typed: a date is a date. Texts are written as texts, whatever they begin with.
2. The CSV is in UTF-8 with a byte order mark, its columns are separated by ";" and every cell is quoted:
   Excel opens it with a double click where the decimal sign is a comma, as in Indonesia.
3. A spreadsheet takes a text of a CSV for a formula when it begins with one of FORMULA_STARTS (OWASP, "CSV
   Injection"). There that character is written in brackets: "[=]1+1". An apostrophe in front of it would be
   lost when the file is saved and opened again.
4. Characters that XML forbids are written as their code: "[U+0007]". A text that is too long for a cell of
   Excel ends with a mark.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple

Value = str | int | date | datetime | None
Type = Literal["text", "date", "moment", "number"]
Format = Literal["xlsx", "csv"]

MOST_ROWS = 1_048_576
# In UTF-16 units, as Excel counts them.
LONGEST_TEXT = 32_767
CUT = " […]"
FORMATS: Mapping[str, str] = {"date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm"}
# Excel's dates begin with 1900.
FIRST_YEAR = 1900
SEPARATOR = ";"
FORMULA_STARTS = frozenset("=+-@＝＋－＠")

_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x85]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class TooManyRowsError(Exception):
    """A sheet of Excel has no room for these rows."""

    def __init__(self) -> None:
        super().__init__(f"an XLSX has at most {MOST_ROWS - 1} rows: choose a shorter period, or CSV")


class Heading(NamedTuple):
    """A column: its heading, the type of its cells, and its width in characters."""

    text: str
    type: Type
    width: int


class Table(NamedTuple):
    """A table to write: the name of its sheet, its columns, its rows."""

    name: str
    headings: Sequence[Heading]
    rows: Iterable[Sequence[Value]]


def write_xlsx(path: Path, table: Table) -> int:
    """Write the table; return the number of its rows. Raises TooManyRowsError."""
    from xlsxwriter import Workbook

    options = {
        "constant_memory": True,
        "tmpdir": str(path.parent),
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(str(path), options) as book:
        sheet = book.add_worksheet(table.name)
        writers = _prepare(book, sheet, table.headings)
        number = 0
        for number, row in enumerate(table.rows, start=1):
            if number >= MOST_ROWS:
                raise TooManyRowsError
            for place, value in enumerate(row):
                writers[place](number, place, value)
        sheet.autofilter(0, 0, number, len(table.headings) - 1)
    return number


def _prepare(book: Any, sheet: Any, headings: Sequence[Heading]) -> list[Callable[[int, int, Value], None]]:
    """Write the frozen row of headings; return what writes a cell of each column."""
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    formats = {name: book.add_format({"num_format": form}) for name, form in FORMATS.items()}
    sheet.freeze_panes(1, 1)
    for place, heading in enumerate(headings):
        sheet.set_column(place, place, heading.width)
        sheet.write_string(0, place, _fitting(heading.text), bold)
    return [_writer(sheet, formats.get(heading.type)) for heading in headings]


def _writer(sheet: Any, form: Any) -> Callable[[int, int, Value], None]:
    def write(row: int, place: int, value: Value) -> None:
        match value:
            case None | "":
                return
            case date() if value.year >= FIRST_YEAR:
                sheet.write_datetime(row, place, value, form)
            case int():
                sheet.write_number(row, place, value)
            case _:
                sheet.write_string(row, place, _fitting(str(value)))

    return write


def _fitting(text: str) -> str:
    """The text as a cell of Excel can hold it."""
    whole = printable(text)
    if len(whole) * 2 > LONGEST_TEXT and len(whole.encode("utf-16-le")) > LONGEST_TEXT * 2:
        room = (LONGEST_TEXT - len(CUT)) * 2
        whole = whole.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + CUT
    # XlsxWriter takes a text between these tags for markup of its own, and writes it as it is.
    return f"{whole} " if whole.startswith("<r>") and whole.endswith("</r>") else whole


def printable(text: str) -> str:
    """The text with codes in place of the characters that XML forbids; line ends are newlines."""
    lines = _LINE_ENDS.sub("\n", text)
    return _FORBIDDEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", lines)


def write_csv(path: Path, table: Table) -> int:
    """Write the table; return the number of its rows."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=SEPARATOR, quoting=csv.QUOTE_ALL)
        writer.writerow([heading.text for heading in table.headings])
        for row in table.rows:
            writer.writerow([_csv_cell(value) for value in row])
            count += 1
    return count


def _csv_cell(value: Value) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case str():
            text = printable(value).strip()
            return f"[{text[0]}]{text[1:]}" if text[:1] in FORMULA_STARTS else text
        case _:
            return str(value)


WRITERS: Mapping[Format, Callable[[Path, Table], int]] = {"xlsx": write_xlsx, "csv": write_csv}
