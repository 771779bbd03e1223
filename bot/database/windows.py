"""When people last wrote: the messenger takes free texts to them for a day after that."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, case, update

from bot.database.addresses import FIRST_PERSON
from bot.database.tables import addresses

_LATER = case(
    (addresses.c.heard < bindparam("moment"), bindparam("moment")),
    else_=addresses.c.heard,
)
_HEARD = update(addresses).where(addresses.c.n == bindparam("of")).values(heard=_LATER, knocked=None)


def note_heard(connection: Connection, chat: int, at: float) -> None:
    """Note a message of the person, sent at `at` (seconds since 1970); another template may be sent later."""
    connection.execute(_HEARD, {"of": chat - FIRST_PERSON, "moment": at})
