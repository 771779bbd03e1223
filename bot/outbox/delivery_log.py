"""One log line a delivery: which row, which template, to which chat, with which outcome and how long."""

from __future__ import annotations

import structlog

from bot.channels.base import Failure
from bot.foundation.figures import figures
from bot.outbox.chat_queue import Item

log = structlog.get_logger(__name__)

SENT, FAULT = "sent", "fault"
# It waits until its person writes, which is no failure.
WAITS = Failure.WINDOW.value


def note_delivery(item: Item, outcome: str, seconds: float, now: float) -> None:
    """Log and count an attempt: `outcome` is "sent", "fault", or the kind of the failure.

    `seconds` is how long it took, `now` the wall time, in seconds since 1970.
    """
    row = item.row
    age = max(0.0, now - row.created)
    figures.outcomes[outcome] += 1
    if outcome not in (SENT, WAITS):
        figures.failed("delivery", [outcome])
    elif outcome == SENT and row.message is not None and item.stored:
        figures.deliveries.add(age)
    # The removal of buttons from an outdated copy has no row, and no result depends on it.
    well = outcome in (SENT, WAITS)
    note = log.debug if not item.stored else log.info if well else log.warning
    note(
        "outbox.delivered" if outcome == SENT else "outbox.not_delivered",
        row=row.id,
        kind=row.kind.value,
        template=row.message.template if row.message else "",
        chat=row.chat,
        outcome=outcome,
        tries=row.attempts,
        age_s=round(age, 2),
        ms=round(seconds * 1000, 1),
    )
