"""A key file that is not the database's stops every command with a sentence, before anything is written."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.config.settings import read
from bot.database.conversations import save_conversations
from bot.database.history import Head, append
from bot.database.key_guard import KeysForeignError, KeysIncompleteError, require_fit
from bot.database.opening import open_store
from bot.database.sealing import Codec
from bot.database.stores.choice import store_of
from bot.database.tables import metadata
from bot.foundation.exit_codes import ExitCode
from bot.operations import check
from bot.operations.check_findings import Level
from conversations.conversation import Conversation
from conversations.effects import RecordHistory
from tests.commands import aduan
from tests.integration.both_stores import Place, write_configuration
from tests.integration.test_check import about
from tests.integration.test_check_store import settings as practice_settings
from tests.unit.transcript import START, TERMS

# A file that the bot had left open: its newest state is in the write-ahead log.
HALF = "-wal"


class Installation:
    """A folder with configuration, database and keys, as the commands find it."""

    def __init__(self, place: Place) -> None:
        self.folder, self.path = place.folder, place.folder / "data" / "aduan.db"
        self.settings = place.settings(self.path)
        self.store, self.keys = store_of(self.settings), self.settings.keys_path
        write_configuration(self.folder, self.settings)

    async def fill(self, people: int) -> None:
        database, codec = await open_store(self.store, self.keys, by_init=True)
        talks = [Conversation(chat=person, person=person) for person in range(1, people + 1)]
        await database.write(lambda c: save_conversations(c, codec, talks, TERMS))
        records = [
            RecordHistory(f"case {person}", "citizen:7", "submitted", "Jalan") for person in range(people)
        ]
        heads = {record.case: Head() for record in records}
        await database.write(lambda c: append(c, codec, records, START, heads))
        await database.close()

    def kill(self) -> None:
        """Leave the store as kill -9 does: with a write-ahead log that has not been moved into it."""
        if not self.settings.is_file:
            return
        with closing(sqlite3.connect(self.path)) as open_one:
            open_one.execute("PRAGMA journal_mode=WAL")
            open_one.execute("INSERT INTO told VALUES ('x', 1.0)")
            open_one.commit()
            left = self.folder / "left"
            left.mkdir()
            for each in self.path.parent.glob("aduan.db*"):
                shutil.copy(each, left)
        for each in left.iterdir():
            if not each.name.endswith("-shm"):
                shutil.copy(each, self.path.parent)

    def contents(self) -> dict[str, object]:
        """The database and its write-ahead log; the rows of a server's."""
        if not self.settings.is_file:
            return self._rows()
        files = self.path.parent.glob("aduan.db*")
        return {each.name: each.read_bytes() for each in files if _holds_data(each)}

    def _rows(self) -> dict[str, object]:
        with self.store.reading() as connection:
            return {t.name: connection.execute(select(t)).all() for t in metadata.sorted_tables}

    def fingerprints(self) -> dict[str, str]:
        query = "SELECT name, value FROM installation WHERE name LIKE 'key%'"
        with self.store.reading() as connection:
            return {row.name: row.value for row in connection.execute(text(query))}

    def change(self, statement: str) -> None:
        engine = self.store.writing_engine()
        with engine.begin() as connection:
            connection.execute(text(statement))
        engine.dispose()


def _holds_data(path: Path) -> bool:
    return not path.name.endswith(("-shm", ".lock"))


@pytest.fixture
async def installation(place: Place) -> Installation:
    made = Installation(place)
    await made.fill(3)
    made.kill()
    return made


def _foreign(keys: Path) -> None:
    keys.unlink()
    Codec.load(keys, create=True)


def _without_first_key(keys: Path) -> None:
    stored = json.loads(keys.read_bytes())
    keys.write_text(json.dumps({**stored, "keys": {"2": stored["keys"]["1"]}}))


def _other_pepper(keys: Path) -> None:
    other = keys.with_name("other")
    Codec.load(other, create=True)
    pepper = json.loads(other.read_bytes())["pepper"]
    keys.write_text(json.dumps({**json.loads(keys.read_bytes()), "pepper": pepper}))
    other.unlink()


