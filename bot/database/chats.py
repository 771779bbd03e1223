"""The state of chats: who cannot be reached, whose window is closed, and where groups moved.

`blocked` is 0 while messages are sent, 1 when the chat cannot be reached, 2 when its person has to write
first.

A move redirects every message of a group, so it counts only with its proof: an HMAC over both ids.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, bindparam, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.database.quarantine import Damage, DamagedRowError, Stage
from bot.database.sealing import Codec
from bot.database.tables import cases, chats

UNREACHABLE, CLOSED = 1, 2
# The domain of the proofs of moves.
MOVED = "moved"
# Below SQLite's old limit of 999 variables a statement.
CHUNK = 400

_BLOCKED = insert(chats).values(chat=bindparam("here"), blocked=bindparam("blocks"), cards_void=0)
_BLOCKED = _BLOCKED.on_conflict_do_update(
    index_elements=["chat"], set_={"blocked": _BLOCKED.excluded.blocked}
)
_MOVED = insert(chats).values(
    chat=bindparam("here"), blocked=0, migrated_to=bindparam("there"), cards_void=1, proof=bindparam("shown")
)
_MOVED = _MOVED.on_conflict_do_update(
    index_elements=["chat"],
    set_={"migrated_to": _MOVED.excluded.migrated_to, "cards_void": 1, "proof": _MOVED.excluded.proof},
)
_VOID = insert(chats).from_select(
    ["chat", "blocked", "cards_void"],
    select(cases.c.chat, literal(0), literal(1)).where(cases.c.chat != 0).distinct(),
)
_VOID = _VOID.on_conflict_do_update(index_elements=["chat"], set_={"cards_void": 1})
CARDS_VOID = select(chats.c.chat).where(chats.c.cards_void == 1)
_CARDS_SENT = update(chats).where(chats.c.chat == bindparam("here")).values(cards_void=0)
_IS_BLOCKED = select(chats.c.blocked).where(chats.c.chat == bindparam("here"))
_PARKED = select(chats.c.chat).where(
    chats.c.chat.in_(bindparam("chats", expanding=True)), chats.c.blocked != 0
)
_KNOWN = select(chats.c.migrated_to, chats.c.proof).where(chats.c.chat == bindparam("here"))
_FORGET_MOVE = update(chats).where(chats.c.chat == bindparam("here")).values(migrated_to=None, cards_void=0)
_ALL_BLOCKED = select(chats.c.chat).where(chats.c.blocked != 0)
_ALL_MOVED = select(chats.c.chat, chats.c.migrated_to, chats.c.proof).where(chats.c.migrated_to.is_not(None))


def note_blocked(connection: Connection, chat: int, *, blocked: bool) -> None:
    """Store whether this chat's person blocks the bot."""
    connection.execute(_BLOCKED, {"here": chat, "blocks": int(blocked)})


def note_closed(connection: Connection, chat: int) -> None:
    """Store that the person of this chat has to write before messages may be sent."""
    connection.execute(_BLOCKED, {"here": chat, "blocks": CLOSED})


def is_blocked(connection: Connection, chat: int) -> bool:
    """Whether nothing is sent to this chat: it is unreachable, or its window is closed."""
    return bool(connection.scalar(_IS_BLOCKED, {"here": chat}))


def is_unreachable(connection: Connection, chat: int) -> bool:
    """Whether this chat is known to be unreachable."""
    return connection.scalar(_IS_BLOCKED, {"here": chat}) == UNREACHABLE


def is_closed(connection: Connection, chat: int) -> bool:
    """Whether this chat is reachable, and waits for its person."""
    return connection.scalar(_IS_BLOCKED, {"here": chat}) == CLOSED


def parked(connection: Connection, among: Collection[int]) -> frozenset[int]:
    """Those of these chats whose messages are parked."""
    ordered, found = sorted(among), set[int]()
    for start in range(0, len(ordered), CHUNK):
        found.update(connection.execute(_PARKED, {"chats": ordered[start : start + CHUNK]}).scalars())
    return frozenset(found)


def note_moved(connection: Connection, codec: Codec, old: int, new: int) -> bool:
    """Store that a group has a new id, and that its open cards are to be sent there again; False if known."""
    proof = codec.proof(MOVED, old, new)
    known = connection.execute(_KNOWN, {"here": old}).first()
    if known is not None and tuple(known) == (new, proof):
        return False
    connection.execute(_MOVED, {"here": old, "there": new, "shown": proof})
    return True


def void_all_cards(connection: Connection) -> None:
    """Mark the open cards of all groups to be sent again: the bot's account has changed."""
    connection.execute(_VOID)


def cards_sent(connection: Connection, chat: int) -> None:
    """Unmark a group: its cards are in the outbox, addressed to the group's new id."""
    connection.execute(_CARDS_SENT, {"here": chat})


def blocked(connection: Connection) -> frozenset[int]:
    """The chats that nothing is sent to."""
    return frozenset(connection.execute(_ALL_BLOCKED).scalars())


def moves(connection: Connection, codec: Codec, damage: Damage) -> dict[int, int]:
    """Old group id -> new. A damaged move, or one that was written without the keys, is deleted.

    The messenger reports a true one again with the next message.
    """
    found = {}
    for row in connection.execute(_ALL_MOVED).all():
        moved = damage.open(Stage.CHAT, row.chat, row.migrated_to, partial(_move, codec, row))
        if moved:
            found[moved[0]] = moved[1]
        else:
            connection.execute(_FORGET_MOVE, {"here": row.chat})
    return found


def _move(codec: Codec, row: Row[*tuple[Any, ...]]) -> tuple[int, int]:
    old, new = row.chat, row.migrated_to
    if not (isinstance(old, int) and isinstance(new, int) and new < 0):
        raise DamagedRowError("migrated_to")
    if not codec.proves(row.proof, MOVED, old, new):
        raise DamagedRowError("proof")
    return old, new
