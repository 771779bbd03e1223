"""Contents of files in a folder and in a table: each is whole or absent, after every kind of interruption."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.database import table_contents
from bot.database.contents import Contents, FolderContents
from bot.database.file_rows import FileJob, content
from bot.database.sealing import Codec, context
from bot.database.stores.postgres import PostgresStore
from bot.database.stores.store import Store
from bot.database.table_contents import PIECE, TableContents
from bot.database.tables import file_contents
from bot.foundation import disk
from bot.leadership.asking import SILENT_SECONDS
from conversations.events import Attachment
from tests.integration.both_stores import KINDS, Place, make_tables, place_of
from tests.postgres_server import Server

NAME = "ab" * 32
PLACE, OTHER = f"ab/{NAME}", f"cd/{'cd' * 32}"
MEGABYTE = 1 << 20
OUTSIDE = (
    "",
    "/etc/passwd",
    "../../etc/passwd",
    f"ab/../{NAME}",
    f"{PLACE}\n",
    f"zz/{'z' * 64}",
    "ab/x.part",
)


FOLDER = "folder"


def table_in(store: Store) -> TableContents:
    """The table, made where it is missing: a new file has none yet."""
    table = TableContents(store)
    with beside(table) as connection:
        file_contents.create(connection, checkfirst=True)
    return table


@pytest.fixture
def table(place: Place, tmp_path: Path) -> TableContents:
    return table_in(place(tmp_path / "aduan.db", tables=True))


@pytest.fixture(params=[FOLDER, *KINDS])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Contents]:
    """Contents in a folder, and in the table of each kind of store."""
    if request.param == FOLDER:
        yield FolderContents(tmp_path / "files")
        return
    with place_of(lambda: request.getfixturevalue("postgres_server"), request.param, tmp_path) as place:
        yield table_in(place(tmp_path / "aduan.db", tables=True))


@contextmanager
def beside(table: TableContents) -> Iterator[Connection]:
    """A transaction of another writer."""
    engine = table._store.writing_engine()
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    finally:
        engine.dispose()


def stopped_after(pieces: Iterable[bytes], error: BaseException) -> Iterator[bytes]:
    yield from pieces
    raise error


SIZES = {
    "nothing": [],
    "an empty piece": [b""],
    "a byte": [b"x"],
    "many small pieces": [bytes([each]) * 1000 for each in range(200)],
    "a piece": [os.urandom(PIECE)],
    "a piece and a byte": [os.urandom(PIECE + 1)],
    "20 MB at once": [os.urandom(20 * MEGABYTE)],
    "20 MB in pieces": [os.urandom(MEGABYTE)] * 20,
}


@pytest.mark.parametrize("name", SIZES)
def test_a_content_is_read_as_it_was_written(kept: Contents, name: str) -> None:
    whole = b"".join(SIZES[name])
    kept.write(PLACE, SIZES[name])
    assert kept.read(PLACE) == whole
    assert kept.head(PLACE, 15) == (len(whole), whole[:15])
    assert [kept.read(PLACE, most) for most in (0, 3, 2000)] == [whole[:most] for most in (0, 3, 2000)]
    assert kept.paths() == [PLACE]


def test_the_first_bytes_may_be_those_of_several_pieces(kept: Contents) -> None:
    whole = os.urandom(3 * PIECE)
    kept.write(PLACE, [whole])
    for most in (PIECE - 1, PIECE, PIECE + 1, 2 * PIECE + 5, 4 * PIECE):
        assert kept.read(PLACE, most) == whole[:most]


def test_a_content_that_is_not_there_is_not_found(kept: Contents) -> None:
    kept.write(PLACE, [b"x"])
    for read in (kept.read, lambda path: kept.head(path, 1)):
        with pytest.raises(FileNotFoundError):
            read(OTHER)
    with pytest.raises(FileNotFoundError):
        kept.rename(OTHER, PLACE)
    assert kept.read(PLACE) == b"x"
    kept.erase(OTHER)
    assert kept.paths() == [PLACE]


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_path_that_no_content_has_reaches_nothing(kept: Contents, tmp_path: Path, path: str) -> None:
    kept.write(PLACE, [b"x"])
    near = tmp_path / "near"
    near.write_bytes(b"near")
    with pytest.raises(ValueError, match="no path of a content"):
        kept.write(path, [b"y"])
    for given in ((PLACE, path), (path, PLACE)):
        with pytest.raises(ValueError, match="no path of a content"):
            kept.rename(*given)
    for read in (kept.read, lambda at: kept.head(at, 1)):
        with pytest.raises(FileNotFoundError):
            read(path)
    kept.erase(path)
    kept.erase("../near")
    assert (near.read_bytes(), kept.paths(), kept.read(PLACE)) == (b"near", [PLACE], b"x")


def test_a_content_is_replaced_and_renamed_whole(kept: Contents) -> None:
    kept.write(PLACE, [os.urandom(3 * PIECE)])
    kept.write(PLACE, [b"shorter"])
    assert kept.read(PLACE) == b"shorter"
    kept.write(OTHER, [os.urandom(2 * PIECE)])
    kept.rename(PLACE, OTHER)
    assert (kept.paths(), kept.read(OTHER)) == ([OTHER], b"shorter")
    kept.erase(OTHER)
    assert kept.paths() == []


@pytest.mark.parametrize("before", [[], [b"earlier"]])
def test_an_interrupted_write_leaves_what_was_there(kept: Contents, before: list[bytes]) -> None:
    if before:
        kept.write(PLACE, before)
    with pytest.raises(KeyboardInterrupt):
        kept.write(PLACE, stopped_after([os.urandom(3 * PIECE)], KeyboardInterrupt()))
    assert kept.paths() == ([PLACE] if before else [])
    if before:
        assert kept.read(PLACE) == b"earlier"
    else:
        with pytest.raises(FileNotFoundError):
            kept.read(PLACE)


def test_while_it_is_written_a_content_is_neither_readable_nor_left_over(kept: Contents) -> None:
    seen: list[str] = []

    def pieces() -> Iterator[bytes]:
        yield os.urandom(2 * PIECE)
        seen.extend(kept.paths())
        with pytest.raises(FileNotFoundError):
            kept.read(PLACE)
        assert not any(kept.is_left_over(path) for path in seen)
        yield b"end"

    kept.write(PLACE, pieces())
    (temporary,) = seen
    assert disk.LEFT_OVER.fullmatch(temporary)
    assert kept.is_left_over(temporary)
    assert not kept.is_left_over(PLACE)
    assert kept.paths() == [PLACE]


def test_the_same_content_written_at_once_is_whole(kept: Contents) -> None:
    whole, failed = os.urandom(2 * MEGABYTE), list[BaseException]()

    def write() -> None:
        try:
            for _ in range(3):
                kept.write(PLACE, [whole])
                assert kept.read(PLACE) == whole
        except BaseException as error:  # noqa: BLE001 - the test shows it
            failed.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert (kept.paths(), kept.read(PLACE)) == ([PLACE], whole)


def _cut_folder(kept: FolderContents) -> None:
    path = kept.folder / PLACE
    sealed = path.read_bytes()
    path.write_bytes(sealed[:PIECE] + sealed[2 * PIECE :])


def _cut(kept: Contents) -> None:
    """Take the second piece away."""
    if isinstance(kept, FolderContents):
        _cut_folder(kept)
    elif isinstance(kept, TableContents):
        with beside(kept) as connection:
            connection.execute(text("DELETE FROM file_contents WHERE piece = 1"))


def test_a_content_with_a_missing_piece_counts_as_damaged(kept: Contents, tmp_path: Path) -> None:
    codec, data = Codec.load(tmp_path / "key", create=True), os.urandom(3 * PIECE)
    sha256 = hashlib.sha256(data).hexdigest()
    kept.write(PLACE, codec.seal_in_pieces(data, context("file", sha256)))
    job = FileJob("7-1", "a", 7, Attachment("photo", "f", "u"), sha256=sha256, path=PLACE)
    assert content(kept, codec, job) == data
    _cut(kept)
    assert content(kept, codec, job) is None
    kept.erase(PLACE)
    assert content(kept, codec, job) is None


def test_each_piece_of_a_table_is_a_short_transaction(table: TableContents) -> None:
    seen: list[int] = []

    def pieces() -> Iterator[bytes]:
        for _ in range(4):
            yield bytes(PIECE)
            # Another writer gets its turn, and sees what is committed.
            with beside(table) as connection:
                seen.append(connection.scalar(text("SELECT count(*) FROM file_contents")) or 0)

    table.write(PLACE, pieces())
    assert seen == [1, 2, 3, 4]
    with beside(table) as connection:
        lengths = connection.scalars(text("SELECT DISTINCT length(data) FROM file_contents")).all()
    assert lengths == [PIECE]


def test_pieces_that_another_process_swept_make_no_content(table: TableContents) -> None:
    def pieces() -> Iterator[bytes]:
        yield bytes(2 * PIECE)
        for path in table.paths():
            table.erase(path)
        yield bytes(2 * PIECE)

    with pytest.raises(FileNotFoundError):
        table.write(PLACE, pieces())
    assert table.paths() == []


def test_a_write_without_its_database_leaves_its_pieces_to_the_sweep(
    table: TableContents, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise OperationalError("", None, Exception("the server is gone"))

    with monkeypatch.context() as patched:
        patched.setattr(table_contents, "_rename", gone)
        patched.setattr(table_contents, "_erase", gone)
        with pytest.raises(OperationalError):
            table.write(PLACE, [bytes(2 * PIECE)])
    (left,) = table.paths()
    assert table.is_left_over(left)
    with pytest.raises(FileNotFoundError):
        table.read(PLACE)
    table.erase(left)
    assert table.paths() == []


def test_who_comes_second_with_the_same_content_replaces_it(table: TableContents) -> None:
    def first() -> Iterator[bytes]:
        yield b"the second one's"
        table.write(PLACE, [b"the first one's"])

    table.write(PLACE, first())
    assert (table.paths(), table.read(PLACE)) == ([PLACE], b"the second one's")


def test_a_content_that_a_key_refuses_does_not_count_as_stored(
    table: TableContents, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise IntegrityError("", None, Exception("duplicate key"))

    monkeypatch.setattr(table_contents, "_rename", refused)
    with pytest.raises(IntegrityError):
        table.write(PLACE, [b"x"])
    assert table.paths() == []


def test_an_erasure_is_part_of_the_transaction_that_checked(table: TableContents) -> None:
    table.write(PLACE, [b"x"])
    with suppress(LookupError), beside(table) as connection:
        table.erase(PLACE, connection)
        raise LookupError
    assert table.read(PLACE) == b"x"
    with beside(table) as connection:
        table.erase(PLACE, connection)
    assert table.paths() == []


def test_a_frozen_process_that_writes_a_piece_holds_up_others_for_less_than_their_patience(
    postgres_server: Server,
) -> None:
    limits = "SELECT current_setting('idle_in_transaction_session_timeout')::interval, "
    with (
        postgres_server.fresh(make_tables) as url,
        TableContents(PostgresStore(url))._writing() as connection,
    ):
        found = connection.execute(text(f"{limits} current_setting('lock_timeout')::interval")).one()
    assert timedelta(0) < found[0] < found[1]
    assert found[0] < timedelta(seconds=SILENT_SECONDS)


def test_only_a_folder_says_how_much_is_free(kept: Contents) -> None:
    assert (kept.free() is None) == isinstance(kept, TableContents)


def test_people_are_told_where_a_content_is(kept: Contents, tmp_path: Path) -> None:
    is_folder = isinstance(kept, FolderContents)
    assert kept.place(PLACE) == (
        str(tmp_path / "files" / PLACE) if is_folder else f"table file_contents, {PLACE}"
    )
    assert kept.place() == (str(tmp_path / "files") if is_folder else "table file_contents")
