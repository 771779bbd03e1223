"""The lengths of plain texts as messengers count them, and cutting to them."""

from __future__ import annotations

BEYOND_BMP = 0xFFFF


def units(text: str) -> int:
    """The length of a plain text in UTF-16 units."""
    return len(text) + sum(ord(character) > BEYOND_BMP for character in text)


def cut(text: str, most: int) -> str:
    """A plain text of at most `most` units, with "…" when it was cut."""
    if units(text) <= most:
        return text
    kept, room = "", most - 1
    for character in text:
        room -= 2 if ord(character) > BEYOND_BMP else 1
        if room < 0:
            break
        kept += character
    return kept.rstrip() + "…"
