"""Whole numbers from outside, with an upper limit.

`str.isdigit` is no test for a number: it accepts "²", for which `int` raises ValueError, and digits of other
scripts such as "٣". `int` raises ValueError for more than 4300 digits.
"""

from __future__ import annotations

import re

# More pages than any list has; the number of the first row of that page fits into 63 bits.
MOST_PAGE = 1_000_000
# Ids of persons and chats: Telegram's have at most 52 significant bits (Bot API, User and Chat), those of
# other messengers are our own and lie above.
MOST_ID = 2**53 - 1

_DIGITS = re.compile(r"[0-9]+")


def whole(text: str, most: int) -> int | None:
    """The number if the text consists of ASCII digits only and is at most `most`; else None."""
    if len(text) > len(str(most)) or not _DIGITS.fullmatch(text):
        return None
    number = int(text)
    return number if number <= most else None
