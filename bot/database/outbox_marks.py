"""The marks of the senders on outbox rows; each function takes many at once (invariant 3).

A mark holds only for the revision that was sent. When the payload was replaced meanwhile, the row
stays and becomes an edit of the message that went out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Update, bindparam, delete, null, select, update

from bot.database.outbox_parts import Parts
from bot.database.outbox_reports import Accepted, mark_accepted
from bot.database.outbox_rows import Kind, OutboxRow, State
from bot.database.outbox_table import IS_COSMETIC, read_rows
from bot.database.outbox_windows import note_knock_failed
from bot.database.prepared import Prepared
from bot.database.quarantine import Damage
from bot.database.sealing import Codec
from bot.database.sent_messages import doubt, remember
from bot.database.tables import chats, outbox
from conversations.events import Delivery

_ROW = outbox.c.id == bindparam("row")
_THIS = _ROW & (outbox.c.revision == bindparam("tried"))
_DELETE = Prepared(delete(outbox).where(_THIS))
_DELIVERED = (
    update(outbox).where(_THIS).values(state=State.SENT.value, outcome=Delivery.DELIVERED.value, payload=None)
)
_REPLACED_MEANWHILE = Prepared(
    update(outbox)
    .where(_ROW, outbox.c.revision > bindparam("tried"))
    .values(
        kind=Kind.EDIT.value, at=bindparam("message"), progress=0, attempts=0, not_before=0.0, error=null()
    )
)
_FAILED = update(outbox).where(_THIS).values(state=State.FAILED.value, error=bindparam("why"), payload=None)
_FAILED_REPORTED = _FAILED.values(outcome=Delivery.UNREACHABLE.value)
_PARKED = (
    update(outbox)
    .where(_THIS)
    .values(state=State.PARKED.value, error=bindparam("why"), attempts=outbox.c.attempts + 1)
)
_PARKED_REPORTED = _PARKED.values(outcome=Delivery.UNREACHABLE.value)
_LATER = (
    update(outbox)
    .where(_ROW)
    .values(attempts=bindparam("tries"), not_before=bindparam("until"), progress=bindparam("done"))
)
_KNOWN = select(outbox.c.id, outbox.c.error).where(outbox.c.id.in_(bindparam("ids", expanding=True)))
_NOTE_KNOWN = update(outbox).where(_ROW).values(error=bindparam("known"))
_IN_CHAT = (outbox.c.chat == bindparam("there")) & (outbox.c.state == bindparam("now"))
# Leaving a group is not parked; cosmetic edits in an unreachable chat are not needed.
_MOVE = update(outbox).where(_IN_CHAT, outbox.c.kind != Kind.LEAVE.value).values(state=bindparam("then"))
_RENEW = update(outbox).where(_IN_CHAT).values(created=bindparam("since"))
_AT_ONCE = update(outbox).where(_IN_CHAT).values(not_before=0.0)
_DROP_COSMETIC = delete(outbox).where(_IN_CHAT, IS_COSMETIC)
_DROP_LEAVES = delete(outbox).where(_IN_CHAT, outbox.c.kind == Kind.LEAVE.value)
_REACHABLE = (outbox.c.state == State.PARKED.value) & outbox.c.chat.not_in(
    select(chats.c.chat).where(chats.c.blocked != 0)
)
_DOUBT = (
    update(outbox)
    .where(outbox.c.state.in_((State.PENDING.value, State.PARKED.value)))
    .where(outbox.c.chat > 0, outbox.c.kind == Kind.SEND.value, outbox.c.attempts == 0)
    .values(attempts=1)
)
_REVIVE = update(outbox).where(_REACHABLE).values(state=State.PENDING.value, error=None)
_UNREACHED = (
    update(outbox).where(_IN_CHAT, outbox.c.report.is_not(None)).values(outcome=Delivery.UNREACHABLE.value)
)
# A citizen's final responses go first; in a group, cards go before what was added to them.
_LATER_IN_TURN = (outbox.c.chat > 0) & outbox.c.report.is_(None)
_OF_CHAT = select(outbox).where(_IN_CHAT).order_by(_LATER_IN_TURN, outbox.c.id)
_REFUSED = _IN_CHAT & outbox.c.error.is_not(None)
_REFUSED_OF_CHAT = select(outbox).where(_REFUSED).order_by(outbox.c.id)
_RETRY = update(outbox).where(_REFUSED).values(state=State.PENDING.value, error=None, not_before=0.0)
_SETTLE = update(outbox).where(_ROW, outbox.c.outcome == bindparam("reported")).values(outcome=None)
_DROP_REPORTED = delete(outbox).where(_ROW, outbox.c.state == State.SENT.value, outbox.c.outcome.is_(None))


@dataclass(frozen=True, slots=True)
class Sent:
    """A row that was sent: the message that its key now refers to (0 for none), and the wall time.

    `until` is the wall time until which the messenger's report is awaited, 0 where there is none.
    """

    row: OutboxRow
    message: int
    at: float
    until: float = 0.0


@dataclass(frozen=True, slots=True)
class Failed:
    """A row that will not be delivered, and the messenger's reason."""

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
    """Store the messages' keys and delete their rows; a row with `report` stays until that is reported."""
    remember(connection, [(mark.row.chat, mark.message, mark.row.key, mark.at) for mark in marks])
    doubt(connection, [(mark.row.chat, mark.message, mark.row.key) for mark in marks if _is_doubtful(mark)])
    mark_accepted(connection, [Accepted(mark.row, mark.until) for mark in marks if mark.until])
    plain = [_tried(mark.row) for mark in marks if not mark.until and not mark.row.report]
    reported = [_tried(mark.row) for mark in marks if not mark.until and mark.row.report]
    if plain:
        _DELETE.many(connection, plain)
    if reported:
        connection.execute(_DELIVERED, reported)
    # Only rows with a key can have been replaced: an edit finds them by it.
    if keyed := [{**_tried(mark.row), "message": mark.message} for mark in marks if mark.row.key]:
        _REPLACED_MEANWHILE.many(connection, keyed)


