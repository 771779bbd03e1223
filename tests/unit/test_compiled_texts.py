"""Texts are compiled once and then read compiled; what is stored never decides what a text says."""

import sys
from pathlib import Path

import pytest
from jinja2 import Environment
from jinja2.bccache import bc_magic

from bot.wording.compiled import CompiledTexts
from bot.wording.rendering import FIRST_LANGUAGE, Texts

TEXT = "{% block thanks %}Terima kasih.{% endblock %}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of texts with one message, of which the compiled form is stored."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / FIRST_LANGUAGE).mkdir()
    _write(tmp_path, TEXT)
    assert _said(tmp_path) == "Terima kasih."
    return tmp_path


def _write(folder: Path, text: str) -> None:
    (folder / FIRST_LANGUAGE / "told.html").write_text(text, encoding="utf-8")


def _said(folder: Path) -> str:
    return Texts(FIRST_LANGUAGE, folder).render("told", "thanks", {})


def _compiled(folder: Path) -> Path:
    [path] = (folder / FIRST_LANGUAGE / "__pycache__").iterdir()
    return path


@pytest.fixture
def compilings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the files that Jinja compiles."""
    names: list[str] = []
    compile_text = Environment.compile

    def noted(self: Environment, source: str, name: str | None = None, *others: object) -> object:
        names.append(str(name))
        return compile_text(self, source, name, *others)  # type: ignore[call-overload]

    monkeypatch.setattr(Environment, "compile", noted)
    return names


def test_a_stored_text_is_not_compiled_again(folder: Path, compilings: list[str]) -> None:
    assert _said(folder) == "Terima kasih."
    assert compilings == []


# The beginning is a mark of the versions; then comes the checksum.
@pytest.mark.parametrize("kept", [0, 5, len(bc_magic) + 5, -5])
def test_a_cut_compiled_file_is_made_again(folder: Path, compilings: list[str], kept: int) -> None:
    whole = _compiled(folder).read_bytes()
    _compiled(folder).write_bytes(whole[:kept])
    assert _said(folder) == "Terima kasih."
    assert compilings == ["told.html"]
    assert _compiled(folder).read_bytes() == whole


def test_a_changed_text_is_compiled_again(folder: Path, compilings: list[str]) -> None:
    _write(folder, TEXT.replace("Terima kasih.", "Laporan Anda kami terima."))
    assert _said(folder) == "Laporan Anda kami terima."
    assert compilings == ["told.html"]


def test_other_options_of_the_compiler_compile_again(
    folder: Path, compilings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = Texts(FIRST_LANGUAGE, folder)
    monkeypatch.setattr(texts._environment, "trim_blocks", False)
    texts._environment.bytecode_cache = CompiledTexts(folder / FIRST_LANGUAGE, texts._environment)
    texts.compile()
    assert compilings == ["told.html"]


def test_nothing_is_stored_where_python_stores_no_compiled_modules(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _compiled(folder).unlink()
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert _said(folder) == "Terima kasih."
    assert not list((folder / FIRST_LANGUAGE / "__pycache__").iterdir())


def test_a_folder_that_cannot_be_written_is_no_error(folder: Path) -> None:
    _compiled(folder).unlink()
    (folder / FIRST_LANGUAGE / "__pycache__").rmdir()
    (folder / FIRST_LANGUAGE / "__pycache__").write_bytes(b"")
    assert _said(folder) == "Terima kasih."
