"""The process that typesets: hostile text, ended and hanging processes, broken logos, many pages."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape

from bot.documents import typesetting
from bot.documents.fonts import LONGEST_WORD
from bot.documents.typesetting import Typesetter, TypesettingError
from tests.paper import FOOTER, JPG, PNG, SVG, document, page_count, pages_of, text_of, words_of

# A process that reads its requests and never answers, as a page that never ends would.
DEAF = (sys.executable, "-c", "import sys\nfor line in sys.stdin.buffer: pass")


@pytest.fixture
async def typesetter() -> AsyncIterator[Typesetter]:
    made = Typesetter()
    yield made
    await made.close()


def pid_of(typesetter: Typesetter) -> int:
    assert typesetter._process
    return typesetter._process.pid


HOSTILE = [
    '#panic("x") #eval("1+1") #read("/etc/passwd") #import "x.typ"',
    "*tebal* _miring_ $x^2$ `kode` = judul - butir + nomor / istilah @acu <label> \\u{41} ~ --- 'a' \"b\"",
    "<b>tebal</b> <script>alert(1)</script> <qr data='x'> &lt;p&gt; &amp;amp; <!-- x --> ]]>",
    "=HYPERLINK(1) +62 -1 @SUM(A1) {{ 7*7 }} {% raw %}",
    "%PDF-1.7 ) Tj ET endobj %%EOF /JavaScript (app.alert)",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "block", ["<blockquote>{}</blockquote>", "<dl><dt>x</dt><dd>{}</dd></dl>", "<p>{}</p>"]
)
async def test_hostile_text_is_printed_as_it_is(typesetter: Typesetter, text: str, block: str) -> None:
    printed = words_of(await typesetter.pdf("document", document(block.format(escape(text)))))
    assert text in printed


async def test_invisible_characters_are_printed_as_their_codes(typesetter: Typesetter) -> None:
    text = "\u202egnp.exe \x00\x1b[31m \ue000 \U0001f600"
    printed = words_of(await typesetter.pdf("document", document(f"<blockquote>{text}</blockquote>")))
    assert "[U+202E]gnp.exe [U+0000][U+001B][31m [U+E000] [U+1F600]" in printed


async def test_the_letterhead_title_and_footer_are_text_too(typesetter: Typesetter) -> None:
    data = document("<p>x</p>", name="#panic()", address="*a* \U0001f600", parent="", contact="$x$ @y")
    printed = words_of(await typesetter.pdf("document", {**data, "title": "#panic()", "footer": "_#x_"}))
    assert all(part in printed for part in ("#PANIC()", "*a* [U+1F600]", "$x$ @y", "_#x_ 1 / 1"))


# what is repeated -> the fewest pages of 20,000 characters of it
LONGEST = {"kata ": 5, "W": 8, "\U0001f600": 20, "a\n": 100, "ع": 2, "\u0301": 20, "\U0001f600\n": 50}


@pytest.mark.parametrize("piece", LONGEST)
async def test_the_longest_story_is_printed_to_its_end(typesetter: Typesetter, piece: str) -> None:
    story = (piece * 20_000)[:20_000] + " akhir"
    pdf = await typesetter.pdf("document", document(f"<blockquote>{story}</blockquote>"))
    pages = page_count(pdf)
    assert pages >= LONGEST[piece]
    assert f"akhir {FOOTER} {pages} / {pages}" in " ".join(pages_of(pdf, last=1)[0].split())


async def test_a_word_of_1_000_letters_and_codes_loses_none(typesetter: Typesetter) -> None:
    pdf = await typesetter.pdf("document", document("<p>" + "W" * 1_000 + "\U0001f600" * 40 + "</p>"))
    printed = "".join(text_of(pdf).split())
    assert "W" * 1_000 + "[U+1F600]" * 40 in printed


async def test_each_page_of_a_long_letter_has_its_number(typesetter: Typesetter) -> None:
    story = "Bantuan yang dijanjikan belum saya terima. " * 2_400
    pages = pages_of(await typesetter.pdf("document", document(f"<h1>Surat</h1><p>{story}</p>")))
    assert len(pages) >= 20
    for number, page in enumerate(pages, 1):
        assert f"{FOOTER} {number} / {len(pages)}" in page
    assert "".join(pages).count("belum") == 2_400


async def test_a_row_that_is_taller_than_a_page_is_continued_on_the_next(typesetter: Typesetter) -> None:
    rows = "<tr><th>No</th><th>Uraian</th></tr>" + f"<tr><td>1</td><td>{'kata ' * 3_000}</td></tr>" * 2
    pages = pages_of(await typesetter.pdf("document", document(f'<table columns="1 4">{rows}</table>')))
    assert len(pages) > 4
    assert all("Uraian" in page for page in pages)
    assert "".join(pages).count("kata") == 6_000


async def test_a_long_word_stays_inside_its_cell(typesetter: Typesetter) -> None:
    row = "<tr><td>{}</td><td>b</td><td>c</td><td>d</td></tr>"
    table = "<table>" + row.format("a") + row.format("W" * 2 * LONGEST_WORD) + "</table>"
    lines = text_of(await typesetter.pdf("document", document(table))).splitlines()
    assert max(line.count("W") for line in lines) < 14
    assert sum(line.count("W") for line in lines) == 2 * LONGEST_WORD
    word = "pertanggungjawaban"
    table = "<table>" + row.format("a") + row.format(f"laporan {word}") + "</table>"
    assert word in text_of(await typesetter.pdf("document", document(table)))


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p></p>",
        "<h1></h1><h2></h2><blockquote></blockquote>",
        "<ul></ul><ol></ol><dl></dl><table></table>",
        "<ul><li></li></ul><ol><li></li></ol>",
        "<dl><dt>Nama</dt><dd></dd></dl><dl><dt>Nama</dt></dl>",
        "<table><tr><td></td><td></td></tr><tr><td>a</td></tr></table>",
        '<table columns="1 2 3"><tr><td>a</td></tr></table>',
        '<qr data="x"></qr>',
    ],
)
async def test_what_is_empty_is_typeset(typesetter: Typesetter, html: str) -> None:
    printed = text_of(await typesetter.pdf("document", document(html + "<p>akhir</p>")))
    assert "akhir" in printed


@pytest.mark.parametrize(("name", "content"), [("a.png", PNG), ("a.svg", SVG), ("a.jpg", JPG)])
async def test_a_logo_is_in_the_letterhead(
    typesetter: Typesetter, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with_logo = await typesetter.picture("document", document("<p>x</p>", logo=str(path)), 40)
    assert with_logo.startswith(b"\x89PNG")
    assert with_logo != await typesetter.picture("document", document("<p>x</p>"), 40)


@pytest.mark.parametrize(
    "content", [None, b"", b"no picture", PNG[:40], PNG[:-20], SVG[:30], b"\xff\xd8\xff\xe0"]
)
@pytest.mark.parametrize("name", ["a.png", "a.svg", "a.jpg"])
async def test_a_letter_with_a_broken_logo_is_printed_without_it(
    typesetter: Typesetter, tmp_path: Path, name: str, content: bytes | None
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    printed = text_of(await typesetter.pdf("document", document("<p>isi</p>", logo=str(path))))
    assert "DINAS PEMBERDAYAAN" in printed
    assert "isi" in printed


async def test_after_a_process_was_killed_the_next_document_works(typesetter: Typesetter) -> None:
    await typesetter.pdf("document", document("<p>satu</p>"))
    killed = pid_of(typesetter)
    os.kill(killed, signal.SIGKILL)
    # Without a pause: asyncio has not noticed the end yet.
    assert "dua" in text_of(await typesetter.pdf("document", document("<p>dua</p>")))
    os.kill(pid_of(typesetter), signal.SIGKILL)
    await typesetter._process.wait()  # type: ignore[union-attr]
    assert "tiga" in text_of(await typesetter.pdf("document", document("<p>tiga</p>")))
    assert pid_of(typesetter) != killed


async def test_a_process_that_does_not_answer_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    impatient = Typesetter(seconds=0.05)
    with monkeypatch.context() as patched:
        patched.setattr(typesetting, "COMMAND", DEAF)
        with pytest.raises(TypesettingError, match="TimeoutError"):
            await impatient.pdf("document", document("<p>rahasia</p>"))
    assert impatient._process is None
    impatient._seconds = 20
    assert "dua" in text_of(await impatient.pdf("document", document("<p>dua</p>")))
    await impatient.close()


async def test_a_process_that_ends_at_once_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "COMMAND", (sys.executable, "-c", "pass"))
    typesetter = Typesetter()
    with pytest.raises(TypesettingError):
        await typesetter.pdf("document", document("<p>a</p>"))
    await typesetter.close()


async def test_an_idle_process_is_ended_and_started_again() -> None:
    typesetter = Typesetter(idle_seconds=0.01)
    await typesetter.pdf("document", document("<p>satu</p>"))
    first = typesetter._process
    assert first
    async with asyncio.timeout(20):
        await first.wait()
    assert "dua" in text_of(await typesetter.pdf("document", document("<p>dua</p>")))
    await typesetter.close()


async def test_a_process_at_work_is_not_ended_as_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    typesetter = Typesetter(idle_seconds=0)
    pages = [typesetter.pdf("document", document(f"<p>{'kata ' * 9_000}{each}</p>")) for each in range(3)]
    made = await asyncio.gather(*pages)
    assert [str(each) in pages_of(pdf)[-1] for each, pdf in enumerate(made)] == [True] * 3
    await typesetter.close()


async def test_a_cancelled_document_is_not_given_to_the_next(typesetter: Typesetter) -> None:
    await typesetter.pdf("document", document("<p>pertama</p>"))
    begun = asyncio.create_task(typesetter.pdf("document", document(f"<p>{'lama ' * 20_000}</p>")))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    begun.cancel()
    with pytest.raises(asyncio.CancelledError):
        await begun
    assert "kedua" in text_of(await typesetter.pdf("document", document("<p>kedua</p>")))


async def test_documents_at_the_same_time_do_not_mix(typesetter: Typesetter) -> None:
    made = await asyncio.gather(
        *(typesetter.pdf("document", document(f"<p>nomor {each} akhir</p>")) for each in range(12))
    )
    for each, pdf in enumerate(made):
        assert f"nomor {each} akhir" in text_of(pdf)


@pytest.mark.parametrize("change", [{"letterhead": {}}, {"blocks": [{"block": "unknown"}]}, {"title": 5}])
async def test_an_error_has_no_words_of_the_document(typesetter: Typesetter, change: dict[str, Any]) -> None:
    with pytest.raises(TypesettingError) as error:
        await typesetter.pdf("document", {**document("<p>rahasia sekali</p>"), **change, "x": "rahasia"})
    assert str(error.value) == "TypstError"
    assert "dua" in text_of(await typesetter.pdf("document", document("<p>dua</p>")))


async def test_an_unknown_page_is_an_error(typesetter: Typesetter) -> None:
    with pytest.raises(TypesettingError):
        await typesetter.pdf("nothing", document("<p>a</p>"))


async def test_nothing_runs_after_the_end() -> None:
    typesetter = Typesetter()
    await typesetter.pdf("document", document("<p>satu</p>"))
    pid = pid_of(typesetter)
    await typesetter.close()
    await typesetter.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
