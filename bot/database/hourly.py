"""Limits notes to the operator to one an hour of each kind, across restarts."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from bot.database.tables import operator_notices

HOUR = 3600.0

_LAST = select(operator_notices.c.at).where(operator_notices.c.kind == bindparam("what"))
_TELL = insert(operator_notices)
_TELL = _TELL.on_conflict_do_update(index_elements=["kind"], set_={"at": _TELL.excluded.at})
_FORGET = delete(operator_notices).where(
    operator_notices.c.kind.startswith(bindparam("beginning"), autoescape=False)
)


def forget(connection: Connection, beginning: str) -> None:
    """Let the kinds that begin so be sent again at once."""
    connection.execute(_FORGET, {"beginning": beginning})


def is_due(connection: Connection, kind: str, now: float) -> bool:
    """Whether this kind is to be sent now; if so, stores `now` (wall time) as its last time."""
    last = connection.scalar(_LAST, {"what": kind})
    # A future time was stored by a wrong clock: it is ignored.
    if last is not None and last <= now < last + HOUR:
        return False
    connection.execute(_TELL, {"kind": kind, "at": now})
    return True
