"""The log of erasure orders: what was erased stays erased when an older copy of the database is restored.

1. The log is kept twice: in the state folder, and next to the backups. A backup never contains it.
2. Each line is one order: the complaint's id and number, the time, and the order's reference; nothing about a
   person.
3. Each line has an HMAC over its content and the HMAC of the line before. Without the key file no line can be
   added, changed or moved. Lines that are missing at the end are found in the other copy, and by the mark
   that each database has of the orders applied to it.
4. A line is on the disk when `note()` returns. A line that a kill left incomplete is no order.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import structlog
from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from bot.database import schema
from bot.database.contents import Contents
from bot.database.files_table import stored_contents
from bot.database.sealing import Codec
from bot.database.stores.store import Store
from bot.database.tables import cases, installation
from bot.foundation import disk
from bot.foundation.modes import create, make_folder

log = structlog.get_logger(__name__)

NEXT_TO_BACKUPS = "erasure-orders.jsonl"
LONGEST_REFERENCE = 200
DOMAIN, APPLIED = "erasure order", "erasure orders applied"
MARK = "erasure_orders"

_MARK = select(installation.c.value).where(installation.c.name == MARK)
_SET_MARK = insert(installation)
_SET_MARK = _SET_MARK.on_conflict_do_update(index_elements=["name"], set_={"value": _SET_MARK.excluded.value})
_STATE = select(cases.c.state).where(cases.c.id == bindparam("case"))


class OrdersDamagedError(Exception):
    """A log of erasure orders was changed or cut, or belongs to another installation."""


class OrderReferenceError(Exception):
    """The reference of an order cannot be stored."""


@dataclass(frozen=True, slots=True)
class Order:
    """One order: erase this complaint. `reference` is that of the order, such as the number of a letter."""

    case: str
    number: str
    reference: str
    at: datetime


class Line(NamedTuple):
    """An order with its place in the log, counted from 1, and its HMAC."""

    seq: int
    order: Order
    mac: str


class Erase(Protocol):
    """Erases one complaint in the connection's transaction; one that is erased already stays as it is."""

    def __call__(self, connection: Connection, codec: Codec, order: Order, /) -> Iterable[str]:
        """Return the paths of the contents that the complaint had, relative to the folder of files."""


class Applied(NamedTuple):
    """The result: orders that erased something now, and those whose complaint is not in this database."""

    erased: tuple[Order, ...] = ()
    absent: tuple[Order, ...] = ()


def in_state_folder(watermark: Path) -> Path:
    """The log that belongs to a database, next to its file of registration numbers."""
    return watermark.with_name(f"{watermark.stem}-{NEXT_TO_BACKUPS}")


