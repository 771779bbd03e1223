"""Rendering: names become words, people's texts are kept unchanged, and dates are written in words."""

from __future__ import annotations

import html
import timeit
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from bot.channels.telegram.text import parts
from bot.simulator.api.html import Parser
from bot.wording.rendering import LONGEST_LABEL, Renderer, Texts, UnknownTextError, preview
from conversations.catalogue import BUTTONS
from conversations.complaints.references import registration_number
from conversations.complaints.rules import Language
from conversations.messages import OutgoingMessage
from tests.unit.transcript import agency

HOSTILE = [
    "<b>",
    "</b></pre>",
    "&amp; &lt;b&gt;",
    "a < b && c > \"d\" 'e'",
    "👨‍👩‍👧‍👦 👍🏽 🇮🇩 1️⃣",
    "\u202eterbalik\u202c شكوى עברית",
    "nol\u200blebar\u2060\ufeff\u200d",
    "{{ word('x') }} {% block a %}",
    "baris 1\n\n\n    baris 2",
]
LANGUAGES = get_args(Language)


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer()


def texts(folder: Path, language: Language = "id", **files: str) -> Texts:
    (folder / language).mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / language / f"{name}.html").write_text(content, encoding="utf-8")
    return Texts(language, folder)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_peoples_texts_arrive_unchanged(renderer: Renderer, hostile: str) -> None:
    message = OutgoingMessage("system.unknown_group", {"chat": -1, "title": hostile})
    shown, entities = Parser(renderer.text(message, "id")).parse()
    assert f"Grup {hostile} belum terdaftar" in shown
    assert [entity["type"] for entity in entities] == ["bold", "bold", "bold", "code", "pre", "pre"]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_alerts_and_labels_are_plain_text(renderer: Renderer, hostile: str) -> None:
    alert = renderer.plain("system.unknown_group", {"chat": -1, "title": hostile}, "id")
    assert alert.startswith(f"Grup {hostile} belum terdaftar")
    assert "<code>" not in alert
    assert renderer.label("choice", {"text": hostile}, "en") == hostile.strip()


def test_a_message_is_in_the_language_asked_for_and_else_in_indonesian(renderer: Renderer) -> None:
    message = OutgoingMessage("system.press_outdated")
    first = [renderer.text(message, code).split()[0] for code in ("id", "en", "jv")]
    assert first == ["Tombol", "This", "Tombol"]


def test_labels_hold_words_and_counts(renderer: Renderer) -> None:
    params = {"reference": "DPMD-2026-0042"}
    assert renderer.label("answer_question", params, "id") == "Jawab DPMD-2026-0042"
    assert renderer.label("answer_question", params, "en") == "Reply DPMD-2026-0042"
    assert renderer.label("star", {"count": 3}, "id") == "⭐⭐⭐"


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("name", [name for name, params in BUTTONS.items() if params == {"reference"}])
def test_a_label_with_a_number_fits_for_the_longest_agency_id(
    renderer: Renderer, name: str, language: str
) -> None:
    prefix = agency("bakesbangpol").model_copy(update={"id": "kesbangpolpasuru"}).prefix
    assert len(prefix) == 16
    for serial in (42, 123_456_789):
        reference = registration_number(prefix, 2026, serial)
        label = renderer.label(name, {"reference": reference}, language)
        assert len(label) <= LONGEST_LABEL
        assert label.endswith(reference.removeprefix(f"{prefix}-"))


def test_numbers_of_two_agencies_differ_on_short_labels(renderer: Renderer) -> None:
    references = ("BAKESBANGPOL-2026-0042", "DPMD-2026-0042", "DISDUKCAPIL-2026-0042")
    labels = [renderer.label("not_satisfied_with", {"reference": each}, "id") for each in references]
    assert labels == ["Belum BAKE-2026-0042", "Belum DPMD-2026-0042", "Belum DISD-2026-0042"]


