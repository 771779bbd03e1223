"""The HTML of a document as blocks: each tag, nested styles, quotes, text of people like tags."""

from __future__ import annotations

import re
from typing import Any

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from bot.documents.blocks import MASK, STYLES, TEXTS, UnknownTagError, blocks, qr_code


def plain(text: str, **styles: bool) -> dict[str, Any]:
    return {"text": text, "b": False, "i": False, **styles}


@pytest.mark.parametrize("tag", ["h1", "h2", "p", "blockquote"])
def test_a_text_is_a_block_of_runs(tag: str) -> None:
    assert blocks(f"<{tag}>Halo</{tag}>") == [{"block": tag, "runs": [plain("Halo")]}]


@pytest.mark.parametrize("tag", ["ul", "ol"])
def test_a_list_has_a_row_of_one_cell_an_item(tag: str) -> None:
    html = f"<{tag}>\n  <li>satu</li>\n  <li>dua</li>\n</{tag}>"
    assert blocks(html) == [{"block": tag, "rows": [[[plain("satu")]], [[plain("dua")]]]}]


def test_a_field_is_a_row_of_its_name_and_its_value() -> None:
    assert blocks("<dl><dt>Nama</dt><dd>Budi</dd></dl>") == [
        {"block": "dl", "rows": [[[plain("Nama")], [plain("Budi")]]]}
    ]


def test_a_table_has_its_cells_and_the_widths_of_its_columns() -> None:
    html = '<table columns="1 3"><tr><th>No</th><th>Apa</th></tr><tr><td>1</td><td></td></tr></table>'
    assert blocks(html) == [
        {
            "block": "table",
            "columns": [1, 3],
            "rows": [[[plain("No")], [plain("Apa")]], [[plain("1")], []]],
        }
    ]


def test_a_line_between_blocks_has_no_text() -> None:
    assert blocks("<p>a</p><hr><p>b</p>")[1] == {"block": "hr"}


def test_a_qr_code_is_drawn_and_has_a_caption() -> None:
    (block,) = blocks('<qr data="https://t.me/AduanBot?start=dpmd">Pindai <b>ini</b></qr>')
    assert block["runs"] == [plain("Pindai "), plain("ini", b=True)]
    assert block["svg"] == qr_code("https://t.me/AduanBot?start=dpmd")


def test_the_content_of_a_qr_code_is_text_and_no_markup() -> None:
    (block,) = blocks('<qr data="a&quot;&lt;b&gt;&amp;">x</qr>')
    assert block["svg"] == qr_code('a"<b>&')


def test_styles_are_nested_and_end_with_their_tag() -> None:
    (block,) = blocks("<p>a<b>b<i>c</i></b>d</p>")
    assert block["runs"] == [plain("a"), plain("b", b=True), plain("c", b=True, i=True), plain("d")]


def test_a_style_that_is_not_closed_ends_with_its_block() -> None:
    first, second = blocks("<p><b>a</p><p>b</p>")
    assert first["runs"] == [plain("a", b=True)]
    assert second["runs"] == [plain("b")]


def test_br_is_the_end_of_a_line_and_other_space_is_one_space() -> None:
    (block,) = blocks("<p>a<br>b\n   c</p>")
    assert "".join(run["text"] for run in block["runs"]) == "a\nb c"


@pytest.mark.parametrize(
    "html", ["<blockquote>{}</blockquote>", "<dl><dt>x</dt><dd>{}</dd></dl>", "<table><tr><td>{}</table>"]
)
def test_a_quote_keeps_the_lines_and_spaces_of_its_text(html: str) -> None:
    assert repr("a\n\n  b") in repr(blocks(html.format("a\n\n  b")))


def test_entities_are_characters() -> None:
    assert blocks("<p>&lt;b&gt; &amp;amp; &quot;</p>")[0]["runs"] == [plain('<b> &amp; "')]


@pytest.mark.parametrize(
    "html",
    [
        "<h3>a</h3>",
        "<div><p>a</p></div>",
        "<p><script>a</script></p>",
        "<p><u>a</u></p>",
        "<p><a href='x'>a</a></p>",
        "<img src='x'>",
        "text alone",
        "<p>a</p> after it",
        "<ul>no item</ul>",
        "<table>no cell</table>",
        "<li>no list</li>",
        "<ul><td>no row</td></ul>",
        "<p>a</p><li>no list</li>",
    ],
)
def test_what_documents_do_not_have_is_an_error(html: str) -> None:
    with pytest.raises(UnknownTagError):
        blocks(html)


# As hostile as hypothesis makes it: any characters, and pieces of markup among them.
MARKUP = st.sampled_from(
    ["<b>", "</p>", "<hr>", "<qr data='x'>", "&lt;", "&#60;", "&amp;", "<!--", "-->", "<![CDATA[", "<?", "</"]
)
TEXT = st.lists(st.one_of(MARKUP, st.text(max_size=8)), max_size=12).map("".join)


@given(TEXT)
def test_text_of_a_person_never_becomes_a_tag(text: str) -> None:
    (block,) = blocks(f"<blockquote>{escape(text)}</blockquote>")
    assert block["block"] == "blockquote"
    assert "".join(run["text"] for run in block["runs"]) == text
    assert not any(run["b"] or run["i"] for run in block["runs"])


@given(TEXT, st.sampled_from(sorted({*TEXTS, *STYLES} - {"qr"})))
def test_nor_does_it_change_the_blocks_after_it(text: str, tag: str) -> None:
    inner = f"<{tag}>{escape(text)}</{tag}>"
    html = f"<p>{inner}</p><h2>x</h2>" if tag in STYLES else f"{inner}<h2>x</h2>"
    found = blocks(html)
    assert len(found) == 2
    assert found[1] == {"block": "h2", "runs": [plain("x")]}


@pytest.mark.parametrize("content", ["https://t.me/AduanBot?start=dpmd", "DPMD-2026-0042 é", "x" * 300])
def test_a_qr_code_has_the_dark_modules_of_its_content(content: str) -> None:
    svg, border = qr_code(content), 2
    (path,) = re.findall(r'<path [^>]*d="([^"]*)"', svg)
    dark, row, column = set[tuple[int, int]](), 0.0, 0.0
    for move, x, y in re.findall(r"([Mmh])(-?[\d.]+)(?: ?(-?[\d.]+))?", path):
        if move == "M":
            column, row = float(x), float(y)
        elif move == "m":
            column, row = column + float(x), row + float(y)
        else:
            dark |= {(int(row) - border, int(column) - border + step) for step in range(int(float(x)))}
            column += float(x)
    matrix = segno.make_qr(content, error="q", mask=MASK).matrix
    assert dark == {(y, x) for y, line in enumerate(matrix) for x, module in enumerate(line) if module}