class OrderLog:
    """The log in all its copies. The first path must be writable, the others may be out of reach."""

    def __init__(self, codec: Codec, *paths: Path) -> None:
        self._codec, self._paths = codec, paths

    def orders(self) -> list[Order]:
        """All orders, the oldest first. Raises OrdersDamagedError and OSError."""
        return [line.order for line in self.lines()]

    def lines(self) -> list[Line]:
        """The longest copy; the others must be its beginning. Raises OrdersDamagedError and OSError."""
        return max(self._copies(), key=len, default=[])

    def note(self, order: Order) -> None:
        """Add an order to every copy; one that is noted already is not added again.

        Raises OrderReferenceError, OrdersDamagedError and OSError, the last for the first copy alone.
        """
        _check(order.reference)
        with self._locked():
            known = self.lines()
            if not any(_same(line.order, order) for line in known):
                known.append(_line(self._codec, known, order))
            self._write(known)

    def complete(self) -> list[Line]:
        """Add to each copy the lines that only another one has. Returns all lines."""
        with self._locked():
            known = self.lines()
            if known:
                self._write(known)
        return known

    def _copies(self) -> list[list[Line]]:
        copies = [_read(self._codec, path) for path in self._paths]
        longest = max(copies, key=len, default=[])
        for path, lines in zip(self._paths, copies, strict=True):
            if lines != longest[: len(lines)]:
                raise OrdersDamagedError(
                    f"{path}: its erasure orders differ from those of the other copy "
                    f"({', '.join(str(each) for each in self._paths if each != path)}); keep the right one"
                )
        return copies

    def _write(self, lines: Sequence[Line]) -> None:
        _append(self._codec, self._paths[0], lines)
        for path in self._paths[1:]:
            try:
                _append(self._codec, path, lines)
            except OSError as error:
                log.warning("erasure_orders.copy_unwritable", path=str(path), error=error.strerror)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other processes from adding a line at the same time."""
        folder = self._paths[0].parent
        make_folder(folder)
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def pending(connection: Connection, codec: Codec, lines: Sequence[Line]) -> Sequence[Line]:
    """The orders that were not applied to this database. Raises OrdersDamagedError for a log that was cut."""
    stored = connection.scalar(_MARK)
    count, _, proof = str(stored or "0:").partition(":")
    done = int(count) if count.isascii() and count.isdecimal() else 0
    if not done:
        return lines
    if done > len(lines):
        raise OrdersDamagedError(
            f"{done} erasure orders were applied to this database and the log has {len(lines)}: put the "
            f"whole log back ({NEXT_TO_BACKUPS} next to the backups, or its copy in the state folder)"
        )
    # A mark without the keys counts as none: erasing again changes nothing.
    return lines[done:] if codec.proves(proof, APPLIED, done, lines[done - 1].mac) else lines


def apply_orders(
    connection: Connection, codec: Codec, contents: Contents, lines: Sequence[Line], erase: Erase
) -> Applied:
    """Erase what is ordered and not erased yet, in the connection's transaction.

    Contents are deleted before the commit: the rows that named them belong to erased complaints.
    """
    erased, absent = [], []
    for line in pending(connection, codec, lines):
        case = {"case": line.order.case}
        before = connection.scalar(_STATE, case)
        if before is None:
            absent.append(line.order)
            continue
        _delete(connection, contents, erase(connection, codec, line.order))
        # What was erased before the backup is erased in it.
        if connection.scalar(_STATE, case) != before:
            erased.append(line.order)
    if lines:
        last = lines[-1]
        mark = f"{last.seq}:{codec.proof(APPLIED, last.seq, last.mac)}"
        connection.execute(_SET_MARK, {"name": MARK, "value": mark})
    return Applied(tuple(erased), tuple(absent))


def apply(store: Store, codec: Codec, contents: Contents, lines: Sequence[Line], erase: Erase) -> Applied:
    """Apply the orders to a database that no other process works on. Raises MigrationNeededError."""
    engine = store.writing_engine()
    try:
        with engine.connect() as connection, connection.begin():
            schema.require(connection)
            return apply_orders(connection, codec, contents, lines, erase)
    finally:
        engine.dispose()


def _delete(connection: Connection, contents: Contents, paths: Iterable[str]) -> None:
    """Delete contents, except those that another complaint needs."""
    needed = {path for path, _ in stored_contents(connection)}
    for path in set(paths) - needed:
        contents.erase(path, connection)


def _check(reference: str) -> None:
    if not reference.strip() or len(reference) > LONGEST_REFERENCE or not reference.isprintable():
        raise OrderReferenceError(
            f"the reference of the order: expected one line of at most {LONGEST_REFERENCE} characters, "
            "such as the number of the letter, without names"
        )


def _same(known: Order, order: Order) -> bool:
    return (known.case, known.reference) == (order.case, order.reference)


def _line(codec: Codec, before: Sequence[Line], order: Order) -> Line:
    seq = len(before) + 1
    return Line(seq, order, codec.proof(DOMAIN, *_chained(before, seq, order)))


def _chained(before: Sequence[Line], seq: int, order: Order) -> tuple[object, ...]:
    previous = before[-1].mac if before else ""
    return previous, seq, order.case, order.number, order.reference, order.at.isoformat()


def _read(codec: Codec, path: Path) -> list[Line]:
    """The complete lines of a copy; none without the file. Raises OrdersDamagedError and OSError."""
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return []
    lines: list[Line] = []
    for number, text in enumerate(content.split(b"\n")[:-1], start=1):
        line = _parsed(text)
        if line is None or not codec.proves(line.mac, DOMAIN, *_chained(lines, number, line.order)):
            raise OrdersDamagedError(
                f"{path}: line {number} was changed, or a line before it was removed, or the file belongs to "
                "another installation; put the other copy in its place"
            )
        lines.append(Line(number, line.order, line.mac))
    return lines


def _parsed(text: bytes) -> Line | None:
    try:
        stored: dict[str, Any] = json.loads(text)
        order = Order(
            str(stored["case"]),
            str(stored["number"]),
            str(stored["order"]),
            datetime.fromisoformat(stored["at"]),
        )
        return Line(int(stored["seq"]), order, str(stored["mac"]))
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


def _encoded(line: Line) -> bytes:
    order = line.order
    stored = {
        "seq": line.seq,
        "at": order.at.isoformat(),
        "case": order.case,
        "number": order.number,
        "order": order.reference,
        "mac": line.mac,
    }
    return json.dumps(stored).encode("ascii") + b"\n"


def _append(codec: Codec, path: Path, lines: Sequence[Line]) -> None:
    """Add the lines that this copy lacks, after its last complete one; they are on the disk at the end."""
    new = lines[len(_read(codec, path)) :]
    if not new:
        return
    make_folder(path.parent)
    handle = create(path, os.O_RDWR)
    with os.fdopen(handle, "r+b") as file:
        file.truncate(file.read().rfind(b"\n") + 1)
        file.seek(0, os.SEEK_END)
        file.write(b"".join(map(_encoded, new)))
        file.flush()
        os.fsync(file.fileno())
    disk.sync(path.parent)
