"""The keys of our messages (invariant 4): key -> chat and message id, the newest last.

Ids ascend within a chat, also over changes of the account and moves (bot/channels/message_ids.py), so that
the highest one is the newest. The time of sending does not say it: the clock may have been set in between.

A message may have arrived before, as an earlier copy whose id is not known: its sending had no answer, or
the process ended before the mark. A second row with the negative of its id says so. The first copy of such
a key is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from bot.database.prepared import Prepared
from bot.database.tables import sent_messages
from conversations import keys

_HERE = (sent_messages.c.chat == bindparam("here")) & (sent_messages.c.message_id == bindparam("id"))
_remembering = insert(sent_messages)
_REMEMBER = Prepared(
    _remembering.on_conflict_do_update(
        index_elements=["chat", "message_id"],
        set_={"key": _remembering.excluded.key, "sent": _remembering.excluded.sent},
    )
)
_NEWEST = Prepared(
    select(sent_messages)
    .where(sent_messages.c.key.in_(bindparam("keys", expanding=True)))
    .order_by(sent_messages.c.message_id)
)
_ALL = (
    select(sent_messages)
    .where(sent_messages.c.chat == bindparam("here"), sent_messages.c.key == bindparam("key"))
    .order_by(sent_messages.c.message_id)
)
# Before every time of a sending.
_NEVER = 0.0
_KEYS = select(sent_messages).where(
    sent_messages.c.chat.in_(bindparam("chats", expanding=True)),
    sent_messages.c.message_id.in_(bindparam("ids", expanding=True)),
)
# A range, because LIKE does not use the index; no key holds the last character of all.
_FORGET_PREFIX = delete(sent_messages).where(
    sent_messages.c.key >= bindparam("prefix"),
    sent_messages.c.key < bindparam("beyond"),
    sent_messages.c.key != bindparam("kept"),
)
_FORGET_CHAT = delete(sent_messages).where(sent_messages.c.chat == bindparam("here"))
_FORGET = delete(sent_messages).where(_HERE)
LAST_CHARACTER = "\U0010ffff"


def remember(connection: Connection, sent: Iterable[tuple[int, int, str, float]]) -> None:
    """Store (chat, message id, key, wall time) of each message that has a key and an id."""
    rows = [
        {"chat": chat, "message_id": message, "key": key, "sent": at}
        for chat, message, key, at in sent
        if key and message
    ]
    if rows:
        _REMEMBER.many(connection, rows)


def doubt(connection: Connection, sent: Iterable[tuple[int, int, str]]) -> None:
    """Store that these messages (chat, message id, key), if they show a question, may be second copies."""
    rows = [
        {"chat": chat, "message_id": -message, "key": key, "sent": _NEVER}
        for chat, message, key in sent
        if message and keys.shows_question(key)
    ]
    if rows:
        _REMEMBER.many(connection, rows)


def newest(connection: Connection, names: Sequence[str]) -> dict[tuple[int, str], int]:
    """The newest message of each key, by chat and key."""
    if not names:
        return {}
    found = _NEWEST.one(connection, {"keys": list(names)})
    return {(row.chat, row.key): row.message_id for row in found if _is_message(row)}


def oldest(connection: Connection, names: Sequence[str]) -> dict[tuple[int, str], int]:
    """The first message of each key, by chat and key; a key whose first copy is unknown is left out."""
    found = _NEWEST.one(connection, {"keys": list(names)}) if names else ()
    first: dict[tuple[int, str], int] = {}
    for row in found:
        if _is_whole(row):
            # The row of a doubt comes first.
            first.setdefault((row.chat, row.key), row.message_id)
    return {name: message for name, message in first.items() if message > 0}


def all_of(connection: Connection, chat: int, key: str) -> tuple[int, ...]:
    """All messages of a key in this chat, oldest first: the parts of a text, its files, earlier copies."""
    found = connection.execute(_ALL, {"here": chat, "key": key})
    return tuple(row.message_id for row in found if _is_message(row))


def _is_whole(row: Row[Any]) -> bool:
    """Whether the row can be used; a damaged row counts as an unknown message."""
    return isinstance(row.chat, int) and isinstance(row.message_id, int) and isinstance(row.key, str)


def _is_message(row: Row[Any]) -> bool:
    """Whether the row can be used and is no doubt."""
    return _is_whole(row) and row.message_id > 0


def keys_of(connection: Connection, messages: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """The keys of these messages (chat, id), as far as they are known."""
    wanted = set(messages)
    if not wanted:
        return {}
    # The two lists combined may select further pairs; those are skipped.
    chats, ids = ({pair[place] for pair in wanted} for place in (0, 1))
    found = connection.execute(_KEYS, {"chats": sorted(chats), "ids": sorted(ids)})
    known = {(row.chat, row.message_id): row.key for row in found if _is_whole(row)}
    return {pair: known[pair] for pair in wanted if pair in known}


def forget_prefix(connection: Connection, prefix: str, kept: str = "") -> None:
    """Delete all keys with this prefix except `kept`: those messages will not be edited again."""
    values = {"prefix": prefix, "beyond": prefix + LAST_CHARACTER, "kept": kept}
    connection.execute(_FORGET_PREFIX, values)


def forget_chat(connection: Connection, chat: int) -> None:
    """Delete a chat's messages: their ids are void since the group moved."""
    connection.execute(_FORGET_CHAT, {"here": chat})


def forget(connection: Connection, chat: int, message: int) -> None:
    """Delete one message: it has vanished."""
    connection.execute(_FORGET, {"here": chat, "id": message})
