"""Checks that events have the types they declare, and numbers that can be stored.

An update is read without checking the type of each field: a number in the place of a text would raise much
later, in the core or in the store.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, cast, get_args, get_origin, get_type_hints

from bot.channels.base import ShellEvent, UnreadableUpdateError
from bot.channels.numbers import MOST_ON_TELEGRAM
from conversations.events import Event

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# The messenger numbers a chat's messages in 31 bits; message_ids.py needs the bits above.
MOST_MESSAGE = 2**31 - 1
MOST_STORED = 2**63 - 1
# Set only for a reply to one of our messages, and for an edit of a message with a file.
MAY_BE_EMPTY = frozenset({"replied_at", "new_file"})
FIRST_YEAR, LAST_YEAR = 2000, 2199


def person_id(number: object) -> int:
    """A person's id. Raises UnreadableUpdateError for anything else."""
    return _within(number, 1, MOST_ON_TELEGRAM)


def chat_id(number: object) -> int:
    """A chat's id: a person's, or a group's below zero. Raises UnreadableUpdateError."""
    return _within(number, -MOST_ON_TELEGRAM, MOST_ON_TELEGRAM)


def group_id(number: object) -> int:
    """A group's id, which is below zero. Raises UnreadableUpdateError for anything else."""
    return _within(number, -MOST_ON_TELEGRAM, -1)


def message_id(number: object) -> int:
    """A message's number in its chat, 0 for none. Raises UnreadableUpdateError."""
    return _within(number, 0, MOST_MESSAGE)


def degrees(number: object, most: float) -> float:
    """A latitude or longitude. Raises UnreadableUpdateError."""
    if not isinstance(number, int | float) or isinstance(number, bool) or not -most <= number <= most:
        raise UnreadableUpdateError("not a place on the map")
    return float(number)


def _within(number: object, least: int, most: int) -> int:
    # A bool is an int to Python, but no number of the messenger's.
    if type(number) is not int or not least <= number <= most:
        raise UnreadableUpdateError("not a number, or out of bounds")
    return number


def checked(
    read: Callable[[Mapping[str, Any]], Event | ShellEvent | None], raw: Mapping[str, Any]
) -> Event | ShellEvent | None:
    """What `read` makes of an update, checked. Raises UnreadableUpdateError in place of any other error."""
    try:
        event = read(raw)
        if event is not None:
            check(event)
        return event
    except UnreadableUpdateError:
        raise
    except Exception as error:
        # The error's message may quote the update; its type is enough to find the place.
        raise UnreadableUpdateError(type(error).__name__) from error


def check(event: DataclassInstance) -> None:
    """Raise UnreadableUpdateError when a field is not of its type or its number cannot be stored."""
    for name, kind, inner in _fields(type(event)):
        value = getattr(event, name)
        if value is None and name in MAY_BE_EMPTY:
            continue
        if type(value) is not kind:
            raise UnreadableUpdateError(f"{name} is {type(value).__name__}")
        if isinstance(value, int) and not -MOST_STORED <= value <= MOST_STORED:
            raise UnreadableUpdateError(f"{name} is too large")
        if isinstance(value, datetime) and not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise UnreadableUpdateError(f"{name} is in an impossible year")
        if inner:
            check(cast("DataclassInstance", value))


@cache
def _fields(kind: type) -> tuple[tuple[str, type, bool], ...]:
    """Each field's name, its type and whether that has fields itself."""
    return tuple(
        (name, found, hasattr(found, "__dataclass_fields__"))
        for name, hint in get_type_hints(kind).items()
        for found in (_type_of(hint),)
    )


def _type_of(hint: object) -> type:
    if isinstance(hint, UnionType):
        (hint,) = (each for each in get_args(hint) if each is not NoneType)
    origin = get_origin(hint)
    found = str if origin is Literal else origin or hint
    if not isinstance(found, type):
        raise TypeError(f"no single type: {hint}")
    return found
