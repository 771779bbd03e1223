"""How the senders mark what became of a row, gathered: each function takes many at once (invariant 3).

A mark holds only for the revision that was sent. When the payload was replaced meanwhile, the row
stays and becomes an edit of the message that went out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.database.outbox_rows import Kind, OutboxRow, State
from bot.database.outbox_table import read_rows
from bot.database.quarantine import Damage
from bot.database.sealing import Codec
from bot.database.sent_messages import remember
from bot.database.tables import chats, outbox
from conversations.events import Delivery

_ROW = outbox.c.id == bindparam("row")
_THIS = _ROW & (outbox.c.revision == bindparam("tried"))
_DELETE = delete(outbox).where(_THIS)
_DELIVERED = (
    update(outbox).where(_THIS).values(state=State.SENT.value, outcome=Delivery.DELIVERED.value, payload=None)
)
_REPLACED_MEANWHILE = (
    update(outbox)
    .where(_ROW, outbox.c.revision > bindparam("tried"))
    .values(kind=Kind.EDIT.value, at=bindparam("message"), progress=0, attempts=0, not_before=0.0)
)
_FAILED = update(outbox).where(_THIS).values(state=State.FAILED.value, error=bindparam("why"), payload=None)
_FAILED_REPORTED = _FAILED.values(outcome=Delivery.UNREACHABLE.value)
_PARKED = update(outbox).where(_THIS).values(state=State.PARKED.value, error=bindparam("why"))
_LATER = (
    update(outbox)
    .where(_ROW)
    .values(attempts=bindparam("tries"), not_before=bindparam("until"), progress=bindparam("done"))
)
_IN_CHAT = (outbox.c.chat == bindparam("there")) & (outbox.c.state == bindparam("now"))
# A group is left once and never parked; buttons of a chat out of reach need not be taken off.
_MOVE = update(outbox).where(_IN_CHAT, outbox.c.kind != Kind.LEAVE.value).values(state=bindparam("then"))
_DROP_STRIPS = delete(outbox).where(_IN_CHAT, outbox.c.kind == Kind.STRIP.value)
_DROP_LEAVES = delete(outbox).where(_IN_CHAT, outbox.c.kind == Kind.LEAVE.value)
_REACHABLE = (outbox.c.state == State.PARKED.value) & outbox.c.chat.not_in(
    select(chats.c.chat).where(chats.c.blocked == 1)
)
_REVIVE = update(outbox).where(_REACHABLE).values(state=State.PENDING.value, error=None)
_UNREACHED = (
    update(outbox).where(_IN_CHAT, outbox.c.report.is_not(None)).values(outcome=Delivery.UNREACHABLE.value)
)
_OF_CHAT = select(outbox).where(_IN_CHAT).order_by(outbox.c.report.is_(None), outbox.c.id)
_SETTLE = update(outbox).where(_ROW, outbox.c.outcome == bindparam("told")).values(outcome=None)
_DROP_TOLD = delete(outbox).where(_ROW, outbox.c.state == State.SENT.value, outbox.c.outcome.is_(None))


@dataclass(frozen=True, slots=True)
class Sent:
    """A row's success: the message that its key now names (0 for none), and the wall time."""

    row: OutboxRow
    message: int
    at: float


@dataclass(frozen=True, slots=True)
class Failed:
    """A row that will never be delivered, and why, in the messenger's words."""

    row: OutboxRow
    why: str


@dataclass(frozen=True, slots=True)
class Later:
    """A row to try again, no earlier than `until` (wall time); `done` of its parts are sent."""

    row: OutboxRow
    tries: int
    until: float
    done: int


def mark_sent(connection: Connection, marks: Sequence[Sent]) -> None:
    """Name the messages and take their rows out; one with `report` stays until that is told."""
    remember(connection, [(mark.row.chat, mark.message, mark.row.key, mark.at) for mark in marks])
    plain = [_tried(mark.row) for mark in marks if not mark.row.report]
    reported = [_tried(mark.row) for mark in marks if mark.row.report]
    if plain:
        connection.execute(_DELETE, plain)
    if reported:
        connection.execute(_DELIVERED, reported)
    # Only rows that can be replaced at all: an edit needs the key to find them.
    if keyed := [{**_tried(mark.row), "message": mark.message} for mark in marks if mark.row.key]:
        connection.execute(_REPLACED_MEANWHILE, keyed)


def mark_failed(connection: Connection, marks: Sequence[Failed]) -> None:
    """Record what will never be delivered, without its words; one with `report` is told."""
    for statement, reporting in ((_FAILED, False), (_FAILED_REPORTED, True)):
        chosen = [mark for mark in marks if bool(mark.row.report) is reporting]
        if chosen:
            connection.execute(statement, [{**_tried(mark.row), "why": mark.why} for mark in chosen])


def mark_parked(connection: Connection, marks: Sequence[Failed]) -> None:
    """Set single rows aside whole; they wait for a start, or for news of their chat."""
    if marks:
        connection.execute(_PARKED, [{**_tried(mark.row), "why": mark.why} for mark in marks])


def revive(connection: Connection) -> None:
    """At the start: what was set aside in chats that are within reach is tried again."""
    connection.execute(_REVIVE)


def mark_later(connection: Connection, marks: Sequence[Later]) -> None:
    """Store when to try again and how far it got, so that a restart goes on there."""
    if marks:
        parameters = [
            {"row": mark.row.id, "tries": mark.tries, "until": mark.until, "done": mark.done}
            for mark in marks
        ]
        connection.execute(_LATER, parameters)


def park(connection: Connection, chat: int) -> None:
    """Set all rows of a chat aside: its person blocked the bot. Those with `report` are told."""
    now = {"there": chat, "now": State.PENDING.value}
    connection.execute(_DROP_STRIPS, now)
    connection.execute(_UNREACHED, now)
    connection.execute(_MOVE, {**now, "then": State.PARKED.value})


def release(connection: Connection, codec: Codec, chat: int, damage: Damage | None = None) -> list[OutboxRow]:
    """Make a chat's parked rows wait to be sent again; they come with final responses first."""
    parked = {"there": chat, "now": State.PARKED.value}
    connection.execute(_DROP_STRIPS, parked)
    connection.execute(_DROP_LEAVES, parked)
    connection.execute(_MOVE, {**parked, "then": State.PENDING.value})
    found = connection.execute(_OF_CHAT, {"there": chat, "now": State.PENDING.value})
    return read_rows(connection, codec, found.all(), damage)


def settle(connection: Connection, row: int, told: Delivery) -> None:
    """The core has heard this outcome; a sent row is needed no longer."""
    connection.execute(_SETTLE, {"row": row, "told": told.value})
    connection.execute(_DROP_TOLD, {"row": row})


def _tried(row: OutboxRow) -> dict[str, object]:
    return {"row": row.id, "tried": row.revision}
