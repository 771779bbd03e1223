"""What failed alone (invariant 2): kept sealed for the operator, who is notified of each kind once an hour.

1. A `Fault` names the stage and the subject: an update, or a row of this store that does not open.
2. `Damage` gathers such rows while the rows next to them are loaded.
3. `record()` keeps faults in the table `quarantine`. One that fails again raises its count and adds no row;
   the number of rows and their age are limited.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Row, bindparam, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from bot.database.counters import reserve
from bot.database.hourly import is_due
from bot.database.sealing import Codec, context
from bot.database.tables import quarantine
from bot.foundation.faults import error_place, is_infrastructure

T = TypeVar("T")

# Long enough to find and fix the cause, and no longer: the rows hold people's words (invariant 8).
KEPT_SECONDS = 30 * 24 * 3600.0
# A limit, so that repeated unreadable updates cannot fill the disk.
MOST_KEPT = 10_000
LONGEST_RAW = 256 * 1024

_KEEP = insert(quarantine)
_KEEP = _KEEP.on_conflict_do_update(
    index_elements=["stage", "subject"],
    set_={"times": quarantine.c.times + 1, "at": _KEEP.excluded.at, "error": _KEEP.excluded.error},
)
_PRUNE = delete(quarantine).where(quarantine.c.at < bindparam("before"))
_PRUNE_MANY = delete(quarantine).where(
    quarantine.c.id <= select(func.max(quarantine.c.id) - MOST_KEPT).scalar_subquery()
)
_COUNT = select(func.count()).where(quarantine.c.stage == bindparam("of"))


class Stage(StrEnum):
    """Where something failed; a row of the store is named by its table."""

    UPDATE = "update"
    CONVERSATION = "conversation"
    CASE = "case"
    OUTBOX = "outbox"
    FILE = "file"
    SENT_MESSAGE = "sent_message"
    CHAT = "chat"
    COUNTER = "counter"
    OFFSET = "offset"
    MEMBER = "member"
    WAITING = "waiting"
    CLOCK = "clock"
    START = "start"
    # A notice to the operator that reached no one; its subject is the message.
    NOTICE = "notice"
    # An update whose sender the operator wants to be asked to send it again, and one that was asked.
    ASKING = "asking"
    ASKED = "asked"


class DamagedRowError(Exception):
    """A stored row holds a value of another type than its column."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What could not be read or handled; `error` says where it failed, without people's words.

    `subject` names it within its stage, such as `7:7` of a conversation; an update is named by its number.
    `raw` is the update or the row's sealed value; `chat` the chat that a message was for, 0 if not known.
    """

    stage: Stage
    error: str
    raw: bytes
    subject: str = ""
    channel: str = ""
    update_id: int | None = None
    chat: int = 0

    @property
    def kind(self) -> str:
        """The stage and the error's class: the operator is informed of each pair once an hour."""
        return f"{self.stage}:{self.error_name}"

    @property
    def error_name(self) -> str:
        """The class of the error."""
        return self.error.partition(" ")[0]


@dataclass(frozen=True, slots=True)
class Notice:
    """A kind of fault that is due to be reported to the operator, and how many there are."""

    stage: Stage
    error: str
    count: int


class Damage:
    """The rows that did not open, by table and primary key; `references` leads to a case's key."""

    def __init__(self) -> None:
        self.faults: dict[tuple[Stage, Hashable], Fault] = {}
        self.references: dict[str, str] = {}

    def open(self, stage: Stage, key: Hashable, raw: object, opening: Callable[[], T]) -> T | None:
        """What `opening` returns; None when it raises on the row's data, which is noted."""
        try:
            return opening()
        except BaseException as error:
            # A compiled parser's panic is no Exception; no event loop runs in this thread.
            if is_infrastructure(error):
                raise
            self.faults[stage, key] = damaged(stage, key, raw, error)
            return None

    def of(self, stage: Stage) -> Mapping[Hashable, Fault]:
        """The faults of one table, by primary key."""
        return {key: fault for (where, key), fault in self.faults.items() if where is stage}


