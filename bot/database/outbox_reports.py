"""What the messenger reports of messages that it has accepted, on their rows.

A row that it will report of is kept as accepted, with its payload. A report may overtake the mark of the
call, as it comes another way: the row is then still pending, or parked with its chat.

1. It was delivered: the row says so (`CONFIRMED`), and the mark of its call settles it. Its further parts are
   still sent, its main message is not sent again. A row without `report` is deleted.
2. It failed: the row's attempts rise. The mark of the call names the attempts before it, so it changes
   nothing, and the row is sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, case, delete, select, update

from bot.database.outbox_rows import CONFIRMED, RECALLED, Kind, OutboxRow, State
from bot.database.outbox_table import read_rows
from bot.database.sealing import Codec
from bot.database.tables import outbox
from conversations.events import Delivery

# The messenger drops what it could not deliver for so long, and reports nothing.
REPORT_SECONDS = 30 * 86400.0

_ROW = outbox.c.id == bindparam("row")
_WAITING = (State.PENDING.value, State.PARKED.value)
_CALLED = _ROW & (outbox.c.revision == bindparam("tried")) & outbox.c.state.in_(_WAITING)
_SETTLED = {"state": State.SENT.value, "outcome": Delivery.DELIVERED.value, "payload": None, "error": None}
_CONFIRMED = _CALLED & (outbox.c.error == CONFIRMED)
_DROP_CONFIRMED = delete(outbox).where(_CONFIRMED, outbox.c.report.is_(None))
_SETTLE_CONFIRMED = update(outbox).where(_CONFIRMED).values(_SETTLED)
_ACCEPT = (
    update(outbox)
    .where(_CALLED, outbox.c.attempts == bindparam("tries"))
    .values(state=State.ACCEPTED.value, not_before=bindparam("until"), error=None)
)
_OVERTAKEN = select(outbox).where(
    _ROW, outbox.c.state == State.PENDING.value, outbox.c.attempts > bindparam("tries")
)
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
        error=None,
    )
)
_READ = select(outbox).where(_ROW)
_FAIL = (
    update(outbox)
    .where(_ROW)
    .values(
        state=State.FAILED.value,
        error=bindparam("why"),
        outcome=case((outbox.c.report.is_not(None), Delivery.UNREACHABLE.value)),
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
    # Whether the core is informed of it.
    told: bool


def mark_accepted(connection: Connection, marks: Sequence[Accepted]) -> None:
    """Keep rows until their report; one that was confirmed meanwhile is settled."""
    for mark in marks:
        called = {"row": mark.row.id, "tried": mark.row.revision}
        connection.execute(_DROP_CONFIRMED, called)
        connection.execute(_SETTLE_CONFIRMED, called)
        connection.execute(_ACCEPT, {**called, "tries": mark.row.attempts, "until": mark.until})


def overtaken(connection: Connection, codec: Codec, marks: Sequence[Accepted]) -> list[OutboxRow]:
    """Of accepted rows, those whose failure was reported before the mark of the call: they are sent again."""
    found = [
        row
        for mark in marks
        for row in connection.execute(_OVERTAKEN, {"row": mark.row.id, "tries": mark.row.attempts}).all()
    ]
    return read_rows(connection, codec, found)


def find_reported(connection: Connection, row: int, chat: int) -> Reported | None:
    """The row of this chat that a report names; None for one that is settled or was never kept."""
    found = connection.execute(_FIND, {"row": row, "there": chat}).first() if row else None
    if found is None or found.state not in (*_WAITING, State.ACCEPTED.value, State.FAILED.value):
        return None
    kind, state, recalled = Kind(found.kind), State(found.state), found.error == RECALLED
    return Reported(found.id, kind, state, found.attempts, recalled, told=found.report is not None)


def confirm(connection: Connection, row: Reported) -> None:
    """Settle a row that was delivered; one whose call has not been marked yet keeps its further parts."""
    settled = row.state in (State.ACCEPTED, State.FAILED)
    if row.kind is Kind.KNOCK or (settled and not row.told):
        connection.execute(_DELETE, {"row": row.id})
    elif settled:
        connection.execute(_DELIVERED, {"row": row.id})
    else:
        connection.execute(_CONFIRM, {"row": row.id})


def put_back(connection: Connection, codec: Codec, row: Reported, until: float) -> list[OutboxRow]:
    """Make a row wait to be sent again, no earlier than `until` (wall time); a parked one stays parked."""
    then = State.PENDING if row.state is State.ACCEPTED else row.state
    connection.execute(_PUT_BACK, {"row": row.id, "then": then.value, "until": until})
    if then is not State.PENDING:
        return []
    return read_rows(connection, codec, connection.execute(_READ, {"row": row.id}).all())


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
