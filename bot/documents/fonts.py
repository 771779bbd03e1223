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
from functools import cache
from pathlib import Path

FONTS = ("Libertinus Serif", "DejaVu Sans Mono")
TABLE = Path(__file__).with_name("glyphs.json")
# They select the form of the character before them, and have no form of their own.
VARIATION_SELECTORS = frozenset({0xFE0E, 0xFE0F})
# A line may end in these two; every other control character is printed as its code.
LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\u0085\v\f]")
# The longest word that fits into a line of every document; typst may break a longer one at the marks.
LONGEST_WORD = 24
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD}}}(?=\S)")
BREAK_HERE = "\u200b"


def printable(text: str) -> str:
    """The text as the fonts can print it: each other character is its code, a long word may be broken."""
    lines = unicodedata.normalize("NFC", LINE_ENDS.sub("\n", text))
    return _LONG_WORD.sub(lambda word: word[0] + BREAK_HERE, "".join(map(_shown, lines)))


def _shown(character: str) -> str:
    number = ord(character)
    if character in "\n\t" or has_glyph(number):
        return character
    return "" if number in VARIATION_SELECTORS else f"[U+{number:04X}]"


def has_glyph(number: int) -> bool:
    """Whether one of the fonts has this code point."""
    starts, ends = _ranges()
    place = bisect_right(starts, number) - 1
    return place >= 0 and number <= ends[place]


@cache
def _ranges() -> tuple[list[int], list[int]]:
    pairs = json.loads(TABLE.read_text(encoding="ascii"))
    return [first for first, _ in pairs], [last for _, last in pairs]
