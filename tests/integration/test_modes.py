"""What the bot makes can be read by its own user only; two bots never share a database."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.config.settings import Config, read
from bot.database import own_files
from bot.database.cases import Number
from bot.database.opening import open_store
from bot.database.stores.choice import store_of
from bot.database.stores.file_lock import Lock
from bot.database.stores.sqlite import SqliteStore
from bot.database.stores.store import AlreadyRunningError
from bot.database.watermark import Watermark
from bot.documents.maker import empty
from bot.foundation import disk
from bot.foundation.modes import make_folder
from bot.operations.check_findings import Level
from bot.operations.check_modes import examine_modes
from tests.integration.test_check_store import settings


@pytest.fixture(params=[0o000, 0o022, 0o277], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return read(settings(tmp_path / "installation" / "data"))


def modes(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}


async def make_everything(config: Config) -> None:
    """All that a running bot writes, looked at while the database is open."""
    lock = Lock(config.database.path)
    database, _ = await open_store(store_of(config.database), config.database.keys_path)
    await database.write(lambda c: c.execute(text("INSERT INTO told VALUES ('x', 1.0)")))
    await database.read(lambda c: c.execute(text("SELECT 1")))
    disk.write(config.database.files_path, "ab/" + "0" * 64, [b"content"])
    empty(config.database.documents_path)
    Watermark(config.database.watermark_path).raise_to([Number("dpmd", 2026, 1)])
    found = modes(config.database.path.parent.parent)
    await database.close()
    lock.release()
    for end in (".db", "-wal", "-shm", ".lock", ".key", ".json"):
        assert any(name.endswith(end) for name in found)
    wide = {name: oct(mode) for name, mode in found.items() if mode not in {0o600, 0o700}}
    assert wide == {}


async def test_whatever_the_umask_files_are_0600_and_folders_0700(config: Config, umask: None) -> None:
    await make_everything(config)


async def test_wide_modes_of_an_earlier_version_are_tightened(config: Config) -> None:
    await make_everything(config)
    paths = (*own_files.own_files(config.database), *own_files.own_folders(config.database))
    for path in (path for path in paths if path.exists()):
        path.chmod(0o777)
    own_files.tighten_own(config.database)
    assert {oct(stat.S_IMODE(path.stat().st_mode)) for path in paths if path.exists()} == {"0o700"}


@pytest.mark.sqlite("its file")
def test_a_folder_that_is_not_named_as_ours_keeps_its_mode_and_is_named(tmp_path: Path) -> None:
    home = tmp_path / "budi"
    values = settings(home)
    values["database"] = {"url": f"sqlite:///{home / 'aduan.db'}"}
    config = read(values)
    make_folder(home)
    home.chmod(0o755)
    own_files.tighten_own(config.database)
    assert stat.S_IMODE(home.stat().st_mode) == 0o755
    (found,) = examine_modes(config, None)
    assert found.level is Level.NOTE
    assert found.what == f"{home}: others on this machine may open this folder"


async def test_check_names_each_wide_file_and_the_folder_of_the_keys(config: Config, tmp_path: Path) -> None:
    await make_everything(config)
    assert [found.level for found in examine_modes(config, None)] == [Level.OK]
    paths = (*own_files.own_files(config.database), *own_files.own_folders(config.database))
    there = [path for path in paths if path.exists()]
    for path in there:
        path.chmod(0o750 if path.is_dir() else 0o640)
    found = list(examine_modes(config, None))
    assert {str(path) for path in there} == {one.what.partition(": ")[0] for one in found}
    assert {one.level for one in found} == {Level.NOTE}
    assert any(one.advice == f"Run: chmod 600 {config.database.keys_path}" for one in found)


@pytest.mark.parametrize(
    ("content", "mode", "warned"),
    [
        ('[telegram]\ntoken = "1:A"\n', 0o644, True),
        ('[telegram]\ntoken = "1:A"\n', 0o660, True),
        ('[telegram]\ntoken = "1:A"\n', 0o600, False),
        ('[whatsapp]\ntoken = "EAA"\n', 0o644, True),
        ('[whatsapp]\nverify_token = "x"\n', 0o644, True),
        ('[whatsapp]\ntoken = ""\n', 0o644, False),
        ("operator_chat_id = 1\n", 0o644, False),
    ],
)
def test_a_readable_configuration_is_named_when_it_holds_the_token(
    config: Config, tmp_path: Path, content: str, mode: int, *, warned: bool
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(content)
    file.chmod(mode)
    found = [one for one in examine_modes(config, file) if "token" in one.what]
    assert bool(found) is warned


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "aduan.db"
    path.parent.mkdir()
    path.touch()
    return path


@pytest.mark.parametrize("kind", ["link", "link to a link", "link to the folder", "relative", "hard link"])
def test_another_path_to_one_database_takes_the_same_lock(
    database: Path, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other" / "other.db"
    other.parent.mkdir()
    match kind:
        case "link":
            other.symlink_to(database)
        case "link to a link":
            (tmp_path / "between").symlink_to(database)
            other.symlink_to(tmp_path / "between")
        case "link to the folder":
            (tmp_path / "there").symlink_to(database.parent)
            other = tmp_path / "there" / "aduan.db"
        case "relative":
            monkeypatch.chdir(tmp_path / "other")
            other = Path("../data/aduan.db")
        case _:
            other.hardlink_to(database)
    lock = Lock(database)
    with pytest.raises(AlreadyRunningError, match="two would answer twice"):
        Lock(other)
    lock.release()
    Lock(other).release()


def test_a_link_takes_the_same_lock_before_the_database_is_made(tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "data" / "aduan.db")
    lock = Lock(tmp_path / "data" / "aduan.db")
    with pytest.raises(AlreadyRunningError):
        Lock(tmp_path / "link.db")
    lock.release()


def test_a_second_name_that_is_made_after_a_first_start_takes_the_same_lock(tmp_path: Path) -> None:
    path = tmp_path / "aduan.db"
    lock = Lock(path)
    path.touch()
    lock.include_database()
    (tmp_path / "second.db").hardlink_to(path)
    with pytest.raises(AlreadyRunningError):
        Lock(tmp_path / "second.db")
    lock.release()


@pytest.mark.sqlite("its file")
async def test_the_lock_does_not_disturb_the_database(tmp_path: Path) -> None:
    path = tmp_path / "data" / "aduan.db"
    lock = Lock(path)
    database, _ = await open_store(SqliteStore(path), tmp_path / "aduan.key")
    lock.include_database()
    await database.write(lambda c: c.execute(text("INSERT INTO told VALUES ('x', 1.0)")))
    # Another process reads, as `aduan check` does.
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('SELECT at FROM told').fetchall())",
        str(path),
        stdout=asyncio.subprocess.PIPE,
    )
    assert (await process.communicate())[0].strip() == b"[(1.0,)]"
    await database.write(lambda c: c.execute(text("INSERT INTO told VALUES ('y', 1.0)")))
    await database.close()
    lock.release()


def test_a_hard_link_is_named_by_check(config: Config) -> None:
    make_folder(config.database.path.parent)
    config.database.path.touch(mode=0o600)
    (config.database.path.parent / "copy.db").hardlink_to(config.database.path)
    assert any("second name" in found.what for found in examine_modes(config, None))


def test_other_files_in_the_folder_of_documents_stay(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "0123456789abcdef.zip").write_bytes(b"a case file of a process that was killed")
    others = [folder / "thesis.pdf", folder / "0123456789abcdef.zip.txt"]
    for each in others:
        each.write_bytes(b"somebody else's")
    (folder / "photos").mkdir()
    empty(folder)
    assert sorted(folder.iterdir()) == sorted([*others, folder / "photos"])
