"""What has been taken in: the keys of updates, where polling goes on, and what could not be handled."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.sqlite import insert

from bot.database.counters import reserve
from bot.database.sealing import Codec, context
from bot.database.tables import offsets, quarantine, updates

# Telegram keeps an update for 24 hours; twice that, and none can come again (law 1).
KEYS_KEPT = 48 * 3600.0
UPDATES_KEPT = 24 * 3600.0
# Long enough to mend a fault and look at what it was; these are people's words (law 8).
QUARANTINE_KEPT = 30 * 24 * 3600.0

_TAKEN = select(updates.c.update_id).where(
    updates.c.channel == bindparam("from"), updates.c.update_id.in_(bindparam("ids", expanding=True))
)
_TAKE = plain_insert(updates)
_PRUNE = delete(updates).where(updates.c.at < bindparam("before"))
_OFFSET = select(offsets.c.next).where(
    offsets.c.channel == bindparam("from"), offsets.c.at > bindparam("since")
)
_MOVE = insert(offsets)
_MOVE = _MOVE.on_conflict_do_update(
    index_elements=["channel"], set_={"next": _MOVE.excluded.next, "at": _MOVE.excluded.at}
)
_QUARANTINE = insert(quarantine)
_QUARANTINE = _QUARANTINE.on_conflict_do_update(
    index_elements=["stage", "subject"],
    set_={
        "times": quarantine.c.times + 1,
        "at": _QUARANTINE.excluded.at,
        "error": _QUARANTINE.excluded.error,
    },
)
_PRUNE_QUARANTINE = delete(quarantine).where(quarantine.c.at < bindparam("before"))
_COUNT = select(func.count()).select_from(quarantine)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """What could not be read or handled; `error` tells where it broke, without its words.

    `stage` is where it failed and `subject` what failed, such as `conversation` and `7:7`. Without a
    subject it is the update itself.
    """

    channel: str
    update_id: int | None
    error: str
    raw: bytes
    stage: str = "update"
    subject: str = ""


def taken(connection: Connection, channel: str, ids: Collection[int]) -> frozenset[int]:
    """Those of the ids that were taken before."""
    if not ids:
        return frozenset()
    return frozenset(connection.execute(_TAKEN, {"from": channel, "ids": sorted(ids)}).scalars())


def take(connection: Connection, channel: str, ids: Iterable[int], at: float) -> None:
    """Remember that these were taken; a second time is refused by the unique key."""
    rows = [{"channel": channel, "update_id": update_id, "at": at} for update_id in ids]
    if rows:
        connection.execute(_TAKE, rows)


def prune(connection: Connection, now: float) -> None:
    """Forget keys of updates that cannot come again, and what was set aside long ago."""
    connection.execute(_PRUNE, {"before": now - KEYS_KEPT})
    connection.execute(_PRUNE_QUARANTINE, {"before": now - QUARANTINE_KEPT})


def move_offset(connection: Connection, channel: str, following: int, at: float) -> None:
    """Where polling goes on: after the updates just stored, even when that is lower than before."""
    connection.execute(_MOVE, {"channel": channel, "next": following, "at": at})


def offset(connection: Connection, channel: str, now: float) -> int:
    """Where polling goes on after a start; 0 once no stored update can still be waiting there.

    After a week of silence the messenger begins to number anew, perhaps lower.
    """
    found = connection.scalar(_OFFSET, {"from": channel, "since": now - UPDATES_KEPT})
    return int(found or 0)


def set_aside(connection: Connection, codec: Codec, bad: Iterable[Quarantined], at: float) -> int:
    """Keep updates for the operator, sealed; answer how many there are now."""
    listed = list(bad)
    first = reserve(connection, "quarantine", len(listed))
    rows = [
        {
            "id": number,
            "at": at,
            "channel": one.channel,
            "update_id": one.update_id,
            "stage": one.stage,
            "subject": one.subject or f"{one.channel}:{one.update_id or f'row {number}'}",
            "times": 1,
            "error": one.error,
            "raw": codec.seal(one.raw, context("quarantine", number)),
        }
        for number, one in enumerate(listed, start=first)
    ]
    connection.execute(_QUARANTINE, rows)
    return int(connection.scalar(_COUNT) or 0)
