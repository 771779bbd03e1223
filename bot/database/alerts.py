"""The alerts that the operator has got and that are not over, so that a restart repeats none.

They are kept with the facts about the installation, under `alert:<name>`, with the wall time of the alert.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from bot.database.tables import installation

PREFIX = "alert:"
_ALL = select(installation.c.name, installation.c.value).where(
    installation.c.name > PREFIX, installation.c.name < "alert;"
)
_KEEP = insert(installation)
_KEEP = _KEEP.on_conflict_do_update(index_elements=["name"], set_={"value": _KEEP.excluded.value})
_FORGET = delete(installation).where(installation.c.name == bindparam("of"))


def load(connection: Connection) -> dict[str, float]:
    """The alerts that are not over: name -> wall time; one that was damaged counts as sent at 0."""
    return {row.name.removeprefix(PREFIX): _moment(row.value) for row in connection.execute(_ALL)}


def _moment(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return 0.0


def keep(connection: Connection, name: str, at: float) -> None:
    """Store that the operator was alerted at wall time `at`."""
    connection.execute(_KEEP, {"name": PREFIX + name, "value": repr(at)})


def forget(connection: Connection, name: str) -> None:
    """Store that it is over."""
    connection.execute(_FORGET, {"of": PREFIX + name})