WRONG: dict[str, tuple[Callable[[Path], object], str]] = {
    "lost": (Path.unlink, "is missing"),
    "empty": (lambda keys: keys.write_bytes(b""), "damaged or no key file"),
    "cut": (lambda keys: keys.write_bytes(keys.read_bytes()[:60]), "damaged or no key file"),
    "zeros": (lambda keys: keys.write_bytes(bytes(200)), "damaged or no key file"),
    "nested": (lambda keys: keys.write_bytes(b"[" * 100_000), "damaged or no key file"),
    "a number beyond all": (
        lambda keys: keys.write_text(keys.read_text().replace('"1"', '"70000"')),
        "damaged or no key file",
    ),
    "of another installation": (_foreign, "another installation"),
    "of an older copy": (_without_first_key, "lacks key 1"),
    "pepper of another installation": (_other_pepper, "another installation"),
}
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("run",),
    ("init",),
    ("migrate",),
    ("verify",),
    ("reindex",),
    ("export",),
    ("report", "dpmd", "--output", "report.pdf"),
    ("archive", "DPMD-2026-0001"),
    ("quarantine", "list"),
)


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_key_file_is_refused_and_nothing_is_written(installation: Installation, kind: str) -> None:
    spoil, says = WRONG[kind]
    spoil(installation.keys)
    before = installation.contents()
    assert len(before) >= 2
    with pytest.raises(Exception, match=says) as refused:
        asyncio.run(open_store(installation.store, installation.keys))
    assert str(installation.keys) in str(refused.value)
    assert installation.contents() == before
    config = read(practice_settings(installation.folder))
    config = config.model_copy(update={"database": installation.settings})
    found = about(list(check.examine_storage(config)), str(installation.keys))
    assert found.level is Level.PROBLEM
    assert installation.contents() == before


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_each_command_refuses_the_keys_of_another_installation(
    installation: Installation, command: tuple[str, ...]
) -> None:
    _foreign(installation.keys)
    before = installation.contents()
    done = aduan(*command, folder=installation.folder)
    assert done.returncode == ExitCode.STORE
    said = f"{installation.keys} does not fit {installation.store}: it is the key file of another"
    # `aduan run` says first that it leads.
    assert said in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert installation.contents() == before


async def test_keys_of_another_installation_are_refused_by_an_empty_database_too(place: Place) -> None:
    made = Installation(place)
    await made.fill(0)
    _foreign(made.keys)
    with pytest.raises(KeysForeignError):
        await open_store(made.store, made.keys)


async def test_the_first_start_after_the_update_notes_the_fingerprints(installation: Installation) -> None:
    noted = installation.fingerprints()
    assert set(noted) == {"keys", "key:1"}
    installation.change("DELETE FROM installation")
    await installation.fill(0)
    assert installation.fingerprints() == noted


async def test_fingerprints_reveal_no_secret(installation: Installation) -> None:
    secrets = json.loads(installation.keys.read_bytes())
    for value in installation.fingerprints().values():
        assert len(value) == 32
        assert value not in json.dumps(secrets)
    stored = Codec.load(installation.keys, create=False)
    assert stored.pepper.hex()[:32] not in installation.fingerprints().values()


async def test_wrong_keys_of_a_database_without_fingerprints_are_refused(installation: Installation) -> None:
    installation.change("DELETE FROM installation")
    _foreign(installation.keys)
    with pytest.raises(KeysForeignError):
        await open_store(installation.store, installation.keys)


@pytest.mark.parametrize("name", ["keys", "key:1"])
async def test_a_damaged_fingerprint_is_written_again(installation: Installation, name: str) -> None:
    noted = installation.fingerprints()
    installation.change(f"UPDATE installation SET value = 'x' WHERE name = '{name}'")  # noqa: S608 - a constant
    await installation.fill(0)
    assert installation.fingerprints() == noted


async def test_the_key_that_the_database_uses_and_the_file_lacks_is_named(installation: Installation) -> None:
    installation.change("INSERT INTO installation VALUES ('key:7', 'x')")
    codec = Codec.load(installation.keys, create=False)
    with pytest.raises(KeysIncompleteError, match=r"lacks key 7, which .* uses"):
        require_fit(installation.store, codec, installation.keys)


@pytest.mark.sqlite("a server's database has no files here")
async def test_the_guard_makes_no_file_next_to_a_closed_database(place: Place) -> None:
    made = Installation(place)
    await made.fill(1)
    before = sorted(each.name for each in made.path.parent.iterdir())
    require_fit(made.store, Codec.load(made.keys, create=False), made.keys)
    assert sorted(each.name for each in made.path.parent.iterdir()) == before