def test_a_typed_label_is_known_in_every_language(renderer: Renderer) -> None:
    known = renderer.word_lists()
    assert known.is_wording("next", "Lanjut")
    assert known.is_wording("next", "Continue")
    assert known.is_wording("change", "Ubah")
    assert known.is_wording("rewrite", "Ubah")
    assert not known.is_wording("choice", "Ubah")


# a moment or day, in Indonesian, in English
WHEN: list[tuple[str, Any, str, str]] = [
    ("day", "2026-03-27", "Jumat, 27 Maret 2026", "Friday, 27 March 2026"),
    ("day", date(2026, 12, 30), "Rabu, 30 Desember 2026", "Wednesday, 30 December 2026"),
    ("day", "2026-03-17T18:00:00+00:00", "Rabu, 18 Maret 2026", "Wednesday, 18 March 2026"),
    (
        "moment",
        "2026-03-27T10:42:00+07:00",
        "Jumat, 27 Maret 2026 pukul 10.42 WIB",
        "Friday, 27 March 2026 at 10.42 WIB",
    ),
    (
        "moment",
        datetime(2026, 8, 16, 17, 5, tzinfo=UTC),
        "Senin, 17 Agustus 2026 pukul 00.05 WIB",
        "Monday, 17 August 2026 at 00.05 WIB",
    ),
    (
        "moment",
        "2026-08-16T17:05:00Z",
        "Senin, 17 Agustus 2026 pukul 00.05 WIB",
        "Monday, 17 August 2026 at 00.05 WIB",
    ),
]


@pytest.mark.parametrize(("name", "value", "indonesian", "english"), WHEN)
def test_time_is_written_in_words(
    tmp_path: Path, name: str, value: Any, indonesian: str, english: str
) -> None:
    block = f"{{% block when %}}{{{{ at | {name} }}}}{{% endblock %}}"
    rendered = [texts(tmp_path, code, t=block).render("t", "when", {"at": value}) for code in LANGUAGES]
    assert rendered == [indonesian, english]


def test_a_block_loses_the_indentation_of_its_file_and_a_value_keeps_its_own(tmp_path: Path) -> None:
    source = """
        {% block a %}
            Satu
            {% if more %}
            {{ more }}
            {% endif %}

            Dua
        {% endblock %}
        {% block b %}lain{% endblock %}
    """
    shown = texts(tmp_path, t=source).render("t", "a", {"more": "x\n    y"})
    assert shown == "Satu\nx\n    y\n\nDua"


# how a block is laid out, what is shown for x = 1 and for x = 0
LINES = [
    ("a{% if x %} (x){% endif %}\nb", "a (x)\nb", "a\nb"),
    ("a\n{% if x %}\nx\n{% endif %}\nb", "a\nx\nb", "a\nb"),
    ("a\n  {% if x %}\nx\n  {% endif %}{# why #}\nb", "a\nx\nb", "a\nb"),
    ("a\n{% if x %}x{% endif %}\nb", "a\nx\nb", "a\n\nb"),
    ("a\n{% if x %}{% if x %}\nx\n{% endif %}{% endif %}\n\nb", "a\nx\n\nb", "a\n\nb"),
    (
        "a\n{% for y in [1, 2] %}\n{{ y }}{% if x %}x{% endif %}\n{% endfor %}\nb",
        "a\n1x\n2x\nb",
        "a\n1\n2\nb",
    ),
    ("<i>{% if x -%}\nx\n{% endif %}</i>", "<i>x\n</i>", "<i></i>"),
]


@pytest.mark.parametrize(("block", "with_x", "without"), LINES)
def test_a_line_of_tags_is_no_line_and_any_other_ends_where_it_ends(
    tmp_path: Path, block: str, with_x: str, without: str
) -> None:
    loaded = texts(tmp_path, t=f"{{% block a %}}\n{block}\n{{% endblock %}}\n")
    assert [loaded.render("t", "a", {"x": x}) for x in (1, 0)] == [with_x, without]


