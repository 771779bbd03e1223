"""When the people of WhatsApp last wrote, and whether a template was sent to them since then.

For 24 hours after a person's message the messenger takes any message to them; after that it takes templates
only, which are paid. One template of each closed window is enough: whatever waits is sent after the answer.
One that was not delivered is not repeated either; the column `knocked` has the negative of its time then.
"""

from __future__ import annotations

from sqlalchemy import Connection, Float, bindparam, case, null, select, update

from bot.database.addresses import FIRST_PERSON
from bot.database.tables import addresses

WINDOW_SECONDS = 24 * 3600.0
# More than what a channel leaves for clocks that differ and for a message on its way.
MARGIN_SECONDS = 180.0

_HERE = addresses.c.n == bindparam("person")
_HEARD = (
    update(addresses)
    .where(_HERE)
    .values(
        heard=case(
            (addresses.c.heard < bindparam("moment", type_=Float), bindparam("moment", type_=Float)),
            else_=addresses.c.heard,
        ),
        knocked=case(
            (addresses.c.knocked < bindparam("end", type_=Float), null()), else_=addresses.c.knocked
        ),
    )
)
_CLOSED = update(addresses).where(_HERE).values(heard=0.0)
_LAST = select(addresses.c.heard).where(_HERE)
_KNOCK = (
    update(addresses)
    .where(_HERE, addresses.c.knocked.is_(None))
    .values(knocked=bindparam("moment", type_=Float))
)

_FAILED = update(addresses).where(_HERE, addresses.c.knocked > 0).values(knocked=-addresses.c.knocked)
_KNOCKED = select(addresses.c.knocked).where(_HERE)


def _person(chat: int) -> int:
    return chat - FIRST_PERSON


def note_heard(connection: Connection, chat: int, at: float) -> None:
    """Store that the person wrote at this wall time: their window is open for a day from then on.

    A later closed window may have a template again. A message that came so late that its window was over
    when the last template was sent changes nothing about that.
    """
    connection.execute(_HEARD, {"person": _person(chat), "moment": at, "end": at + WINDOW_SECONDS})


def note_closed(connection: Connection, chat: int) -> None:
    """Store that the messenger says the window is closed, also where the person wrote within a day."""
    connection.execute(_CLOSED, {"person": _person(chat)})


def is_open(connection: Connection, chat: int, wall: float) -> bool:
    """Whether the person's window is open at this wall time, as far as we know."""
    heard = connection.scalar(_LAST, {"person": _person(chat)})
    return heard is not None and wall < heard + WINDOW_SECONDS - MARGIN_SECONDS


def begin_knock(connection: Connection, chat: int, wall: float) -> bool:
    """Whether a template may be sent now, which is noted; False after one in this closed window."""
    done = connection.execute(_KNOCK, {"person": _person(chat), "moment": wall})
    return done.rowcount == 1


def note_failed(connection: Connection, chat: int) -> None:
    """Store that the template of the closed window was not delivered."""
    connection.execute(_FAILED, {"person": _person(chat)})


def has_failed(connection: Connection, chat: int) -> bool:
    """Whether a template of this closed window was not delivered."""
    return (connection.scalar(_KNOCKED, {"person": _person(chat)}) or 0.0) < 0
