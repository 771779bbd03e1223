"""What the store knows of chats: who blocked the bot, and where groups moved."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.database.quarantine import Damage, DamagedRowError, Stage
from bot.database.tables import chats

_BLOCKED = insert(chats).values(chat=bindparam("here"), blocked=bindparam("blocks"), cards_void=0)
_BLOCKED = _BLOCKED.on_conflict_do_update(
    index_elements=["chat"], set_={"blocked": _BLOCKED.excluded.blocked}
)
_MOVED = insert(chats).values(chat=bindparam("here"), blocked=0, migrated_to=bindparam("there"), cards_void=1)
_MOVED = _MOVED.on_conflict_do_update(
    index_elements=["chat"], set_={"migrated_to": _MOVED.excluded.migrated_to, "cards_void": 1}
)
CARDS_VOID = select(chats.c.chat).where(chats.c.cards_void == 1, chats.c.migrated_to.is_not(None))
_CARDS_SENT = update(chats).where(chats.c.chat == bindparam("here")).values(cards_void=0)
_IS_BLOCKED = select(chats.c.blocked).where(chats.c.chat == bindparam("here"))
_MOVED_TO = select(chats.c.migrated_to).where(chats.c.chat == bindparam("here"))
_FORGET_MOVE = update(chats).where(chats.c.chat == bindparam("here")).values(migrated_to=None, cards_void=0)
_ALL_BLOCKED = select(chats.c.chat).where(chats.c.blocked == 1)
_ALL_MOVED = select(chats.c.chat, chats.c.migrated_to).where(chats.c.migrated_to.is_not(None))


def note_blocked(connection: Connection, chat: int, *, blocked: bool) -> None:
    """Whether this chat's person blocks the bot."""
    connection.execute(_BLOCKED, {"here": chat, "blocks": int(blocked)})


def is_blocked(connection: Connection, chat: int) -> bool:
    """Whether this chat is known to be out of reach."""
    return bool(connection.scalar(_IS_BLOCKED, {"here": chat}))


def note_moved(connection: Connection, old: int, new: int) -> bool:
    """A group lives on under a new id, and its open cards are to be sent there anew; False if known."""
    if connection.scalar(_MOVED_TO, {"here": old}) == new:
        return False
    connection.execute(_MOVED, {"here": old, "there": new})
    return True


def cards_sent(connection: Connection, chat: int) -> None:
    """The cards of the group that this one became wait in the outbox."""
    connection.execute(_CARDS_SENT, {"here": chat})


def blocked(connection: Connection) -> frozenset[int]:
    """The chats whose person blocks the bot."""
    return frozenset(connection.execute(_ALL_BLOCKED).scalars())


def moves(connection: Connection, damage: Damage) -> dict[int, int]:
    """Old group id -> new. A damaged move is forgotten: the messenger tells it with the next message."""
    found = {}
    for row in connection.execute(_ALL_MOVED).all():
        moved = damage.open(Stage.CHAT, row.chat, row.migrated_to, partial(_move, row.chat, row.migrated_to))
        if moved:
            found[moved[0]] = moved[1]
        else:
            connection.execute(_FORGET_MOVE, {"here": row.chat})
    return found


def _move(old: object, new: object) -> tuple[int, int]:
    if isinstance(old, int) and isinstance(new, int) and new < 0:
        return old, new
    raise DamagedRowError("migrated_to")
