"""Reads an XLSX back with the standard library: the cells of its first sheet, and its parts."""

from __future__ import annotations

import re
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet has no zone
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Sheet:
    """An XLSX as a program reads it."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as book:
            assert book.testzip() is None
            self.parts = {name: book.read(name) for name in book.namelist()}
        self.root = fromstring(self.parts["xl/worksheets/sheet1.xml"])  # noqa: S314 - the test's own file
        styles = fromstring(self.parts["xl/styles.xml"])  # noqa: S314 - the same
        codes = {each.get("numFmtId"): each.get("formatCode") for each in styles.iter(f"{MAIN}numFmt")}
        cells = styles.find(f"{MAIN}cellXfs")
        assert cells is not None
        self.formats = [codes.get(each.get("numFmtId"), "") for each in cells]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The cells of each row by their column's letters; dates as datetimes, empty cells left out."""
        return [
            {re.sub(r"\d", "", cell.get("r", "")): self._value(cell) for cell in row if len(cell)}
            for row in self.root.iter(f"{MAIN}row")
        ]

    @property
    def table(self) -> list[dict[str, Any]]:
        """The rows by the headings."""
        headings, *rows = self.rows
        return [{headings[place]: value for place, value in row.items()} for row in rows]

    def attributes(self, name: str) -> dict[str, str]:
        """The attributes of an element of the sheet."""
        found = self.root.find(f".//{MAIN}{name}")
        assert found is not None, name
        return dict(found.attrib)

    def _value(self, cell: Element) -> Any:
        if cell.get("t") == "inlineStr":
            text = "".join(part.text or "" for part in cell.iter(f"{MAIN}t"))
            return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)
        assert cell.get("t") is None, "a formula or an error"
        number = float(cell.findtext(f"{MAIN}v", ""))
        code = self.formats[int(cell.get("s", "0"))]
        return EPOCH + timedelta(seconds=round(number * 86400)) if code else number
