"""A backup is complete, verified and without keys, or it is none; making one disturbs no writer."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.config.sections import Backup
from bot.database import files_table, schema
from bot.database.backup_names import MANIFEST, backups, good_ones, name_of, parse
from bot.database.contents import Contents
from bot.database.order_lines import Order
from bot.database.order_log import NEXT_TO_BACKUPS, OrderLog, in_state_folder
from bot.database.stores import snapshots
from bot.database.stores.choice import store_of
from bot.database.stores.sqlite import SqliteStore
from bot.database.stores.store import Store as RowStore
from bot.foundation import disk
from bot.operations import backup as making
from bot.operations import backup_copies as copies
from bot.operations.backup import make_backup
from bot.operations.backup_command import back_up
from bot.operations.backup_folder import BackupError, Part, outdated
from bot.operations.verify import verify
from tests.breaking import flipped
from tests.integration.backup_setup import LETTER, PHOTO, BackedUp, backed_up
from tests.integration.sealed_store import Store
from tests.unit.transcript import START

pytestmark = pytest.mark.sqlite(
    "the backup of a file; that of a server's database is in test_backup_server.py"
)

GOOD = name_of(1, START)
FAULTY = f"{GOOD}.faulty"


@pytest.fixture
async def there(store: Store, tmp_path: Path) -> BackedUp:
    return await backed_up(store, tmp_path)


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


async def test_a_backup_has_database_and_files_and_says_what_is_in_it(there: BackedUp) -> None:
    OrderLog(there.store.codec, in_state_folder(there.settings.watermark_path)).note(
        Order("x", "DPMD-2026-0009", "Surat 1/2026", START)
    )
    made = there.make()
    assert str(made).startswith(f"{there.folder / GOOD}: 2 complaints, 2 files, ")
    assert str(made).endswith(" MB; read back and verified")
    assert there.names() == [GOOD, NEXT_TO_BACKUPS]
    assert sorted(path.name for path in made.path.iterdir()) == ["aduan.db", "files", "manifest.json"]
    manifest = there.manifest(made)
    wanted = {
        "number": 1,
        "revision": schema.HEAD,
        "numbers": {"dpmd": {"2026": 2}},
        "orders": 1,
        "faults": [],
    }
    assert {name: manifest[name] for name in wanted} == wanted
    assert set(manifest["parts"]) == {"aduan.db", f"files/{there.photo}", f"files/{there.letter}"}
    report = verify(SqliteStore(made.path / "aduan.db"), there.store.codec)
    assert (report.complaints, report.faults) == (2, [])


async def test_only_the_owner_can_read_a_backup_and_it_has_no_keys_and_no_names(there: BackedUp) -> None:
    old = os.umask(0)
    try:
        there.make()
    finally:
        os.umask(old)
    everything = [there.folder, *there.folder.rglob("*")]
    assert {path.stat().st_mode & 0o777 for path in everything if path.is_dir()} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in everything if path.is_file()} == {0o600}
    content, keys = all_bytes(there.folder), there.settings.keys_path.read_text()
    secrets = [part.encode() for part in keys.split('"') if len(part) > 40]
    assert len(secrets) == 2
    for marked in (*secrets, b"Siti", b"Jalan", b"Dusun", b"surat.pdf", PHOTO[:50], LETTER[:50]):
        assert marked not in content, marked


async def test_the_bot_writes_while_the_pages_are_copied_and_the_copying_is_not_begun_again(
    there: BackedUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "PAGES", 1)
    pages = await there.store.database.write(lambda c: c.exec_driver_sql("PRAGMA page_count").scalar_one())
    writing, portions = sqlite3.connect(there.settings.path, isolation_level=None), 0

    def write(_bytes: int) -> None:
        nonlocal portions
        portions += 1
        assert portions <= pages, "the copying was begun again"
        writing.execute("INSERT INTO gaps VALUES ('dpmd', 2026, ?, 1, '')", (portions,))

    there.folder.mkdir()
    copied = copies.copy_database(store_of(there.settings), there.folder, write)
    writing.close()
    assert portions == pages
    assert copied.tables["gaps"] == 0
    with closing(sqlite3.connect(there.folder / "aduan.db")) as copy:
        assert copy.execute("SELECT count(*) FROM gaps").fetchone() == (0,)
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)


async def test_a_file_that_is_erased_meanwhile_is_left_out(
    there: BackedUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_file = copies.copy_file

    def erased(source: Contents, target: Contents, path: str) -> Part:
        if path == there.photo:
            with closing(sqlite3.connect(there.settings.path)) as writing:
                writing.execute("DELETE FROM files WHERE key = '7-1'")
                writing.commit()
            source.erase(path)
        return copy_file(source, target, path)

    monkeypatch.setattr(copies, "copy_file", erased)
    made = there.make()
    assert (made.files, made.faults) == (1, ())
    assert there.manifest(made)["erased"] == [there.photo]
    assert good_ones(there.folder)


def _missing(there: BackedUp) -> None:
    disk.erase(there.settings.files_path, there.photo)


def _damaged(there: BackedUp) -> None:
    path = there.settings.files_path / there.photo
    path.write_bytes(flipped(path.read_bytes()))


def _forged(there: BackedUp) -> None:
    with closing(sqlite3.connect(there.settings.path)) as writing:
        writing.execute("UPDATE cases SET status = 'closed' WHERE id = 'a'")
        writing.commit()


FAULTS: dict[str, tuple[Callable[[BackedUp], None], str]] = {
    "a content is missing": (_missing, "is missing in the store"),
    "a content is damaged": (_damaged, "files 7-1: its content is damaged in the store"),
    "a row was changed": (_forged, "cases DPMD-2026-0001: a sealed value was changed or moved"),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_a_backup_of_a_faulty_store_is_kept_and_counts_as_no_good_one(
    there: BackedUp, name: str
) -> None:
    change, sentence = FAULTS[name]
    change(there)
    made = there.make()
    assert sentence in str(made)
    assert there.names() == [FAULTY]
    assert good_ones(there.folder) == []
    assert there.manifest(made)["faults"] == list(made.faults)


async def test_a_file_that_an_earlier_backup_has_is_linked(there: BackedUp) -> None:
    first, second = there.make(), there.make()
    files = [there.content(made, there.photo).stat() for made in (first, second)]
    assert files[0].st_ino == files[1].st_ino
    assert files[0].st_ino != (there.settings.files_path / there.photo).stat().st_ino
    assert (
        there.manifest(first)["parts"][f"files/{there.photo}"]
        == (there.manifest(second)["parts"][f"files/{there.photo}"])
    )


async def test_an_earlier_backup_s_file_that_is_damaged_by_now_is_copied_again(there: BackedUp) -> None:
    first = there.make()
    _, content = there.content(first, there.photo), there.settings.files_path / there.photo
    there.content(first, there.photo).write_bytes(flipped(content.read_bytes()))
    second = there.make()
    assert second.faults == ()
    assert there.content(second, there.photo).read_bytes() == content.read_bytes()


def _no_space(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def _sqlite_full(*_: object) -> None:
    with closing(sqlite3.connect(":memory:")) as small:
        small.execute("PRAGMA max_page_count = 1")
        small.execute("CREATE TABLE a (b)")


FULL: dict[str, tuple[Any, str, Callable[..., None]]] = {
    "at the database": (copies, "copy_database", _sqlite_full),
    "at a file": (copies, "copy_file", _no_space),
    "at the manifest": (making, "encoded", _no_space),
    "at the last sync": (copies, "sync_all", _no_space),
}


@pytest.mark.parametrize("name", FULL)
async def test_a_full_disk_is_a_sentence_and_nothing_half_is_left(
    there: BackedUp, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    place, function, full = FULL[name]
    monkeypatch.setattr(place, function, full)
    with pytest.raises(BackupError, match="no space is left on this disk, nothing of this backup was kept"):
        there.make()
    assert there.names() == []


async def test_a_backup_begins_only_with_enough_space(
    there: BackedUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "free", lambda _: making.RESERVE)
    with pytest.raises(BackupError, match="200 MB are free, and the backup needs 1 MB and leaves 200 MB to"):
        there.make()
    assert there.names() == []


async def test_a_copy_that_differs_from_the_store_is_removed(
    there: BackedUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_database = copies.copy_database

    def lossy(source: RowStore, folder: Path, advance: copies.Advance) -> copies.Copied:
        copied = copy_database(source, folder, advance)
        with closing(sqlite3.connect(folder / "aduan.db")) as copy:
            copy.execute("DELETE FROM sent_messages")
            copy.execute("DELETE FROM updates")
            copy.commit()
        return copied

    monkeypatch.setattr(copies, "copy_database", lossy)
    with pytest.raises(BackupError, match="the rows of updates are not those of the store"):
        there.make()
    assert there.names() == []


async def test_a_second_backup_at_the_same_time_is_refused_and_leftovers_are_removed(there: BackedUp) -> None:
    there.folder.mkdir()
    (there.folder / f".unfinished-{GOOD}" / "files").mkdir(parents=True)
    handle = os.open(there.folder, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with pytest.raises(BackupError, match="another backup is being made"):
            there.make()
    finally:
        os.close(handle)
    there.make()
    assert there.names() == [GOOD]


async def test_a_folder_of_another_installation_is_refused(there: BackedUp) -> None:
    first = there.make()
    content = json.loads((first.path / MANIFEST).read_bytes())
    (first.path / MANIFEST).write_text(json.dumps({**content, "key": "00" * 32}))
    with pytest.raises(BackupError, match="has backups of another installation: name another folder"):
        there.make()
    assert there.names() == [first.path.name]


async def test_a_store_of_a_newer_version_is_refused_and_one_of_an_older_is_copied(there: BackedUp) -> None:
    def at(revision: str) -> None:
        with closing(sqlite3.connect(there.settings.path)) as writing:
            writing.execute("UPDATE alembic_version SET version_num = ?", (revision,))
            writing.commit()

    at("9999")
    with pytest.raises(schema.SchemaNewerError, match="at revision 9999, which this program does not know"):
        there.make()
    at("0003")
    made = there.make()
    assert (made.complaints, made.files, there.manifest(made)["revision"]) == (2, 2, "0003")


async def test_without_a_store_or_a_folder_there_is_a_sentence(there: BackedUp, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="name a folder with --to, or as backup"):
        back_up(there.settings, Backup(), None, START)
    missing = there.settings.model_copy(update={"url": f"sqlite:///{tmp_path}/none.db"})
    with pytest.raises(BackupError, match=r"none\.db is not there yet"):
        make_backup(missing, there.folder, START)
    assert not there.folder.exists()


async def test_a_place_that_is_no_folder_is_a_sentence(there: BackedUp) -> None:
    there.folder.write_text("a file")
    with pytest.raises(BackupError, match="nothing of this backup was kept"):
        there.make()


async def test_rotation_deletes_old_days_and_never_the_newest_good_one(there: BackedUp) -> None:
    settings = Backup(folder=str(there.folder), keep_days=2)
    for day in (1, 2, 2, 3):
        back_up(there.settings, settings, None, START.replace(day=day))
    assert [backup.number for backup in backups(there.folder)] == [2, 3, 4]
    _forged(there)
    for day in (4, 5, 6):
        back_up(there.settings, settings, None, START.replace(day=day))
    assert [(each.number, each.good) for each in backups(there.folder)] == [
        (2, True),
        (3, True),
        (4, True),
        (6, False),
        (7, False),
    ]
    # With --to nothing is deleted.
    back_up(there.settings, settings, there.folder, START.replace(day=7))
    assert len(backups(there.folder)) == 6


# Days of good backups as numbers ("!" for a faulty one) -> how many days are kept -> what is deleted.
ROTATIONS = {
    "fewer than kept": ("01 02", 3, ""),
    "one too many": ("01 02 03", 2, "01"),
    "days without a backup count as none": ("01 20 21", 2, "01"),
    "a clock a month ahead costs one day": ("01 02 03 31", 2, "01 02"),
    "a clock that went back": ("30 31 01 02", 2, "30 31"),
    "faulty ones push no good one out": ("01 02! 03! 04!", 2, "02!"),
    "faulty ones go with the good ones of their time": ("01! 02 03 04", 2, "01! 02"),
    "only faulty ones": ("01! 02! 03!", 2, "01!"),
    "the last one stays": ("01", 1, ""),
}


@pytest.mark.parametrize("name", ROTATIONS)
def test_days_are_counted_in_backups(tmp_path: Path, name: str) -> None:
    days, keep, deleted = ROTATIONS[name]
    found = []
    for number, day in enumerate(days.split(), start=1):
        taken = START.replace(day=int(day[:2]))
        path = tmp_path / (name_of(number, taken) + (".faulty" if day.endswith("!") else ""))
        path.mkdir()
        (path / "manifest.json").touch()
        found.append(parse(path))
    listed = [each for each in found if each]
    assert len(listed) == len(found)
    old = {each.number for each in outdated(listed, keep)}
    assert [day for number, day in enumerate(days.split(), start=1) if number in old] == deleted.split()


async def test_a_backup_that_is_deleted_halfway_counts_as_none(
    there: BackedUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Backup(folder=str(there.folder), keep_days=1)
    back_up(there.settings, settings, None, START)

    def killed(_path: Path, **_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", killed)
        with pytest.raises(KeyboardInterrupt):
            back_up(there.settings, settings, None, START.replace(day=20))
    assert [backup.number for backup in backups(there.folder)] == [2]
    there.make()
    assert not list(there.folder.glob(".*"))


def test_other_folders_are_no_backups(tmp_path: Path) -> None:
    for name in (
        "aduan-1-2026-03-18-090000",
        "aduan-000001-2026-13-18-090000",
        "backup",
        f".unfinished-{GOOD}",
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").touch()
    (tmp_path / GOOD).mkdir()
    assert backups(tmp_path) == []
    assert backups(tmp_path / "none") == []


async def test_the_stored_table_is_read_as_it_is(there: BackedUp) -> None:
    """A row of a file that does not open is a fault of verify, and the backup goes on."""
    await there.store.database.write(lambda c: files_table.mark_lost(c, "8-1", "too_large"))
    with closing(sqlite3.connect(there.settings.path)) as writing:
        writing.execute("UPDATE files SET attachment = x'00' WHERE key = '7-1'")
        writing.commit()
    made = there.make()
    assert made.files == 1
    assert [fault.partition(":")[0] for fault in made.faults] == ["files 7-1"]
