"""What the messenger reports of messages that it has accepted, on their rows.

A row that it will report of is kept as accepted, with its payload and what is known of each part
(outbox_parts.py). A report may overtake the mark of the call, as it comes another way: the row is then still
pending, or parked with its chat.

1. A part was delivered: the row says so, and that part is not sent again. With the last one the row is
   settled; one without `report` is deleted.
2. A part failed: it is sent again, and no other. Where its call is not marked yet, the mark does not make the
   row accepted. The attempts would not show it: the mark of an earlier try may still be on its way.
3. Nothing is reported, and the person writes: what is missing is sent once more (`repeat_silent`).
4. A question that was accepted and not reported is dropped when the next one is stored (outbox_table.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, case, delete, or_, select, update

from bot.database.outbox_parts import DELIVERED, GIVEN_UP, LIKE_PARTS, Parts
from bot.database.outbox_rows import Kind, OutboxRow, State
from bot.database.outbox_table import read_rows
from bot.database.outbox_windows import note_knock_failed
from bot.database.sealing import Codec
from bot.database.tables import outbox
from conversations.events import Delivery

# The messenger drops what it could not deliver for so long, and reports nothing.
REPORT_SECONDS = 30 * 86400.0
# A question or an answer is outdated after a day, when the person's window is closed too.
OUTDATED_SECONDS = 86400.0
# A person who writes has a phone with a network. What was accepted so long before, and was not reported
# delivered, was sent while they blocked the number: the messenger drops it and reports nothing.
SILENT_SECONDS = 3600.0
# How often a message is sent again for that reason: a missing report may have another one.
MOST_REPEATED = 1
CHUNK = 400
NEVER = "never delivered"

_ROW = outbox.c.id == bindparam("row")
_WAITING = (State.PENDING.value, State.PARKED.value)
_OF_IDS = select(outbox).where(outbox.c.id.in_(bindparam("ids", expanding=True)))
_KEEP = (
    update(outbox)
    .where(_ROW)
    .values(state=State.ACCEPTED.value, not_before=bindparam("until"), error=bindparam("known"))
)
_NOTE = update(outbox).where(_ROW).values(error=bindparam("known"))
_NOTE_ALL = update(outbox).where(_ROW).values(error=bindparam("known"), progress=0)
_UNMARKED = select(outbox.c.id, outbox.c.error).where(
    outbox.c.state.in_(_WAITING), or_(outbox.c.error.like(LIKE_PARTS), outbox.c.error == "overtaken")
)
_FIND = select(outbox).where(_ROW, outbox.c.chat == bindparam("there"))
_SETTLED = {"state": State.SENT.value, "outcome": Delivery.DELIVERED.value, "payload": None, "error": None}
_SETTLE = update(outbox).where(_ROW).values(_SETTLED)
_DELETE = delete(outbox).where(_ROW)
_PUT_BACK = (
    update(outbox)
    .where(_ROW)
    .values(
        state=bindparam("then"),
        attempts=outbox.c.attempts + 1,
        not_before=bindparam("until"),
        created=bindparam("since"),
        progress=0,
        error=bindparam("known"),
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
_SILENT_IN_CHAT = select(outbox.c.id, outbox.c.error).where(
    _SILENT, outbox.c.chat == bindparam("there"), outbox.c.not_before <= bindparam("accepted")
)
_FAIL = (
    update(outbox)
    .where(_ROW)
    .values(
        state=State.FAILED.value,
        error=bindparam("known"),
        outcome=case((outbox.c.report.is_not(None), Delivery.UNREACHABLE.value)),
        payload=None,
    )
)
_EXPIRED = (outbox.c.state == State.ACCEPTED.value) & (outbox.c.not_before < bindparam("now"))
_EXPIRED_KNOCKS = select(outbox.c.chat).where(_EXPIRED, outbox.c.kind == Kind.KNOCK.value)
_DROP_EXPIRED = delete(outbox).where(_EXPIRED, outbox.c.report.is_(None))
_EXPIRE = (
    update(outbox)
    .where(_EXPIRED)
    .values(
        state=State.FAILED.value,
        # What is known of the parts is kept: a later report is about one of them.
        error=case((outbox.c.error.like(LIKE_PARTS), outbox.c.error), else_=NEVER),
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
    """The row that a report is about, as far as the report needs it; `created` is wall time."""

    id: int
    chat: int
    kind: Kind
    key: str
    state: State
    created: float
    parts: Parts
    # Whether the core is informed of it.
    told: bool


def mark_accepted(connection: Connection, marks: Sequence[Accepted]) -> None:
    """Keep rows until all their parts are reported; one whose parts have all been reported is settled.

    A row with a part that failed meanwhile stays as it waits (`overtaken`).
    """
    stored = {row.id: row for row in _of_ids(connection, [mark.row.id for mark in marks])}
    kept, lacking = list[dict[str, object]](), list[dict[str, object]]()
    for mark in marks:
        found = stored.get(mark.row.id)
        if found is None or found.revision != mark.row.revision or found.state not in _WAITING:
            continue
        parts = mark.row.parts.finished(Parts.read(found.error))
        named = {"row": found.id, "known": parts.stored()}
        if parts.lacks:
            lacking.append(named)
        elif parts.waits:
            kept.append({**named, "until": mark.until})
        else:
            _settle(connection, found.id, parts, told=found.report is not None)
    if kept:
        connection.execute(_KEEP, kept)
    if lacking:
        connection.execute(_NOTE_ALL, lacking)


def overtaken(connection: Connection, codec: Codec, marks: Sequence[Accepted]) -> list[OutboxRow]:
    """Of accepted rows, those with a part that failed before the mark of its call: they are sent again."""
    tried = {mark.row.id: mark.row.revision for mark in marks}
    found = _of_ids(connection, list(tried))
    waiting = [row for row in found if row.state == State.PENDING.value and row.revision == tried[row.id]]
    return read_rows(connection, codec, waiting)


def _of_ids(connection: Connection, ids: Sequence[int]) -> Iterable[Row[Any]]:
    for start in range(0, len(ids), CHUNK):
        yield from connection.execute(_OF_IDS, {"ids": ids[start : start + CHUNK]}).all()


def _settle(connection: Connection, row: int, parts: Parts, *, told: bool) -> None:
    """End the wait for reports: delivered, or given up in part, which is reported as not delivered."""
    if not told:
        connection.execute(_DELETE, {"row": row})
    elif parts.gave_up:
        connection.execute(_FAIL, {"row": row, "known": parts.stored()})
    else:
        connection.execute(_SETTLE, {"row": row})


def forget_overtaken(connection: Connection) -> None:
    """At the start no call is being made whose mark could be overtaken."""
    found = [(row.id, Parts.read(row.error)) for row in connection.execute(_UNMARKED).all()]
    fresh = [{"row": row, "known": parts.started().stored()} for row, parts in found if parts.is_unmarked]
    if fresh:
        connection.execute(_NOTE_ALL, fresh)


def find_reported(connection: Connection, row: int, chat: int) -> Reported | None:
    """The row of this chat that a report names; None for one that is settled or was never kept."""
    found = connection.execute(_FIND, {"row": row, "there": chat}).first() if row else None
    if found is None or found.state not in (*_WAITING, State.ACCEPTED.value, State.FAILED.value):
        return None
    return Reported(
        found.id,
        found.chat,
        Kind(found.kind),
        found.key or "",
        State(found.state),
        found.created,
        Parts.read(found.error),
        told=found.report is not None,
    )


def confirm(connection: Connection, row: Reported, part: int = 0) -> None:
    """Note that a part was delivered; with the last one the row is settled."""
    parts = row.parts.noted(part, DELIVERED)
    # One that failed for another part stays so.
    marked = row.state is State.ACCEPTED or (row.state is State.FAILED and not parts.gave_up)
    if row.kind is Kind.KNOCK:
        connection.execute(_DELETE, {"row": row.id})
    elif marked and not parts.waits:
        _settle(connection, row.id, parts, told=row.told)
    else:
        connection.execute(_NOTE, {"row": row.id, "known": parts.stored()})


def put_back(
    connection: Connection, codec: Codec, row: Reported, until: float, *, since: float | None = None
) -> list[OutboxRow]:
    """Make a row wait to send again what its parts lack, no earlier than `until` (wall time).

    Its age counts from `since`, or from then on: until the report it was not late. One that waited keeps its
    state; returns one that did not.
    """
    marked = row.state is State.ACCEPTED
    then = State.PENDING if marked else row.state
    values = {"row": row.id, "then": then.value, "until": until, "known": row.parts.stored()}
    connection.execute(_PUT_BACK, {**values, "since": until if since is None else since})
    return read_rows(connection, codec, _of_ids(connection, [row.id])) if marked else []


def silent(connection: Connection, wrote: Mapping[int, float]) -> frozenset[int]:
    """Of these chats, with when their people wrote, those where a message should have arrived long before."""
    ordered, found = sorted(wrote), set[int]()
    for start in range(0, len(ordered), CHUNK):
        for chat, until in connection.execute(_OF_CHATS, {"chats": ordered[start : start + CHUNK]}):
            if until <= _accepted_before(wrote[chat]):
                found.add(chat)
    return frozenset(found)


def repeat_silent(connection: Connection, chat: int, at: float) -> None:
    """Make the parts wait to be sent again that should have arrived long before the person wrote."""
    asked = {"there": chat, "accepted": _accepted_before(at)}
    for row in connection.execute(_SILENT_IN_CHAT, asked).all():
        known = Parts.read(row.error).silent().stored()
        values = {"row": row.id, "then": State.PENDING.value, "until": at, "since": at, "known": known}
        connection.execute(_PUT_BACK, values)


def _accepted_before(at: float) -> float:
    """The largest end of the wait for a report that began long before `at`."""
    return at - SILENT_SECONDS + REPORT_SECONDS


def fail(connection: Connection, row: Reported, why: str, part: int = 0) -> None:
    """Give a row up for one of its parts; one with `report` is reported unreachable.

    A template's row is deleted, and what waits for the answer to it is reported.
    """
    if row.kind is Kind.KNOCK:
        connection.execute(_DELETE, {"row": row.id})
        note_knock_failed(connection, row.chat)
        return
    known = replace(row.parts.noted(part, GIVEN_UP), why=why).stored()
    connection.execute(_FAIL, {"row": row.id, "known": known})


def expire(connection: Connection, now: float) -> None:
    """Give up the rows that the messenger has dropped by now (wall time) without a report."""
    for chat in connection.execute(_EXPIRED_KNOCKS, {"now": now}).scalars().all():
        note_knock_failed(connection, chat)
    connection.execute(_DROP_EXPIRED, {"now": now})
    connection.execute(_EXPIRE, {"now": now})
