"""Deletes who a number of ours is, once nothing needs it.

Telephone numbers are kept no longer than complaints.

1. The rows that go: of people who have filed nothing that is not erased, have no conversation, get no message
   that still waits, and have not written for a day. A message of the last day may be on its way to its turn.
2. A row that only leads to a person's number of today stays for as long as updates may come late. One whose
   own messages may still be answered or reported (joining.py), and which holds no name, stays as long as
   the names of messages, but not longer than its person.
3. A conversation goes with the person's last complaint when nothing in it goes on (`forget_conversation`).
4. The number itself is not used again, so that what still names it leads to nobody.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, select

from bot.database import addresses
from bot.database import wire_messages as wire_names
from bot.database.addresses import FIRST_PERSON
from bot.database.arrivals import KEPT_LONGER
from bot.database.outbox_rows import State
from bot.database.sealing import Codec, SealBrokenError
from bot.database.tables import addresses as people
from bot.database.tables import cases, conversations, outbox, wire_messages
from conversations.conversation import Conversation
from conversations.forgetting import is_over

DAY_SECONDS = 24 * 3600.0
LATE_SECONDS = KEPT_LONGER["whatsapp"]
ANSWERED_SECONDS = wire_names.KEPT / 1e6
# Rows in one transaction, so that no turn waits.
MOST = 1_000

_CHAT = people.c.n + FIRST_PERSON
_WAITS = [state.value for state in State if state not in (State.SENT, State.FAILED)]
_UNNEEDED = (
    select(people)
    .where(
        people.c.heard < bindparam("before"),
        ~exists().where(cases.c.filed_by == _CHAT),
        ~exists().where(conversations.c.chat == _CHAT),
        ~exists().where(outbox.c.chat == _CHAT, outbox.c.state.in_(_WAITS)),
    )
    .order_by(people.c.heard)
    .limit(MOST)
)
_EXISTS = select(exists().where(people.c.n == bindparam("of")))
_FORGET = delete(people).where(people.c.n == bindparam("of"))
_FORGET_NAMES = delete(wire_messages).where(wire_messages.c.chat == bindparam("here"))
_FILED = select(exists().where(cases.c.filed_by == bindparam("account")))
_FORGET_TALK = delete(conversations).where(
    conversations.c.chat == bindparam("account"), conversations.c.person == bindparam("account")
)


def prune(connection: Connection, codec: Codec, now: float) -> int:
    """Delete the people that nothing needs any more, and return how many; `now` is wall time."""
    found = connection.execute(_UNNEEDED, {"before": now - DAY_SECONDS}).all()
    gone = [row for row in found if row.heard < now - _kept(connection, codec, row)]
    if gone:
        connection.execute(_FORGET, [{"of": row.n} for row in gone])
        connection.execute(_FORGET_NAMES, [{"here": FIRST_PERSON + row.n} for row in gone])
    return len(gone)


def _kept(connection: Connection, codec: Codec, row: Row[Any]) -> float:
    """How long a row is kept that nothing needs, in seconds since its person has written."""
    try:
        known = addresses.read_address(codec, row)
    except (SealBrokenError, ValueError, TypeError, KeyError):
        return DAY_SECONDS
    if not known.now:
        return DAY_SECONDS
    named = known.user_id or known.wa_id
    return LATE_SECONDS if named or not connection.scalar(_EXISTS, {"of": known.now}) else ANSWERED_SECONDS


def forget_conversation(connection: Connection, talk: Conversation) -> None:
    """Delete the conversation of a person on WhatsApp without a complaint, unless something goes on in it."""
    own = {"account": talk.person}
    if talk.private and talk.person >= FIRST_PERSON and is_over(talk) and not connection.scalar(_FILED, own):
        connection.execute(_FORGET_TALK, own)
