"""What the messenger reports of a message that it has accepted: delivered, or why not (outbox.py, rule 11).

| failure | the row |
|---|---|
| the window is closed | waits for the person, with the other rows of its chat |
| the person is unreachable | is parked, with the other rows of its chat |
| temporary, throttled, account | is sent again after a wait |
| any other | is given up, and the operator is notified |

A message without a kept row (a question of the dialogue, for example) is not sent again. That its window is
closed still counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import structlog
from sqlalchemy import Connection

from bot.channels.base import Confirmed, Failure
from bot.database import windows
from bot.database.hourly import is_due
from bot.database.outbox_reports import Reported, confirm, fail, find_reported, put_back
from bot.database.outbox_rows import Kind, OutboxRow, State
from bot.database.sealing import Codec
from conversations.messages import OutgoingMessage

log = structlog.get_logger(__name__)

LONGEST_WAIT = 900.0
LONGEST_REASON = 200
# How often a message is sent again whose window is closed to the messenger and open to us: the person may
# have written at the same time.
WINDOW_TRIES = 2
PARKING = frozenset({Failure.UNREACHABLE, Failure.CHAT_GONE})
RETRIED = frozenset({Failure.TEMPORARY, Failure.THROTTLED, Failure.ACCOUNT})


@dataclass(frozen=True, slots=True)
class Result:
    """What a report leads to: rows that wait again, notes to the operator.

    `failure` is WINDOW or UNREACHABLE where the whole chat is to be parked.
    """

    back: list[OutboxRow] = field(default_factory=list)
    notes: tuple[OutgoingMessage, ...] = ()
    failure: Failure | None = None


def note_report(connection: Connection, codec: Codec, event: Confirmed, now: float) -> Result:
    """Store a report on its row, at wall time `now`."""
    row = find_reported(connection, event.row, event.chat)
    if event.delivered:
        if row:
            confirm(connection, row)
        return Result()
    log.warning("outbox.not_confirmed", row=event.row, outcome=event.failure.value, kept=row is not None)
    notes = _account(connection, event, now)
    if event.failure is Failure.WINDOW and _is_closed(connection, event, row, now):
        return _closed(connection, codec, event, row, now)
    if row is None or row.state is State.FAILED:
        return Result(notes=notes)
    if event.failure in PARKING:
        put_back(connection, codec, row, now)
        return Result(failure=Failure.UNREACHABLE)
    if row.recalled or event.failure not in (*RETRIED, Failure.WINDOW):
        return _failed(connection, event, row)
    return Result(put_back(connection, codec, row, now + wait_of(event.retry_after, row.attempts)), notes)


def _is_closed(connection: Connection, event: Confirmed, row: Reported | None, now: float) -> bool:
    """Whether the window is closed now; it may have been opened since the message was accepted."""
    tried = row is not None and row.attempts >= WINDOW_TRIES
    return tried or not windows.is_open(connection, event.chat, now)


def _closed(
    connection: Connection, codec: Codec, event: Confirmed, row: Reported | None, now: float
) -> Result:
    windows.note_closed(connection, event.chat)
    if row and (row.recalled or row.kind is Kind.KNOCK):
        _failed(connection, event, row)
    elif row and row.state is not State.FAILED:
        put_back(connection, codec, row, now)
    return Result(failure=Failure.WINDOW)


def _failed(connection: Connection, event: Confirmed, row: Reported) -> Result:
    reason = event.reason[:LONGEST_REASON]
    fail(connection, row, reason)
    return Result(notes=(OutgoingMessage("system.operator_undelivered", {"count": 1, "reason": reason}),))


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
