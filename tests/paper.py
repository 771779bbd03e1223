"""What the tests of documents share: a letterhead, the data of a page, and the text of a PDF."""

from __future__ import annotations

import base64
import io
import re
from typing import Any

from pypdf import PdfReader

from bot.documents.blocks import blocks

LETTERHEAD = {
    "logo": "",
    "parent": "Pemerintah Kabupaten Pasuruan",
    "name": "Dinas Pemberdayaan Masyarakat dan Desa",
    "address": "Jl. Raya Raci Km. 9 Pasuruan - Bangil 67153",
    "contact": "(0343) 749035",
}
# Small pictures, as a logo may be.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEklEQVR4nGP4z8DAAMIM/4EAAB/uBfsL2WiLAAAAAElFTkSuQmCC"
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle cx="4" cy="4" r="4"/></svg>'
JPG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBD" + "AAEB" + "AQEB" * 20 + "AQH/wAAL"
    "CAAIAAgBAREA/8QAFAAAAQAAAAAAAAAAAAAAAAAAAP/EABQQAAEAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AD//Z"
)
FOOTER = "DPMD-2026-0042"


def document(html: str, **letterhead: Any) -> dict[str, Any]:
    """The data of document.typ with these blocks and changes of the letterhead."""
    return {
        "letterhead": {**LETTERHEAD, **letterhead},
        "footer": FOOTER,
        "language": "id",
        "title": "Surat",
        "blocks": blocks(html),
    }


def pages_of(pdf: bytes, last: int = 0) -> list[str]:
    """The text of each page, or of the `last` ones: reading it takes longer than typesetting."""
    return [page.extract_text().replace("\u200b", "") for page in PdfReader(io.BytesIO(pdf)).pages[-last:]]


def page_count(pdf: bytes) -> int:
    """How many pages the PDF has."""
    return len(PdfReader(io.BytesIO(pdf)).pages)


def text_of(pdf: bytes) -> str:
    """The text of all pages."""
    return "\n".join(pages_of(pdf))


def words_of(pdf: bytes) -> str:
    """The text of all pages in one line: a line ends where the page is full."""
    return re.sub(r"\s+", " ", text_of(pdf))
