"""Reads the HTML of a document's text as blocks for document.typ.

Blocks: h1 h2 p blockquote ul ol dl table hr, and `<qr data="…">caption</qr>`; in their text b, i and br. In a
blockquote, dd and td a line end of the text counts as br: they quote what people wrote.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

Run = dict[str, Any]
Block = dict[str, Any]

# Blocks whose text stands alone, and those that have rows.
TEXTS = frozenset({"h1", "h2", "p", "blockquote", "qr"})
LISTS = frozenset({"ul", "ol", "dl", "table"})
# Parts of a list: each adds to its last row, or begins a row.
ROWS = frozenset({"li", "dt", "tr"})
CELLS = frozenset({"dd", "td", "th"})
STYLES = frozenset({"b", "i"})
QUOTES = frozenset({"blockquote", "dd", "td"})
SPACES = re.compile(r"[ \t\n]+")
# The mask of a QR code, which scanners read from it. To compare all eight took 9 of a code's 11 ms; with this
# one the penalty (ISO/IEC 18004, 7.8.3) is 2 % above that of the best for the addresses of complaints.
MASK = 2
# The letter and the receipt of a complaint have the same code.
CODES_KEPT = 64


class UnknownTagError(ValueError):
    """A template of a document has a tag that documents do not have."""


def blocks(text: str) -> list[Block]:
    """The blocks of a document's HTML, as JSON for its page. Raises UnknownTagError."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.blocks


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._runs: list[Run] | None = None
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "br":
            self._add("\n")
            return
        if tag == "hr":
            self.blocks.append({"block": "hr"})
            return
        self._open.append(tag)
        if tag in TEXTS:
            self._begin({"block": tag, "runs": [], **_drawn(tag, given)})
        elif tag in LISTS:
            self.blocks.append({"block": tag, "rows": [], **_widths(given)})
        elif tag in ROWS:
            self._row(tag)
        elif tag in CELLS:
            self._cell(tag)
        elif tag not in STYLES:
            raise UnknownTagError(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass
        if tag not in STYLES:
            self._runs = None

    def handle_data(self, data: str) -> None:
        quoted = any(tag in QUOTES for tag in self._open)
        text = data if quoted else SPACES.sub(" ", data)
        if self._runs is None:
            if text.strip():
                raise UnknownTagError(f"text outside of a block: {text.strip()[:20]!r}")
            return
        self._add(text)

    def _begin(self, block: Block) -> None:
        self.blocks.append(block)
        self._runs = block["runs"]

    def _row(self, tag: str) -> None:
        self._rows(tag).append([])
        if tag != "tr":
            self._cell(tag)

    def _cell(self, tag: str) -> None:
        rows = self._rows(tag)
        if not rows:
            raise UnknownTagError(f"{tag} outside of a row")
        self._runs = []
        rows[-1].append(self._runs)

    def _rows(self, tag: str) -> list[list[list[Run]]]:
        if not self.blocks or "rows" not in self.blocks[-1]:
            raise UnknownTagError(f"{tag} outside of a list or table")
        rows: list[list[list[Run]]] = self.blocks[-1]["rows"]
        return rows

    def _add(self, text: str) -> None:
        if self._runs is not None:
            styles = {style: style in self._open for style in STYLES}
            self._runs.append({"text": text, **styles})


def _widths(given: Mapping[str, str]) -> dict[str, Any]:
    """The relative widths of a table's columns, and as which chart it is drawn.

    `<table columns="1 3 2">`, `<table chart="bars">`.
    """
    widths = {"columns": [int(width) for width in given["columns"].split()]} if "columns" in given else {}
    return {**widths, "chart": given["chart"]} if "chart" in given else widths


def _drawn(tag: str, given: Mapping[str, str]) -> dict[str, Any]:
    return {"svg": qr_code(given["data"])} if tag == "qr" else {}


@lru_cache(maxsize=CODES_KEPT)
def qr_code(content: str) -> str:
    """A QR code as SVG; its error correction allows a quarter of it to be unreadable."""
    import segno

    svg = io.BytesIO()
    segno.make_qr(content, error="q", mask=MASK).save(svg, kind="svg", border=2)
    return svg.getvalue().decode()
