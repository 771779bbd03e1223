"""Which characters the fonts inside typst have: `python -m tests.fonts` writes bot/documents/glyphs.json.

Each character is set alone. One that the fonts lack gets the same outline as a private one, or none.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

import typst

from bot.documents.fonts import FONTS, TABLE

PRIVATE = 0xE000
# Planes 0 and 1; the fonts have nothing beyond them.
CODES = range(0x20, 0x20000)
PORTION = 2_000
LINE = 20
PAGE = f"""
#set page(width: 40pt, height: auto, margin: 0pt)
#set text(font: {json.dumps(FONTS).replace("[", "(").replace("]", ")")}, size: 10pt, fallback: false)
#let codes = json(bytes(sys.inputs.codes))
#box(width: 40pt, height: codes.len() * {LINE}pt)
#for (place-number, code) in codes.enumerate() {{
  place(top + left, dy: place-number * {LINE}pt, text(str.from-unicode(code)))
}}
"""
OUTLINE = re.compile(r'<g transform="matrix\(1 0 0 -1 \S+ (\S+?)\)"><use xlink:href="#(\w+)"')
# Spaces have no outline; the other ones are printed as a space.
BLANK = frozenset({0x20, 0xA0})
# Formatting and private characters, and half pairs, are printed as their code in any font.
NEVER = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})


def with_glyph(codes: Sequence[int]) -> Iterator[int]:
    """Those of these code points that one of the fonts has."""
    tried = [PRIVATE, *(code for code in codes if unicodedata.category(chr(code)) not in NEVER)]
    compiler = typst.Compiler(ignore_system_fonts=True)
    drawn = compiler.compile(PAGE.encode(), format="svg", sys_inputs={"codes": json.dumps(tried)})
    assert isinstance(drawn, bytes)
    outlines = {int(float(y)) // LINE: name for y, name in OUTLINE.findall(drawn.decode())}
    for place, code in enumerate(tried):
        if outlines.get(place, outlines[0]) != outlines[0] or code in BLANK:
            yield code


def ranges(codes: Iterable[int]) -> list[list[int]]:
    """Ascending code points as pairs of first and last."""
    found: list[list[int]] = []
    for code in codes:
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return found


def main() -> None:
    """Write the table."""
    portions = [CODES[first : first + PORTION] for first in range(0, len(CODES), PORTION)]
    found = [code for portion in portions for code in with_glyph(portion)]
    TABLE.write_text(json.dumps(ranges(found)) + "\n", encoding="ascii")
    sys.stdout.write(f"{len(found)} characters\n")


if __name__ == "__main__":
    main()
