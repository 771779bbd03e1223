"""When a message of ours was first shown, as far as it is known (outbox.py, rule 9)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Connection

from bot.database.outbox_table import untried
from bot.database.sent_messages import oldest
from conversations.world import UNSENT


def first_showings(
    connection: Connection, names: Sequence[str], in_flight: Collection[int]
) -> dict[tuple[int, str], int]:
    """The id of the first message of each key, by chat and key; UNSENT where it has not been sent.

    An unknown one is left out. `in_flight` are the rows that are being sent or not yet marked.
    """
    waiting = dict.fromkeys(untried(connection, names, in_flight), UNSENT)
    return waiting | oldest(connection, names)
