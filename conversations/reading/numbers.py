"""Whole numbers that come from outside, read so that none is larger than its reader can use.

`str.isdigit` is no test for a number: it accepts "²", which `int` refuses, and "٣", which no one types
here; and `int` raises ValueError beyond 4300 digits.
"""

from __future__ import annotations

import re

# A page so far back that no list reaches it; its first row, counted, still fits into 63 bits.
MOST_PAGE = 1_000_000
# The messenger promises at most 52 significant bits for the id of a person or a chat.
MOST_ID = 2**52 - 1

_DIGITS = re.compile(r"[0-9]+")


def whole(text: str, most: int) -> int | None:
    """The number from 0 to `most` that the text is in ASCII digits, and nothing but it; None otherwise."""
    if len(text) > len(str(most)) or not _DIGITS.fullmatch(text):
        return None
    number = int(text)
    return number if number <= most else None
