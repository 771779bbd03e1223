"""`aduan rotate-key`: everything opens with the new key alone, whenever the process was killed in between."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import LargeBinary, select, text

from bot.config.sections import Database as Settings
from bot.database import erasure_requests, file_rows, files_table, key_file, key_guard, members, quarantine
from bot.database.contents import Contents
from bot.database.opening import open_store
from bot.database.own_contents import contents_of
from bot.database.quarantine import Fault, Stage
from bot.database.sealed_columns import SEALED
from bot.database.sealing import HEADER_BYTES, Codec, SealBrokenError, context
from bot.database.stores.choice import store_of
from bot.database.stores.store import AlreadyRunningError
from bot.database.tables import file_contents, metadata
from bot.foundation import disk
from bot.operations import rotate_keys
from bot.operations.rotate_keys import NoRegisterError, PagesDamagedError, RotationUnfinishedError, rotate
from bot.operations.verify import verify_with_keys
from tests.breaking import flipped
from tests.commands import aduan
from tests.integration.both_stores import Place, write_configuration
from tests.integration.sealed_store import Store

PHOTOS = {"7-1": b"foto jalan rusak", "8-1": b"surat dari desa"}


class Installation:
    """A stopped bot's store with a value in each sealed column, and two files."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.keys = settings, settings.keys_path
        self.store, self.contents = store_of(settings), contents_of(settings)

    async def fill(self) -> None:
        database, codec = await open_store(self.store, self.keys, by_init=True)
        store = Store(database, codec)
        await store.fill()
        stored = []
        for key, data in PHOTOS.items():
            sha256 = hashlib.sha256(data).hexdigest()
            place = disk.place_of(codec.file_name(sha256))
            self.contents.write(place, codec.seal_in_pieces(data, context("file", sha256)))
            stored.append(file_rows.StoredFile(key, sha256, len(data), place))
        await database.write(lambda c: files_table.mark_stored(c, codec, stored))
        bad = Fault(Stage.UPDATE, "LookupError", b"raw", channel="telegram", update_id=1)
        await database.write(lambda c: quarantine.keep(c, codec, [bad], 1.0))
        held = members.Waiting(0, "telegram", -1, 42, b"raw")
        await database.write(lambda c: members.store_waiting(c, codec, [held], 1.0))
        erasing = erasure_requests.Erasing("a", "DPMD-2026-0001", 7, "order")
        await database.write(lambda c: erasure_requests.keep(c, codec, erasing))
        await database.close()

    def erasures(self) -> list[str]:
        """The cases whose erasure is not finished."""
        engine, codec = self.store.writing_engine(), self.codec()
        with engine.connect() as connection:
            found = [one.case for one in erasure_requests.waiting(connection, codec)]
        engine.dispose()
        return found

    def codec(self) -> Codec:
        return Codec.load(self.keys, create=False)

    def values(self) -> dict[str, list[tuple[bytes, bytes]]]:
        """Every sealed value of each column with its context, and each content."""
        engine, found = self.store.writing_engine(), dict[str, list[tuple[bytes, bytes]]]()
        with engine.connect() as connection:
            for column, sealed_to in SEALED:
                rows = connection.execute(select(column.table).where(column.is_not(None))).all()
                found[str(column)] = [(getattr(row, column.name), sealed_to(row)) for row in rows]
        engine.dispose()
        found["files"] = [
            (self.contents.read(path), context("file", hashlib.sha256(data).hexdigest()))
            for data in PHOTOS.values()
            for path in [disk.place_of(self.codec().file_name(hashlib.sha256(data).hexdigest()))]
        ]
        return found

    def numbers(self) -> set[int]:
        """The numbers of the keys that the values name."""
        every = (value for values in self.values().values() for value, _ in values)
        return {int.from_bytes(value[1:HEADER_BYTES]) for value in every}

    async def plain(self) -> dict[str, list[bytes]]:
        codec = self.codec()
        return {
            name: sorted(codec.open(*value) for value in values) for name, values in self.values().items()
        }

    def faults(self) -> list[str]:
        return verify_with_keys(self.store, self.keys, lambda _done, _all: None).faults

    def key_numbers(self) -> list[str]:
        return list(json.loads(self.keys.read_bytes())["keys"])

    def listed(self) -> list[str]:
        """The keys that the database says it uses."""
        return [
            row[0] for row in self.do("SELECT name FROM installation WHERE name LIKE 'key:%' ORDER BY name")
        ]

    def do(self, statement: str) -> list[Any]:
        engine = self.store.writing_engine()
        with engine.begin() as connection:
            result = connection.execute(text(statement))
            rows = list(result) if result.returns_rows else []
        engine.dispose()
        return rows


@pytest.fixture
async def installation(place: Place) -> Installation:
    made = Installation(place.settings(place.folder / "data" / "aduan.db"))
    await made.fill()
    return made


def test_each_sealed_column_of_the_tables_is_in_the_list() -> None:
    columns = {
        str(c) for table in metadata.tables.values() for c in table.columns if isinstance(c.type, LargeBinary)
    }
    # Contents are sealed again one by one, in a folder or in the table.
    assert columns - {str(file_contents.c.data)} == {str(sealed.column) for sealed in SEALED}


async def test_everything_opens_with_the_new_key_and_nothing_with_the_old_one(
    installation: Installation,
) -> None:
    before, old = await installation.plain(), installation.codec()
    assert all(before.values())
    said = rotate(installation.settings)
    assert f"{installation.keys}: key 2 is the only one now" in said
    assert "2 files have it" in said
    assert (installation.key_numbers(), installation.listed()) == (["2"], ["key:2"])
    assert await installation.plain() == before
    assert installation.faults() == []
    assert installation.erasures() == ["a"]
    for values in installation.values().values():
        for value in values:
            with pytest.raises(SealBrokenError, match="does not hold the key"):
                old.open(*value)
    assert installation.codec().pepper == old.pepper
    with pytest.raises(key_guard.KeysIncompleteError, match="lacks key 2"):
        key_guard.require_fit(installation.store, old, installation.keys)


