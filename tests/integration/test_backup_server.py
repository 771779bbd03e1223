"""A backup of a server's database has the form of a file's: it is read back, and restored to either kind."""

from __future__ import annotations

import shutil
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from bot.config.sections import Database as Settings
from bot.database import migrations, tables
from bot.database.backup_names import backups
from bot.database.moving import MoveUnfinishedError
from bot.database.opening import open_store
from bot.database.order_lines import Order
from bot.database.order_log import NEXT_TO_BACKUPS, OrderLog
from bot.database.own_contents import contents_of
from bot.database.sealing import Codec
from bot.database.stores.choice import store_of
from bot.database.watermark import read
from bot.foundation.exit_codes import ExitCode
from bot.operations import move as moving_store
from bot.operations.backup import Made, make_backup
from bot.operations.backup_folder import BackupError, read_manifest
from bot.operations.move_checks import MoveError
from bot.operations.restore import Restore
from bot.operations.restore_server import ServerRestore
from bot.operations.restored import Restored
from bot.operations.verify import verify
from tests.commands import aduan
from tests.integration.both_stores import POSTGRES, SQLITE, write_configuration
from tests.integration.move_setup import Moving, moving
from tests.integration.test_killed_commands import killed
from tests.integration.test_restore import erase
from tests.unit.transcript import START

NEWER = ("file_contents", "addresses", "wire_messages", "erasure_orders")
ORDER = Order("a", "DPMD-2026-0001", "Surat 12/2026", START)


@pytest.fixture
async def there(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Moving]:
    """A filled database of a server, and an empty store."""
    kinds = (POSTGRES, getattr(request, "param", POSTGRES))
    async with moving(lambda: request.getfixturevalue("postgres_server"), tmp_path, kinds) as made:
        yield made


def back_up(there: Moving, tmp_path: Path) -> Made:
    return make_backup(there.source, tmp_path / "backups", START)


def restore(there: Moving, made: Made) -> Restored:
    kind = Restore if there.target.is_file else ServerRestore
    return kind(made.path, there.target, erase).run()


