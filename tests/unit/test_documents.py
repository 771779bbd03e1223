"""The documents match the code: the diagram, the folders, the commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from bot.cli import application
from conversations.complaints.diagram import diagram

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])


def test_readme_shows_the_life_cycle_as_the_table_has_it() -> None:
    assert f"```mermaid\n{diagram()}\n```" in README


def test_make_targets_that_the_documents_name_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {name for path in DOCUMENTS for name in re.findall(r"`make ([a-z]+)`", path.read_text("utf-8"))}
    assert named >= {"test", "crash", "bench"}
    assert named <= targets


def test_aduan_commands_that_the_documents_name_exist() -> None:
    commands = set(getattr(get_command(application), "commands", {}))
    named = {
        name
        for path in DOCUMENTS
        for name in re.findall(r"aduan (run|check|migrate|demo|[a-z]+)`", path.read_text("utf-8"))
    }
    assert named >= {"run", "check"}
    assert named <= commands


@pytest.mark.parametrize("document", DOCUMENTS, ids=[path.name for path in DOCUMENTS])
def test_files_that_a_document_names_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    paths = re.findall(r"`((?:bot|conversations|templates|tests|docs)/[\w/.]+)`", text)
    missing = [link for link in links if not (document.parent / link).exists()]
    missing += [path for path in paths if not (ROOT / path).exists()]
    assert missing == []