class Killed(BaseException):
    """The process ends here."""


def _at(call: int) -> Callable[..., Any]:
    """A function that ends the process at its N-th call, in place of a step."""
    count = 0

    def wrapped(step: Callable[..., Any]) -> Callable[..., Any]:
        def instead(*arguments: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            if count == call:
                raise Killed
            return step(*arguments, **named)

        return instead

    return wrapped


# Where the process ends -> module, step, which call of it.
KILLS: dict[str, tuple[Any, str, int]] = {
    "before the key is added": (key_file, "add_key", 1),
    "before its fingerprint": (key_guard, "note", 1),
    "in the first column": (rotate_keys.Rotation, "_sealed", 1),
    "in the middle": (rotate_keys.Rotation, "_sealed", 7),
    "at the last column": (rotate_keys.Rotation, "_sealed", 14),
    "before the files": (rotate_keys.Rotation, "_contents", 1),
    "between two files": (Contents, "write", 2),
    "before the check": (rotate_keys.Rotation, "_damaged_rows", 1),
    "before the old key leaves the list": (key_guard, "forget", 1),
    "before the old key leaves the file": (key_file, "remove_keys", 1),
}


@pytest.mark.parametrize("name", KILLS)
async def test_a_rotation_that_was_killed_is_continued(
    installation: Installation, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, (where, step, call) = await installation.plain(), KILLS[name]
    monkeypatch.setattr(rotate_keys, "PORTION", 1)
    where = type(installation.contents) if where is Contents else where
    with monkeypatch.context() as patched:
        patched.setattr(where, step, _at(call)(getattr(where, step)))
        with pytest.raises(Killed):
            rotate(installation.settings)
    # The bot may run in between, with the keys as they are then.
    database, _ = await open_store(installation.store, installation.keys)
    await database.close()
    assert await installation.plain() == before
    assert installation.faults() == []
    rotate(installation.settings)
    assert len(installation.key_numbers()) == 1
    assert installation.numbers() == {int(installation.key_numbers()[0])}
    assert installation.listed() == [f"key:{installation.key_numbers()[0]}"]
    assert await installation.plain() == before
    assert installation.faults() == []


@pytest.mark.parametrize("what", ["a value", "a file", "the row of a file"])
async def test_the_old_key_stays_while_something_damaged_names_it(
    installation: Installation, what: str
) -> None:
    match what:
        case "a value":
            installation.do("UPDATE conversations SET state = substr(state, 1, 40)")
            named = "conversations 7:7"
        case "a file":
            path = installation.contents.paths()[0]
            content = installation.contents.read(path)
            installation.contents.write(path, [flipped(content)])
            named = path
        case _:
            installation.do("UPDATE files SET owner = 'z' WHERE key = '7-1'")
            named = "files 7-1"
    with pytest.raises(RotationUnfinishedError, match=r"--forget-damaged") as refused:
        rotate(installation.settings)
    assert named in str(refused.value)
    assert installation.key_numbers() == ["1", "2"]
    rotate(installation.settings, forget_damaged=True)
    assert installation.key_numbers() == ["2"]


@pytest.mark.sqlite("a server finds damaged pages itself")
async def test_damaged_pages_keep_the_old_key(installation: Installation) -> None:
    # A page that cannot be read may hold values that only the old key opens.
    path = installation.settings.path
    with closing(sqlite3.connect(path)) as reading:
        (page,) = reading.execute("SELECT rootpage FROM sqlite_master WHERE name = 'cases'").fetchone()
        (size,) = reading.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as database:
        database.seek((page - 1) * size)
        database.write(b"\xff" * 200)
    before = installation.keys.read_bytes()
    with pytest.raises(PagesDamagedError, match="the keys were not changed"):
        rotate(installation.settings)
    assert installation.keys.read_bytes() == before


async def test_a_running_bot_s_keys_are_not_changed(installation: Installation) -> None:
    hold = installation.store.hold()
    with pytest.raises(AlreadyRunningError):
        rotate(installation.settings)
    hold.release()
    assert installation.key_numbers() == ["1"]


def test_without_a_database_there_is_nothing_to_change(place: Place) -> None:
    with pytest.raises(NoRegisterError):
        rotate(place.settings(place.folder / "aduan.db"))
    assert list(place.folder.iterdir()) == []


async def test_keys_of_another_installation_are_not_changed(installation: Installation) -> None:
    installation.keys.unlink()
    foreign = Codec.load(installation.keys, create=True).fingerprint
    with pytest.raises(key_guard.KeysForeignError):
        rotate(installation.settings)
    assert (installation.codec().fingerprint, installation.key_numbers()) == (foreign, ["1"])


async def test_a_linked_key_file_stays_a_link(installation: Installation, tmp_path: Path) -> None:
    real = tmp_path / "safe.key"
    installation.keys.rename(real)
    installation.keys.symlink_to(real)
    rotate(installation.settings)
    assert installation.keys.is_symlink()
    assert list(json.loads(real.read_bytes())["keys"]) == ["2"]


async def test_the_command_says_what_it_did(place: Place, tmp_path: Path) -> None:
    settings = place.settings(tmp_path / "data" / "aduan.db")
    write_configuration(tmp_path, settings)
    nothing = aduan("rotate-key", folder=tmp_path)
    assert (nothing.returncode, nothing.stderr.count("\n")) == (1, 1)
    await Installation(settings).fill()
    done = aduan("rotate-key", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{settings.keys_path}: key 2 is the only one now;")
