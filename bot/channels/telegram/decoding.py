"""Parses an answer of getUpdates: one damaged update does not affect the others.

People control bytes in an answer: a button's data may be anything, and the messenger's server passes it on
unchanged. So bytes that are not UTF-8 and halves of surrogate pairs become U+FFFD, as in the library's
own reader, and a number that cannot be stored makes only its own update unreadable.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from bot.channels.base import Raw, UnreadableUpdate, UnreadableUpdateError
from bot.channels.typed import MOST_STORED

MOST_UPDATE_ID = 2**53
# Objects within objects: the messenger needs about ten levels, and Python's own limit is near a thousand.
DEEPEST = 64
# Numbers of up to 18 digits always fit into 63 bits, those of more than 20 never do.
SURELY_STORED, LONGEST_NUMBER = 18, 20
REPLACEMENT = "\ufffd"

_SURROGATES = re.compile("[\ud800-\udfff]")
_PAIR = re.compile(rb"\\u[dD][89abAB]..\\u[dD][c-fC-F]..", re.DOTALL)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
# Within a text the quotes are escaped, so that a text cannot contain such a number.
_UPDATE_ID = re.compile(rb'(?<!\\)"update_id"\s*:\s*([0-9]{1,16})(?![0-9.eE])')
_HAS_UPDATES = re.compile(rb'\s*\{\s*"ok"\s*:\s*true\s*,\s*"result"\s*:\s*\[\s*[^\s\]]')
_ENDS = re.compile(rb"\]\s*\}\s*\Z")


class _Numbers:
    """Parses an answer's numbers, and notes whether one may be too large to be stored.

    Python itself refuses a number of more than 4300 digits, and with it the whole answer.
    """

    def __init__(self) -> None:
        self.odd = False

    def decoder(self) -> json.JSONDecoder:
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


def decode(payload: bytes) -> list[Raw] | None:
    """The updates of an answer, fit to be stored; None when the answer as a whole cannot be read."""
    numbers = _Numbers()
    try:
        answer = numbers.decoder().decode(payload.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None
    result = answer.get("result") if isinstance(answer, dict) else None
    if not isinstance(result, list):
        return None
    suspect = numbers.odd or _has_half_a_pair(payload)
    return [_update(item, suspect=suspect) for item in result]


def _has_half_a_pair(payload: bytes) -> bool:
    """Whether an escape for half of a surrogate pair is there without the other half."""
    # Few answers hold such an escape, and most of those hold whole pairs: emoji.
    return bool(_SURROGATE.search(payload) and _SURROGATE.search(_PAIR.sub(b"", payload)))


def _update(item: Any, *, suspect: bool) -> Raw:
    number = item.get("update_id") if isinstance(item, dict) else None
    known = number if type(number) is int and 1 <= number <= MOST_UPDATE_ID else None
    try:
        update: dict[str, Any] = storable(item) if suspect else _shallow(item)
    except UnreadableUpdateError as error:
        return unreadable(known, _encoded(item), str(error))
    if known is None:
        return unreadable(None, _encoded(item), "no update_id")
    return update


def unreadable(update_id: int | None, raw: bytes, why: str) -> UnreadableUpdate:
    """An update for the quarantine."""
    return UnreadableUpdate(update_id, raw, f"{UnreadableUpdateError.__name__} {why}")


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


def _shallow(value: Any, room: int = DEEPEST) -> Any:
    """The value itself. Raises UnreadableUpdateError when it has too many levels."""
    if not room:
        raise UnreadableUpdateError("too many levels")
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if inner.__class__ is dict or inner.__class__ is list:
            _shallow(inner, room - 1)
    return value


def _encoded(item: Any) -> bytes:
    try:
        return json.dumps(item).encode()
    except RecursionError:
        return b"more levels than can be written"


def update_ids(payload: bytes) -> Iterator[int]:
    """The ids of updates in the bytes of an answer that cannot be read."""
    for found in _UPDATE_ID.finditer(payload):
        if 1 <= (number := int(found[1])) <= MOST_UPDATE_ID:
            yield number


def has_updates(payload: bytes) -> bool:
    """Whether this begins and ends like the messenger's own answer with an update in it.

    A proxy's page does not, nor does an answer that was cut in transit.
    """
    return bool(_HAS_UPDATES.match(payload) and _ENDS.search(payload))
