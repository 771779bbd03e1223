"""The recipes of docs/recipes.md, applied to a copy of the sources: nothing else has to be changed."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
COPIED = ("bot", "conversations", "templates", "tests", "pyproject.toml", "config.example.toml")
BLOCK = re.compile(
    r"^`(?P<path>[\w/.]+)`, (?:below `(?P<below>[^`]+)`|at the end):\n\n```\w+\n(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
WALKS = "tests/unit/recipe_walks.py"
# The project's own tests of the tables and texts, with the recipes applied.
OWN = (
    "tests/unit/test_tables.py",
    "tests/unit/test_templates.py::test_each_message_has_its_block_with_exactly_its_parameters",
    "tests/unit/test_templates.py::test_each_button_has_its_label_with_exactly_its_parameters",
    "tests/unit/test_templates.py::test_both_languages_have_the_same_words",
    "tests/unit/test_templates.py::test_every_status_field_and_problem_has_its_word",
    "tests/unit/test_templates.py::test_every_choice_has_a_button_and_its_answer_is_printed",
    "tests/unit/test_wakeups.py::test_every_kind_has_a_row_and_a_handler",
)


class Edit(NamedTuple):
    """A block that goes into a file, below the line that contains a text, or at the end."""

    path: str
    below: str | None
    text: str


def edits(recipe: str) -> list[Edit]:
    return [Edit(found["path"], found["below"], found["text"]) for found in BLOCK.finditer(recipe)]


# The heading of a recipe -> its edits.
RECIPES: Mapping[str, list[Edit]] = {
    part.partition("\n")[0]: edits(part) for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
}


def apply(edit: Edit, root: Path) -> None:
    path = root / edit.path
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    place = len(lines)
    if edit.below:
        places = [number for number, line in enumerate(lines, start=1) if edit.below in line]
        assert len(places) == 1, f"{edit.path}: {edit.below!r} is in {len(places)} lines"
        place = places[0]
    gap = "\n\n" if edit.text.startswith(("class ", "def ")) else ""
    path.write_text("".join((*lines[:place], gap, edit.text, *lines[place:])), encoding="utf-8")


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, list[str]]:
    """The tests that ran in a copy with all recipes applied -> what failed in each."""
    copy = tmp_path_factory.mktemp("recipes")
    for name in COPIED:
        if (ROOT / name).is_dir():
            # With what is compiled already: Python compares time and size, which an edit changes.
            shutil.copytree(ROOT / name, copy / name)
        else:
            shutil.copy(ROOT / name, copy / name)
    for recipe in RECIPES.values():
        for edit in recipe:
            apply(edit, copy)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--junitxml=ran.xml",
        WALKS,
        *OWN,
    ]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert (copy / "ran.xml").exists(), done.stdout[-2000:] + done.stderr[-2000:]
    ran = ET.parse(copy / "ran.xml").iter("testcase")  # noqa: S314 - pytest has just written it
    return {
        f"{case.get('classname')}.{case.get('name')}": [
            failed.get("message", "") for kind in ("failure", "error") for failed in case.findall(kind)
        ]
        for case in ran
    }


def walks() -> list[str]:
    tree = ast.parse((ROOT / WALKS).read_text(encoding="utf-8"))
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]


@pytest.mark.parametrize("walk", walks())
def test_a_recipe_does_what_it_promises(walk: str, outcomes: Mapping[str, list[str]]) -> None:
    assert outcomes[f"tests.unit.recipe_walks.{walk}"] == []


def test_the_tables_and_texts_agree_after_the_recipes(outcomes: Mapping[str, list[str]]) -> None:
    assert {name: failed for name, failed in outcomes.items() if failed} == {}
    assert len(outcomes) > len(walks())


def test_each_recipe_with_blocks_is_walked() -> None:
    wanted = {f"test_{recipe.lower().replace(' ', '_')}" for recipe, blocks in RECIPES.items() if blocks}
    assert wanted <= set(walks())
    assert len(wanted) == 6


def test_the_blocks_of_the_page_are_all_read() -> None:
    assert (
        sum(len(blocks) for blocks in RECIPES.values()) == PAGE.count("\n```\n") == len(BLOCK.findall(PAGE))
    )


@pytest.mark.parametrize("recipe", [recipe for recipe, blocks in RECIPES.items() if blocks])
def test_the_readme_names_the_same_files(recipe: str) -> None:
    row = next(line for line in README.splitlines() if line.startswith(f"| {recipe} |"))
    named = set(re.findall(r"`([\w/<>.]+\.(?:py|html))`", row))
    assert named == {
        re.sub(r"^templates/(?:id|en)/", "templates/<language>/", edit.path) for edit in RECIPES[recipe]
    }
