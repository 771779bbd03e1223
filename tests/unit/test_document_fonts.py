"""Which characters the fonts have, and what is printed for those that they lack."""

from __future__ import annotations

import io
import json
import unicodedata

import pytest
import typst
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import ContentStream

from bot.documents.fonts import BREAK_HERE, FONTS, LONGEST_WORD, TABLE, has_glyph, printable
from tests.fonts import with_glyph

RANGES = [(first, last) for first, last in json.loads(TABLE.read_text(encoding="ascii"))]
# Ends of ranges, their neighbours, and one code point in the middle of each.
SAMPLE = sorted(
    {code for first, last in RANGES for code in (first - 1, first, (first + last) // 2, last, last + 1)}
)


def test_the_table_says_what_the_fonts_of_this_typst_have() -> None:
    tried = [code for code in SAMPLE if unicodedata.category(chr(code)) != "Cs"]
    assert len(tried) > 400
    assert set(with_glyph(tried)) == {code for code in tried if has_glyph(code)}


# what a person wrote -> what is printed, without the marks where a line may end
PRINTED = [
    ("Rp 300.000 – “lunas”", "Rp 300.000 – “lunas”"),
    ("é è ê ḍ ṭ ñ", "é è ê ḍ ṭ ñ"),
    ("e\u0301", "é"),
    ("x\u0302\u0323", "x\u0323\u0302"),
    ("senang \U0001f600", "senang [U+1F600]"),
    ("\U0001f44d\U0001f3fd", "[U+1F44D][U+1F3FD]"),
    ("hati ❤\ufe0f", "hati ❤"),
    ("\U0001f468\u200d\U0001f469", "[U+1F468][U+200D][U+1F469]"),
    ("汉字", "[U+6C49][U+5B57]"),
    ("ꦗꦮ", "[U+A997][U+A9AE]"),
    ("a\x00b\x1bc\x7f", "a[U+0000]b[U+001B]c[U+007F]"),
    ("\u202egnp.exe\u2066", "[U+202E]gnp.exe[U+2066]"),
    ("a\u200bb\ufeff\u00ad", "a[U+200B]b[U+FEFF][U+00AD]"),
    ("\ue000\U000f0000", "[U+E000][U+F0000]"),
    ("\ud800", "[U+D800]"),
    ("\U0010ffff", "[U+10FFFF]"),
    ("a\tb", "a    b"),
    ("a\u3000b\u2003c\u1680d\u00a0e", "a b c d\u00a0e"),
    ("a\r\nb\rc\u2028d\x85e\x0bf\x0cg", "a\nb\nc\nd\ne\nf\ng"),
    ("\u0301a \u0301", "[U+0301]a [U+0301]"),
    ("x" + "\u0302" * 5, "x\u0302\u0302[U+0302][U+0302][U+0302]"),
]


@pytest.mark.parametrize(("written", "printed"), PRINTED)
def test_a_character_is_printed_or_its_code_is(written: str, printed: str) -> None:
    assert printable(written).replace(BREAK_HERE, "") == printed


@pytest.mark.parametrize("length", [LONGEST_WORD, LONGEST_WORD + 1, 3 * LONGEST_WORD, 20_000])
def test_a_long_word_may_be_broken_and_a_shorter_one_is_not(length: int) -> None:
    pieces = printable("a" * length).split(BREAK_HERE)
    assert "".join(pieces) == "a" * length
    assert len(pieces) == -(-length // LONGEST_WORD)
    assert max(map(len, pieces)) <= LONGEST_WORD


def test_a_word_is_not_broken_before_a_mark_or_inside_a_code() -> None:
    letters = "x" * (LONGEST_WORD - 1)
    assert BREAK_HERE + "\u0302" not in printable(letters + "xx\u0302xx")
    codes = printable(letters + "\U0001f600" * 30).split(BREAK_HERE)
    assert codes == [letters, *["[U+1F600]", ""] * 29, "[U+1F600]", ""]


# One compiler for all examples.
COMPILER = typst.Compiler(ignore_system_fonts=True)
PAGE = f"""
#set text(font: {json.dumps(FONTS).replace("[", "(").replace("]", ")")}, fallback: false)
#for line in json(bytes(sys.inputs.lines)) {{ par(line.split(sym.zws).map(x => [#x]).join(h(0.001pt))) }}
"""


def extracted(lines: str) -> tuple[str, str]:
    """The text of the glyphs, and what the PDF says of letters with marks that are several glyphs.

    A glyph has one text. When a letter has been printed without its mark before, its glyph says the letter
    alone, and the text of both is in an /ActualText, which `extract_text` does not read.
    """
    made = COMPILER.compile(PAGE.encode(), sys_inputs={"lines": json.dumps(lines.split("\n"))})
    assert isinstance(made, bytes)
    reader = PdfReader(io.BytesIO(made))
    operations = [
        one for page in reader.pages for one in ContentStream(page.get_contents(), reader).operations
    ]
    named = [operands[1] for operands, operator in operations if operator == b"BDC"]
    actual = "".join(str(one["/ActualText"]) for one in named if "/ActualText" in one)
    return "".join(page.extract_text() for page in reader.pages), actual


def marks(text: str) -> set[str]:
    return {each for each in text if unicodedata.category(each)[0] == "M"}


def missing(text: str) -> set[str]:
    """The characters of the text that are neither in its PDF nor there as their codes."""
    found, actual = extracted(printable(text))
    assert BREAK_HERE not in found
    looked_for = {each for each in unicodedata.normalize("NFC", text) if not each.isspace()}
    return {
        each
        for each in looked_for - set(unicodedata.normalize("NFKC", found) + found) - marks(actual)
        if f"[U+{ord(each):04X}]" not in found and each not in "\ufe0e\ufe0f"
    }


HOSTILE = "*tebal* _miring_ $x$ #panic() \\u{41} `a` <b> @x = - + // /* */ ~ https://x.id \"'"
ANY = st.text(st.one_of(st.characters(), st.sampled_from([chr(code) for code in SAMPLE if code > 31])))


@settings(max_examples=150, deadline=None)
@given(ANY)
@example(HOSTILE)
@example("=1+1 +1 -1 @SUM(A1)")
@example("السَّلَامُ عَلَيْكُمْ")
@example("00\u0300")
@example("\u202eabc\u202c שלום")
@example("".join(chr(code) for code in range(0x20, 0x250)))
def test_no_character_vanishes(text: str) -> None:
    assert missing(text) == set()
