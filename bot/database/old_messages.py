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

from sqlalchemy import Connection, text

from bot.database.conversations import moment
from conversations.complaints.erasing import ENDED

KEPT_SECONDS = 90 * 24 * 3600.0
# Rows in one transaction, so that no turn waits; the scheduler continues half a minute later.
MOST = 1_000

# `kind:subject` or `kind:subject:number` (conversations/keys.py); a draft and its case share their id.
_REST = "substr(sent_messages.key, instr(sent_messages.key, ':') + 1)"
_SUBJECT = f"substr({_REST}, 1, instr({_REST} || ':', ':') - 1)"
_ENDED = ", ".join(f"'{status}'" for status in sorted(ENDED))
_OLD = text(
    f"""
    SELECT chat, message_id FROM sent_messages
    WHERE sent > 0 AND sent < :before AND NOT EXISTS (
        SELECT 1 FROM cases WHERE cases.id = {_SUBJECT} AND (
            cases.status NOT IN ({_ENDED})
            OR EXISTS (SELECT 1 FROM history WHERE history.case_id = cases.id AND history.at >= :since)
        )
    )
    LIMIT :most
    """  # noqa: S608 - constants
)
# A doubt about a message has its id with a minus sign (sent_messages.py), and goes with it.
_FORGET = text(
    "DELETE FROM sent_messages WHERE chat = :chat AND message_id IN (:message_id, -1 * :message_id)"
)


def prune(connection: Connection, now: float) -> int:
    """Delete some keys that nothing needs any more, and return how many; `now` is wall time."""
    since = moment(datetime.fromtimestamp(now - KEPT_SECONDS, UTC))
    values = {"before": now - KEPT_SECONDS, "since": since, "most": MOST}
    if old := connection.execute(_OLD, values).mappings().all():
        connection.execute(_FORGET, [dict(row) for row in old])
    return len(old)
