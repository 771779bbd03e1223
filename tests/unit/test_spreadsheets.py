"""XLSX and CSV: typed cells, lazily read rows, and texts that stay texts."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from bot.documents import spreadsheets
from bot.documents.spreadsheets import CUT, LONGEST_TEXT, WRITERS, Format, Heading, Table, TooManyRowsError
from tests.unit.sheets import Sheet

HEADINGS = (
    Heading("Nomor", "text", 24),
    Heading("Diterima", "moment", 16),
    Heading("Tenggat", "date", 12),
    Heading("Hari", "number", 8),
)
ROWS = (
    ("DPMD-2026-0001", datetime(2026, 3, 17, 9, 30), date(2026, 3, 25), 3),  # noqa: DTZ001 - the zone is cut
    ("DPMD-2026-0002", None, date(1899, 12, 31), None),
)

# A text, and its form in a cell of an XLSX and of a CSV.
HOSTILE = {
    "a formula": ("=1+1", "=1+1", "[=]1+1"),
    "a command": ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0", "[=]cmd|' /C calc'!A0"),
    "a number": ("+6281234567890", "+6281234567890", "[+]6281234567890"),
    "a list": ("- jalan\n- jembatan", "- jalan\n- jembatan", "[-] jalan\n- jembatan"),
    "an at": ('@SUM(1+1)";"x', '@SUM(1+1)";"x', '[@]SUM(1+1)";"x'),
    "a wide formula": ("＝1+1", "＝1+1", "[＝]1+1"),
    "a tab first": ("\t=1+1", "\t=1+1", "[=]1+1"),
    "a return first": ("\r=1+1", "\n=1+1", "[=]1+1"),
    "a space first": (" \n =1+1", " \n =1+1", "[=]1+1"),
    "separators": ("a;b,c\td", "a;b,c\td", "a;b,c\td"),
    "quotes": ('a "b"', 'a "b"', 'a "b"'),
    "an array formula": ("{=1+1}", "{=1+1}", "{=1+1}"),
    "a link": ("https://example.org/x", "https://example.org/x", "https://example.org/x"),
    "a number as text": ("0012345678901234567890", "0012345678901234567890", "0012345678901234567890"),
    "controls": ("a\x00b\x07c\x0bd\x1f\x7f", *("a[U+0000]b[U+0007]c[U+000B]d[U+001F][U+007F]",) * 2),
    "half an emoji": ("\ud83d x \uffff", "[U+D83D] x [U+FFFF]", "[U+D83D] x [U+FFFF]"),
    "an emoji": ("\U0001f6a7", "\U0001f6a7", "\U0001f6a7"),
    "right to left": ("\u202eabc", "\u202eabc", "\u202eabc"),
    "markup": ("<b>&amp;</t></is>", "<b>&amp;</t></is>", "<b>&amp;</t></is>"),
    "markup of the writer": ("<r><t>x</t></r>", "<r><t>x</t></r> ", "<r><t>x</t></r>"),
    "an escape": ("_x0041_", "_x0041_", "_x0041_"),
}


def _write(form: Format, folder: Path, table: Table) -> Path:
    path = folder / f"register.{form}"
    assert WRITERS[form](path, table) == len(list(table.rows))
    return path


def test_the_cells_of_a_sheet_are_typed(tmp_path: Path) -> None:
    sheet = Sheet(_write("xlsx", tmp_path, Table("Register", HEADINGS, ROWS)))
    first, second = sheet.table
    assert first == {
        "Nomor": "DPMD-2026-0001",
        "Diterima": datetime(2026, 3, 17, 9, 30),  # noqa: DTZ001 - a spreadsheet has no zone
        "Tenggat": datetime(2026, 3, 25),  # noqa: DTZ001 - the same
        "Hari": 3,
    }
    # Excel has no dates before 1900: the day stays readable.
    assert second == {"Nomor": "DPMD-2026-0002", "Tenggat": "1899-12-31"}


def test_the_headings_stay_in_sight_and_filter(tmp_path: Path) -> None:
    sheet = Sheet(_write("xlsx", tmp_path, Table("Register", HEADINGS, ROWS)))
    assert sheet.attributes("autoFilter") == {"ref": "A1:D3"}
    pane = sheet.attributes("pane")
    assert (pane["ySplit"], pane["state"]) == ("1", "frozen")
    assert float(sheet.attributes("col")["width"]) > 24


def test_a_table_without_rows_has_its_headings(tmp_path: Path) -> None:
    assert Sheet(_write("xlsx", tmp_path, Table("Register", HEADINGS, ()))).table == []
    path = _write("csv", tmp_path, Table("Register", HEADINGS, ()))
    assert path.read_text("utf-8-sig") == '"Nomor";"Diterima";"Tenggat";"Hari"\n'


@pytest.mark.parametrize("name", HOSTILE)
def test_a_text_stays_a_text(tmp_path: Path, name: str) -> None:
    text, in_sheet, in_csv = HOSTILE[name]
    table = Table("Register", HEADINGS[:1], ((text,), ("last",)))
    sheet = Sheet(_write("xlsx", tmp_path, table))
    assert [row["Nomor"] for row in sheet.table] == [in_sheet, "last"]
    assert not any(part.endswith((b"<f>", b"<hyperlink")) for part in sheet.parts.values())
    with _write("csv", tmp_path, table).open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file, delimiter=";")) == [["Nomor"], [in_csv], ["last"]]


@pytest.mark.parametrize(
    "text",
    ["x" * LONGEST_TEXT, "x" * (LONGEST_TEXT + 1), "\U0001f6a7" * 20_000, "<" * 40_000, "\x07" * 10_000],
    ids=["as long as a cell", "longer", "emoji", "markup", "codes"],
)
def test_a_long_text_ends_with_a_mark(tmp_path: Path, text: str) -> None:
    sheet = Sheet(_write("xlsx", tmp_path, Table("Register", HEADINGS[:1], ((text,),))))
    shown = sheet.table[0]["Nomor"]
    assert len(shown.encode("utf-16-le")) // 2 <= LONGEST_TEXT
    assert shown == text if len(text) == LONGEST_TEXT else shown.endswith(CUT)


def test_dates_in_a_csv_are_iso(tmp_path: Path) -> None:
    path = _write("csv", tmp_path, Table("Register", HEADINGS, ROWS))
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    lines = path.read_text("utf-8-sig").splitlines()
    assert lines[1:] == [
        '"DPMD-2026-0001";"2026-03-17 09:30";"2026-03-25";"3"',
        '"DPMD-2026-0002";"";"1899-12-31";""',
    ]


@pytest.mark.parametrize("form", WRITERS)
def test_rows_are_taken_one_by_one(tmp_path: Path, form: Format) -> None:
    alive, most = 0, 0

    class Text(str):
        __slots__ = ()

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    def rows() -> Iterator[tuple[str]]:
        nonlocal alive, most
        for number in range(500):
            alive += 1
            most = max(most, alive)
            yield (Text(f"baris {number}"),)

    assert WRITERS[form](tmp_path / "register", Table("Register", HEADINGS[:1], rows())) == 500
    assert most <= 3


def test_a_sheet_that_is_full_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 3)
    rows = [("a",), ("b",), ("c",)]
    assert WRITERS["xlsx"](tmp_path / "two", Table("Register", HEADINGS[:1], rows[:2])) == 2
    with pytest.raises(TooManyRowsError, match="CSV"):
        WRITERS["xlsx"](tmp_path / "three", Table("Register", HEADINGS[:1], rows))
