"""A test of this folder that makes a store of SQLite by itself says why: it has the mark, or uses `place`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PACKAGE = "tests.integration."
ONLY_SQLITE = frozenset({"SqliteStore", "sqlite3"})
URL = "sqlite:"
PLACE, CONFTEST = "place", "conftest"
# Tests that name SQLite and use no store -> why.
ALLOWED = {
    "test_cli.test_practice_is_the_example_with_its_groups_people_and_addresses": "only the configuration",
    "test_growth.test_a_copy_has_the_rows_of_a_case_that_the_bot_has_filed": "the benchmark fills a file",
    "test_growth.test_no_use_reads_a_whole_table": "the benchmark fills a file",
    "test_growth.test_no_use_reads_more_for_twice_as_many_cases": "the benchmark fills a file",
    "test_growth.test_the_bot_opens_the_copies_and_finds_their_words": "the benchmark fills a file",
    "test_files_store.test_a_content_is_fresh_until_the_last_file_that_has_it_is_marked": "any connection",
}
# The module that has a definition, and its name there.
Definition = tuple[str, str]


@cache
def definitions(module: str) -> Mapping[str, ast.stmt]:
    """What a module defines or imports, by name."""
    return dict(_named(ast.parse((HERE / f"{module}.py").read_text(encoding="utf-8"))))


def _named(source: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    for statement in source.body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, statement
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name, statement
            case ast.ImportFrom(names=names):
                yield from ((alias.asname or alias.name, statement) for alias in names)
            case _:
                pass


def reached(module: str, name: str) -> set[str]:
    """All names and texts in a definition and in what it uses of this folder, up to a `place`."""
    found, waiting, known = set[str](), [(module, name)], set[Definition]()
    while waiting and PLACE not in found:
        definition = resolved(*waiting.pop())
        if definition and definition not in known:
            known.add(definition)
            words = words_of(*definition)
            found |= words
            waiting += [(definition[0], word) for word in words]
    return found


def resolved(module: str, name: str) -> Definition | None:
    """The definition of a name of this folder; a fixture that a module lacks is that of conftest.py."""
    if name not in definitions(module):
        module = CONFTEST
    while statement := definitions(module).get(name):
        if not isinstance(statement, ast.ImportFrom):
            return module, name
        source = statement.module or ""
        if not source.startswith(PACKAGE):
            return None
        name = next(alias.name for alias in statement.names if name == (alias.asname or alias.name))
        module = source.removeprefix(PACKAGE)
    return None


@cache
def words_of(module: str, name: str) -> frozenset[str]:
    """The names, arguments and texts of a definition."""
    return frozenset(_words(definitions(module)[name]))


def _words(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=word) | ast.arg(arg=word) | ast.Constant(value=str(word)):
                yield word
            case _:
                pass


def is_marked(statement: ast.stmt) -> bool:
    """Whether the mark `sqlite` stands at a test, or in `pytestmark`."""
    return any(
        isinstance(node, ast.Attribute) and ast.unparse(node) == "pytest.mark.sqlite"
        for node in ast.walk(statement)
    )


def forgotten(module: str) -> list[str]:
    """The tests of a module that run on SQLite alone and do not say why."""
    own = definitions(module)
    if "pytestmark" in own and is_marked(own["pytestmark"]):
        return []
    return [
        name
        for name, statement in own.items()
        if name.startswith("test_")
        and not is_marked(statement)
        and PLACE not in (words := reached(module, name))
        and (words & ONLY_SQLITE or any(word.startswith(URL) for word in words))
    ]


def test_a_test_runs_on_both_stores_or_says_why_not() -> None:
    found = {
        f"{path.stem}.{name}"
        for path in HERE.glob("test_*.py")
        if path != Path(__file__)
        for name in forgotten(path.stem)
    }
    assert found - ALLOWED.keys() == set()


BAD = {
    "a store": "def test_a(tmp_path): SqliteStore(tmp_path)",
    "a driver in a helper": "def put(path): sqlite3.connect(path)\ndef test_a(tmp_path): put(tmp_path)",
    "an address": "class Old:\n    url = f'sqlite:///{1}'\ndef test_a(): Old()",
    "a fixture": "def old(): sqlite3.connect('')\ndef test_a(old): assert old",
}
GOOD = {
    "the mark": "@pytest.mark.sqlite('pages')\ndef test_a(): sqlite3.connect('')",
    "the module's mark": "pytestmark = pytest.mark.sqlite('pages')\ndef test_a(): SqliteStore()",
    "a place": "def test_a(place): assert isinstance(place(1), SqliteStore)",
    "a fixture with a place": "def test_a(database): assert isinstance(database.store, SqliteStore)",
    "another test": "def test_a(): assert True\n@pytest.mark.sqlite('its file')\ndef test_b(): SqliteStore()",
}


@pytest.mark.parametrize("name", [*BAD, *GOOD])
def test_what_is_forgotten_is_found(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    known, sample = definitions, dict(_named(ast.parse((BAD | GOOD)[name])))
    monkeypatch.setitem(globals(), "definitions", lambda of: sample if of == name else known(of))
    assert forgotten(name) == (["test_a"] if name in BAD else [])
