"""The word lists of templates/<language>/lists.html, and the wordings of all buttons, for the core."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from conversations.reading.words import BUTTON, LABEL, WordLists, plain

# Phrases are separated by commas and line ends.
_BETWEEN = re.compile(r"[,\n]")


def phrases(text: str) -> frozenset[str]:
    """The phrases of one list."""
    return frozenset(phrase for phrase in map(plain, _BETWEEN.split(text)) if phrase)


def word_lists(lists: Iterable[Mapping[str, str]], labels: Iterable[Mapping[str, str]]) -> WordLists:
    """One set of lists from the lists and the button labels of each language."""
    found: dict[str, frozenset[str]] = {}
    for named in lists:
        for name, text in named.items():
            found[name] = found.get(name, frozenset()) | phrases(text)
    for named in labels:
        for label, wording in named.items():
            for name in (f"{BUTTON}{label}", f"{LABEL}{label}"):
                found[name] = found.get(name, frozenset()) | {plain(wording)}
    return WordLists(lists=found)