async def test_a_backup_has_rows_and_files_in_the_form_of_a_file(there: Moving, tmp_path: Path) -> None:
    made = back_up(there, tmp_path)
    assert "2 complaints, 2 files" in str(made)
    assert made.faults == ()
    manifest = read_manifest(made.path, there.codec)
    copy = Settings(url=f"sqlite:///{made.path / 'aduan.db'}")
    assert manifest.numbers == {"dpmd": {"2026": 2}}
    assert there.everything(copy) == there.everything(there.source)
    assert verify(store_of(copy), there.codec).faults == []
    with closing(sqlite3.connect(copy.path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert connection.execute("SELECT count(*) FROM file_contents").fetchone() == (0,)
    assert sorted(path.name for path in made.path.iterdir()) == ["aduan.db", "files", "manifest.json"]


async def test_the_bot_writes_while_the_rows_are_copied(there: Moving, tmp_path: Path) -> None:
    seen = 0

    def write(_done: int, _all: int) -> None:
        nonlocal seen
        seen += 1
        row = {"agency": "dpmd", "year": 2026, "first": seen, "last": seen, "at": ""}
        there.change(there.source, lambda connection: connection.execute(insert(tables.gaps), row))

    made = make_backup(there.source, tmp_path / "backups", START, write)
    assert seen > 3
    assert made.faults == ()
    with closing(sqlite3.connect(made.path / "aduan.db")) as connection:
        assert connection.execute("SELECT count(*) FROM gaps").fetchone() == (0,)


async def test_a_second_backup_links_the_files(there: Moving, tmp_path: Path) -> None:
    first, second = back_up(there, tmp_path), back_up(there, tmp_path)
    for path in (there.photo, there.letter):
        assert (first.path / "files" / path).samefile(second.path / "files" / path)


async def test_a_lost_content_and_an_opened_seal_make_a_faulty_backup(there: Moving, tmp_path: Path) -> None:
    contents_of(there.source).erase(there.letter)
    there.change(there.source, "UPDATE conversations SET person = 9")
    made = back_up(there, tmp_path)
    assert any(fault.startswith("conversations 7:9") for fault in made.faults)
    assert f"files: the content {there.letter} is missing in the store" in made.faults
    assert made.path.name.endswith(".faulty")


async def test_a_server_that_fails_leaves_no_backup(
    there: Moving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.change(there.source, "ALTER TABLE outbox RENAME TO elsewhere")
    with pytest.raises(BackupError, match=r'"outbox" does not exist.*nothing of this'):
        back_up(there, tmp_path)
    assert list((tmp_path / "backups").iterdir()) == []


async def test_a_backup_is_made_before_tables_are_upgraded(there: Moving, tmp_path: Path) -> None:
    """The target has the tables of an older version of the program."""

    def older(connection: Connection) -> None:
        migrations.run(connection, None, lambda _done, _all: None, "0006")

    there.change(there.target, older, "INSERT INTO gaps VALUES ('dpmd', 2026, 3, 4, '')")
    made = store_of(there.target).copy_to(tmp_path / "copy.db", lambda _: None)
    assert (made.revision, made.tables["gaps"]) == ("0006", 1)
    with closing(sqlite3.connect(tmp_path / "copy.db")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0006",)
        assert connection.execute("SELECT * FROM gaps").fetchall() == [("dpmd", 2026, 3, 4, "")]


@pytest.mark.parametrize("there", [POSTGRES, SQLITE], indirect=True)
async def test_a_backup_is_restored_to_either_kind(there: Moving, tmp_path: Path) -> None:
    made = back_up(there, tmp_path)
    said = str(restore(there, made))
    assert "is restored: 2 complaints" in said
    assert "Numbers continue above DPMD-2026-00" in said
    assert there.everything(there.target) == there.everything(there.source)
    assert read(there.target.watermark_path)["dpmd", 2026] >= 2
    database, _ = await open_store(store_of(there.target), there.target.keys_path)
    await database.close()
    assert not list(there.target.path.parent.glob("*restoring*"))


async def test_a_backup_of_a_file_is_restored_to_a_server(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    kinds = (SQLITE, POSTGRES)
    async with moving(lambda: request.getfixturevalue("postgres_server"), tmp_path, kinds) as there:
        restore(there, back_up(there, tmp_path))
        assert there.everything(there.target) == there.everything(there.source)


async def test_a_backup_of_older_tables_is_upgraded_on_its_way_to_a_server(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    kinds = (SQLITE, POSTGRES)
    async with moving(lambda: request.getfixturevalue("postgres_server"), tmp_path, kinds) as there:
        older = "UPDATE alembic_version SET version_num = '0006'"
        newer = (f"DROP TABLE {name}" for name in NEWER)
        there.change(there.source, *newer, older)
        made = back_up(there, tmp_path)
        OrderLog(there.codec, tmp_path / "backups" / NEXT_TO_BACKUPS).note(ORDER)
        said = str(restore(there, made))
        assert "1 complaints were erased again" in said
        assert "migrate" not in said
        assert [row[0] for row in there.rows(there.target)["cases"]] == ["b"]
        assert list(there.contents(there.target)) == [there.letter]
        assert verify(store_of(there.target), there.codec).faults == []


async def test_persons_erased_after_the_backup_stay_erased(there: Moving, tmp_path: Path) -> None:
    made = back_up(there, tmp_path)
    OrderLog(there.codec, tmp_path / "backups" / NEXT_TO_BACKUPS).note(ORDER)
    assert "1 complaints were erased again" in str(restore(there, made))
    assert [row[0] for row in there.rows(there.target)["cases"]] == ["b"]
    assert list(there.contents(there.target)) == [there.letter]


async def test_nothing_is_restored_over_rows(there: Moving, tmp_path: Path) -> None:
    made = back_up(there, tmp_path)
    restore(there, made)
    before = there.everything(there.target)
    with pytest.raises(MoveError, match="is not empty"):
        restore(there, made)
    assert there.everything(there.target) == before


async def test_a_restore_that_is_interrupted_starts_nowhere_and_any_backup_may_follow(
    there: Moving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = back_up(there, tmp_path), back_up(there, tmp_path)

    def stop(*_arguments: object) -> object:
        raise InterruptedError

    with monkeypatch.context() as patch:
        patch.setattr(moving_store.Move, "_compared", stop)
        with pytest.raises(InterruptedError):
            restore(there, second)
    with pytest.raises(MoveUnfinishedError):
        await open_store(store_of(there.target), there.target.keys_path)
    restore(there, first)
    assert there.everything(there.target) == there.everything(there.source)


async def test_commands_back_up_and_restore_also_after_kill_9(there: Moving, tmp_path: Path) -> None:
    write_configuration(tmp_path, there.source)
    done = aduan("backup", "--to", "backups", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    (backup,) = backups(tmp_path / "backups")
    write_configuration(tmp_path, there.target)
    assert killed("move.rows:4", "restore", str(backup.path), folder=tmp_path) == -signal.SIGKILL
    refused = aduan("verify", folder=tmp_path)
    assert (refused.returncode, "is not complete" in refused.stderr) == (ExitCode.STORE, True)
    done = aduan("restore", str(backup.path), folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert there.everything(there.target) == there.everything(there.source)
    checked = aduan("verify", folder=tmp_path)
    assert (checked.returncode, "all seals and histories fit" in checked.stdout) == (0, True)


async def test_another_key_file_restores_nothing(there: Moving, tmp_path: Path) -> None:
    made = back_up(there, tmp_path)
    shutil.move(there.target.keys_path, tmp_path / "right.key")
    Codec.load(there.target.keys_path, create=True)
    with pytest.raises(BackupError, match="was made with another key file"):
        restore(there, made)
    assert store_of(there.target).is_blank()
