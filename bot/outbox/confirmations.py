"""What the messenger reports of a message that it has accepted: delivered, or why not (outbox.py, rule 11).

| failure of a part | the row |
|---|---|
| the window is closed | waits for the person, with the other rows of its chat |
| the person is unreachable | is parked, with the other rows of its chat |
| temporary, throttled | is sent again after a wait, for a day at most |
| account | is sent again after a wait, until the operator has acted |
| any other | is given up, and the operator is notified |

Only the part that failed is sent again. A failure of a message without a kept row (an answered question, for
example) counts for its chat alone: its window is closed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import structlog
from sqlalchemy import Connection

from bot.channels.base import Confirmed, Failure
from bot.database import windows
from bot.database.hourly import is_due
from bot.database.outbox_reports import Reported, confirm, fail, find_reported, put_back
from bot.database.outbox_rows import Kind, OutboxRow, State
from bot.database.sealing import Codec
from conversations import keys
from conversations.messages import OutgoingMessage

log = structlog.get_logger(__name__)

LONGEST_WAIT = 900.0
LONGEST_REASON = 200
# How often a message is sent again whose window is closed to the messenger and open to us: the person may
# have written at the same time.
WINDOW_TRIES = 2
# A message that fails again and again is given up after so many reports and seconds since the first one.
MOST_FAILURES, FAILING_SECONDS = 5, 86400.0
PARKING = frozenset({Failure.UNREACHABLE, Failure.CHAT_GONE})
REFUSED_NOTE = "operator_refused"


@dataclass(frozen=True, slots=True)
class Result:
    """What a report leads to: rows that wait again, notes to the operator.

    `failure` is WINDOW or UNREACHABLE where the whole chat is to be parked; `waits` whether the row waited to
    be sent before, and still does.
    """

    back: list[OutboxRow] = field(default_factory=list)
    notes: tuple[OutgoingMessage, ...] = ()
    failure: Failure | None = None
    waits: bool = False


def note_report(connection: Connection, codec: Codec, event: Confirmed, now: float) -> Result:
    """Store a report on its row, at wall time `now`."""
    row = find_reported(connection, event.row, event.chat)
    if event.delivered:
        if row:
            confirm(connection, row, event.part)
        return Result(waits=_waits(row))
    log.warning("outbox.not_confirmed", row=event.row, outcome=event.failure.value, kept=row is not None)
    if row:
        row = replace(row, parts=row.parts.failed(event.part))
    if event.failure is Failure.WINDOW and _is_closed(connection, event, row, now):
        return _closed(connection, codec, event, row, now)
    notes = _account(connection, event, now)
    if row is None or row.state is State.FAILED or row.parts.is_sent(event.part):
        # The last: an earlier copy has failed of a part that was delivered.
        return Result(notes=notes, waits=_waits(row))
    if event.failure in PARKING:
        put_back(connection, codec, row, now)
        return Result(failure=Failure.UNREACHABLE)
    again = _again(event, row, now)
    if again is None:
        return _failed(connection, event, row, now)
    wait, since = wait_of(event.retry_after, row.parts.failures), again.created
    return Result(put_back(connection, codec, again, now + wait, since=since), notes, waits=_waits(row))


def _waits(row: Reported | None) -> bool:
    return row is not None and row.state is State.PENDING


def _is_closed(connection: Connection, event: Confirmed, row: Reported | None, now: float) -> bool:
    """Whether the window is closed now; it may have been opened since the message was accepted."""
    tried = row is not None and row.parts.windows >= WINDOW_TRIES
    return tried or not windows.is_open(connection, event.chat, now)


def _closed(
    connection: Connection, codec: Codec, event: Confirmed, row: Reported | None, now: float
) -> Result:
    windows.note_closed(connection, event.chat)
    if row and row.state is not State.FAILED and (row.parts.recalled or row.kind is Kind.KNOCK):
        return replace(_failed(connection, event, row, now), failure=Failure.WINDOW)
    if row and row.state is not State.FAILED and not row.parts.is_sent(event.part):
        put_back(connection, codec, replace(row, parts=replace(row.parts, windows=0)), now)
    return Result(failure=Failure.WINDOW)


def _again(event: Confirmed, row: Reported, now: float) -> Reported | None:
    """The row as it waits to be sent again, late since its first failure; None where it is to be given up."""
    parts, failures = row.parts, row.parts.failures + 1
    since = row.created if parts.failures else now
    match event.failure:
        case _ if parts.recalled:
            return None
        case Failure.WINDOW:
            parts = parts.refused_window()
        case Failure.ACCOUNT:
            # The operator has to act, however long that takes.
            since = now
        case Failure.TEMPORARY | Failure.THROTTLED:
            if failures >= MOST_FAILURES and now - since >= FAILING_SECONDS:
                return None
        case _:
            return None
    return replace(row, parts=replace(parts, failures=failures), created=since)


def _failed(connection: Connection, event: Confirmed, row: Reported, now: float) -> Result:
    reason = event.reason[:LONGEST_REASON]
    fail(connection, row, reason, event.part)
    if row.told or row.kind is Kind.KNOCK or keys.is_worth_a_template(row.key):
        return Result(notes=(OutgoingMessage("system.operator_undelivered", {"count": 1, "reason": reason}),))
    due = is_due(connection, REFUSED_NOTE, now)
    return Result(notes=(OutgoingMessage(f"system.{REFUSED_NOTE}", {"reason": reason}),) if due else ())


def _account(connection: Connection, event: Confirmed, now: float) -> tuple[OutgoingMessage, ...]:
    """The note that the operator has to act, once an hour for each kind."""
    if event.failure is not Failure.ACCOUNT or not is_due(connection, account_kind(event.reason), now):
        return ()
    return (OutgoingMessage("system.operator_account", {"reason": event.reason[:LONGEST_REASON]}),)


def account_kind(reason: str) -> str:
    """The kind of a note about the account: the first word of the reason is the messenger's code."""
    return f"operator_account:{reason.partition(' ')[0]}"


def wait_of(retry_after: float, attempts: int) -> float:
    """Seconds until a message is sent again: as the messenger says, else 4, 16, 64 … seconds.

    Source of the powers of four: Cloud API, error 131056, 2026-11.
    """
    return min(LONGEST_WAIT, retry_after or 4.0 ** (min(attempts, 5) + 1))
