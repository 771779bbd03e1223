"""The commands work on a database of a server, and say in words that it is out of reach or not complete."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from bot.config.settings import load
from bot.database import moving
from bot.database.stores.server_errors import server_meaning
from bot.foundation.exit_codes import ExitCode
from bot.operations import check
from bot.operations.check_findings import Finding, Level
from tests.commands import aduan
from tests.integration.both_stores import POSTGRES, write_configuration
from tests.integration.move_setup import Moving
from tests.integration.move_setup import moving as filled

NOWHERE = "postgresql+psycopg://aduan:rahasia@127.0.0.1:1/aduan"
# Each command, and a part of what it prints.
WORKING = {
    "init": "there is nothing to do",
    "migrate": "is up to date already",
    "verify": "all seals and histories fit",
    "retention": "nothing is erased",
    "quarantine": "nothing is set aside",
    "export dpmd --period 2026-03": "2 complaints received",
    "archive DPMD-2026-0001": "everything about DPMD-2026-0001",
    "report dpmd --period 2026 --output r.pdf": "2 pengaduan",
    "reindex": "2 complaints can be found",
    "rotate-key": "14 values and 2 files have it",
    "backup --to copies": "2 complaints, 2 files",
}
WAITING = ("verify", "init", "migrate", "backup --to copies", "restore copies", "move --to sqlite:///x.db")


@pytest.fixture
async def there(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Moving]:
    kinds = (POSTGRES, POSTGRES)
    async with filled(lambda: request.getfixturevalue("postgres_server"), tmp_path, kinds) as made:
        yield made


def about(findings: list[Finding], words: str) -> Finding:
    return next(finding for finding in findings if words in finding.what)


def findings(there: Moving, folder: Path, url: str = "") -> list[Finding]:
    write_configuration(folder, there.source.model_copy(update={"url": url or there.source.url}))
    return list(check.examine_storage(load(folder / "config.toml")))


async def test_every_command_works_on_a_server(there: Moving, tmp_path: Path) -> None:
    write_configuration(tmp_path, there.source)
    for command, said in WORKING.items():
        done = aduan(*command.split(), folder=tmp_path)
        assert (done.returncode, done.stderr) == (0, ""), command
        assert said in done.stdout, command


async def test_a_server_that_cannot_be_reached_is_a_sentence_without_the_password(
    there: Moving, tmp_path: Path
) -> None:
    write_configuration(tmp_path, there.source.model_copy(update={"url": NOWHERE}))
    for command in WAITING:
        done = aduan(*command.split(), folder=tmp_path)
        assert done.returncode == ExitCode.STOPPED, command
        assert "no server listens at the host and port of database.url" in done.stderr, command
        assert "rahasia" not in done.stdout + done.stderr


async def test_check_says_that_a_server_cannot_be_reached(there: Moving, tmp_path: Path) -> None:
    all_found = findings(there, tmp_path, NOWHERE)
    assert len([one for one in all_found if one.what.startswith("postgresql://")]) == 1
    found = about(all_found, "no server listens")
    assert found.level is Level.PROBLEM
    assert "rahasia" not in found.what


async def test_check_names_a_store_that_is_not_complete(there: Moving, tmp_path: Path) -> None:
    assert about(findings(there, tmp_path), "keys can be read").level is Level.OK
    there.change(there.source, lambda connection: moving.begin(connection, "x"))
    assert about(findings(there, tmp_path), "is not complete").level is Level.PROBLEM


# A statement that the server refuses, and what is said of it.
REFUSED = {
    "SET TRANSACTION READ ONLY; DELETE FROM cases": "the database is read-only",
    "SET ROLE pg_monitor; DELETE FROM cases": "the user of the database lacks a right",
    "SET statement_timeout = 1; SELECT pg_sleep(5)": "the database server ended the session",
    "SELECT 1/0": "",
}


@pytest.mark.parametrize("statement", REFUSED)
async def test_what_a_server_refuses_is_said_in_words(there: Moving, statement: str) -> None:
    with pytest.raises(DBAPIError) as refused:
        there.change(there.source, *statement.split("; "))
    assert server_meaning(refused.value).startswith(REFUSED[statement])
    assert bool(server_meaning(refused.value)) == bool(REFUSED[statement])


def test_other_errors_are_not_explained() -> None:
    assert server_meaning(ValueError("rahasia")) == ""
