"""The quarantine as the operator sees it: lists entries, opens one, discards, and marks whom to ask.

`aduan quarantine` writes from a process of its own. It changes the column `stage` or deletes rows, and needs
no lock for that: the running bot holds no entry of the quarantine in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from bot.database.quarantine import Stage
from bot.database.sealing import Codec, context
from bot.database.tables import quarantine

_LISTED = select(quarantine).order_by(quarantine.c.id)
_ONE = select(quarantine).where(quarantine.c.id == bindparam("of"))
_WAITING = select(quarantine).where(quarantine.c.stage == Stage.ASKING.value).limit(bindparam("most"))
_DISCARD = delete(quarantine).where(quarantine.c.id == bindparam("of"))
_BEFORE = quarantine.c.at < bindparam("moment")
_COUNT_OLD = select(quarantine.c.id).where(_BEFORE)
_DISCARD_OLD = delete(quarantine).where(_BEFORE)
_MOVE = update(quarantine).where(quarantine.c.id == bindparam("of")).values(stage=bindparam("to"))
# An update's number may come again after a week: the earlier entry gives way.
_MAKE_ROOM = delete(quarantine).where(
    quarantine.c.stage == bindparam("to"),
    quarantine.c.subject == bindparam("named"),
    quarantine.c.id != bindparam("of"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is kept of one fault; `raw` is None when it does not open with these keys. `at` is wall time."""

    id: int
    at: float
    stage: str
    subject: str
    times: int
    error: str
    raw: bytes | None


def listed(connection: Connection, codec: Codec) -> list[Entry]:
    """All entries, the oldest first."""
    return [_entry(row, codec) for row in connection.execute(_LISTED)]


def find(connection: Connection, codec: Codec, number: int) -> Entry | None:
    """The entry of this number."""
    row = connection.execute(_ONE, {"of": number}).first()
    return _entry(row, codec) if row else None


def waiting(connection: Connection, codec: Codec, most: int) -> Sequence[Entry]:
    """The entries whose sender is to be asked."""
    return [_entry(row, codec) for row in connection.execute(_WAITING, {"most": most})]


def discard(connection: Connection, number: int) -> None:
    """Delete one entry."""
    connection.execute(_DISCARD, {"of": number})


def older(connection: Connection, moment: float) -> int:
    """How many entries are from before this wall time."""
    return len(connection.execute(_COUNT_OLD, {"moment": moment}).all())


def discard_older(connection: Connection, moment: float) -> int:
    """Delete the entries from before this wall time; their number."""
    return connection.execute(_DISCARD_OLD, {"moment": moment}).rowcount


def move(connection: Connection, entry: Entry, stage: Stage) -> None:
    """Put an entry into another stage."""
    to = {"of": entry.id, "to": stage.value}
    connection.execute(_MAKE_ROOM, {**to, "named": entry.subject})
    connection.execute(_MOVE, to)


def _entry(row: Row[tuple[object, ...]], codec: Codec) -> Entry:
    try:
        raw = codec.open(row.raw, context("quarantine", row.id))
    except Exception:  # noqa: BLE001 - damaged as well: it can be listed and discarded all the same
        raw = None
    return Entry(row.id, row.at, row.stage, row.subject, row.times, row.error, raw)
