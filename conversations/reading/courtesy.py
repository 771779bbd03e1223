"""Thanks, greetings, assent, and "is anyone there?": a text of nothing else is answered and never held."""

from __future__ import annotations

from typing import Literal, get_args

from conversations.reading.words import ADDRESSING, WordLists, plain

# The lists of templates/<language>/lists.html, the most specific first: "terima kasih" answers before "pagi".
Courtesy = Literal["thanks", "salam", "greeting", "calling_out", "assent"]
# Those that open a talk: the answer says what this service does.
OPENING: frozenset[Courtesy] = frozenset({"salam", "greeting", "calling_out"})
# Words around them that say nothing by themselves: "pak", "banyak".
_FILLERS = (ADDRESSING, "courtesy_fillers")
_LONGEST = 6
# The list of what people are called by: without another word, it calls for someone.
_CALLING = "calling"


def courtesy_of(text: str, words: WordLists) -> Courtesy | None:
    """The kind of a text of thanks, greetings and assent only; None for any other text."""
    if words.has(_CALLING, text):
        return "calling_out"
    said = plain(text).split()
    kinds: dict[int, frozenset[Courtesy]] = {0: frozenset()}
    for end in range(1, len(said) + 1):
        for start in range(max(0, end - _LONGEST), end):
            phrase = " ".join(said[start:end])
            if start in kinds and _is_filler(phrase, words):
                kinds[end] = kinds[start]
            if start in kinds and (kind := _listed(phrase, words)):
                kinds[end] = kinds[start] | {kind}
    found = kinds.get(len(said), frozenset())
    return next((kind for kind in get_args(Courtesy) if kind in found), None)


def _is_filler(phrase: str, words: WordLists) -> bool:
    return any(phrase in words.lists.get(name, frozenset()) for name in _FILLERS)


def _listed(phrase: str, words: WordLists) -> Courtesy | None:
    """The list that contains this phrase."""
    return next((kind for kind in get_args(Courtesy) if phrase in words.lists.get(kind, frozenset())), None)
