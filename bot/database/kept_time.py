"""What is kept of the time in `installation`: the last certain one, and the fault that the operator knows of.

`time_certain` is in seconds since 1970. `time_fault` is there from the notice that the time is not certain
until the notice that it is certain again, so that neither is repeated after a restart.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from bot.database.tables import installation

CERTAIN, FAULT = "time_certain", "time_fault"
# What `aduan check` reads of the rows, without the bot.
QUERY = f"SELECT name, value FROM installation WHERE name IN ('{CERTAIN}', '{FAULT}')"  # noqa: S608 - ours

_KEEP = insert(installation)
_KEEP = _KEEP.on_conflict_do_update(index_elements=["name"], set_={"value": _KEEP.excluded.value})
_FORGET = delete(installation).where(installation.c.name == bindparam("of"))
_VALUES = select(installation.c.name, installation.c.value).where(installation.c.name.in_((CERTAIN, FAULT)))


class KeptTime(NamedTuple):
    """The last certain time, 0 for none, and the fault that the operator knows of, empty for none."""

    certain: float = 0.0
    fault: str = ""


def load(connection: Connection) -> KeptTime:
    """What is kept; a damaged time counts as none."""
    return read([(name, value) for name, value in connection.execute(_VALUES)])


def read(rows: list[tuple[str, object]]) -> KeptTime:
    """What these rows of QUERY say."""
    kept = dict(rows)
    return KeptTime(_seconds(kept.get(CERTAIN)), str(kept.get(FAULT) or ""))


def keep_certain(connection: Connection, at: float) -> None:
    """Keep a time that is certain."""
    connection.execute(_KEEP, {"name": CERTAIN, "value": str(int(at))})


def keep_fault(connection: Connection, fault: str) -> None:
    """Keep that the operator is notified of this fault; an empty one ends it."""
    if fault:
        connection.execute(_KEEP, {"name": FAULT, "value": fault})
    else:
        connection.execute(_FORGET, {"of": FAULT})


def _seconds(value: object) -> float:
    try:
        seconds = float(str(value or 0))
    except ValueError:
        return 0.0
    return seconds if math.isfinite(seconds) else 0.0
