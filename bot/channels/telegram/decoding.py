"""Parses an answer of getUpdates: one damaged update does not affect the others.

People control bytes in an answer: a button's data may be anything, and the messenger's server passes it on
unchanged. So bytes that are not UTF-8 and halves of surrogate pairs become U+FFFD, as in the library's
own reader, and a number that cannot be stored makes only its own update unreadable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.channels.base import Raw, UnreadableUpdate, UnreadableUpdateError
from bot.channels.json_values import DEEPEST, Numbers, decoded, encoded, storable

MOST_UPDATE_ID = 2**53

_PAIR = re.compile(rb"\\u[dD][89abAB]..\\u[dD][c-fC-F]..", re.DOTALL)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
# Within a text the quotes are escaped, so that a text cannot contain such a number.
_UPDATE_ID = re.compile(rb'(?<!\\)"update_id"\s*:\s*([0-9]{1,16})(?![0-9.eE])')
_HAS_UPDATES = re.compile(rb'\s*\{\s*"ok"\s*:\s*true\s*,\s*"result"\s*:\s*\[\s*[^\s\]]')
_ENDS = re.compile(rb"\]\s*\}\s*\Z")


def decode(payload: bytes) -> list[Raw] | None:
    """The updates of an answer, fit to be stored; None when the answer as a whole cannot be read."""
    numbers = Numbers()
    try:
        answer = decoded(payload, numbers)
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
        return unreadable(known, encoded(item), str(error))
    if known is None:
        return unreadable(None, encoded(item), "no update_id")
    return update


def unreadable(update_id: int | None, raw: bytes, why: str) -> UnreadableUpdate:
    """An update for the quarantine."""
    return UnreadableUpdate(update_id, raw, f"{UnreadableUpdateError.__name__} {why}")


def _shallow(value: Any, room: int = DEEPEST) -> Any:
    """The value itself. Raises UnreadableUpdateError when it has too many levels."""
    if not room:
        raise UnreadableUpdateError("too many levels")
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if inner.__class__ is dict or inner.__class__ is list:
            _shallow(inner, room - 1)
    return value


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
