"""Reads fields of an update as it came.

To build the library's objects takes 0.2 to 0.4 ms an update, ten times as long as all the rest. The library
also refuses a whole update for one field that the service does not use (python -m tests.bench.calls).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.channels.base import UnreadableUpdateError

Json = Mapping[str, Any]


def inner(value: Json, name: str) -> Json | None:
    """The object in a field; None where there is none. Raises UnreadableUpdateError for anything else."""
    found = value.get(name)
    if found is not None and not isinstance(found, dict):
        raise UnreadableUpdateError(f"{name} is {type(found).__name__}")
    return found


def says(value: Json, name: str) -> bool:
    """Whether a field is there and neither false nor empty; an object without fields is a notice too."""
    found = value.get(name)
    return bool(found) or isinstance(found, dict)


def moment(seconds: float | None) -> datetime | None:
    """Seconds since 1970 as a moment; None for none."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