def opened(
    damage: Damage | None, stage: Stage, key: Hashable, raw: object, opening: Callable[[], T]
) -> T | None:
    """Open a row; without a `damage` to note it in, a damaged one raises."""
    return damage.open(stage, key, raw, opening) if damage else opening()


def damaged(stage: Stage, key: Hashable, raw: object, error: BaseException) -> Fault:
    """The fault of a stored row."""
    subject = ":".join(map(str, key)) if isinstance(key, tuple) else str(key)
    return Fault(stage, error_place(error), as_bytes(raw), subject)


def as_bytes(raw: object) -> bytes:
    """A stored value of any type as bytes, cut to what the quarantine takes."""
    if isinstance(raw, bytes | bytearray | memoryview):
        return bytes(raw[:LONGEST_RAW])
    return str(raw)[:LONGEST_RAW].encode("utf-8", "replace")


def typed(row: Row[Any], **columns: type | tuple[type, ...]) -> None:
    """Raise DamagedRowError unless each of these columns holds a value of its type (no bool is stored)."""
    for name, kind in columns.items():
        if not isinstance(getattr(row, name), kind):
            raise DamagedRowError(name)


def outside(column: Column[str], known: Iterable[str]) -> ColumnElement[bool]:
    """A condition for texts that are none of the known ones; written as ranges, which can use an index."""
    return or_(*ranges_outside(column, known))


def ranges_outside(column: Column[str], known: Iterable[str]) -> list[ColumnElement[bool]]:
    """The same, range by range: SQLite uses an index for a few ranges in one condition only."""
    ordered = sorted(known)
    between = [(column > low) & (column < high) for low, high in pairwise(ordered)]
    return [column < ordered[0], *between, column > ordered[-1]]


def record(connection: Connection, codec: Codec, faults: Iterable[Fault], at: float) -> Sequence[Notice]:
    """Keep faults, sealed, at wall time `at`. Returns the kinds that are due to be reported."""
    listed = list(faults)
    if not listed:
        return ()
    keep(connection, codec, listed, at)
    last = {fault.kind: fault for fault in listed}
    due = [kind for kind in last if is_due(connection, kind, at)]
    kinds = Counter(fault.kind for fault in listed)
    return [
        Notice(last[kind].stage, last[kind].error_name, _count(connection, last[kind], kinds[kind]))
        for kind in due
    ]


def keep(connection: Connection, codec: Codec, faults: Sequence[Fault], at: float) -> None:
    """Keep faults, sealed, at wall time `at`."""
    first = reserve(connection, "quarantine", len(faults))
    rows = [_columns(codec, fault, number, at) for number, fault in enumerate(faults, start=first)]
    connection.execute(_KEEP, rows)


def _count(connection: Connection, fault: Fault, fresh: int) -> int:
    return max(fresh, int(connection.scalar(_COUNT, {"of": fault.stage.value}) or 0))


def _columns(codec: Codec, fault: Fault, number: int, at: float) -> dict[str, object]:
    update = f"{fault.channel}:{fault.update_id if fault.update_id is not None else f'row {number}'}"
    return {
        "id": number,
        "at": at,
        "channel": fault.channel,
        "update_id": fault.update_id,
        "stage": fault.stage.value,
        "subject": fault.subject or update,
        "times": 1,
        "error": fault.error,
        "raw": codec.seal(fault.raw[:LONGEST_RAW], _context(number)),
    }


def row_context(row: Row[Any]) -> bytes:
    """What the content of a `select(quarantine)` is sealed to."""
    return _context(row.id)


def _context(number: int) -> bytes:
    return context("quarantine", number)


def prune(connection: Connection, now: float) -> None:
    """Delete rows above the age limit, and the oldest above the number limit."""
    connection.execute(_PRUNE, {"before": now - KEPT_SECONDS})
    connection.execute(_PRUNE_MANY)
