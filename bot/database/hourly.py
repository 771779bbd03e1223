"""Notes to the operator that are sent once an hour at most, over restarts as well."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from bot.database.tables import told

HOUR = 3600.0

_LAST = select(told.c.at).where(told.c.kind == bindparam("what"))
_TELL = insert(told)
_TELL = _TELL.on_conflict_do_update(index_elements=["kind"], set_={"at": _TELL.excluded.at})


def is_due(connection: Connection, kind: str, now: float) -> bool:
    """Whether this kind is to be sent now, which is then remembered; `now` is wall time."""
    last = connection.scalar(_LAST, {"what": kind})
    # A time to come is that of a clock that was wrong: it silences nothing.
    if last is not None and last <= now < last + HOUR:
        return False
    connection.execute(_TELL, {"kind": kind, "at": now})
    return True
