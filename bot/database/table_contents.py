"""The contents of stored files in the table `file_contents`, in pieces.

A content is written in several short transactions, a piece each, under a temporary path; one last statement
gives all pieces the final path. A folder does the same with a temporary file and a rename. One transaction
for the whole content would give readers the same, and was not taken for three reasons:

1. Writers take turns: on SQLite by BEGIN IMMEDIATE, on PostgreSQL by the lock that each writing transaction
   takes. A citizen's turn would wait until 20 MB have gone over the network; now it waits for 256 KB.
2. A statement holds one piece, so that neither bot nor server has a second copy of a content in memory.
3. On PostgreSQL a transaction that stays open because of a slow network keeps old rows from being removed.

The last statement counts the pieces. When another process has swept some of them, because this one was
frozen meanwhile, nothing gets the final path. Of two that write the same content at once, the second replaces
the first one's by its own, which is equal: a path is the hash of its content. Pieces of a killed process stay
under the temporary path until the sweep erases them.

A read is one statement over one state of the store: a content that is replaced meanwhile is read whole, old
or new. Whether a piece is missing or changed is not checked here: the seal covers the whole content.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import (
    Connection,
    Integer,
    LargeBinary,
    bindparam,
    delete,
    func,
    insert,
    select,
    type_coerce,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from bot.database.contents import is_path, required
from bot.database.stores.store import Store
from bot.database.tables import file_contents
from bot.foundation import disk

PIECE = 256 * 1024
# The pieces that are fetched from the server at once.
FETCHED = 4

_AT = file_contents.c.path == bindparam("at")
_INSERT = insert(file_contents)
_RENAME = update(file_contents).where(_AT).values(path=bindparam("new"))
_ERASE = delete(file_contents).where(_AT)
_PATHS = select(file_contents.c.path).distinct()
_SIZE = select(func.sum(func.length(file_contents.c.data))).where(_AT)
_PIECES = select(file_contents.c.data).where(_AT).order_by(file_contents.c.piece)
# The first bytes of each piece: joined and cut they are the first bytes of the content.
_BEGINNINGS = (
    select(type_coerce(func.substr(file_contents.c.data, 1, bindparam("most", type_=Integer)), LargeBinary))
    .where(_AT)
    .order_by(file_contents.c.piece)
)


class TableContents:
    """The contents as rows of the store.

    Each call has a connection of its own, so that several threads may call, and nothing is left to be closed.
    Its transactions begin as those of all writers and readers of the store do.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def write(self, path: str, pieces: Iterable[bytes]) -> None:
        """Insert the pieces under a temporary path, then rename them."""
        required(path)
        with disk.incomplete(path) as temporary, self._writing() as connection:
            try:
                _rename(connection, temporary, path, _inserted(connection, temporary, pieces))
            except BaseException:
                # A database that is gone keeps them for the sweep.
                with suppress(SQLAlchemyError), connection.begin():
                    _erase(connection, temporary)
                raise

    def read(self, path: str, most: int = -1) -> bytes:
        """Read the pieces in their order."""
        with self._store.reading() as connection:
            return _read(connection, path, most)

    def head(self, path: str, most: int) -> tuple[int, bytes]:
        """Read the sizes of the pieces, and the beginning of the first ones."""
        with self._store.reading() as connection:
            first = _read(connection, path, most)
            return int(connection.scalar(_SIZE, {"at": path}) or 0), first

    def paths(self) -> list[str]:
        """List the table."""
        with self._store.reading() as connection:
            return [path for path in connection.scalars(_PATHS) if is_path(path)]

    def is_left_over(self, path: str) -> bool:
        """Whether no one in this process writes it; no other process writes contents of the same store."""
        return disk.is_left_over(path)

    def rename(self, path: str, new: str) -> None:
        """Rename the pieces in one transaction."""
        with self._writing() as connection:
            _rename(connection, required(path), required(new))

    def erase(self, path: str, connection: Connection | None = None) -> None:
        """Delete the pieces, with the connection's transaction when it is given, else with one of its own."""
        if not is_path(path):
            return
        if connection:
            _erase(connection, path)
        else:
            with self._writing() as own, own.begin():
                _erase(own, path)

    def free(self) -> int | None:
        """Unknown: the disk is the server's."""
        return None

    def place(self, path: str = "") -> str:
        """The table, with the path."""
        return f"table {file_contents.name}{path and f', {path}'}"

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        engine = self._store.writing_engine(brief=True)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()


def _inserted(connection: Connection, path: str, pieces: Iterable[bytes]) -> int:
    """Insert the pieces, each in a transaction; their number."""
    count = 0
    for data in _portions(pieces):
        with connection.begin():
            connection.execute(_INSERT, {"path": path, "piece": count, "data": data})
        count += 1
    return count


def _portions(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of equal size, the last one shorter; one empty piece for no bytes."""
    kept, empty = bytearray(), True
    for piece in pieces:
        view = memoryview(piece)
        for start in range(0, len(view), PIECE):
            kept += view[start : start + PIECE]
            if len(kept) >= PIECE:
                yield bytes(kept[:PIECE])
                del kept[:PIECE]
                empty = False
    if kept or empty:
        yield bytes(kept)


def _rename(connection: Connection, path: str, new: str, pieces: int = 0) -> None:
    """Replace a content by this one. Raises FileNotFoundError unless it has all these pieces, or any."""
    with connection.begin():
        _erase(connection, new)
        found = connection.execute(_RENAME, {"at": path, "new": new}).rowcount
        if not found or (pieces and found != pieces):
            raise FileNotFoundError(path)


def _erase(connection: Connection, path: str) -> None:
    connection.execute(_ERASE, {"at": path})


def _read(connection: Connection, path: str, most: int) -> bytes:
    """The joined pieces, or the first bytes; the buffer gives its bytes without a copy."""
    if not disk.PLACE.fullmatch(path):
        raise FileNotFoundError(path)
    query = _PIECES if most < 0 else _BEGINNINGS
    joined, found = io.BytesIO(), False
    values = {"at": path} if most < 0 else {"at": path, "most": most}
    with connection.execute(query, values, execution_options={"yield_per": FETCHED}) as rows:
        for (data,) in rows:
            # SQLite has no first bytes of an empty piece.
            joined.write(data or b"")
            found = True
            if 0 <= most <= joined.tell():
                break
    if not found:
        raise FileNotFoundError(path)
    return joined.getvalue() if most < 0 else joined.getvalue()[:most]
