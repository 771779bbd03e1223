"""Texts with slots for what differs from case to case, and what fills them (patterns.py)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.bench.lives import MARKERS

_DAY = re.compile(r"(?<![0-9-])20[0-9]{2}-[01][0-9]-[0-3][0-9](?![0-9])")

Columns = dict[str, Any]
Rows = dict[str, list[Columns]]
Values = dict[str, Any]


class Place(NamedTuple):
    """What is a copy's own."""

    # Its id, serial number and citizen, and the keys of its files.
    case: str
    serial: int
    person: int
    files: tuple[str, ...]
    # The days by which it is later than the pattern.
    days: int
    # The first of the ids of its messages, the same in all chats.
    first_message: int
    # The words in the places of MARKERS.
    words: tuple[str, ...] = MARKERS


class Copy(NamedTuple):
    """The rows of a copy by table, those of its words, and its summand in the sum over the register."""

    rows: Rows
    words: list[tuple[int, int, str]]
    summand: int


class Slots:
    """Finds the slots of a pattern in its texts, and fills them."""

    def __init__(self, tokens: Mapping[str, str]) -> None:
        self._names = tokens
        longest_first = sorted(tokens, key=len, reverse=True)
        self._token = re.compile("|".join((*map(re.escape, longest_first), _DAY.pattern)))
        self.days: set[str] = set()

    def template(self, text: str) -> str:
        """The text as a format of `%`."""
        return self._token.sub(self._slot, text.replace("%", "%%"))

    def _slot(self, found: re.Match[str]) -> str:
        name = self._names.get(found[0])
        if name is None:
            self.days.add(found[0])
            name = found[0]
        return f"%({name})s"

    def columns(self, row: Mapping[str, Any]) -> tuple[Columns, Columns]:
        """The columns of a row that hold texts, as templates, and the others."""
        texts = {name: self.template(value) for name, value in row.items() if isinstance(value, str)}
        # A text without a slot is the same in each copy.
        texts = {name: text for name, text in texts.items() if text != row[name]}
        return texts, {name: value for name, value in row.items() if name not in texts}


class Template(NamedTuple):
    """A row: its texts as templates, its other columns, and what is sealed of it, by column."""

    texts: Mapping[str, str]
    others: Mapping[str, Any]
    sealed: Mapping[str, str] = {}

    def filled(self, values: Values) -> Columns:
        """The plain columns of a copy."""
        return {**self.others, **{name: text % values for name, text in self.texts.items()}}

    def plain(self, name: str, values: Values) -> bytes:
        """What a sealed column of a copy hides."""
        return (self.sealed[name] % values).encode()
