"""The keys of updates that were taken, and the offset from which polling continues."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, bindparam, delete, exists, select
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects.postgresql import insert

from bot.database.prepared import Prepared
from bot.database.quarantine import Damage, DamagedRowError, Stage, damaged
from bot.database.tables import offsets, updates

# Telegram keeps an update for 24 hours. After twice that time none can come again (invariant 1). WhatsApp
# delivers one for seven days, until it is answered.
KEYS_KEPT = 48 * 3600.0
KEPT_LONGER = {"whatsapp": 8 * 24 * 3600.0}
UPDATES_KEPT = 24 * 3600.0

_TAKEN = Prepared(
    select(updates.c.update_id).where(
        updates.c.channel == bindparam("from"), updates.c.update_id.in_(bindparam("ids", expanding=True))
    )
)
_TAKE = Prepared(plain_insert(updates))
_PRUNE = delete(updates).where(
    updates.c.at < bindparam("before"), updates.c.channel.not_in(sorted(KEPT_LONGER))
)
_PRUNE_ONE = delete(updates).where(updates.c.at < bindparam("before"), updates.c.channel == bindparam("from"))
# An offset follows an update that was taken: a damaged one would skip what still waits.
_FOLLOWS = exists().where(updates.c.channel == offsets.c.channel, updates.c.update_id == offsets.c.next - 1)
_OFFSET = select(offsets.c.next, _FOLLOWS.label("follows")).where(
    offsets.c.channel == bindparam("from"), offsets.c.at > bindparam("since")
)
_FORGET = delete(offsets).where(offsets.c.channel == bindparam("from"))
_moving = insert(offsets)
_MOVE = Prepared(
    _moving.on_conflict_do_update(
        index_elements=["channel"], set_={"next": _moving.excluded.next, "at": _moving.excluded.at}
    )
)


def taken(connection: Connection, channel: str, ids: Collection[int]) -> frozenset[int]:
    """Those of the ids that were taken before."""
    if not ids:
        return frozenset()
    return frozenset(_TAKEN.one(connection, {"from": channel, "ids": sorted(ids)}).scalars())


def take(connection: Connection, channel: str, ids: Iterable[int], at: float) -> None:
    """Store that these were taken; the unique key refuses a second time."""
    rows = [{"channel": channel, "update_id": update_id, "at": at} for update_id in ids]
    if rows:
        _TAKE.many(connection, rows)


def prune(connection: Connection, now: float) -> None:
    """Delete keys of updates that cannot come again."""
    connection.execute(_PRUNE, {"before": now - KEYS_KEPT})
    for channel, kept in KEPT_LONGER.items():
        connection.execute(_PRUNE_ONE, {"before": now - kept, "from": channel})


def move_offset(connection: Connection, channel: str, following: int, at: float) -> None:
    """Store the next offset: after the updates just stored, even when that is lower than before."""
    _MOVE.one(connection, {"channel": channel, "next": following, "at": at})


def offset(connection: Connection, channel: str, now: float, damage: Damage | None = None) -> int:
    """The offset from which polling continues after a start; 0 when the stored one is too old to matter.

    After a week without updates the messenger restarts its numbering, perhaps lower. A damaged offset is
    deleted and noted in `damage`: updates that come again are recognised by their keys.
    """
    found = connection.execute(_OFFSET, {"from": channel, "since": now - UPDATES_KEPT}).first()
    if found is None:
        return 0
    if isinstance(found.next, int) and found.follows:
        return found.next
    connection.execute(_FORGET, {"from": channel})
    if damage:
        error = DamagedRowError("next")
        damage.faults[Stage.OFFSET, channel] = damaged(Stage.OFFSET, channel, found.next, error)
    return 0
