"""Which account of the bot this store works with, and how often that has changed.

Another account numbers its updates and messages from the start, so its numbers repeat those of the earlier
account. Therefore the keys of the updates and the offset are deleted, message ids get a new generation
(bot/channels/message_ids.py), and open cards are sent again: the new account cannot edit the old ones.
"""

from __future__ import annotations

import structlog
from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from bot.database.chats import void_all_cards
from bot.database.tables import installation, offsets, sent_messages, updates
from conversations.reading.numbers import whole

log = structlog.get_logger(__name__)

# The bits of a message id in the store.
ID_BITS = 63

_VALUE = select(installation.c.value).where(installation.c.name == bindparam("of"))
_KEEP = insert(installation)
_KEEP = _KEEP.on_conflict_do_update(index_elements=["name"], set_={"value": _KEEP.excluded.value})
_NEWEST = select(func.max(sent_messages.c.message_id))
_FORGET = tuple(delete(table).where(table.c.channel == bindparam("from")) for table in (updates, offsets))


def note_account(connection: Connection, channel: str, account: int, low_bits: int) -> int:
    """Note the channel's account; the generation of its message ids, 0 for the first account of a store.

    `low_bits` is how many bits of a message id are below the generation. A stored value that is missing or
    damaged counts as a change.
    """
    most = 2 ** (ID_BITS - low_bits) - 1
    names = f"account:{channel}", f"generation:{channel}"
    before, stored = (connection.scalar(_VALUE, {"of": name}) for name in names)
    generation = 0
    if (before, stored) != (None, None):
        known = whole(str(stored), most)
        generation = _latest(connection, low_bits) if known is None else known
        if known is None or before != str(account):
            generation = min(generation + 1, most)
            _begin(connection, channel, generation)
    for name, value in zip(names, (account, generation), strict=True):
        connection.execute(_KEEP, {"name": name, "value": str(value)})
    return generation


def _latest(connection: Connection, low_bits: int) -> int:
    """The highest generation of a known message."""
    return int(connection.scalar(_NEWEST) or 0) >> low_bits


def _begin(connection: Connection, channel: str, generation: int) -> None:
    for forget in _FORGET:
        connection.execute(forget, {"from": channel})
    void_all_cards(connection)
    log.warning("account.changed", channel=channel, generation=generation)