def test_a_word_may_take_values_and_they_are_escaped(tmp_path: Path) -> None:
    words = "{% block limit %}paling <b>{{ n }}</b>{% endblock %}{% block plain %}biasa{% endblock %}"
    blocks = "{% block a %}{{ word('limit', n=n) }}, {{ word('plain') }}{% endblock %}"
    shown = texts(tmp_path, words=words, t=blocks).render("t", "a", {"n": "<5"})
    assert shown == "paling <b>&lt;5</b>, biasa"


def test_a_missing_block_word_value_or_button_is_an_error(tmp_path: Path, renderer: Renderer) -> None:
    missing = texts(tmp_path, t="{% block a %}{{ x }}{{ word('y') }}{% endblock %}", words="")
    with pytest.raises(UnknownTextError, match="no block b"):
        missing.render("t", "b", {})
    with pytest.raises(UndefinedError):
        missing.render("t", "a", {})
    with pytest.raises(UnknownTextError, match="no block y"):
        missing.render("t", "a", {"x": 1})
    with pytest.raises(UnknownTextError, match="no button nothing"):
        renderer.label("nothing", {}, "id")


# text, length, its preview
PREVIEWS = [
    ("pendek", 10, "pendek"),
    ("tepat pas.", 10, "tepat pas."),
    ("jalan desa rusak", 11, "jalan desa…"),
    ("jalan desa rusak", 10, "jalan…"),
    ("tanpaspasisamasekali", 8, "tanpasp…"),
    ("aaaaa👨‍👩‍👧‍👦bbb", 9, "aaaaa…"),
    ("aaaaae\u0301e\u0301e\u0301", 7, "aaaaa…"),
    ("baris satu\nbaris dua", 13, "baris satu…"),
]


@pytest.mark.parametrize(("text", "length", "expected"), PREVIEWS)
def test_a_preview_ends_between_words_and_never_inside_an_emoji(
    text: str, length: int, expected: str
) -> None:
    assert preview(text, length) == expected


@given(st.text(), st.integers(min_value=2, max_value=40))
def test_a_preview_is_a_beginning_and_never_longer_than_asked(text: str, length: int) -> None:
    shown = preview(text, length)
    assert len(shown) <= length
    assert text.startswith(shown.removesuffix("…") if shown != text else shown)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_can_be_read_back_from_the_markup(text: str) -> None:
    message = OutgoingMessage("system.unknown_group", {"chat": 1, "title": text})
    assert f"<b>{text}</b>" in html.unescape(RENDERER.text(message, "id"))


def test_a_message_costs_far_less_than_a_millisecond(renderer: Renderer) -> None:
    message = OutgoingMessage("system.unknown_group", {"chat": 1, "title": "Grup"})
    renderer.text(message, "id")
    seconds = min(timeit.repeat(lambda: renderer.text(message, "id"), number=20, repeat=5)) / 20
    assert seconds < 0.0005


RENDERER = Renderer()


@pytest.mark.parametrize(("language", "word"), [("id", "Petugas"), ("en", "Officer"), ("xx", "Petugas")])
def test_a_word_alone_is_plain_text(language: str, word: str) -> None:
    found = Renderer().word("unnamed_officer", language)
    assert (found, type(found)) == (word, str)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_addition_is_one_message_in_the_group_however_long_it_is(
    renderer: Renderer, language: Language
) -> None:
    params = {
        "reference": "DPMD-2026-0001",
        "purpose": "objection",
        "officer": {"id": 7, "name": "B" * 64},
        "due": "2026-03-30",
        "unheard": True,
        "text": "Jalan & <rusak>. " * 1200,
        "files": [{"kind": "photo", "count": 10}],
    }
    text = renderer.text(OutgoingMessage("desk.added", params), language)
    assert len(parts(text)) == 1
    assert renderer.label("read_all", {}, language) in text
    short = renderer.text(OutgoingMessage("desk.added", {**params, "text": "Sudah cair."}), language)
    assert "Sudah cair." in short
    assert renderer.label("read_all", {}, language) not in short
