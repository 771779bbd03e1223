"""Assigns numbers in order, for rows whose sealed context holds their own number."""

from __future__ import annotations

from sqlalchemy import BigInteger, Connection, bindparam, cast, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from bot.database.prepared import Prepared
from bot.database.tables import addresses, counters, outbox, quarantine, waiting

_TAKE = Prepared(
    update(counters)
    .where(counters.c.name == bindparam("counter"))
    .values(next=counters.c.next + bindparam("count"))
    .returning(counters.c.next)
)


def reserve(connection: Connection, name: str, count: int) -> int:
    """The first of `count` new numbers; the first number of all is 1."""
    after = _TAKE.one(connection, {"counter": name, "count": count}).scalar()
    if after is None:
        connection.execute(insert(counters), {"name": name, "next": 1 + count})
        return 1
    return int(after) - count


_NUMBERED = {
    "outbox": outbox.c.id,
    "quarantine": quarantine.c.id,
    "waiting": waiting.c.id,
    "addresses": addresses.c.n,
}
_STORED = select(counters.c.next).where(counters.c.name == bindparam("counter"))
_SET = upsert(counters)
_SET = _SET.on_conflict_do_update(index_elements=["name"], set_={"next": _SET.excluded.next})


def repair(connection: Connection) -> dict[str, object]:
    """Raise each counter that is no number, or that a row of its table has reached already.

    Returns the stored values of those, by name.
    """
    repaired = {}
    for name, column in _NUMBERED.items():
        # As a number, also where a damaged row holds text.
        highest = connection.scalar(select(func.max(cast(column, BigInteger)))) or 0
        stored = connection.scalar(_STORED, {"counter": name})
        if not isinstance(stored, int) or stored <= highest:
            connection.execute(_SET, {"name": name, "next": int(highest) + 1})
            if highest or stored is not None:
                repaired[name] = stored
    return repaired
