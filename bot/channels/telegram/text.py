"""Cuts HTML to Telegram's limits. Counts UTF-16 units after entities; each part has balanced tags."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.channels.lengths import BEYOND_BMP, units

LONGEST_TEXT = 4096
LONGEST_ALERT = 200

ATOM = re.compile(r"<(/?)([a-zA-Z-]+)[^>]*>|&[#0-9a-zA-Z]+;|.", re.DOTALL)
# Where a long text is cut, best first: between paragraphs, lines, words.
BREAKS = (re.compile(r"\n\n$"), re.compile(r"\n$"), re.compile(r"\s$"))


@dataclass(frozen=True, slots=True)
class Atom:
    """A tag, a character reference or a character; `units` is its length, `name` a tag's name."""

    source: str
    units: int
    name: str = ""
    closing: bool = False


def parts(html: str, most: int = LONGEST_TEXT) -> list[str]:
    """The text in parts that Telegram accepts, cut between paragraphs, lines or words where possible."""
    if len(html) * 2 <= most or units(html) <= most:
        return [html]
    atoms = list(_atoms(html))
    made, opened, start = [], list[Atom](), 0
    while start < len(atoms):
        end = _end(atoms, start, most)
        prefix = "".join(tag.source for tag in opened)
        opened = _still_open(opened, atoms[start:end])
        body = "".join(atom.source for atom in atoms[start:end])
        suffix = "".join(f"</{tag.name}>" for tag in reversed(opened))
        if any(atom.units and not atom.source.isspace() for atom in atoms[start:end]):
            made.append((prefix + body + suffix).strip())
        start = end
    return made


def _atoms(html: str) -> Iterator[Atom]:
    for found in ATOM.finditer(html):
        source = found[0]
        if found[2]:
            yield Atom(source, 0, found[2].lower(), bool(found[1]))
        else:
            # A reference may be a character of two units, and is counted as two.
            wide = len(source) > 1 or ord(source) > BEYOND_BMP
            yield Atom(source, 2 if wide else 1)


def _end(atoms: Sequence[Atom], start: int, most: int) -> int:
    total, end = 0, start
    while end < len(atoms) and total + atoms[end].units <= most:
        total += atoms[end].units
        end += 1
    if end == len(atoms):
        return end
    middle = start + (end - start) // 2
    for pattern in BREAKS:
        for place in range(end, middle, -1):
            if pattern.search(atoms[place - 2].source + atoms[place - 1].source):
                return place
    return end


def _still_open(opened: Sequence[Atom], atoms: Sequence[Atom]) -> list[Atom]:
    stack = list(opened)
    for atom in atoms:
        if atom.name and not atom.closing:
            stack.append(atom)
        elif atom.closing and stack:
            stack.pop()
    return stack
