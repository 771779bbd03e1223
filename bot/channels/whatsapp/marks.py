"""The templates' HTML as WhatsApp shows it: *bold*, _italic_, ~struck~, `code`, "> " for a quote.

1. WhatsApp has no escaping. A character of a text that would begin or end a mark is replaced by one that
   looks like it; in an address, whose characters must stay, by its code in percent. Between two letters or
   digits none is a mark, and all stay as they are.
2. A mark of ours holds on one line, has no blank inside at its ends, and none of its sides may touch a letter
   or digit outside. Where that cannot be, the words are shown without the mark.
3. A text that is too long is cut between paragraphs, lines or words. Each line has its own marks, so that
   every part is complete.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from bot.channels.lengths import units

LONGEST_TEXT = 4096
# What is left free for marks when a line is cut.
SPARE = 64
TAG = re.compile(r"<(/?)([a-zA-Z]+)([^>]*)>")
HREF = re.compile(r'href="([^"]*)"')
MARKS = {"b": "*", "strong": "*", "i": "_", "em": "_", "s": "~", "del": "~", "code": "`"}
CODE = "`"
# What looks like a mark and is none.
LOOKS_LIKE = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}
MAY_MARK = frozenset("*_~`>")
QUOTE, LOOKS_LIKE_QUOTE = "> ", "›"
ADDRESS = re.compile(r"https?://\S+")
# An address inside the messenger has no meaning in another one.
FOREIGN_ADDRESS = "tg:"

# A character and the marks around it, the outermost first.
Cell = tuple[str, tuple[str, ...]]


@dataclass(slots=True)
class Line:
    """One line of a text; `quoted` inside a quotation."""

    quoted: bool
    cells: list[Cell] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its characters without marks."""
        return "".join(character for character, _ in self.cells)


def parts(markup: str, most: int = LONGEST_TEXT, first: int = LONGEST_TEXT) -> list[str]:
    """The text in parts of at most `most` UTF-16 units, the first of at most `first`; none is empty."""
    made, current, total = list[str](), list[str](), 0
    for line in _fitting(lines(markup), min(most, first)):
        length = units(line) + 1
        while current and total + length - 1 > (most if made else min(most, first)):
            place = _break(current)
            made.append("\n".join(current[:place]).strip("\n"))
            current = current[place:]
            total = sum(units(each) + 1 for each in current)
        current.append(line)
        total += length
    made.append("\n".join(current).strip("\n"))
    return [part for part in made if part.strip()]


