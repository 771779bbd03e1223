"""What the documents say is true: the diagram, the layers, files, functions, tables and commands."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from typer.main import get_command

from bot.cli import application
from bot.wording.rendering import Renderer
from conversations.catalogue.commands import COMMANDS, Audience
from conversations.complaints.diagram import diagram
from conversations.desk.actions import CARD

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


@pytest.mark.parametrize("document", DOCUMENTS, ids=[path.name for path in DOCUMENTS])
def test_functions_and_tables_that_a_document_names_are_in_their_files(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    functions = re.findall(r"`([\w/]+\.py):\s(\w+)\(\)`", text)
    tables = re.findall(r"`([A-Z_]+)` (?:in|of)\s+`([\w/]+\.py)`", text)
    missing = [f"{path}: {name}()" for path, name in functions if not _has(path, rf"def {name}\(")]
    missing += [f"{name} in {path}" for name, path in tables if not _has(path, rf"^{name}\b.* = ")]
    assert missing == []


def _has(path: str, pattern: str) -> bool:
    return bool(re.search(pattern, (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE))


def test_there_are_functions_and_tables_to_check() -> None:
    architecture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([A-Z]+)` in", architecture, re.MULTILINE)) == {
        "TRANSITIONS",
        "CARD",
        "COMMANDS",
        "TABLE",
    }


@pytest.mark.parametrize(("heading", "container"), [("core", "conversations"), ("shell", "bot")])
def test_the_architecture_shows_the_layers_that_are_checked(heading: str, container: str) -> None:
    architecture = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = architecture.partition(f"## The folders of the {heading}\n")[2].partition("\n#")[0]
    shown: list[set[str]] = []
    for number, name in re.findall(r"^\| (\d*) ?\| `(\w+)(?:/|\.py)` \|", section, re.MULTILINE):
        shown += [set()] if number else []
        shown[-1].add(name)
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one.get("containers") == [container])
    assert shown == [set(layer.split(" | ")) for layer in layers]


def _table(first_cell: str) -> set[tuple[str, str]]:
    """What the first column of a table of the officers' guide marks, as bold text or code."""
    guide = (ROOT / "docs" / "officers.md").read_text(encoding="utf-8")
    rows = guide.partition(f"\n| {first_cell} |")[2].partition("\n\n")[0].rstrip().split("\n")[2:]
    return {re.findall(r"\*\*(.+?)\*\*|`/(\w+)", row.split("|")[1])[0] for row in rows}


def test_the_officers_guide_has_every_button_of_the_card() -> None:
    labels = {Renderer().label(entry.label, {"count": 3}, "id") for entry in CARD}
    assert {bold for bold, _ in _table("Tombol pada kartu")} == labels


def test_the_officers_guide_has_every_command_of_the_group() -> None:
    names = {each.name for each in COMMANDS if each.audience is Audience.OFFICER}
    assert {name for _, name in _table("Perintah di grup")} == names


@pytest.mark.parametrize("name", ["security.md", "reliability.md"])
def test_each_test_that_is_named_exists(name: str) -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / name).read_text(encoding="utf-8")))
    written = {
        found
        for path in (ROOT / "tests").rglob("test_*.py")
        for found in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert named
    assert named - written == set()
