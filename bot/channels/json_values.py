"""Reads JSON that strangers have a part in, and makes its values fit to be stored.

Bytes that are not UTF-8 and halves of surrogate pairs become U+FFFD. A number that cannot be stored, and too
many levels, make the one value unreadable in which they are.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from bot.channels.base import UnreadableUpdateError
from bot.channels.typed import MOST_STORED

# Objects within objects: the messengers need about ten levels, and Python's own limit is near a thousand.
DEEPEST = 64
# Numbers of up to 18 digits always fit into 63 bits, those of more than 20 never do.
SURELY_STORED, LONGEST_NUMBER = 18, 20
REPLACEMENT = "\ufffd"

_SURROGATES = re.compile("[\ud800-\udfff]")


class Numbers:
    """Parses the numbers of a text in JSON, and notes whether one may be too large to be stored.

    Python itself refuses a number of more than 4300 digits, and with it the whole text.
    """

    def __init__(self) -> None:
        self.odd = False

    def decoder(self) -> json.JSONDecoder:
        """A decoder that uses these rules, and takes control characters in texts."""
        return json.JSONDecoder(
            strict=False, parse_int=self._whole, parse_float=self._real, parse_constant=self._real
        )

    def _whole(self, digits: str) -> float:
        if len(digits) <= SURELY_STORED:
            return int(digits)
        self.odd = True
        return int(digits) if len(digits) <= LONGEST_NUMBER else math.inf

    def _real(self, digits: str) -> float:
        number = float(digits)
        self.odd = self.odd or not math.isfinite(number)
        return number


def decoded(payload: bytes, numbers: Numbers) -> Any:
    """The value of these bytes. Raises ValueError or RecursionError when they are no JSON."""
    return numbers.decoder().decode(payload.decode("utf-8-sig", "replace"))


def storable(value: Any, room: int = DEEPEST) -> Any:
    """A copy without halves of surrogate pairs, in keys too.

    Raises UnreadableUpdateError for integers beyond 63 bits, floats that are not finite, and more than `room`
    levels.
    """
    match value:
        case str():
            return value if value.isascii() else _SURROGATES.sub(REPLACEMENT, value)
        case dict() | list() if not room:
            raise UnreadableUpdateError("too many levels")
        case dict():
            return {storable(key): storable(inner, room - 1) for key, inner in value.items()}
        case list():
            return [storable(inner, room - 1) for inner in value]
        case int() if not -MOST_STORED <= value <= MOST_STORED:
            raise UnreadableUpdateError("a number beyond 63 bits")
        case float() if not math.isfinite(value):
            raise UnreadableUpdateError("a number that is not finite")
    return value


def encoded(value: Any) -> bytes:
    """The value as JSON, for the quarantine."""
    try:
        return json.dumps(value).encode()
    except RecursionError:
        return b"more levels than can be written"
