"""Conversations in the store: sealed states, found by (chat, person) or by when they wake."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.database.prepared import Prepared
from bot.database.quarantine import Damage, DamagedRowError, Stage, opened
from bot.database.sealing import Codec, context
from bot.database.tables import conversations
from conversations.complaints.terms import Terms
from conversations.complaints.wakeups import Subject, next_wakeup
from conversations.conversation import Conversation, ConversationKey

_LOAD = Prepared(
    select(conversations.c.chat, conversations.c.person, conversations.c.state).where(
        conversations.c.chat.in_(bindparam("chats", expanding=True)),
        conversations.c.person.in_(bindparam("persons", expanding=True)),
    )
)
_LANGUAGES = select(conversations.c.chat, conversations.c.language).where(
    conversations.c.chat.in_(bindparam("chats", expanding=True)),
    conversations.c.person == conversations.c.chat,
)
# More officers than any group has.
MOST_OFFICERS = 200
_IN_GROUP = (
    select(conversations.c.chat, conversations.c.person)
    .where(conversations.c.chat == bindparam("group"))
    .limit(MOST_OFFICERS)
)
WAKEUP = ("wake_at", "wake_kind")
_saving = insert(conversations)
_SAVE = Prepared(
    _saving.on_conflict_do_update(
        index_elements=["chat", "person"],
        set_={name: getattr(_saving.excluded, name) for name in ("language", *WAKEUP, "state")},
    )
)
DUE = (
    select(conversations.c.chat, conversations.c.person, conversations.c.wake_kind)
    .where(conversations.c.wake_at <= bindparam("now"))
    .order_by(conversations.c.wake_at)
    .limit(bindparam("most"))
)
_POSTPONE = (
    update(conversations)
    .where(
        conversations.c.chat == bindparam("here"),
        conversations.c.person == bindparam("who"),
        conversations.c.wake_at <= bindparam("now"),
    )
    .values(wake_at=bindparam("then"))
)

# Below SQLite's old limit of 999 variables a statement, for two lists.
CHUNK = 400


def moment(at: datetime) -> str:
    """A business time as the store compares it: ISO in UTC, always of the same length."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def wakeup_columns(subjects: Iterable[Subject | None], terms: Terms) -> dict[str, str | None]:
    """The columns of WAKEUP: when the clock has something to do to one of these, and of which kind."""
    wakeup = next_wakeup(subjects, terms)
    values = (moment(wakeup.at), wakeup.kind.value) if wakeup else (None, None)
    return dict(zip(WAKEUP, values, strict=True))


def load_conversations(
    connection: Connection, codec: Codec, keys: Collection[ConversationKey], damage: Damage | None = None
) -> dict[ConversationKey, Conversation]:
    """Those of the keys that exist. One that does not open is noted in `damage`; without it, it raises."""
    found: dict[ConversationKey, Conversation] = {}
    for some in _chunks(sorted(keys)):
        # The two lists combined may select further conversations; those are skipped.
        lists = {"chats": sorted({key.chat for key in some}), "persons": sorted({key.person for key in some})}
        for row in _LOAD.one(connection, lists):
            key, state = ConversationKey(row.chat, row.person), row.state
            if key not in keys:
                continue
            one = opened(damage, Stage.CONVERSATION, key, state, partial(_open, codec, key, state))
            if one is not None:
                found[key] = one
    return found


def in_group(connection: Connection, group: int) -> set[ConversationKey]:
    """The conversations of those who have acted in a group, at most MOST_OFFICERS."""
    return {ConversationKey(*row) for row in connection.execute(_IN_GROUP, {"group": group})}


def read_conversation(codec: Codec, row: Row[Any]) -> Conversation:
    """The conversation of a row of a `select(conversations)`. Raises SealBrokenError."""
    return _open(codec, ConversationKey(row.chat, row.person), row.state)


def _open(codec: Codec, key: ConversationKey, state: bytes) -> Conversation:
    conversation = Conversation.model_validate_json(codec.open(state, context("conversations", *key)))
    if conversation.key != key:
        raise DamagedRowError("state")
    return conversation


def load_languages(connection: Connection, chats: Collection[int]) -> dict[int, str]:
    """The languages of these private chats, as far as they are known."""
    found: dict[int, str] = {}
    ordered = sorted(chats)
    for start in range(0, len(ordered), CHUNK):
        rows = connection.execute(_LANGUAGES, {"chats": ordered[start : start + CHUNK]})
        found.update({row.chat: row.language for row in rows})
    return found


def save_conversations(
    connection: Connection, codec: Codec, changed: Iterable[Conversation], terms: Terms
) -> None:
    """Insert or replace them."""
    rows = [_columns(codec, conversation, terms) for conversation in changed]
    if rows:
        _SAVE.many(connection, rows)


def postpone(connection: Connection, key: ConversationKey, now: datetime, until: datetime) -> None:
    """Wake a conversation later if it is still due after its wake-up was handled."""
    times = {"now": moment(now), "then": moment(until)}
    connection.execute(_POSTPONE, {"here": key.chat, "who": key.person, **times})


def _columns(codec: Codec, conversation: Conversation, terms: Terms) -> dict[str, object]:
    sealed_to = context("conversations", conversation.chat, conversation.person)
    return {
        "chat": conversation.chat,
        "person": conversation.person,
        "language": conversation.language,
        **wakeup_columns(conversation.timed, terms),
        "state": codec.seal(conversation.model_dump_json().encode(), sealed_to),
    }


def _chunks(keys: Sequence[ConversationKey]) -> Iterable[Sequence[ConversationKey]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))
