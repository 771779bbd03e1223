"""Deletes the keys of old messages, which tell when somebody wrote to an agency and about which complaint.

A key is needed while its message may be edited, deleted or replied to. The rows that go, all of messages that
were sent more than 90 days ago:

1. About a case that has ended, if nothing was done in it for 90 days either: that is longer than the window
   for an objection, and than a correction of the last answer takes.
2. About a draft, which was filed or deleted by then, and about a person or an agency: their screens, lists
   and digests are replaced by newer ones.

A reply to a message whose key is gone is understood by the registration number in its text.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, delete, exists, select

from bot.database.conversations import moment
from bot.database.stores.expressions import second_part
from bot.database.tables import cases, history, sent_messages
from conversations.complaints.erasing import ENDED

KEPT_SECONDS = 90 * 24 * 3600.0
# Rows in one transaction, so that no turn waits; the scheduler continues half a minute later.
MOST = 1_000

# `kind:subject` or `kind:subject:number` (conversations/keys.py); a draft and its case share their id.
_LATELY = exists().where(history.c.case_id == cases.c.id, history.c.at >= bindparam("since"))
_GOES_ON = exists().where(
    cases.c.id == second_part(sent_messages.c.key),
    cases.c.status.not_in(sorted(status.value for status in ENDED)) | _LATELY,
)
_OLD = (
    select(sent_messages.c.chat, sent_messages.c.message_id)
    .where(sent_messages.c.sent > 0, sent_messages.c.sent < bindparam("before"), ~_GOES_ON)
    .limit(bindparam("most"))
)
# A doubt about a message has its id with a minus sign (sent_messages.py), and goes with it.
_FORGET = delete(sent_messages).where(
    sent_messages.c.chat == bindparam("here"),
    sent_messages.c.message_id.in_((bindparam("id"), bindparam("doubt"))),
)


def prune(connection: Connection, now: float) -> int:
    """Delete some keys that nothing needs any more, and return how many; `now` is wall time."""
    since = moment(datetime.fromtimestamp(now - KEPT_SECONDS, UTC))
    values = {"before": now - KEPT_SECONDS, "since": since, "most": MOST}
    if old := connection.execute(_OLD, values).all():
        connection.execute(
            _FORGET, [{"here": row.chat, "id": row.message_id, "doubt": -row.message_id} for row in old]
        )
    return len(old)
