"""Which agency a typed text names: by its name in any spelling, or by a topic that it is responsible for."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

# The most words of a name with spaces in it, such as "D P M D".
LONGEST_NAME_WORDS = 5
# A mistyped abbreviation is at least this similar to the right one ("dmpd", "bakesbanpol").
ALIKE = 0.75
SHORTEST_NAME = 3
# A part of an abbreviation or name counts from this number of letters on ("kesbangpol").
SHORTEST_PART = 6


@dataclass(frozen=True, slots=True)
class Known:
    """What an agency is called, and what it is responsible for."""

    short: tuple[str, ...]
    full: str
    topics: tuple[str, ...] = ()


def named_agency(text: str, agencies: Mapping[str, Known]) -> str | None:
    """The id of the one agency that the text names; None for none, or for more than one.

    Names count first: "dana desa, saya lapor ke Bakesbangpol" names Bakesbangpol.
    """
    words = [folded for word in text.split() if (folded := _folded(word))]
    runs = tuple(_runs(words))
    for fits in (_is_called, _is_abbreviated, _is_about):
        found = [name for name, known in agencies.items() if fits(runs, "".join(words), known)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _is_called(runs: Iterable[str], whole: str, known: Known) -> bool:
    full = _folded(known.full)
    short = {_folded(name) for name in known.short}
    return full in whole or not short.isdisjoint(runs) or _is_part(whole, full)


def _is_abbreviated(runs: Iterable[str], _whole: str, known: Known) -> bool:
    short = [_folded(name) for name in known.short]
    return any(_is_alike(run, name) for run in runs for name in short)


def _is_about(runs: Iterable[str], whole: str, known: Known) -> bool:
    topics = {topic for phrase in known.topics if (topic := _folded(phrase))}
    return not topics.isdisjoint(runs) or any(_is_part(whole, topic) for topic in topics)


def _is_alike(run: str, name: str) -> bool:
    if len(run) < SHORTEST_NAME:
        return False
    return _is_part(run, name) or SequenceMatcher(None, run, name).ratio() >= ALIKE


def _is_part(part: str, whole: str) -> bool:
    return len(part) >= SHORTEST_PART and part in whole


def _runs(words: list[str]) -> Iterator[str]:
    """Each run of neighbouring words, joined."""
    for first in range(len(words)):
        for last in range(first + 1, min(first + LONGEST_NAME_WORDS, len(words)) + 1):
            yield "".join(words[first:last])


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in plain if character.isalnum())
