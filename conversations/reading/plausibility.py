"""Whether a text hardly is a name or an address: then it is asked about once, and never refused.

The words by which this is judged are lists of the templates.
"""

from __future__ import annotations

import re

from conversations.reading.words import WordLists, plain

MOST_NAME_WORDS = 5
FEWEST_PARTS = 3
_MARKS = re.compile(r"[?!]")
# A degree in its abbreviated form: "S.Pd.", "M. Si", "Ph.D", "A.Md.Keb."
_DEGREE = re.compile(r"[A-Za-z]{1,3}(?:\.\s?[A-Za-z]{1,5}){1,3}\.?")


def doubtful_name(name: str, words: WordLists) -> bool:
    """Whether it has "?" or "!", words that names do not have, or too many of them.

    Titles ("H.", "Drs."), degrees ("S.Pd.") and "bin" or "binti" do not count.
    """
    first, *others = name.split(",")
    if _MARKS.search(name) or not all(_is_degree(part, words) for part in others if part.strip()):
        return True
    if words.mentions("not_in_names", name) or words.mentions("representing", name):
        return True
    return len(_counted(first, words)) > MOST_NAME_WORDS


def _is_degree(part: str, words: WordLists) -> bool:
    return bool(_DEGREE.fullmatch(part.strip())) or words.has("degrees", part) or _is_title(part, words)


def _is_title(part: str, words: WordLists) -> bool:
    return all(words.has("titles", word) for word in part.split())


def _counted(name: str, words: WordLists) -> list[str]:
    """The words of a name without titles and degrees."""
    return [
        word
        for word in name.split()
        if plain(word) and not words.has("titles", word) and not _is_degree(word, words)
    ]


def doubtful_address(address: str, words: WordLists) -> bool:
    """Whether it has "?" or "!", refers to something else, or has no number and no word of an address."""
    if _MARKS.search(address) or words.mentions("not_an_address", address):
        return True
    if any(character.isdigit() for character in address) or words.mentions("place_words", address):
        return False
    return len([part for part in address.split(",") if part.strip()]) < FEWEST_PARTS
