"""A restore puts back what the backup has, at an empty place only, or changes nothing."""

from __future__ import annotations

import errno
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.config.sections import Database as Settings
from bot.config.settings import read as read_config
from bot.database import history, register_seal, schema
from bot.database.backup_names import MANIFEST
from bot.database.cases import load_cases
from bot.database.key_guard import KeysIncompleteError
from bot.database.opening import open_store
from bot.database.order_lines import Order, OrdersDamagedError
from bot.database.order_log import NEXT_TO_BACKUPS, OrderLog, in_state_folder
from bot.database.sealing import Codec, KeysMissingError
from bot.database.stores.choice import store_of
from bot.database.stores.file_lock import Lock
from bot.database.stores.store import AlreadyRunningError
from bot.database.watermark import Watermark, read
from bot.foundation import disk
from bot.operations import restore as restoring
from bot.operations.backup_folder import BackupError, ForeignBackupError
from bot.operations.erase import by_order
from bot.operations.erasure_orders import pending
from bot.operations.restore import Restore
from bot.operations.restore_command import apply_orders_again, erased_again, issued_number
from bot.operations.restored import Restored, RestoreError
from bot.operations.verify import verify
from tests.breaking import flipped
from tests.integration.backup_setup import PHOTO, BackedUp, backed_up
from tests.integration.sealed_store import Store
from tests.integration.test_check_store import settings as configured
from tests.unit.transcript import START

pytestmark = pytest.mark.sqlite(
    "a restore to a file; that to a server's database is in test_backup_server.py"
)

ORDER = Order("a", "DPMD-2026-0001", "Surat 12/2026", START)


def erase(connection: Connection, codec: Codec, order: Order, /) -> Iterable[str]:
    """Remove the complaint with its rows; the texts of its history alone are erased in the program."""
    case = load_cases(connection, codec, [order.case])[order.case]
    register_seal.change(connection, codec, (), (case,))
    paths = (
        connection.exec_driver_sql("SELECT path FROM files WHERE owner = ?", (order.case,)).scalars().all()
    )
    for table, column in (("cases", "id"), ("history", "case_id"), ("files", "owner")):
        connection.exec_driver_sql(f"DELETE FROM {table} WHERE {column} = ?", (order.case,))  # noqa: S608
    return paths


@dataclass
class Elsewhere:
    """A backup, and an empty place with a copy of its key file."""

    there: BackedUp
    backup: Path
    settings: Settings

    def restore(self, *, accept_faults: bool = False, issued: Iterable[str] = ()) -> Restored:
        numbers = [issued_number(typed, ["dpmd", "bakesbangpol"]) for typed in issued]
        return Restore(self.backup, self.settings, erase, issued=numbers, accept_faults=accept_faults).run()

    def lying(self) -> list[str]:
        """The files of the place, without the key file and the lock."""
        folder = self.settings.path.parent.parent
        found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
        return sorted(str(path) for path in found if path.suffix not in (".key", ".lock"))

    def verified(self) -> tuple[int, list[str]]:
        report = verify(store_of(self.settings), self.there.store.codec)
        return report.complaints, report.faults

    def edit(self, name: str, change: Callable[[bytes], bytes]) -> None:
        path = self.backup / name
        path.write_bytes(change(path.read_bytes()))


@pytest.fixture
async def away(store: Store, tmp_path: Path) -> Elsewhere:
    there = await backed_up(store, tmp_path / "old")
    return _elsewhere(there, tmp_path)


def _elsewhere(there: BackedUp, folder: Path) -> Elsewhere:
    made = there.make()
    new = folder / "new" / "data"
    new.mkdir(parents=True)
    settings = Settings(url=f"sqlite:///{new / 'aduan.db'}")
    shutil.copy(there.settings.keys_path, settings.keys_path)
    return Elsewhere(there, made.path, settings)


async def test_a_restored_store_has_everything_and_opens(away: Elsewhere) -> None:
    said = str(away.restore())
    assert said.startswith(f"{away.backup} of {START:%d-%m-%Y %H:%M} is restored: 2 complaints.\n")
    assert "Numbers continue above DPMD-2026-0002." in said
    assert away.lying() == [
        "data/aduan.db",
        *sorted(f"data/files/{path}" for path in (away.there.photo, away.there.letter)),
        "state/data-aduan.json",
    ]
    assert away.verified() == (2, [])
    database, codec = await open_store(store_of(away.settings), away.settings.keys_path)
    cases = await database.write(lambda c: load_cases(c, codec, ["a"]))
    fault = await database.write(lambda c: history.first_fault(c, codec, "a", history.head_of(cases["a"])))
    assert fault is None
    await database.close()
    modes = {
        path.stat().st_mode & 0o777 for path in (away.settings.path, *away.settings.files_path.glob("??/*"))
    }
    assert modes == {0o600}


def _database_there(away: Elsewhere) -> None:
    away.settings.path.touch()


def _log_there(away: Elsewhere) -> None:
    away.settings.path.with_name("aduan.db-wal").touch()


def _files_there(away: Elsewhere) -> None:
    disk.write(away.settings.files_path, f"ab/{'ab' * 32}", [b"somebody's"])


