"""Random bytes in a page: each command says so and what to do, and the bot serves who is on other pages."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.config.sections import Database as Settings
from bot.database import cases
from bot.database.engine import Database
from bot.database.pages import RESTORE, damaged_pages
from bot.database.sealing import Codec
from bot.database.stores.sqlite import SqliteStore
from bot.operations import check
from bot.operations.backup import make_backup
from bot.operations.backup_folder import BackupError
from bot.operations.check_findings import Level
from bot.operations.verify import verify_with_keys
from conversations.complaints.case import Officer
from conversations.effects import Outcome
from conversations.world import World
from tests.commands import aduan
from tests.integration.test_killed_commands import configuration
from tests.integration.turn_setup import TurnSetup, case_of, pressed, said
from tests.unit.transcript import START, TERMS

pytestmark = pytest.mark.sqlite("the pages of its file")

FILED = 150
LAST = f"case{FILED:03}"
# A leaf of a table or of an index; other kinds of pages point to such ones.
LEAVES = (13, 10)
_OFFICER = Officer(id=42, name="Budi")


async def _store(folder: Path) -> Path:
    """A stopped store whose complaints, and their indexes, are on several pages; some pages are free."""
    path = folder / "aduan.db"
    database, codec = await Database.open(SqliteStore(path)), Codec.load(folder / "aduan.key", create=True)
    filed = [
        case_of(f"case{serial:03}", serial, story="Jalan rusak. " * 30) for serial in range(1, FILED + 1)
    ]
    await database.write(lambda c: cases.file_cases(c, codec, filed, TERMS))
    await database.write(lambda c: c.exec_driver_sql("CREATE TABLE long (text)"))
    await database.write(lambda c: c.exec_driver_sql("INSERT INTO long VALUES (zeroblob(100000))"))
    await database.write(lambda c: c.exec_driver_sql("DROP TABLE long"))
    await database.close()
    return path


def _page_size(content: bytes) -> int:
    return int.from_bytes(content[16:18])


def _page(content: bytes, number: int) -> bytes:
    size = _page_size(content)
    return content[(number - 1) * size : number * size]


def _first_leaf(path: Path, name: str) -> int:
    """The number of the first leaf of a table or an index."""
    with closing(sqlite3.connect(path)) as reading:
        (number,) = reading.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    content = path.read_bytes()
    while (page := _page(content, number))[0] not in LEAVES:
        cell = int.from_bytes(page[12:14])
        number = int.from_bytes(page[cell : cell + 4])
    return int(number)


def _free_page(path: Path) -> int:
    """The number of the first page of the list of free pages."""
    return int.from_bytes(path.read_bytes()[32:36])


PLACES: dict[str, Callable[[Path], int]] = {
    "a page of the complaints": lambda path: _first_leaf(path, "cases"),
    "a page of an index": lambda path: _first_leaf(path, "ix_cases_listing"),
    "the list of free pages": _free_page,
}


def _damage(path: Path, number: int) -> None:
    size, noise = _page_size(path.read_bytes()), random.Random(7)  # noqa: S311 - bytes of a broken disk
    assert number > 1
    with path.open("r+b") as file:
        file.seek((number - 1) * size)
        file.write(noise.randbytes(size))


@pytest.mark.parametrize("name", PLACES)
async def test_check_verify_and_backup_name_a_damaged_page_and_what_to_do(tmp_path: Path, name: str) -> None:
    path = await _store(tmp_path)
    assert damaged_pages(path) == []
    _damage(path, PLACES[name](path))
    before = path.read_bytes()
    store = Settings(url=f"sqlite:///{path}", state=str(tmp_path / "state"))
    found = check._database(SqliteStore(path), store.keys_path)
    assert (found.level, found.advice) == (Level.PROBLEM, f"{RESTORE}.")
    assert found.what.startswith(f"{path}: the database is damaged (")
    *faults, advice = verify_with_keys(SqliteStore(path), store.keys_path, lambda _done, _all: None).faults
    assert faults
    assert all(fault.startswith("the database is damaged: ") for fault in faults)
    assert advice.startswith(RESTORE)
    with pytest.raises(BackupError, match="so no backup was kept; there is no good one") as refused:
        make_backup(store, tmp_path / "backups", START)
    assert RESTORE in str(refused.value)
    assert list((tmp_path / "backups").iterdir()) == []
    assert path.read_bytes() == before


async def test_a_command_that_meets_a_damaged_page_says_so(tmp_path: Path) -> None:
    path = await _store(tmp_path)
    configuration(tmp_path, Settings(url=f"sqlite:///{path}"))
    _damage(path, _first_leaf(path, "cases"))
    commands = {
        "export --period 2026": "aduan: the database is damaged. Stop the bot",
        "archive DPMD-2026-0001": "aduan: the database is damaged. Stop the bot",
        "backup --to backups": "aduan: the database is damaged (",
    }
    for command, sentence in commands.items():
        done = aduan(*command.split(), folder=tmp_path)
        assert (done.returncode, done.stderr.startswith(sentence)) == (1, True), done


@pytest.mark.parametrize("name", PLACES)
async def test_the_bot_serves_those_who_are_not_on_the_damaged_page(tmp_path: Path, name: str) -> None:
    path = await _store(tmp_path)
    _damage(path, PLACES[name](path))
    database, codec = await Database.open(SqliteStore(path)), Codec.load(tmp_path / "aduan.key", create=False)
    setup = TurnSetup(database, codec)
    setup.core.then = _renewed
    await setup.take(pressed(1, "case001"))
    await setup.take(pressed(2, LAST))
    setup.core.then = lambda _event, _world: None
    await setup.take(said(3, "halo", person=8))
    assert await setup.rows("SELECT count(*) FROM conversations WHERE person = 8") == [(1,)]
    assert await setup.rows("SELECT id FROM cases WHERE officer = 42 ORDER BY id DESC LIMIT 1") == [(LAST,)]
    aside = await setup.rows("SELECT subject FROM quarantine WHERE stage = 'update'")
    # A damaged list of free pages stops only what needs a new page.
    assert aside == ([] if name == "the list of free pages" else [("telegram:1",)])
    await database.close()


def _renewed(_event: object, world: World) -> Outcome:
    (case,) = world.cases.values()
    return Outcome(cases=(case.model_copy(update={"version": case.version + 1, "officer": _OFFICER}),))


def test_a_file_that_is_no_database_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "aduan.db"
    path.write_bytes(b"no database at all" * 100)
    Codec.load(tmp_path / "aduan.key", create=True)
    configuration(tmp_path, Settings(url=f"sqlite:///{path}"))
    for command in (("verify",), ("backup", "--to", "backups"), ("migrate",), ("run",)):
        done = aduan(*command, folder=tmp_path)
        assert done.returncode != 0
        assert "the file is no database, or its beginning is damaged" in done.stderr
        assert "Traceback" not in done.stderr


async def test_a_database_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    path = await _store(tmp_path)
    configuration(tmp_path, Settings(url=f"sqlite:///{path}"))
    with path.open("r+b") as file:
        # The form of writing: SQLite only reads a database of a form that it does not know.
        file.seek(18)
        file.write(b"\x03\x01")
    before = path.read_bytes()
    for command in (("run",), ("reindex",)):
        done = aduan(*command, folder=tmp_path)
        assert done.returncode == 1
        assert done.stderr.endswith(
            "aduan: the database is read-only. Let the bot's user write the file and its folder\n"
        )
    assert aduan("verify", folder=tmp_path).returncode == 0
    assert path.read_bytes() == before
