"""Keys and database belong together: the files present decide whether a store is made, opened or refused."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from bot.config.sections import Database as Settings
from bot.config.settings import read
from bot.database.conversations import save_conversations
from bot.database.engine import Database
from bot.database.key_guard import KeysForeignError
from bot.database.opening import open_store, pending
from bot.database.schema import RegisterMissingError
from bot.database.sealing import Codec, KeysMissingError
from bot.database.serials import Number
from bot.database.stores.file_lock import Lock
from bot.database.stores.sqlite import SqliteStore
from bot.database.stores.store import AlreadyRunningError
from bot.database.watermark import Watermark
from bot.foundation.exit_codes import ExitCode
from bot.operations import check
from bot.operations.check_findings import Level
from bot.operations.initialise import NotConfirmedError, initialise
from bot.operations.migrate import migrate
from conversations.conversation import Conversation
from tests.commands import aduan
from tests.integration.test_check import about
from tests.integration.test_check_store import settings as practice_settings
from tests.integration.test_cli import EXAMPLE
from tests.unit.transcript import TERMS

ADVICE = "or run `aduan init --new-register`"


class Store:
    """The paths of a store, and each of its parts as a first start or an accident leaves it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "data" / "aduan.db"
        self.keys = folder / "keys" / "aduan.key"
        self.settings = Settings(url=f"sqlite:///{self.path}", keys=str(self.keys))

    def make(self, *parts: str) -> None:
        """Put these in their place: keys, keys of a start that is not finished, an empty file, tables."""
        for part in parts:
            match part:
                case "keys":
                    Codec.load(self.keys, create=True)
                case "pending":
                    Codec.load(pending(self.keys), create=True)
                case "empty":
                    self.path.parent.mkdir()
                    self.path.touch()
                case "tables":
                    migrate(SqliteStore(self.path), self.keys)

    def open(self) -> None:
        """Open and close it."""

        async def opened() -> None:
            database, _ = await open_store(SqliteStore(self.path), self.keys)
            await database.close()

        asyncio.run(opened())

    def init(self, *, new: bool = False, answer: bool = True) -> tuple[str, list[str]]:
        """What `aduan init` says and asks."""
        asked: list[str] = []

        def confirm(question: str) -> bool:
            asked.append(question)
            return answer

        return asyncio.run(initialise(self.settings, new_register=new, confirm=confirm)), asked

    def files(self) -> list[str]:
        """The files that are there, locks left out."""
        files = (each for each in self.folder.rglob("*") if each.is_file())
        return sorted(each.name for each in files if each.suffix != ".lock")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_a_first_start_makes_both_and_the_next_one_opens_them(store: Store) -> None:
    store.open()
    assert store.files() == ["aduan.db", "aduan.key"]
    keys = store.keys.read_bytes()
    assert stat.S_IMODE(store.keys.stat().st_mode) == 0o600
    store.open()
    assert store.keys.read_bytes() == keys


# what an interrupted first start may leave behind
INTERRUPTED: dict[str, Sequence[str]] = {
    "the keys alone": ("pending",),
    "an empty database": ("pending", "empty"),
    "a database with its tables": ("pending", "empty", "tables"),
}


@pytest.mark.parametrize("name", INTERRUPTED)
def test_an_interrupted_first_start_is_finished_with_its_own_keys(store: Store, name: str) -> None:
    store.make(*INTERRUPTED[name])
    keys = pending(store.keys).read_bytes()
    store.open()
    assert store.files() == ["aduan.db", "aduan.key"]
    assert store.keys.read_bytes() == keys


LOST: dict[str, Sequence[str]] = {"no database": ("keys",), "an empty file": ("keys", "empty")}


@pytest.mark.parametrize("name", LOST)
def test_keys_without_their_database_are_refused_and_nothing_is_made(store: Store, name: str) -> None:
    store.make(*LOST[name])
    before = store.files()
    for attempt in (store.open, store.init):
        with pytest.raises(RegisterMissingError, match=ADVICE):
            attempt()
    assert store.files() == before


def test_keys_of_an_interrupted_start_do_not_replace_those_of_a_lost_database(store: Store) -> None:
    store.make("keys", "pending")
    with pytest.raises(RegisterMissingError):
        store.open()


def test_a_database_without_keys_is_refused_and_no_keys_are_made(store: Store) -> None:
    store.open()
    store.keys.unlink()
    for attempt in (store.open, store.init, lambda: store.init(new=True)):
        with pytest.raises(KeysMissingError, match=r"aduan\.key is missing"):
            attempt()
    assert store.files() == ["aduan.db"]


def test_init_makes_what_the_first_start_makes_and_then_has_nothing_to_do(store: Store) -> None:
    said, asked = store.init()
    assert said.startswith(f"{store.path} and {store.keys} are made")
    assert store.files() == ["aduan.db", "aduan.key"]
    kept = store.keys.read_bytes()
    for new in (False, True):
        said, more = store.init(new=new)
        assert said.endswith("there is nothing to do")
        assert (asked, more) == ([], [])
    assert store.keys.read_bytes() == kept


def test_init_finishes_an_interrupted_first_start(store: Store) -> None:
    store.make("pending")
    assert "are made" in store.init()[0]
    assert store.files() == ["aduan.db", "aduan.key"]


