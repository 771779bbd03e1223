"""The fonts of the documents, and which characters they have.

The fonts are those inside typst, so that a document looks the same on every machine. typst prints an empty
box for a character that no font has; `printable` writes its code instead: "[U+1F600]". glyphs.json lists the
characters that the fonts have; `python -m tests.fonts` makes it again for another version of typst.
"""

from __future__ import annotations

import json
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FONTS = ("Libertinus Serif", "DejaVu Sans Mono")
TABLE = Path(__file__).with_name("glyphs.json")
# They select the form of the character before them, and have no form of their own.
VARIATION_SELECTORS = frozenset({0xFE0E, 0xFE0F})
# A line may end in these two; every other control character is printed as its code.
LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\u0085\v\f]")
TAB = " " * 4
NO_BREAK_SPACE = "\u00a0"
# The marks above and below one letter: more would cover the lines next to it.
MOST_MARKS = 2
# The longest word that fits into a line of every document; typst may break a longer one at the marks.
LONGEST_WORD = 24
BREAK_HERE = "\u200b"
_LONG_WORD = re.compile(rf"[^\s{BREAK_HERE}]{{{LONGEST_WORD}}}(?=[^\s{BREAK_HERE}\u0300-\u036f])")


def printable(text: str) -> str:
    """The text as the fonts can print it: each other character is its code, a long word may be broken."""
    lines = unicodedata.normalize("NFC", LINE_ENDS.sub("\n", text))
    return _LONG_WORD.sub(lambda word: word[0] + BREAK_HERE, "".join(_shown(lines)))


def _shown(text: str) -> Iterator[str]:
    marks = MOST_MARKS
    for character in text:
        category = unicodedata.category(character)
        if category[0] == "M":
            marks += 1
        else:
            # A mark needs a letter before it.
            marks = MOST_MARKS if character.isspace() else 0
        yield _as_code(character) if marks > MOST_MARKS else _form(character, category)


def _form(character: str, category: str) -> str:
    if character == "\n":
        return character
    if character == "\t":
        return TAB
    if category == "Zs":
        return character if character == NO_BREAK_SPACE else " "
    return character if has_glyph(ord(character)) else _as_code(character)


def _as_code(character: str) -> str:
    number = ord(character)
    return "" if number in VARIATION_SELECTORS else f"{BREAK_HERE}[U+{number:04X}]{BREAK_HERE}"


def has_glyph(number: int) -> bool:
    """Whether one of the fonts has this code point."""
    starts, ends = _ranges()
    place = bisect_right(starts, number) - 1
    return place >= 0 and number <= ends[place]


@cache
def _ranges() -> tuple[list[int], list[int]]:
    pairs = json.loads(TABLE.read_text(encoding="ascii"))
    return [first for first, _ in pairs], [last for _, last in pairs]
