"""The names of the officers in a case's history, as the history command shows them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from bot.database.conversations import load_conversations
from bot.database.quarantine import Damage
from bot.database.sealing import Codec
from conversations.conversation import ConversationKey
from conversations.documents.closing import officer_of
from conversations.queries import HistoryEntry


def officer_names(
    connection: Connection, codec: Codec, group: int, entries: Iterable[HistoryEntry]
) -> dict[int, str]:
    """The names by id: of the profile, else of the messenger in this group; others are left out."""
    persons = {officer_of(entry.who) for entry in entries} - {0}
    keys = {ConversationKey(chat, person) for person in persons for chat in (group, person)}
    found = load_conversations(connection, codec, keys, Damage())
    names: dict[int, str] = {}
    for person in persons:
        here, private = (found.get(ConversationKey(chat, person)) for chat in (group, person))
        profile = private.profile if private else None
        name = profile.name if profile else here.name if here else ""
        if name:
            names[person] = name
    return names
