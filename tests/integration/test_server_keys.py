"""One key file for all machines of a server's database: made by `aduan init` alone, and compared by each."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from bot.config.sections import Database as Settings
from bot.config.settings import read
from bot.database.conversations import save_conversations
from bot.database.engine import Database
from bot.database.key_guard import KeysForeignError
from bot.database.opening import NotInitialisedError, open_store, pending, require_keys
from bot.database.schema import RegisterMissingError
from bot.database.sealing import Codec, KeysMissingError
from bot.database.stores.postgres import PostgresStore
from bot.database.stores.store import AlreadyRunningError
from bot.foundation.exit_codes import ExitCode
from bot.operations import check
from bot.operations.check_findings import Level
from bot.operations.initialise import initialise
from conversations.conversation import Conversation
from tests.commands import aduan
from tests.integration.test_check import about
from tests.integration.test_check_store import settings as practice_settings
from tests.integration.test_cli import EXAMPLE
from tests.postgres_server import Server
from tests.unit.transcript import TERMS

URL = '#url = "sqlite:///data/aduan.db"'


class Machine:
    """A machine on which the bot may run: its folder with configuration and, perhaps, the key file."""

    def __init__(self, folder: Path, url: str) -> None:
        folder.mkdir()
        self.folder, self.store = folder, PostgresStore(url)
        self.keys = folder / "data" / "aduan.key"
        example = EXAMPLE.read_text().replace('token = ""', 'token = "1:A"')
        assert URL in example
        config = example.replace(URL, f'url = "{url}"\nkeys = "data/aduan.key"')
        (folder / "config.toml").write_text(config)

    def run(self, *arguments: str) -> tuple[int, str]:
        """The exit code of a command, and what it says of its failure."""
        done = aduan(*arguments, folder=self.folder)
        said = [line for line in done.stderr.splitlines() if line.startswith("aduan: ")]
        assert len(said) == bool(done.returncode), done.stderr
        return done.returncode, done.stderr or done.stdout

    def start(self) -> None:
        """Open and close the store as a start does."""

        async def opened() -> None:
            database, _ = await open_store(self.store, self.keys)
            await database.close()

        asyncio.run(opened())

    def init(self) -> str:
        """What `aduan init` says."""
        settings = read(
            {
                **practice_settings(self.folder),
                "database": {"url": self.store.url, "keys": str(self.keys)},
            }
        )
        return asyncio.run(initialise(settings.database, new_register=False, confirm=lambda _question: False))

    def says(self, words: str) -> tuple[Level, str]:
        """The level and advice of the finding of `aduan check` with these words."""
        config = read(
            {
                **practice_settings(self.folder),
                "database": {"url": self.store.url, "keys": str(self.keys)},
            }
        )
        found = about(list(check.examine_storage(config)), words)
        return found.level, found.advice

    def key_files(self) -> list[str]:
        return sorted(each.name for each in self.folder.rglob("*.key*"))


@pytest.fixture
def machines(postgres_server: Server, tmp_path: Path) -> Iterator[Callable[[str], Machine]]:
    """Machines by name, all with the same empty database."""
    with postgres_server.fresh(lambda _url: None, "without_tables") as url:
        yield lambda name: Machine(tmp_path / name, url)


@pytest.fixture
def first(machines: Callable[[str], Machine]) -> Machine:
    """A machine on which `aduan init` was run."""
    machine = machines("first")
    machine.init()
    return machine


def test_a_start_makes_neither_keys_nor_tables(machines: Callable[[str], Machine]) -> None:
    machine = machines("first")
    code, said = machine.run("run")
    assert code == ExitCode.STORE
    assert "has no tables, and data/aduan.key is missing: run `aduan init` on one machine, copy the" in said
    for attempt in (machine.start, lambda: require_keys(machine.store, machine.keys)):
        with pytest.raises(NotInitialisedError):
            attempt()
    assert machine.store.is_blank()
    assert machine.key_files() == []
    level, advice = machine.says("has no tables, and")
    assert (level, advice.startswith("Run `aduan init` on one machine, copy")) == (Level.PROBLEM, True)


def test_init_makes_both_once_and_says_what_to_do_with_the_keys(
    machines: Callable[[str], Machine],
) -> None:
    machine = machines("first")
    said = machine.init()
    assert f"{machine.keys} are made. Keep a copy of the keys in another place, and copy them to" in said
    assert machine.key_files() == ["aduan.key"]
    kept = machine.keys.read_bytes()
    assert machine.init().endswith("there is nothing to do")
    machine.start()
    require_keys(machine.store, machine.keys)
    assert machine.keys.read_bytes() == kept


def test_the_database_holds_the_fingerprints_of_the_keys(first: Machine) -> None:
    codec = Codec.load(first.keys, create=False)
    with first.store.reading() as connection:
        rows = connection.execute(text("SELECT name, value FROM installation WHERE name LIKE 'key%'"))
        assert {row.name: row.value for row in rows} == {
            "keys": codec.fingerprint,
            "key:1": codec.fingerprints[1],
        }


def test_a_machine_without_the_key_file_is_refused_and_makes_none(
    first: Machine, machines: Callable[[str], Machine]
) -> None:
    second = machines("second")
    for command in ("run", "init", "verify"):
        code, said = second.run(command)
        assert (command, code) == (command, ExitCode.STORE)
        assert "data/aduan.key is missing; copy it from another machine of this bot, or" in said
    with pytest.raises(KeysMissingError):
        require_keys(second.store, second.keys)
    assert second.key_files() == []
    assert second.says("missing; without it")[0] is Level.PROBLEM


def test_a_machine_with_a_copy_of_the_key_file_may_start(
    first: Machine, machines: Callable[[str], Machine]
) -> None:
    second = machines("second")
    second.keys.parent.mkdir()
    shutil.copy(first.keys, second.keys)
    require_keys(second.store, second.keys)
    second.start()
    first.start()


@pytest.mark.parametrize("people", [0, 3])
def test_a_machine_with_other_keys_is_refused_and_nothing_is_written(
    first: Machine, machines: Callable[[str], Machine], people: int
) -> None:
    _talks(first, people)
    second = machines("second")
    Codec.load(second.keys, create=True)
    before = _rows(first)
    code, said = second.run("run")
    assert code == ExitCode.STORE
    assert "data/aduan.key does not fit postgresql://" in said
    for attempt in (second.start, second.init, lambda: require_keys(second.store, second.keys)):
        with pytest.raises(KeysForeignError, match="another installation"):
            attempt()
    assert _rows(first) == before
    first.start()
    assert second.says("does not fit")[0] is Level.PROBLEM


def _talks(machine: Machine, people: int) -> None:
    async def put() -> None:
        database, codec = await open_store(machine.store, machine.keys)
        talks = [Conversation(chat=person, person=person) for person in range(1, people + 1)]
        await database.write(lambda c: save_conversations(c, codec, talks, TERMS))
        await database.close()

    asyncio.run(put())


def _rows(machine: Machine) -> list[tuple[object, ...]]:
    with machine.store.reading() as connection:
        talks = connection.execute(text("SELECT person, state FROM conversations ORDER BY person")).all()
        names = connection.execute(text("SELECT name, value FROM installation ORDER BY name")).all()
        return [tuple(row) for row in (*talks, *names)]


def test_keys_of_a_schema_without_tables_are_refused_with_advice_for_a_server(
    machines: Callable[[str], Machine],
) -> None:
    machine = machines("first")
    Codec.load(machine.keys, create=True)
    code, said = machine.run("run")
    assert code == ExitCode.STORE
    assert "has no tables, but its key file is there: check database.url, restore the database (docs/" in said
    for attempt in (machine.start, lambda: require_keys(machine.store, machine.keys)):
        with pytest.raises(RegisterMissingError):
            attempt()
    assert machine.store.is_blank()
    level, advice = machine.says("has no tables, but its key file")
    assert (level, advice.startswith("Check database.url, restore")) == (Level.PROBLEM, True)


def test_an_interrupted_init_is_finished_with_its_own_keys(machines: Callable[[str], Machine]) -> None:
    machine = machines("first")
    Codec.load(pending(machine.keys), create=True)
    kept = pending(machine.keys).read_bytes()
    machine.start()
    assert machine.key_files() == ["aduan.key"]
    assert machine.keys.read_bytes() == kept


def test_keys_of_an_interrupted_init_do_not_enter_the_database_of_another_one(
    first: Machine, machines: Callable[[str], Machine]
) -> None:
    second = machines("second")
    Codec.load(pending(second.keys), create=True)
    with pytest.raises(KeysForeignError):
        second.start()
    assert second.key_files() == ["aduan.key.new"]


def test_of_two_machines_that_begin_at_once_one_makes_the_keys(
    machines: Callable[[str], Machine],
) -> None:
    """The first one holds the right to the database before it makes its keys."""
    first, second = machines("first"), machines("second")
    hold = first.store.hold()
    with pytest.raises(AlreadyRunningError):
        second.init()
    assert second.key_files() == []
    hold.release()
    first.init()
    with pytest.raises(KeysMissingError):
        second.init()
    assert (first.key_files(), second.key_files()) == (["aduan.key"], [])


def test_of_two_processes_that_begin_at_once_one_makes_the_keys(
    machines: Callable[[str], Machine],
) -> None:
    begun = [machines(f"machine{number}") for number in range(3)]
    with ThreadPoolExecutor() as at_once:
        ended = list(at_once.map(lambda machine: machine.run("init"), begun))
    made = [each for each in begun if each.key_files()]
    assert [each.key_files() for each in made] == [["aduan.key"]]
    assert [code for code, _ in ended].count(0) == 1
    for code, said in ended:
        assert code == 0 or "another process works on" in said or "aduan.key is missing" in said
    made[0].start()


async def test_a_start_that_is_refused_leaves_the_right_to_others(first: Machine) -> None:
    """The session ends with the refusal: the machine that has the keys can lead."""
    shutil.copy(first.keys, first.keys.with_name("kept"))
    stored = json.loads(first.keys.read_bytes())
    first.keys.write_text(json.dumps({**stored, "pepper": stored["keys"]["1"]}))
    hold = first.store.hold()
    try:
        with pytest.raises(KeysForeignError):
            await open_store(first.store, first.keys, hold.engine)
    finally:
        hold.release()
    again = first.store.hold()
    database, _ = await open_store(first.store, first.keys.with_name("kept"), again.engine)
    assert isinstance(database, Database)
    await database.close()
    again.release()


def test_two_bots_of_one_database_have_keys_of_their_own(
    postgres_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with postgres_server.fresh(lambda _url: None, "without_tables") as url:
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            name = connection.info.dbname
            for schema in ("first", "second"):
                connection.execute(f"CREATE SCHEMA {schema}")
        bots = [Settings(url=f"{url}&options=-csearch_path%3D{schema}") for schema in ("first", "second")]
        for bot in bots:
            said = asyncio.run(initialise(bot, new_register=False, confirm=lambda _question: False))
            assert f"{bot.keys_path} are made" in said
            require_keys(PostgresStore(bot.url), bot.keys_path)
        assert sorted(each.name for each in Path("data").glob("*.key")) == [
            f"{name}.first.key",
            f"{name}.second.key",
        ]
        with pytest.raises(KeysForeignError):
            require_keys(PostgresStore(bots[0].url), bots[1].keys_path)
