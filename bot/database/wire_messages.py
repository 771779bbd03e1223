"""The messenger's names of our messages, where it does not number them: sealed, and found by a keyed hash."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert

from bot.database.sealing import Codec, SealBrokenError, context
from bot.database.tables import sent_messages, wire_messages

DOMAIN = "whatsapp message"
CHUNK = 400
# 90 days in the numbers of messages, which are microseconds. A status comes within 30 days, and a message
# that may be replied to keeps its key longer (old_messages.py).
KEPT = 90 * 24 * 3600 * 1_000_000

_SAVE = insert(wire_messages).on_conflict_do_nothing()
_FIND = select(wire_messages.c.chat, wire_messages.c.message, wire_messages.c.wire_hash).where(
    wire_messages.c.wire_hash.in_(bindparam("hashes", expanding=True))
)
_ONE = select(wire_messages).where(
    wire_messages.c.chat == bindparam("here"), wire_messages.c.message == bindparam("number")
)
_NEWEST = select(func.max(wire_messages.c.message))
_NAMED = exists().where(
    sent_messages.c.chat == wire_messages.c.chat, sent_messages.c.message_id == wire_messages.c.message
)
_DROP_OLD = delete(wire_messages).where(
    wire_messages.c.chat == bindparam("here"), wire_messages.c.message < bindparam("before"), ~_NAMED
)


@dataclass(frozen=True, slots=True)
class WireName:
    """The name of a message of ours: its chat, our number, the messenger's text."""

    chat: int
    message: int
    wire_id: str


def save(connection: Connection, codec: Codec, names: Iterable[WireName]) -> None:
    """Store names; one that is stored stays. Old ones of these chats go, unless a key needs them."""
    listed = list(names)
    rows = [
        {
            "chat": one.chat,
            "message": one.message,
            "wire_hash": codec.proof(DOMAIN, one.wire_id),
            "wire_id": codec.seal(one.wire_id.encode(), context("wire_messages", one.chat, one.message)),
        }
        for one in listed
    ]
    if rows:
        connection.execute(_SAVE, rows)
        newest = {one.chat: one.message for one in sorted(listed, key=lambda one: one.message)}
        old = [{"here": chat, "before": message - KEPT} for chat, message in newest.items()]
        connection.execute(_DROP_OLD, old)


def find(connection: Connection, codec: Codec, wire_ids: Collection[str]) -> dict[str, WireName]:
    """Those of these messages that are ours."""
    known = {codec.proof(DOMAIN, wire_id): wire_id for wire_id in wire_ids}
    hashes, found = sorted(known), dict[str, WireName]()
    for start in range(0, len(hashes), CHUNK):
        for row in connection.execute(_FIND, {"hashes": hashes[start : start + CHUNK]}):
            wire_id = known[row.wire_hash]
            found[wire_id] = WireName(row.chat, row.message, wire_id)
    return found


def of_message(connection: Connection, codec: Codec, chat: int, message: int) -> str:
    """The messenger's name of a message of ours; empty when it is unknown, or does not open."""
    row = connection.execute(_ONE, {"here": chat, "number": message}).first()
    try:
        return read_name(codec, row).wire_id if row else ""
    except (SealBrokenError, UnicodeDecodeError):
        return ""


def read_name(codec: Codec, row: Row[Any]) -> WireName:
    """The name of a row of a `select(wire_messages)`. Raises SealBrokenError and UnicodeDecodeError."""
    wire_id = codec.open(row.wire_id, context("wire_messages", row.chat, row.message)).decode()
    if row.wire_hash != codec.proof(DOMAIN, wire_id):
        raise SealBrokenError("the name of a message was changed without the keys")
    return WireName(row.chat, row.message, wire_id)


def newest(connection: Connection) -> int:
    """The largest number of a message; 0 without any."""
    return connection.scalar(_NEWEST) or 0
