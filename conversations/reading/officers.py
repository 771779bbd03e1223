"""What officers write about themselves: name, position and NIP, as a value or a Problem.

Citizens read name and position, so that characters which are invisible or turn the direction of a line are
removed. Markup is plain text: the templates escape it.
"""

from __future__ import annotations

import re
import unicodedata

from conversations.reading.identity import read_name
from conversations.reading.text import Problem, on_one_line, read_text

# The most characters of a name and of a position.
LONGEST_LINE = 100
# The number of digits of a NIP, which has been the same for all civil servants since 2009.
NIP_DIGITS = 18
FEWEST_LETTERS = 2

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co"})
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_NIP_MARKS = re.compile(r"[\s.\-]|^nip\b[:.]?", re.IGNORECASE)


def read_officer_name(text: str) -> str | Problem:
    """The full name with titles, on one line."""
    line = _line(text)
    return line if isinstance(line, Problem) else read_name(line)


def read_position(text: str) -> str | Problem:
    """The position ("jabatan"), on one line."""
    line = _line(text)
    if isinstance(line, Problem):
        return line
    letters = sum(character.isalpha() for character in line)
    return line if letters >= FEWEST_LETTERS else Problem.POSITION_TOO_SHORT


def read_nip(text: str) -> str | Problem:
    """The NIP as 18 digits; spaces, points and hyphens between them are allowed."""
    plain = unicodedata.normalize("NFKC", text)
    digits = _NIP_MARKS.sub("", _without_invisible(plain).strip())
    fits = digits.isascii() and digits.isdecimal() and len(digits) == NIP_DIGITS
    return digits if fits else Problem.NIP_NOT_A_NIP


def _line(text: str) -> str | Problem:
    shown = read_text(_without_invisible(on_one_line(text)), LONGEST_LINE)
    return shown if isinstance(shown, Problem) else on_one_line(shown)


def _without_invisible(text: str) -> str:
    return "".join(
        character
        for character in text
        if character not in _BLANK and unicodedata.category(character) not in _INVISIBLE
    )
