"""What the messenger reports of messages that it has accepted, on their rows.

A row that it will report of is kept as accepted, with its payload. A report may overtake the mark of the
call, as it comes another way: the row is then still pending, or parked with its chat.

1. It was delivered: the row says so (`CONFIRMED`), and the mark of its call settles it. Its further parts are
   still sent, its main message is not sent again.
2. It failed: the row says so (`OVERTAKEN`), the mark of its call does not make it accepted, and it is sent
   again. The attempts would not show it: the mark of an earlier try may still be on its way.
3. Nothing is reported, and the person writes: it is sent once more (`repeat_silent`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from bot.database.outbox_rows import CONFIRMED, OVERTAKEN, RECALLED, Kind, OutboxRow, State
from bot.database.outbox_table import read_rows
from bot.database.sealing import Codec
from bot.database.tables import outbox
from conversations.events import Delivery

# The messenger drops what it could not deliver for so long, and reports nothing.
REPORT_SECONDS = 30 * 86400.0
# A person who writes has a phone with a network. What was accepted so long before, and was not reported
# delivered, was sent while they blocked the number: the messenger drops it and reports nothing.
SILENT_SECONDS = 3600.0
# How often a message is sent again for that reason: a missing report may have another one.
MOST_REPEATED = 1
CHUNK = 400

_ROW = outbox.c.id == bindparam("row")
_WAITING = (State.PENDING.value, State.PARKED.value)
_CALLED = _ROW & (outbox.c.revision == bindparam("tried")) & outbox.c.state.in_(_WAITING)
_SETTLED = {"state": State.SENT.value, "outcome": Delivery.DELIVERED.value, "payload": None, "error": None}
_SETTLE_CONFIRMED = update(outbox).where(_CALLED, outbox.c.error == CONFIRMED).values(_SETTLED)
_ACCEPT = (
    update(outbox)
    .where(_CALLED, outbox.c.error.is_distinct_from(OVERTAKEN))
    .values(state=State.ACCEPTED.value, not_before=bindparam("until"), error=None)
)
_OVERTAKEN = select(outbox).where(_ROW, outbox.c.error == OVERTAKEN)
_NOTED = update(outbox).where(_ROW, outbox.c.error == OVERTAKEN).values(error=None)
_FORGET_OVERTAKEN = update(outbox).where(outbox.c.state.in_(_WAITING), outbox.c.error == OVERTAKEN)
_FORGET_OVERTAKEN = _FORGET_OVERTAKEN.values(error=None)
_FIND = select(outbox).where(_ROW, outbox.c.chat == bindparam("there"))
_DELIVERED = update(outbox).where(_ROW).values(_SETTLED)
_CONFIRM = update(outbox).where(_ROW).values(error=CONFIRMED)
_DELETE = delete(outbox).where(_ROW)
_PUT_BACK = (
    update(outbox)
    .where(_ROW)
    .values(
        state=bindparam("then"),
        attempts=outbox.c.attempts + 1,
        not_before=bindparam("until"),
        # Its age counts from now on: until the report it was not late.
        created=bindparam("until"),
        progress=0,
        error=bindparam("note"),
    )
)
_SILENT = (
    (outbox.c.state == State.ACCEPTED.value)
    & outbox.c.report.is_not(None)
    & (outbox.c.attempts < MOST_REPEATED)
)
_OF_CHATS = select(outbox.c.chat, outbox.c.not_before).where(
    _SILENT, outbox.c.chat.in_(bindparam("chats", expanding=True))
)
_SILENT_IN_CHAT = select(outbox.c.id).where(
    _SILENT, outbox.c.chat == bindparam("there"), outbox.c.not_before <= bindparam("accepted")
)
_READ = select(outbox).where(_ROW)
_FAIL = (
    update(outbox)
    .where(_ROW)
    .values(
        state=State.FAILED.value,
        error=bindparam("why"),
        outcome=Delivery.UNREACHABLE.value,
        payload=None,
    )
)
_EXPIRED = (outbox.c.state == State.ACCEPTED.value) & (outbox.c.not_before < bindparam("now"))
_DROP_EXPIRED = delete(outbox).where(_EXPIRED, outbox.c.report.is_(None))
_EXPIRE = (
    update(outbox)
    .where(_EXPIRED)
    .values(
        state=State.FAILED.value,
        error="never delivered",
        outcome=Delivery.UNREACHABLE.value,
        payload=None,
    )
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A row that the messenger has accepted, and until when its report is awaited (wall time)."""

    row: OutboxRow
    until: float