def _no_keys(away: Elsewhere) -> None:
    away.settings.keys_path.unlink()


def _other_keys(away: Elsewhere) -> None:
    away.settings.keys_path.unlink()
    Codec.load(away.settings.keys_path, create=True)


def _rotated_keys(away: Elsewhere) -> None:
    """The pepper is the same, and the key of the backup is gone."""
    stored = json.loads(away.settings.keys_path.read_bytes())
    other = json.loads(_made_keys(away.settings.path.parent / "other.key"))
    away.settings.keys_path.write_text(json.dumps({**stored, "keys": {"2": other["keys"]["1"]}}))


def _made_keys(path: Path) -> bytes:
    Codec.load(path, create=True)
    content = path.read_bytes()
    path.unlink()
    return content


def _no_manifest(away: Elsewhere) -> None:
    (away.backup / MANIFEST).unlink()


def _manifest(**changes: object) -> Callable[[Elsewhere], None]:
    def change(away: Elsewhere) -> None:
        away.edit(MANIFEST, lambda content: json.dumps({**json.loads(content), **changes}).encode())

    return change


def _cut_manifest(away: Elsewhere) -> None:
    away.edit(MANIFEST, lambda content: content[:100])


def _database_changed(away: Elsewhere) -> None:
    away.edit("aduan.db", flipped)


def _file_missing(away: Elsewhere) -> None:
    (away.backup / "files" / away.there.photo).unlink()


