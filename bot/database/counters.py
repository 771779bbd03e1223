"""Numbers handed out in order: for rows whose sealed context holds their own number."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, update

from bot.database.tables import counters

_TAKE = (
    update(counters)
    .where(counters.c.name == bindparam("counter"))
    .values(next=counters.c.next + bindparam("count"))
    .returning(counters.c.next)
)


def reserve(connection: Connection, name: str, count: int) -> int:
    """The first of `count` numbers that nobody had before, from 1."""
    after = connection.execute(_TAKE, {"counter": name, "count": count}).scalar()
    if after is None:
        connection.execute(insert(counters), {"name": name, "next": 1 + count})
        return 1
    return int(after) - count
