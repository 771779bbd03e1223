"""The topics of forums that were created again: the topic as the configuration names it -> the present one.

They are kept with the facts about the installation, under `topic:<chat>:<topic>`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql import insert

from bot.database.tables import installation
from conversations.reading.numbers import MOST_ID, whole

PREFIX = "topic:"
# The messenger numbers a chat's messages, and so its topics, in 31 bits.
MOST_TOPIC = 2**31 - 1
QUERY = "SELECT name, value FROM installation WHERE name >= 'topic:' AND name < 'topic;'"
_KEEP = insert(installation)
_KEEP = _KEEP.on_conflict_do_update(index_elements=["name"], set_={"value": _KEEP.excluded.value})

# A chat and a topic in it.
Place = tuple[int, int]


def load(connection: Connection) -> dict[Place, int]:
    """All of them."""
    return read([tuple(row) for row in connection.execute(text(QUERY))])


def read(rows: Iterable[Sequence[object]]) -> dict[Place, int]:
    """The rows of QUERY; a damaged one is left out, and its topic is created once more."""
    found = {}
    for name, value in rows:
        _, chat, topic = (*str(name).split(":"), "", "")[:3]
        group, before = whole(chat.removeprefix("-"), MOST_ID), whole(topic, MOST_TOPIC)
        after = whole(str(value), MOST_TOPIC)
        if group and before and after and chat.startswith("-"):
            found[-group, before] = after
    return found


def keep(connection: Connection, place: Place, topic: int) -> None:
    """Store that this topic is now another one."""
    chat, before = place
    connection.execute(_KEEP, {"name": f"{PREFIX}{chat}:{before}", "value": str(topic)})
