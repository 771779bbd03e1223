"""Names that people give themselves, their groups and their files, made fit to be shown to others.

A name may change the text direction after it, break a card into lines, look empty or be very long. Each is
cleaned once, where it comes in; what is stored and shown later needs no further cleaning.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST_NAME = 64
LONGEST_TITLE = 128
LONGEST_FILE_NAME = 100
LONGEST_ENDING = 16

ZERO_WIDTH_JOINER = "\u200d"
# Characters that follow an emoji and belong to it: the sign for its coloured form, and skin tones.
_OF_PICTURES = frozenset({"\ufe0f", *map(chr, range(0x1F3FB, 0x1F400))})
# Category Cf holds direction marks and most zero-width characters; these are invisible as well.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co"})
_SHOWS = frozenset("LNPS")
# Files that a phone or computer runs when they are tapped: officers get them under another ending.
_RUN_WHEN_OPENED = frozenset({
    "apk", "apks", "apkm", "xapk", "exe", "bat", "cmd", "com", "scr", "pif", "msi", "jar", "js", "jse", "vbs",
    "vbe", "wsf", "hta", "lnk", "ps1", "reg", "sh", "html", "htm", "svg",
})  # fmt: skip
_HARMLESS = "bin"
# Path separators, and characters that a shell or an HTTP header would interpret.
_NOT_IN_FILE_NAMES = re.compile(r"[\\/:\"'`<>|?*;%]")


@dataclass(frozen=True, slots=True)
class Nameless:
    """The substitutes for names that show no visible character."""

    private: str
    group: str


def clean(name: str, longest: int = LONGEST_NAME) -> str:
    """The name on one line, at most `longest` characters; empty when no character of it is visible."""
    if name.isascii() and name.isprintable() and len(name) <= longest:
        return " ".join(name.split())
    line = " ".join(name.split())
    kept: list[str] = []
    for place, character in enumerate(line):
        if character == ZERO_WIDTH_JOINER:
            if _joins_pictures(line, place):
                kept.append(character)
        elif character not in _BLANK and unicodedata.category(character) not in _INVISIBLE:
            kept.append(character)
    short = " ".join("".join(kept).split())[:longest].strip(f" {ZERO_WIDTH_JOINER}")
    return short if any(unicodedata.category(each)[0] in _SHOWS for each in short) else ""


def _joins_pictures(line: str, place: int) -> bool:
    """Whether this joiner makes one emoji of two, as in a family; elsewhere it is invisible."""
    before, after = line[:place].rstrip("".join(_OF_PICTURES))[-1:], line[place + 1 : place + 2]
    return bool(before and after) and unicodedata.category(before) == unicodedata.category(after) == "So"


def person_name(first: str | None, last: str | None, fallback: str) -> str:
    """A person's whole name. The library's own is None for an account whose first name is empty."""
    return clean(f"{first or ''} {last or ''}") or fallback


def file_name(name: str) -> str:
    """A file name that every server and disk accepts, with its ending; empty when no character is left.

    A name that would be run when it is opened ("undangan.apk") gets the ending of unknown data after it.
    """
    # Cleaned before it is cut, so that the ending is the one that people see.
    cleaned = clean(_NOT_IN_FILE_NAMES.sub("_", name), max(len(name), 1)).strip(". _")
    stem, dot, ending = cleaned.rpartition(".")
    if ending.casefold() in _RUN_WHEN_OPENED:
        stem, ending = cleaned, _HARMLESS
    if not dot or len(ending) > LONGEST_ENDING:
        return cleaned[:LONGEST_FILE_NAME].rstrip(". ")
    return f"{stem[: LONGEST_FILE_NAME - len(ending) - 1].rstrip('. ')}.{ending}"
