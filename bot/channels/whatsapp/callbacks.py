"""The row and the part of one of our messages, in the field that the messenger returns in its reports.

Part 0 is named by the row alone, the second one of row 17 is `17.1`. A report of a message of an earlier
version, in which only the main part had a name, is one of part 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.channels.typed import MOST_STORED
from conversations.reading.numbers import whole

CALLBACK = "biz_opaque_callback_data"
MOST_PARTS = 1000


def named_part(row: int, part: int) -> str:
    """The value of the field."""
    return f"{row}.{part}" if part else str(row)


def part_of(status: Mapping[str, Any]) -> tuple[int, int]:
    """The row and the part that a status names; row 0 where it names none."""
    row, dot, part = str(status.get(CALLBACK) or "").partition(".")
    number, place = whole(row, MOST_STORED), whole(part, MOST_PARTS) if dot else 0
    return (0, 0) if number is None or place is None else (number, place)
