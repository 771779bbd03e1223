"""Whose fault an error is, and what may be told of it: never the words that people wrote."""

from __future__ import annotations

import traceback
from pathlib import PurePath

from sqlalchemy.exc import DatabaseError, OperationalError, StatementError

FRAMES = 8


def is_infrastructure(error: Exception) -> bool:
    """Whether waiting may mend it: a full disk, a busy or damaged store. All else is the data's fault."""
    if isinstance(error, StatementError):
        # Exactly DatabaseError is what the driver says of a damaged file; its kinds are about the data.
        return isinstance(error, OperationalError) or type(error) is DatabaseError
    return isinstance(error, (OSError, MemoryError))


def whereabouts(error: BaseException) -> str:
    """The error's kind and the places it came through, innermost first, without its message."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    places = [f"{'/'.join(PurePath(f.filename).parts[-2:])}:{f.lineno} {f.name}" for f in frames]
    return " < ".join([type(error).__name__, *reversed(places)])