def _break(current: Sequence[str]) -> int:
    """After how many lines to cut: before the last empty line of the second half, else after all."""
    empty = (place for place in range(len(current) - 1, len(current) // 2, -1) if not current[place].strip())
    return next(empty, len(current))


def _fitting(whole: Iterable[Line], most: int) -> Iterator[str]:
    """The lines with their marks; one that is too long comes in pieces."""
    for line in whole:
        text = shown(line) if len(line.cells) <= most else ""
        if units(text) <= most and len(line.cells) <= most:
            yield text
        else:
            yield from _fitting(_cut(line, most), most)


def _cut(line: Line, most: int) -> tuple[Line, Line]:
    """A line in two, cut at a blank if there is one: one that fits, or may fit, and the rest."""
    text, length = line.text, len(line.cells)
    longest = min(most - SPARE, length - 1) if length > most else length // 2
    blanks = (place for place in range(longest, longest // 2, -1) if text[place].isspace())
    place = next(blanks, longest)
    return Line(line.quoted, line.cells[:place]), Line(line.quoted, _lstripped(line.cells[place:]))


def _lstripped(cells: list[Cell]) -> list[Cell]:
    blanks = sum(1 for _ in takewhile(lambda cell: cell[0].isspace(), cells))
    return cells[blanks:]


def lines(markup: str) -> list[Line]:
    """The lines of a text with the marks of each character."""
    reader, end = _Reader(), 0
    for found in TAG.finditer(markup):
        reader.say(html.unescape(markup[end : found.start()]))
        reader.tag(found[2].lower(), found[3], closing=bool(found[1]))
        end = found.end()
    reader.say(html.unescape(markup[end:]))
    return reader.lines


class _Reader:
    """Collects lines while tags open and close."""

    def __init__(self) -> None:
        self.lines = [Line(quoted=False)]
        self._marks: list[str] = []
        self._quoted = 0
        # The address of the open link, and its text.
        self._address, self._said = "", ""

    def say(self, text: str) -> None:
        first, *others = text.split("\n")
        self._add(first)
        for other in others:
            self.lines.append(Line(quoted=bool(self._quoted)))
            self._add(other)

    def _add(self, text: str) -> None:
        self._said += text
        line = self.lines[-1]
        if text and self._quoted:
            line.quoted = True
        line.cells += [(character, tuple(self._marks)) for character in text]

    def tag(self, name: str, attributes: str, *, closing: bool) -> None:
        if mark := MARKS.get(name):
            self._mark(mark, closing=closing)
        elif name == "blockquote":
            self._quote(closing=closing)
        elif name == "br":
            self.say("\n")
        elif name == "a":
            self._link(attributes, closing=closing)

    def _mark(self, mark: str, *, closing: bool) -> None:
        if not closing:
            self._marks.append(mark)
        elif mark in self._marks:
            del self._marks[len(self._marks) - 1 - self._marks[::-1].index(mark)]

    def _quote(self, *, closing: bool) -> None:
        """Begin or end a quotation, which has lines of its own."""
        ended = closing and self._quoted
        self._quoted = max(0, self._quoted - 1) if closing else self._quoted + 1
        if self.lines[-1].cells and (ended or not closing):
            self.lines.append(Line(quoted=False))

    def _link(self, attributes: str, *, closing: bool) -> None:
        if not closing:
            found = HREF.search(attributes)
            self._address, self._said = html.unescape(found[1]) if found else "", ""
            return
        address, said = self._address, self._said
        self._address = ""
        if address and address != said and not address.startswith(FOREIGN_ADDRESS):
            self.say(f" ({address})")


def shown(line: Line) -> str:
    """A line as it is sent."""
    made, opened = [QUOTE if line.quoted else ""], tuple[str, ...]()
    for character, marks in [*_marked(_neutral(line)), ("", ())]:
        if marks != opened:
            made += _change(opened, marks)
            opened = marks
        made.append(character)
    return "".join(made).rstrip()


def _change(opened: Sequence[str], wanted: Sequence[str]) -> Iterator[str]:
    """The marks that end and begin where the open ones change to the wanted ones."""
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(opened, wanted, strict=False)))
    yield from reversed(opened[common:])
    yield from wanted[common:]


def _neutral(line: Line) -> list[Cell]:
    """The characters, none of which is a mark by itself."""
    text, cells = line.text, list(line.cells)
    if MAY_MARK.isdisjoint(text):
        return cells
    in_address = {place for found in ADDRESS.finditer(text) for place in range(*found.span())}
    for place, (character, marks) in enumerate(line.cells):
        if character not in LOOKS_LIKE or not _may_mark(text, place, marks):
            continue
        plain = f"%{ord(character):02X}" if place in in_address else LOOKS_LIKE[character]
        cells[place] = (plain, marks)
    if text.lstrip().startswith(QUOTE.strip()):
        place = text.index(QUOTE.strip())
        cells[place] = (LOOKS_LIKE_QUOTE, cells[place][1])
    return cells


def _may_mark(text: str, place: int, marks: Sequence[str]) -> bool:
    """Whether the character at `place` can begin or end a mark; a backquote always, in code no other."""
    if text[place] == CODE:
        return True
    return CODE not in marks and not (_is_word(text, place - 1) and _is_word(text, place + 1))


def _is_word(text: str, place: int) -> bool:
    return 0 <= place < len(text) and text[place].isalnum()


def _marked(cells: list[Cell]) -> list[Cell]:
    """The cells without the marks that WhatsApp would not read as marks."""
    for mark in LOOKS_LIKE:
        start = 0
        while start < len(cells):
            end = start
            while end < len(cells) and mark in cells[end][1]:
                end += 1
            if end > start:
                _fit_span(cells, mark, start, end)
            start = end + 1
    return cells


def _fit_span(cells: list[Cell], mark: str, start: int, end: int) -> None:
    """Take a mark from the blanks at the ends of its span, or from all of it where it touches a word."""
    left, right = start, end
    while left < right and cells[left][0].isspace():
        left += 1
    while left < right and cells[right - 1][0].isspace():
        right -= 1
    touches = (left > 0 and cells[left - 1][0][-1:].isalnum()) or (
        right < len(cells) and cells[right][0][:1].isalnum()
    )
    for place in range(start, end):
        if touches or not left <= place < right:
            character, marks = cells[place]
            cells[place] = (character, tuple(each for each in marks if each != mark))
