"""One log line a delivery: which row, which template, to which chat, with which outcome and how long."""

from __future__ import annotations

import time

import structlog

from bot.database.outbox_rows import OutboxRow
from bot.foundation.figures import figures
from bot.outbox.chat_queue import Item

log = structlog.get_logger(__name__)

SENT, FAULT = "sent", "fault"


def note_delivery(item: Item, outcome: str, seconds: float) -> None:
    """Log and count an attempt: `outcome` is "sent", "fault", or the kind of the failure."""
    row = item.row
    figures.outcomes[outcome] += 1
    if outcome != SENT:
        figures.failed("delivery", [outcome])
    elif row.message is not None and item.stored:
        figures.deliveries.add(_age(row))
    # The removal of buttons from an outdated copy has no row, and no result depends on it.
    note = log.debug if not item.stored else log.info if outcome == SENT else log.warning
    note(
        "outbox.delivered" if outcome == SENT else "outbox.not_delivered",
        row=row.id,
        kind=row.kind.value,
        template=row.message.template if row.message else "",
        chat=row.chat,
        outcome=outcome,
        tries=row.attempts,
        age_s=round(_age(row), 2),
        ms=round(seconds * 1000, 1),
    )


def _age(row: OutboxRow) -> float:
    """Seconds since the row was stored, by the wall clock; a clock that was put back gives 0."""
    return max(0.0, time.time() - row.created)
