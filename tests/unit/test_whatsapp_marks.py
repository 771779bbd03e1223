"""The templates' HTML as WhatsApp's marks; what people write is shown as text, marks too."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels.lengths import units
from bot.channels.whatsapp.marks import LOOKS_LIKE, parts

SHOWN = {
    "bold": ("<b>Halo</b>, Siti", "*Halo*, Siti"),
    "nested": ("<b><i>x</i> y</b>", "*_x_ y*"),
    "all marks": ("<s>a</s> <code>b</code> <em>c</em> <strong>d</strong>", "~a~ `b` _c_ *d*"),
    "over lines": ("<b>satu\ndua</b>", "*satu*\n*dua*"),
    "blanks at the ends": ("a<b> tebal </b>b", "a *tebal* b"),
    "nothing but a blank": ("a<b> </b>b", "a b"),
    "empty": ("a<b></b>b", "ab"),
    "inside a word": ("ke<b>2</b>, x<i>y</i>z", "ke2, xyz"),
    "a quotation": (
        "kata:\n<blockquote>satu\n\n<b>dua</b></blockquote>tiga",
        "kata:\n> satu\n>\n> *dua*\ntiga",
    ),
    "a quotation after words": ("kata <blockquote>satu</blockquote>", "kata\n> satu"),
    "references": ("&lt;b&gt; &amp;amp; &#39;x&quot;", "<b> &amp; 'x\""),
    "a link": ('<a href="https://x.id/?a=1&amp;b=2">Peta</a>', "Peta (https://x.id/?a=1&b=2)"),
    "a link to itself": ('<a href="https://x.id">https://x.id</a>', "https://x.id"),
    "a link inside Telegram": ('<a href="tg://user?id=8">Rina</a>', "Rina"),
    "unknown tags": ("<u>a</u><pre>b\nc</pre><br>d", "ab\nc\nd"),
    "stray ends": ("</b>a</i></blockquote>b", "ab"),
    "a mark of the person": ("*tebal* _miring_ ~coret~", "∗tebal∗ ˍmiringˍ ∼coret∼"),
    "code of the person": ("`kode` ```blok```", "ˋkodeˋ ˋˋˋblokˋˋˋ"),
    "a quotation of the person": ("&gt; bukan\n a &gt; b\n&gt;x", "› bukan\n a > b\n›x"),
    "a list of the person": ("* satu", "∗ satu"),
    "between letters": ("budi_s 3*4 a~b", "budi_s 3*4 a~b"),
    "marks inside ours": ("<b>*tebal* 2*3 _x_</b>", "*∗tebal∗ 2*3 ˍxˍ*"),
    "marks in code": ("<code>/status A_B *c* `d`</code>", "`/status A_B *c* ˋdˋ`"),
    "an address": ("lihat https://x.id/_a_/b_c?d=* ya", "lihat https://x.id/%5Fa%5F/b_c?d=%2A ya"),
    "right to left": ("<b>\u202eسلام</b> *x*", "*\u202eسلام* ∗x∗"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_html_is_shown_as_marks(name: str) -> None:
    markup, shown = SHOWN[name]
    assert parts(markup) == [shown]


@pytest.mark.parametrize("nothing", ["", " ", "\n\n", "<b></b>", "<b> \n</b>"])
def test_a_text_without_characters_has_no_parts(nothing: str) -> None:
    assert parts(nothing) == []


# How WhatsApp reads a mark: on one line, without a blank inside at its ends, next to no letter outside.
MARK = re.compile(r"(?<![^\W_])([*_~])(?=\S)(.+?)(?<=\S)\1(?![^\W_])")
WRITTEN = st.text(st.sampled_from("ab1 é😀*_~`>-.\n\u202e\u200d(/"), max_size=60)
BACK = str.maketrans({shown: meant for meant, shown in LOOKS_LIKE.items()} | {"›": ">"})


def no_marks(text: str) -> bool:
    return not MARK.search(text) and "`" not in text and not re.search(r"^\s*>", text, re.MULTILINE)


def without_ends(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")


@given(WRITTEN)
@example("*a*b*")
@example("_*a*_")
@example("** **")
def test_what_a_person_writes_never_becomes_a_mark_and_stays_readable(written: str) -> None:
    shown = "\n".join(parts(html.escape(written)))
    assert no_marks(shown)
    assert without_ends(shown.translate(BACK)) == without_ends(written)


@given(WRITTEN)
@example("*a* b")
@example("a *")
@example("2*3*")
def test_a_mark_of_ours_holds_around_all_that_a_person_writes(written: str) -> None:
    shown = "\n".join(parts(f"<b>{html.escape(written)}</b>"))
    for line in shown.split("\n"):
        found = [(mark[1], mark[0]) for mark in MARK.finditer(line)]
        assert found == ([("*", line.strip())] if line.strip() else [])


LONG = {
    "a word": "a" * 9000,
    "emoji": "😀" * 5000,
    "words": "<b>" + "kata *tebal* " * 800 + "</b>",
    "marks alone": "*" * 5000,
    "references": "&amp;" * 9000,
    "a quotation": "<blockquote>" + "satu dua\n" * 900 + "</blockquote>",
    "paragraphs": "\n\n".join("<i>Paragraf</i> " + "kata " * 300 for _ in range(12)),
    "an address": "https://x.id/" + "_/" * 3000,
}


@pytest.mark.parametrize("most", [1024, 4096])
@pytest.mark.parametrize("name", LONG)
def test_every_part_of_a_long_text_is_short_enough_and_nothing_is_lost(name: str, most: int) -> None:
    made = parts(LONG[name], most)
    assert len(made) > 1
    assert all(0 < units(part) <= most for part in made)
    wanted = html.unescape(re.sub(r"<[^<>]*>", "", LONG[name]))
    bare = "".join(made).translate(BACK).replace("%5F", "_")
    letters = re.compile(r"[^\w&😀/.:]")
    assert letters.sub("", bare).replace("_", "") == letters.sub("", wanted).replace("_", "")


def test_a_long_text_is_cut_between_its_paragraphs() -> None:
    paragraphs = ["kata " * 400 + "akhir." for _ in range(5)]
    assert all(part.endswith("akhir.") for part in parts("\n\n".join(paragraphs)))


def test_a_text_that_fits_stays_whole() -> None:
    assert parts("<b>" + "a" * 4094 + "</b>") == ["*" + "a" * 4094 + "*"]
    assert len(parts("<b>" + "a" * 4095 + "</b>")) == 2
