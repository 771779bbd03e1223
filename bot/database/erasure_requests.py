"""Erasures that were ordered and are not finished: what the running bot, or the next start, carries out.

Each is a row of `installation` under `erasure:<case>`, its value sealed. The row goes when nothing is left to
be erased: a process that ends in between repeats the erasure from its beginning, which changes nothing twice.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from bot.database.sealing import Codec, SealBrokenError, context
from bot.database.tables import installation

PREFIX = "erasure:"
_ALL = (
    select(installation.c.name, installation.c.value)
    .where(installation.c.name > PREFIX, installation.c.name < "erasure;")
    .order_by(installation.c.name)
)
_KEEP = insert(installation)
_KEEP = _KEEP.on_conflict_do_update(index_elements=["name"], set_={"value": _KEEP.excluded.value})
_FORGET = delete(installation).where(installation.c.name == bindparam("of"))


@dataclass(frozen=True, slots=True)
class Erasing:
    """An ordered erasure. `account` filed the case; `paths` are contents of files that are not deleted yet.

    `begun` once the case itself is erased: what is left are traces elsewhere, and contents on the disk.
    """

    case: str
    reference: str
    account: int
    order: str
    retention: bool = False
    begun: bool = False
    paths: tuple[str, ...] = ()


def keep(connection: Connection, codec: Codec, wanted: Erasing) -> None:
    """Store an erasure, or how far it is."""
    sealed = codec.seal(json.dumps(asdict(wanted)).encode(), context(PREFIX, wanted.case))
    value = base64.b64encode(sealed).decode()
    connection.execute(_KEEP, {"name": f"{PREFIX}{wanted.case}", "value": value})


def waiting(connection: Connection, codec: Codec) -> Sequence[Erasing]:
    """The erasures that are not finished; one that does not open is left out."""
    found = (_opened(codec, row.name, row.value) for row in connection.execute(_ALL).all())
    return [one for one in found if one]


def _opened(codec: Codec, name: str, value: str) -> Erasing | None:
    try:
        sealed = base64.b64decode(value, validate=True)
        stored = json.loads(codec.open(sealed, context(PREFIX, name.removeprefix(PREFIX))))
        return Erasing(**{**stored, "paths": tuple(stored["paths"])})
    except (SealBrokenError, ValueError, TypeError, KeyError):
        return None


def finish(connection: Connection, case: str) -> None:
    """Delete a finished erasure."""
    connection.execute(_FORGET, {"of": f"{PREFIX}{case}"})