@pytest.mark.parametrize("name", LOST)
def test_a_new_register_is_begun_under_the_old_keys_after_a_confirmation(store: Store, name: str) -> None:
    store.make(*LOST[name])
    keys = store.keys.read_bytes()
    watermark = Watermark(store.settings.watermark_path)
    watermark.raise_to([Number("dpmd", 2026, 42), Number("bakesbangpol", 2026, 7)])
    said, (question,) = store.init(new=True)
    assert "an empty register" in said
    assert "stay unreadable" in question
    assert "above the highest known number: BAKESBANGPOL-2026-0007, DPMD-2026-0042." in question
    assert store.keys.read_bytes() == keys
    store.open()


@pytest.mark.parametrize("content", [None, b"damaged"])
def test_the_confirmation_says_when_no_number_is_known(store: Store, content: bytes | None) -> None:
    store.make("keys")
    place = store.settings.watermark_path
    if content:
        place.parent.mkdir()
        place.write_bytes(content)
    _, (question,) = store.init(new=True)
    assert f"No number is known in {place}, so numbers begin at 1" in question
    assert place.exists() is bool(content)


def test_without_the_confirmation_nothing_is_made(store: Store) -> None:
    store.make("keys")
    with pytest.raises(NotConfirmedError, match="nothing was changed"):
        store.init(new=True, answer=False)
    assert store.files() == ["aduan.key"]


def test_init_leaves_a_running_bot_s_store_alone(store: Store) -> None:
    lock = Lock(store.path)
    try:
        with pytest.raises(AlreadyRunningError):
            store.init()
    finally:
        lock.release()
    assert store.files() == []


@pytest.mark.parametrize("name", LOST)
def test_migrate_makes_no_empty_register_under_keys_whose_database_is_lost(store: Store, name: str) -> None:
    store.make(*LOST[name])
    with pytest.raises(RegisterMissingError, match=ADVICE):
        migrate(SqliteStore(store.path), store.keys)


def test_the_command_asks_and_without_a_yes_nothing_changes(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(EXAMPLE.read_text().replace('token = ""', 'token = "1:A"'))
    made = aduan("init", folder=tmp_path)
    assert (made.returncode, made.stdout.startswith("data/aduan.db and data/aduan.key are made")) == (0, True)
    (tmp_path / "data" / "aduan.db").unlink()
    refused = aduan("init", folder=tmp_path)
    assert (refused.returncode, ADVICE in refused.stderr) == (ExitCode.STORE, True)
    silent = aduan("init", "--new-register", folder=tmp_path)
    assert (silent.returncode, silent.stderr) == (1, "aduan: nothing was changed\n")
    assert "No number is known" in silent.stdout
    assert not (tmp_path / "data" / "aduan.db").exists()


# what is there -> the level, and what `aduan check` says
CHECKED: dict[str, tuple[Sequence[str], Level, str]] = {
    "nothing yet": ((), Level.OK, "the first `aduan run` makes it"),
    "keys alone": (("keys",), Level.PROBLEM, "missing or empty, but its key file"),
    "keys and an empty file": (("keys", "empty"), Level.PROBLEM, "missing or empty, but its key file"),
    "an interrupted first start": (("pending",), Level.NOTE, "the first start was interrupted"),
    "interrupted before the final name": (
        ("pending", "empty", "tables"),
        Level.OK,
        "the tables are those of this version",
    ),
}


@pytest.mark.parametrize("name", CHECKED)
def test_check_distinguishes_a_lost_database_from_an_interrupted_start(store: Store, name: str) -> None:
    parts, level, says = CHECKED[name]
    store.make(*parts)
    config = read({**practice_settings(store.folder), "database": store.settings.model_dump()})
    found = list(check.examine_storage(config))
    assert about(found, says).level is level
    wrong = [finding for finding in found if finding.level is Level.PROBLEM]
    assert len(wrong) == (level is Level.PROBLEM)
    assert all("aduan init --new-register" in finding.advice for finding in wrong)


def test_a_database_that_may_not_be_made_is_not_made(store: Store) -> None:
    with pytest.raises(RegisterMissingError):
        asyncio.run(Database.open(SqliteStore(store.path), create=False))
    assert list(store.folder.iterdir()) == []


def _talks(store: Store, number: int) -> None:
    """Put the conversations of some people into the store."""

    async def put() -> None:
        database, codec = await open_store(SqliteStore(store.path), store.keys)
        talks = [Conversation(chat=person, person=person) for person in range(1, number + 1)]
        await database.write(lambda c: save_conversations(c, codec, talks, TERMS))
        await database.close()

    asyncio.run(put())


def test_the_key_file_of_another_installation_is_refused_and_nothing_changes(store: Store) -> None:
    store.open()
    _talks(store, 3)
    own = store.keys.read_bytes()
    store.keys.unlink()
    store.make("keys")
    before = store.path.read_bytes()
    with pytest.raises(KeysForeignError, match="another installation"):
        store.open()
    assert store.path.read_bytes() == before
    store.keys.write_bytes(own)
    store.open()


def test_damaged_rows_do_not_make_the_right_keys_foreign(store: Store) -> None:
    store.open()
    _talks(store, 3)
    with closing(sqlite3.connect(store.path)) as database:
        database.execute("UPDATE conversations SET state = x'00' WHERE person < 3")
        database.commit()
    store.open()


def test_an_empty_store_fits_any_keys(store: Store) -> None:
    store.open()
    store.open()