@dataclass(frozen=True, slots=True)
class Reported:
    """The row that a report is about, as far as the report needs it."""

    id: int
    kind: Kind
    state: State
    attempts: int
    recalled: bool


def mark_accepted(connection: Connection, marks: Sequence[Accepted]) -> None:
    """Keep rows until their report; one that was confirmed meanwhile is settled."""
    for mark in marks:
        called = {"row": mark.row.id, "tried": mark.row.revision}
        connection.execute(_SETTLE_CONFIRMED, called)
        connection.execute(_ACCEPT, {**called, "until": mark.until})


def overtaken(connection: Connection, codec: Codec, marks: Sequence[Accepted]) -> list[OutboxRow]:
    """Of accepted rows, those whose failure was reported before the mark of the call: they are sent again."""
    found: list[Row[Any]] = []
    for mark in marks:
        found += connection.execute(_OVERTAKEN, {"row": mark.row.id}).all()
        connection.execute(_NOTED, {"row": mark.row.id})
    waiting = [row for row in found if row.state == State.PENDING.value]
    return read_rows(connection, codec, waiting)


def forget_overtaken(connection: Connection) -> None:
    """At the start no call is being made whose mark could be overtaken."""
    connection.execute(_FORGET_OVERTAKEN)


def find_reported(connection: Connection, row: int, chat: int) -> Reported | None:
    """The row of this chat that a report names; None for one that is settled or was never kept."""
    found = connection.execute(_FIND, {"row": row, "there": chat}).first() if row else None
    if found is None or found.state not in (*_WAITING, State.ACCEPTED.value, State.FAILED.value):
        return None
    return Reported(found.id, Kind(found.kind), State(found.state), found.attempts, found.error == RECALLED)


def confirm(connection: Connection, row: Reported) -> None:
    """Settle a row that was delivered; one whose call has not been marked yet keeps its further parts."""
    if row.kind is Kind.KNOCK:
        connection.execute(_DELETE, {"row": row.id})
    elif row.state in (State.ACCEPTED, State.FAILED):
        connection.execute(_DELIVERED, {"row": row.id})
    else:
        connection.execute(_CONFIRM, {"row": row.id})


def put_back(connection: Connection, codec: Codec, row: Reported, until: float) -> list[OutboxRow]:
    """Make a row wait to be sent again, no earlier than `until` (wall time); a parked one stays parked."""
    marked = row.state is State.ACCEPTED
    then, note = (State.PENDING, None) if marked else (row.state, OVERTAKEN)
    connection.execute(_PUT_BACK, {"row": row.id, "then": then.value, "until": until, "note": note})
    if then is not State.PENDING:
        return []
    return read_rows(connection, codec, connection.execute(_READ, {"row": row.id}).all())


def silent(connection: Connection, wrote: Mapping[int, float]) -> frozenset[int]:
    """Of these chats, with when their people wrote, those where a message should have arrived long before."""
    ordered, found = sorted(wrote), set[int]()
    for start in range(0, len(ordered), CHUNK):
        for chat, until in connection.execute(_OF_CHATS, {"chats": ordered[start : start + CHUNK]}):
            if until <= _accepted_before(wrote[chat]):
                found.add(chat)
    return frozenset(found)


def repeat_silent(connection: Connection, chat: int, at: float) -> None:
    """Make the messages wait to be sent again that should have arrived long before the person wrote."""
    asked = {"there": chat, "accepted": _accepted_before(at)}
    for row in connection.execute(_SILENT_IN_CHAT, asked).scalars().all():
        connection.execute(_PUT_BACK, {"row": row, "then": State.PENDING.value, "until": at, "note": None})


def _accepted_before(at: float) -> float:
    """The largest end of the wait for a report that began long before `at`."""
    return at - SILENT_SECONDS + REPORT_SECONDS


def fail(connection: Connection, row: Reported, why: str) -> None:
    """Give a row up; one with `report` is reported unreachable. A template's row is deleted."""
    if row.kind is Kind.KNOCK:
        connection.execute(_DELETE, {"row": row.id})
    else:
        connection.execute(_FAIL, {"row": row.id, "why": why})


def expire(connection: Connection, now: float) -> None:
    """Give up the rows that the messenger has dropped by now (wall time) without a report."""
    connection.execute(_DROP_EXPIRED, {"now": now})
    connection.execute(_EXPIRE, {"now": now})