REFUSED: dict[str, tuple[Callable[[Elsewhere], None], type[Exception], str]] = {
    "a database": (_database_there, RestoreError, "exists: a backup is restored to an empty place only"),
    "a log of a database": (_log_there, RestoreError, "aduan.db-wal exists"),
    "files": (_files_there, RestoreError, "files exists"),
    "no key file": (_no_keys, KeysMissingError, "is missing"),
    "another key file": (_other_keys, ForeignBackupError, "was made with another key file"),
    "a key file without the old key": (_rotated_keys, KeysIncompleteError, "lacks key 1, which"),
    "no manifest": (_no_manifest, BackupError, "is no backup: it has no manifest.json"),
    "half a manifest": (_cut_manifest, BackupError, "is damaged: use another backup"),
    "a changed manifest": (
        _manifest(orders=0, number=9),
        BackupError,
        "was changed after the backup was made",
    ),
    "a newer form": (_manifest(format=2), BackupError, "was made by a newer version of Aduan"),
    "a part of another place": (_manifest(parts={"../x": {}}), BackupError, "is damaged"),
    "a changed database": (_database_changed, BackupError, "aduan.db is missing or damaged"),
    "a missing file": (_file_missing, BackupError, "is missing or damaged: use another backup"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_cannot_be_restored_is_refused_before_anything_is_written(
    away: Elsewhere, name: str
) -> None:
    prepare, error, sentence = REFUSED[name]
    prepare(away)
    before = away.lying()
    with pytest.raises(error, match=sentence):
        away.restore()
    assert away.lying() == before


async def test_a_running_bot_s_place_is_refused(away: Elsewhere) -> None:
    lock = Lock(away.settings.path)
    try:
        with pytest.raises(AlreadyRunningError):
            away.restore()
    finally:
        lock.release()
    assert away.lying() == []


async def test_a_backup_of_newer_tables_is_refused_and_one_of_older_is_not_verified(
    store: Store, tmp_path: Path
) -> None:
    there = await backed_up(store, tmp_path / "old")
    _at_revision(there.settings.path, "0003")
    away = _elsewhere(there, tmp_path)
    assert "Next: `aduan migrate`" in str(away.restore())
    with closing(sqlite3.connect(away.settings.path)) as reading:
        assert reading.execute("SELECT version_num FROM alembic_version").fetchone() == ("0003",)


def _at_revision(path: Path, revision: str) -> None:
    with closing(sqlite3.connect(path)) as writing:
        writing.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        writing.commit()


async def test_newer_tables_are_refused(away: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "HEAD", "0001")
    with pytest.raises(schema.SchemaNewerError, match="does not know"):
        away.restore()
    assert away.lying() == []


async def test_numbers_continue_above_backup_watermark_and_what_the_operator_names(away: Elsewhere) -> None:
    watermark = Watermark(away.settings.watermark_path)
    watermark.raise_to([issued_number("BAKESBANGPOL-2026-0003", ["bakesbangpol"])])
    done = away.restore(issued=["dpmd 2026 17", "DPMD-2025-0900"])
    assert done.numbers == ["BAKESBANGPOL-2026-0003", "DPMD-2025-0900", "DPMD-2026-0017"]
    assert read(away.settings.watermark_path) == {
        ("bakesbangpol", 2026): 3,
        ("dpmd", 2025): 900,
        ("dpmd", 2026): 17,
    }


@pytest.mark.parametrize("typed", ["17", "DINSOS-2026-0001", ""])
def test_a_number_that_is_none_is_refused(typed: str) -> None:
    with pytest.raises(RestoreError, match="--issued: found"):
        issued_number(typed, ["dpmd"])


def test_an_agency_s_id_may_have_an_underscore() -> None:
    assert issued_number("DINASPU-2026-0001", ["dinas_pu"]).agency == "dinas_pu"


async def test_a_faulty_backup_is_restored_only_when_asked_for(store: Store, tmp_path: Path) -> None:
    there = await backed_up(store, tmp_path / "old")
    with closing(sqlite3.connect(there.settings.path)) as writing:
        writing.execute("UPDATE cases SET status = 'closed' WHERE id = 'a'")
        writing.commit()
    away = _elsewhere(there, tmp_path)
    with pytest.raises(RestoreError, match=r"the store had faults when .*DPMD-2026-0001: a sealed value"):
        away.restore()
    assert away.lying() == []
    away.restore(accept_faults=True)
    assert away.verified() == (2, ["cases DPMD-2026-0001: a sealed value was changed or moved"])


async def test_what_was_ordered_erased_after_the_backup_is_erased_again(away: Elsewhere) -> None:
    there = away.there
    log = OrderLog(
        there.store.codec, in_state_folder(there.settings.watermark_path), there.folder / NEXT_TO_BACKUPS
    )
    log.note(ORDER)
    assert "1 complaints were erased again" in str(away.restore())
    assert away.verified() == (1, [])
    assert [path for path in away.lying() if "/files/" in path] == [f"data/files/{there.letter}"]
    content = away.settings.files_path / there.letter
    # The state folder knows the order from now on, and this database needs it no more.
    own = OrderLog(there.store.codec, in_state_folder(away.settings.watermark_path))
    assert own.orders() == [ORDER]
    database, codec = await open_store(store_of(away.settings), away.settings.keys_path)
    assert await database.write(lambda c: pending(c, codec, own.lines())) == []
    await database.close()
    assert PHOTO not in content.read_bytes()


async def test_orders_of_an_older_backup_are_applied_after_the_migration(
    store: Store, tmp_path: Path
) -> None:
    there = await backed_up(store, tmp_path / "old")
    _at_revision(there.settings.path, "0003")
    away = _elsewhere(there, tmp_path)
    OrderLog(there.store.codec, there.folder / NEXT_TO_BACKUPS).note(ORDER)
    away.restore()
    # The rows are those of this version; `aduan migrate` would bring them there.
    _at_revision(away.settings.path, schema.HEAD)
    assert [apply_orders_again(away.settings, erase) for _ in range(2)] == [1, 0]
    assert away.verified() == (1, [])


async def test_a_log_of_orders_that_was_cut_stops_the_restore(store: Store, tmp_path: Path) -> None:
    there = await backed_up(store, tmp_path / "old")
    log = OrderLog(
        there.store.codec, in_state_folder(there.settings.watermark_path), there.folder / NEXT_TO_BACKUPS
    )
    log.note(Order("gone", "DPMD-2026-0009", "Surat 1/2026", START))
    away = _elsewhere(there, tmp_path)
    orders = there.folder / NEXT_TO_BACKUPS
    content = orders.read_bytes()
    orders.unlink()
    with pytest.raises(RestoreError, match="1 erasure orders when the backup was made, and 0 are known"):
        away.restore()
    orders.write_bytes(content.replace(b"Surat", b"Srat"))
    with pytest.raises(OrdersDamagedError):
        away.restore()
    assert away.lying() == []
    orders.write_bytes(content)
    away.restore()


def _full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


async def test_a_disk_that_gets_full_leaves_an_empty_place(
    away: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(restoring, "_copy_over", _full)
        with pytest.raises(OSError, match="No space left"):
            away.restore()
        assert away.lying() == []
    away.restore()
    assert away.verified() == (2, [])


async def test_an_interrupted_restore_is_started_over(away: Elsewhere) -> None:
    disk.write(away.settings.path.parent, "aduan.db.restoring", [b"half"])
    disk.write(away.settings.files_path, f"ab/{'ab' * 32}", [b"of an earlier try"])
    away.restore()
    assert away.verified() == (2, [])
    assert not [path for path in away.lying() if "abab" in path or "restoring" in path]


async def test_a_place_with_too_little_space_is_refused(
    away: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "free", lambda _: 10)
    with pytest.raises(RestoreError, match="0 MB are free, and the backup needs"):
        away.restore()
    assert away.lying() == []


async def test_the_real_erasure_leaves_a_copy_that_verifies(away: Elsewhere, tmp_path: Path) -> None:
    there = away.there
    config = read_config(configured(tmp_path)).model_copy(update={"database": away.settings})
    OrderLog(there.store.codec, there.folder / NEXT_TO_BACKUPS).note(ORDER)
    done = Restore(away.backup, away.settings, by_order(config)).run()
    assert (done.complaints, done.erased) == (2, 1)
    assert away.verified() == (2, [])
    assert [path for path in away.lying() if "/files/" in path] == [f"data/files/{there.letter}"]
    database, codec = await open_store(store_of(away.settings), away.settings.keys_path)
    found = await database.write(lambda c: load_cases(c, codec, ["a", "b"]))
    assert {name: bool(case.erased) for name, case in found.items()} == {"a": True, "b": False}
    await database.close()
    assert erased_again(config) == ""
