"""The documents of a case in one table: the words (a block of letters.html) and their parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from conversations.documents import closing, letter, response, slip
from conversations.documents.sources import Sources
from conversations.messages import DocumentKind, Params


@dataclass(frozen=True, slots=True)
class Page:
    """A document of a case: the block of letters.html, and its parameters."""

    template: str
    params: Callable[[Sources], Params]


PAGES: Mapping[DocumentKind, Page] = {
    DocumentKind.COMPLAINT: Page("letters.complaint", letter.letter),
    DocumentKind.RECEIPT: Page("letters.receipt", letter.receipt),
    DocumentKind.RESPONSE: Page("letters.response", response.response),
    DocumentKind.CLOSING: Page("letters.closing", closing.closing),
    DocumentKind.SLIP: Page("letters.slip", slip.slip),
}
# The documents of a case that can be sent: those of PAGES, and those that another part of the shell makes.
AVAILABLE: frozenset[DocumentKind] = frozenset({*PAGES, DocumentKind.CASE_FILE})
