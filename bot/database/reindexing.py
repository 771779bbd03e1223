"""Fills the blind index for the cases of a register: after an update, and with other keys.

Portion by portion, each in one transaction that also notes how far it is: a filling that was interrupted
continues there, and the bot takes messages in between. New and changed cases are indexed by their own turns.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, func, select

from bot.database import word_index
from bot.database.cases import load_cases
from bot.database.engine import Database
from bot.database.quarantine import Damage
from bot.database.sealing import Codec
from bot.database.tables import cases

PORTION = 50

_NEXT = select(cases.c.id).where(cases.c.id > bindparam("last")).order_by(cases.c.id).limit(bindparam("most"))
_TOTAL = select(func.count()).select_from(cases)


def fill_some(connection: Connection, codec: Codec) -> int | None:
    """Index the next portion; the number of its cases, None when the table is complete.

    A case that does not open is left out; `aduan verify` names it.
    """
    last = word_index.cursor(connection, codec)
    if last == word_index.COMPLETE:
        return None
    names = connection.execute(_NEXT, {"last": last, "most": PORTION}).scalars().all()
    if not names:
        word_index.mark(connection, codec, word_index.COMPLETE)
        return None
    found = load_cases(connection, codec, names, damage=Damage())
    word_index.replace(connection, codec, list(found.values()))
    word_index.mark(connection, codec, names[-1])
    return len(names)


def total(connection: Connection) -> int:
    """The number of cases."""
    return connection.scalar(_TOTAL) or 0


async def fill(database: Database, codec: Codec) -> None:
    """Index what is missing, while the bot runs."""
    while await database.write(lambda connection: fill_some(connection, codec)) is not None:
        pass
