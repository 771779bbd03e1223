"""What is in a cell of the register: typed values, and words of the templates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple


class Word(NamedTuple):
    """A word of words.html, by its name."""

    name: str


# A datetime is aware; None is an empty cell.
Cell = str | int | date | datetime | Word | None


def cell_of(printed: Mapping[str, Any]) -> Cell:
    """The cell of an answer as a kind of question prints it in chat."""
    if "word" in printed:
        return Word(printed["word"])
    return date.fromisoformat(printed["day"]) if "day" in printed else str(printed["text"])
