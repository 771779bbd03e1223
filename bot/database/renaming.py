"""Moves what is stored under a group's old id to the new one, once the configuration names the new id.

`aduan check` advises to write the new id. The core knows a group by the id that the configuration names,
so that officers' open work, cards and cases would otherwise belong to a group that no event names.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.database import chats as blocking
from bot.database.cases import load_cases, update_cases
from bot.database.conversations import load_conversations, save_conversations
from bot.database.files_table import move_files
from bot.database.outbox_table import move_rows
from bot.database.quarantine import Damage
from bot.database.sealing import Codec
from bot.database.tables import cases, chats, conversations, sent_messages
from conversations.complaints.terms import Terms
from conversations.conversation import ConversationKey

_PERSONS = select(conversations.c.person).where(conversations.c.chat == bindparam("old"))
_DROP_CONVERSATIONS = delete(conversations).where(conversations.c.chat == bindparam("old"))
_CASES = select(cases.c.id).where(cases.c.chat == bindparam("old"))
_UNBLOCK = update(chats).where(chats.c.chat == bindparam("old")).values(blocked=0)
# A message that is stored under both ids is the same.
_SENT_TWICE = delete(sent_messages).where(
    sent_messages.c.chat == bindparam("new"),
    sent_messages.c.message_id.in_(
        select(sent_messages.c.message_id).where(sent_messages.c.chat == bindparam("old")).scalar_subquery()
    ),
)
_SENT = update(sent_messages).where(sent_messages.c.chat == bindparam("old")).values(chat=bindparam("new"))


def rename_chats(
    connection: Connection, codec: Codec, renamed: Mapping[int, int], terms: Terms, damage: Damage
) -> None:
    """Move everything of each old id to the new one. May be repeated.

    `damage` gets the rows that do not open: cases stay under the old id, conversations end.
    """
    for old, new in renamed.items():
        _move_conversations(connection, codec, old, new, terms, damage)
        _move_cases(connection, codec, old, new, terms, damage)
        move_rows(connection, codec, old, new)
        move_files(connection, codec, old, new)
        connection.execute(_SENT_TWICE, {"old": old, "new": new})
        connection.execute(_SENT, {"old": old, "new": new})
        if blocking.is_blocked(connection, old):
            blocking.note_blocked(connection, new, blocked=True)
            connection.execute(_UNBLOCK, {"old": old})


def _move_conversations(
    connection: Connection, codec: Codec, old: int, new: int, terms: Terms, damage: Damage
) -> None:
    """Seal conversations again, as the seal holds the chat; existing ones under the new id stay."""
    persons = connection.execute(_PERSONS, {"old": old}).scalars().all()
    before = {ConversationKey(old, person) for person in persons}
    found = load_conversations(connection, codec, before, damage)
    later = load_conversations(
        connection, codec, {ConversationKey(new, person) for person in persons}, damage
    )
    moved = [
        talk.model_copy(update={"chat": new})
        for talk in found.values()
        if ConversationKey(new, talk.person) not in later
    ]
    save_conversations(connection, codec, moved, terms)
    connection.execute(_DROP_CONVERSATIONS, {"old": old})


def _move_cases(
    connection: Connection, codec: Codec, old: int, new: int, terms: Terms, damage: Damage
) -> None:
    names = connection.execute(_CASES, {"old": old}).scalars().all()
    found = load_cases(connection, codec, names, damage=damage)
    moved = [case.model_copy(update={"chat": new}) for case in found.values()]
    update_cases(connection, codec, moved, found, terms)