def mark_failed(connection: Connection, marks: Sequence[Failed]) -> None:
    """Mark rows that will not be delivered, and delete their text; those with `report` are reported."""
    _mark(connection, (_FAILED, _FAILED_REPORTED), marks)
    for mark in marks:
        if mark.row.kind is Kind.KNOCK:
            note_knock_failed(connection, mark.row.chat)


def _mark(connection: Connection, statements: tuple[Update, Update], marks: Sequence[Failed]) -> None:
    """Execute the first statement for the rows without `report`, the second for the others."""
    for reporting, statement in enumerate(statements):
        chosen = [mark for mark in marks if bool(mark.row.report) is bool(reporting)]
        if chosen:
            connection.execute(statement, [{**_tried(mark.row), "why": mark.why} for mark in chosen])


def mark_parked(connection: Connection, marks: Sequence[Failed]) -> None:
    """Park single refused rows unchanged until they are tried again; those with `report` are reported."""
    _mark(connection, (_PARKED, _PARKED_REPORTED), marks)


def doubt_all(connection: Connection) -> None:
    """At the start, count one attempt of each message that waits for a person.

    The process before may have sent it and ended before the mark.
    """
    connection.execute(_DOUBT)


def revive(connection: Connection) -> None:
    """At the start, make parked rows of reachable chats wait again."""
    connection.execute(_REVIVE)


def mark_later(connection: Connection, marks: Sequence[Later]) -> None:
    """Store when to try again and how many parts are sent, so that a restart continues there."""
    if marks:
        parameters = [
            {"row": mark.row.id, "tries": mark.tries, "until": mark.until, "done": mark.done}
            for mark in marks
        ]
        connection.execute(_LATER, parameters)
    if tracked := {mark.row.id: mark.row.parts for mark in marks if mark.row.parts.letters}:
        found = connection.execute(_KNOWN, {"ids": list(tracked)}).all()
        known = {row.id: tracked[row.id].unfinished(Parts.read(row.error)) for row in found}
        if known:
            connection.execute(_NOTE_KNOWN, [{"row": row, "known": of.stored()} for row, of in known.items()])


def park(connection: Connection, chat: int, *, closed: bool = False) -> None:
    """Park all rows of a chat that cannot be reached. Those with `report` are reported unreachable.

    Those of a chat that was `closed` until now were reported as waiting.
    """
    now = {"there": chat, "now": State.PENDING.value}
    if closed:
        connection.execute(_UNREACHED, {"there": chat, "now": State.PARKED.value})
    connection.execute(_DROP_COSMETIC, now)
    connection.execute(_UNREACHED, now)
    connection.execute(_MOVE, {**now, "then": State.PARKED.value})


def release(
    connection: Connection, codec: Codec, chat: int, damage: Damage | None = None, since: float | None = None
) -> list[OutboxRow]:
    """Make a chat's parked rows wait to be sent again; returns them, final responses first.

    Their age counts from `since` (wall time), where they waited for their person. A wait before the next try
    ends: a final response that had one would come after its letter.
    """
    parked = {"there": chat, "now": State.PARKED.value}
    if since is not None:
        connection.execute(_RENEW, {**parked, "since": since})
    connection.execute(_DROP_COSMETIC, parked)
    connection.execute(_DROP_LEAVES, parked)
    connection.execute(_AT_ONCE, parked)
    connection.execute(_MOVE, {**parked, "then": State.PENDING.value})
    found = connection.execute(_OF_CHAT, {"there": chat, "now": State.PENDING.value})
    return read_rows(connection, codec, found.all(), damage)


def retry(connection: Connection, codec: Codec, chat: int, damage: Damage | None = None) -> list[OutboxRow]:
    """Make the rows that a chat has refused wait to be sent again; returns them, oldest first."""
    refused = {"there": chat, "now": State.PARKED.value}
    found = connection.execute(_REFUSED_OF_CHAT, refused).all()
    connection.execute(_RETRY, refused)
    return [replace(row, state=State.PENDING) for row in read_rows(connection, codec, found, damage)]


def settle(connection: Connection, row: int, reported: Delivery) -> None:
    """Clear an outcome that the core was informed of; delete the row if it was sent."""
    connection.execute(_SETTLE, {"row": row, "reported": reported.value})
    connection.execute(_DROP_REPORTED, {"row": row})


def _is_doubtful(mark: Sent) -> bool:
    """Whether an earlier copy of the message may have arrived."""
    return mark.row.kind is Kind.SEND and mark.row.attempts > 0


def _tried(row: OutboxRow) -> dict[str, object]:
    return {"row": row.id, "tried": row.revision}
