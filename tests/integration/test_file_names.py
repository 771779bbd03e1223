"""Stored files have keyed names; those of an earlier version are renamed, whenever the process is killed."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from sqlalchemy import text

from bot.database import file_rows, files_table, migrations
from bot.database.contents import FolderContents
from bot.database.engine import Database
from bot.database.sealing import Codec, binding, context
from bot.database.stores.sqlite import SqliteStore
from bot.files.content_names import rename_contents
from bot.files.files import Files
from bot.foundation import disk
from bot.operations.migrate import migrate
from bot.operations.verify import verify
from conversations.events import Attachment

pytestmark = pytest.mark.sqlite("the store of an earlier version, which had no other kind")

CONTENTS = (b"foto jalan rusak", b"surat dari desa")
PHOTO = Attachment("photo", "f", "u", size=5, name="foto.jpg")
ORPHAN = b"nobody needs this"


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class OldFiles:
    """A store of revision 0004: contents named by their plain SHA-256."""

    def __init__(self, folder: Path) -> None:
        self.path, self.keys, self.folder = folder / "aduan.db", folder / "aduan.key", folder / "files"
        self.kept = FolderContents(self.folder)
        self.codec = Codec.load(self.keys, create=True)
        engine = SqliteStore(self.path).writing_engine()
        with engine.begin() as connection:
            migrations.run(connection, self.codec, lambda _done, _all: None, "0004")
            for number, data in enumerate(CONTENTS, start=1):
                connection.execute(text(INSERT), self.row(f"7-{number}", sha(data)))
        engine.dispose()
        for data in (*CONTENTS, ORPHAN):
            sealed = self.codec.seal_in_pieces(data, context("file", sha(data)))
            disk.write(self.folder, disk.place_of(sha(data)), sealed)

    def row(self, key: str, sha256: str) -> dict[str, object]:
        plain = TypeAdapter(Attachment).dump_json(PHOTO)
        sealed = self.codec.seal(plain, binding("files", key, "a", 7, sha256))
        return {"key": key, "sha256": sha256, "path": disk.place_of(sha256), "attachment": sealed}

    def contents(self) -> list[bytes | None]:
        """The bytes of each file, as a running bot reads them."""
        engine = SqliteStore(self.path).writing_engine()
        with engine.connect() as connection:
            jobs = files_table.readable_files(connection, self.codec, ["7-1", "7-2"])
        engine.dispose()
        assert all(job.attachment == PHOTO for job in jobs.values())
        return [file_rows.content(self.kept, self.codec, jobs[key]) for key in sorted(jobs)]

    def named(self) -> set[str]:
        return {path.rpartition("/")[2] for path in disk.contents(self.folder)}


INSERT = """
INSERT INTO files (key, owner, chat, attachment, state, attempts, not_before, sha256, size, path, reported)
VALUES (:key, 'a', 7, :attachment, 'stored', 0, 0.0, :sha256, 5, :path, 1)
"""


@pytest.fixture
def old(tmp_path: Path) -> OldFiles:
    return OldFiles(tmp_path)


def keyed(old: OldFiles) -> set[str]:
    return {old.codec.file_name(sha(data)) for data in CONTENTS}


def test_migrate_gives_rows_and_contents_keyed_names(old: OldFiles) -> None:
    said = migrate(SqliteStore(old.path), old.keys, old.kept)
    assert said.endswith(f"{old.folder}: 2 files have new names")
    assert old.named() == keyed(old) | {sha(ORPHAN)}
    assert old.contents() == list(CONTENTS)
    assert verify(SqliteStore(old.path), old.codec).faults == []
    stored = old.path.read_bytes()
    assert not any(sha(data).encode() in stored or bytes.fromhex(sha(data)) in stored for data in CONTENTS)
    assert "new names" not in migrate(SqliteStore(old.path), old.keys, old.kept)


@pytest.mark.parametrize("after", [0, 1])
def test_a_kill_between_the_names_loses_nothing(
    old: OldFiles, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = 0

    def rename(kept: FolderContents, path: str, new: str) -> None:
        nonlocal done
        if done == after:
            raise KeyboardInterrupt
        done += 1
        disk.rename(kept.folder, path, new)

    with monkeypatch.context() as patched:
        patched.setattr(FolderContents, "rename", rename)
        with pytest.raises(KeyboardInterrupt):
            migrate(SqliteStore(old.path), old.keys, old.kept)
    assert len(old.named() & keyed(old)) == after
    assert old.contents() == list(CONTENTS)
    assert "up to date" in migrate(SqliteStore(old.path), old.keys, old.kept)
    assert old.named() == keyed(old) | {sha(ORPHAN)}
    assert old.contents() == list(CONTENTS)


async def test_the_running_bot_renames_what_is_left_and_erases_what_no_row_needs(old: OldFiles) -> None:
    migrate(SqliteStore(old.path), old.keys)
    database = await Database.open(SqliteStore(old.path))
    assert await Files(database, old.codec, old.kept).sweep() == 1
    assert old.named() == keyed(old)
    await database.close()
    assert old.contents() == list(CONTENTS)


def test_a_row_that_does_not_open_is_named_and_keeps_no_plain_hash(old: OldFiles) -> None:
    with closing(sqlite3.connect(old.path)) as database:
        database.execute("UPDATE files SET attachment = x'00' WHERE key = '7-1'")
        database.commit()
    said = migrate(SqliteStore(old.path), old.keys, old.kept)
    assert "files 7-1: " in said
    assert sha(CONTENTS[0]).encode() not in old.path.read_bytes()
    assert old.named() == keyed(old) | {sha(ORPHAN)}


def test_names_of_another_installation_are_others(tmp_path: Path) -> None:
    codecs = [Codec.load(tmp_path / name, create=True) for name in ("a.key", "b.key")]
    assert len({codec.file_name(sha(ORPHAN)) for codec in codecs} | {sha(ORPHAN)}) == 3


@pytest.mark.parametrize("path", ["ab/x.part", "../../etc/passwd", f"zz/{'z' * 64}", ""])
def test_a_name_that_is_no_content_s_is_left_alone(old: OldFiles, path: str) -> None:
    assert rename_contents(old.kept, old.codec, [path], ["", "/"]) == {}
