"""The outbox as the turns write it and the senders read it (invariants 3 and 4).

Turns insert rows with their commit; senders mark them. An edit of a message that still waits replaces that
row's payload and raises its `revision`. A mark names the revision that was sent, so that a replacement that
came meanwhile is not lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection, Row, bindparam, case, delete, insert, null, or_, select, update

from bot.database.addresses import FIRST_PERSON
from bot.database.counters import reserve
from bot.database.outbox_parts import LIKE_PARTS, UNKNOWN, Parts
from bot.database.outbox_rows import (
    Kind,
    LaneNumber,
    OutboxRow,
    State,
    columns,
    read_row,
    seal,
    sealed_to,
)
from bot.database.prepared import Prepared
from bot.database.quarantine import Damage, DamagedRowError, Fault, Stage, damaged, ranges_outside
from bot.database.sealing import Codec
from bot.database.tables import outbox
from conversations import keys, message_kinds
from conversations.events import Delivery
from conversations.limited_chats import changed
from conversations.messages import OutgoingMessage

log = structlog.get_logger(__name__)

_BY_KEY = Prepared(
    select(outbox)
    .where(outbox.c.key.in_(bindparam("keys", expanding=True)))
    .where(
        (outbox.c.state == State.PENDING.value) | (outbox.c.state == State.PARKED.value),
        outbox.c.progress == 0,
    )
    .order_by(outbox.c.id)
)
_WAITING = select(outbox).where(outbox.c.state == State.PENDING.value).order_by(outbox.c.id)
_OF_UNKNOWN_STATE = [select(outbox).where(part) for part in ranges_outside(outbox.c.state, State)]
_DAMAGED = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(
        state=State.DAMAGED.value,
        error=bindparam("why"),
        outcome=bindparam("reported"),
    )
)
_REPLACE = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(
        payload=bindparam("payload"),
        revision=bindparam("risen"),
        progress=0,
        language=bindparam("tongue"),
        not_before=bindparam("until"),
        # What was reported of the parts of the earlier payload.
        error=case((outbox.c.error.like(LIKE_PARTS), null()), else_=outbox.c.error),
    )
)
_INSERT = Prepared(insert(outbox))

_DROP_PARKED = delete(outbox).where(
    outbox.c.chat == bindparam("there"),
    outbox.c.key == bindparam("named"),
    outbox.c.state == State.PARKED.value,
)
_DROP_WAITING = delete(outbox).where(
    outbox.c.chat == bindparam("there"),
    outbox.c.key == bindparam("named"),
    outbox.c.state == State.PENDING.value,
    outbox.c.id.not_in(bindparam("busy", expanding=True)),
)
_ACCEPTED = select(outbox.c.id, outbox.c.error).where(
    outbox.c.chat == bindparam("there"),
    outbox.c.key == bindparam("named"),
    outbox.c.state == State.ACCEPTED.value,
)
_NOTE = update(outbox).where(outbox.c.id == bindparam("row")).values(error=bindparam("known"))
_KEPT = select(outbox.c.id, outbox.c.key, outbox.c.state, outbox.c.error).where(
    outbox.c.state.in_((State.ACCEPTED.value, State.PENDING.value)),
    outbox.c.chat.in_(bindparam("chats", expanding=True)),
    outbox.c.key.is_not(None),
    outbox.c.report.is_(None),
)
_DROP = delete(outbox).where(outbox.c.id == bindparam("row"))
_OF_CHAT = select(outbox).where(outbox.c.chat == bindparam("there"))
_MOVE = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(chat=bindparam("to"), payload=bindparam("payload"))
)

# What `OutboxRow.is_cosmetic` says of a stored row.
IS_COSMETIC = or_(
    outbox.c.kind == Kind.STRIP.value,
    outbox.c.kind.in_((Kind.EDIT.value, Kind.SEND.value)) & (outbox.c.lane == LaneNumber.COSMETIC.value),
)
# The outcomes of rows with `report` that the core has not been informed of.
OUTCOMES = (
    select(outbox.c.id, outbox.c.report, outbox.c.key, outbox.c.outcome)
    .where(outbox.c.outcome.is_not(None))
    .order_by(outbox.c.id)
    .limit(bindparam("most"))
)


def insert_rows(
    connection: Connection,
    codec: Codec,
    rows: Sequence[OutboxRow],
    in_flight: Collection[int],
    damage: Damage | None = None,
) -> list[OutboxRow]:
    """Store rows in order; return them as stored, with ids, the replaced ones among them.

    An edit whose key has a waiting row, not in flight nor partly sent, takes that row's place in the queue,
    unless that one is a cosmetic edit: the place of that is behind all messages.
    """
    _drop_outdated(connection, rows)
    _drop_recalled(connection, rows, in_flight)
    _drop_answered(connection, rows, in_flight)
    waiting = _waiting_by_key(connection, codec, rows, in_flight, damage)
    fresh, replaced = _coalesce(rows, waiting)
    if replaced:
        parameters = [
            {
                "row": row.id,
                "payload": seal(codec, row),
                "risen": row.revision,
                "tongue": row.language,
                "until": row.not_before,
            }
            for row in replaced
        ]
        connection.execute(_REPLACE, parameters)
    first = reserve(connection, "outbox", len(fresh)) if fresh else 0
    fresh = [replace(row, id=first + place) for place, row in enumerate(fresh)]
    if fresh:
        _INSERT.many(connection, [columns(codec, row) for row in fresh])
    return [*replaced, *fresh]


def _drop_outdated(connection: Connection, rows: Iterable[OutboxRow]) -> None:
    """Drop what waits for an unreachable chat and was recalled or replaced meanwhile: it is never sent."""
    named = [(row, key) for row in rows if (key := keys.parse(row.key))]
    dropped = [
        {"there": row.chat, "named": str(keys.recalled_message(key) if row.kind is Kind.DELETE else key)}
        for row, key in named
        if row.kind is Kind.DELETE or (row.kind is Kind.SEND and key.kind in message_kinds.REPLACED)
    ]
    if dropped:
        connection.execute(_DROP_PARKED, dropped)


def _drop_recalled(connection: Connection, rows: Iterable[OutboxRow], in_flight: Collection[int]) -> None:
    """Drop what was recalled and not sent, where the messenger deletes nothing that was sent."""
    for row in rows:
        if row.kind is Kind.DELETE and row.replaces and (key := keys.parse(row.key)):
            named = {"there": row.chat, "named": str(keys.recalled_message(key))}
            connection.execute(_DROP_WAITING, {**named, "busy": sorted(in_flight)})
            for accepted in connection.execute(_ACCEPTED, named).all():
                known = replace(Parts.read(accepted.error), recalled=True).stored()
                connection.execute(_NOTE, {"row": accepted.id, "known": known})


def _drop_answered(connection: Connection, rows: Iterable[OutboxRow], in_flight: Collection[int]) -> None:
    """Drop unreported questions before a new one: they are not sent again after it."""
    chats = sorted({row.chat for row in rows if row.chat >= FIRST_PERSON and row.is_question})
    found = connection.execute(_KEPT, {"chats": chats}).all() if chats else ()
    dropped = [
        {"row": row.id}
        for row in found
        if keys.shows_question(row.key)
        and row.id not in in_flight
        and (row.state == State.ACCEPTED.value or Parts.read(row.error).failures)
    ]
    if dropped:
        connection.execute(_DROP, dropped)


def _waiting_by_key(
    connection: Connection,
    codec: Codec,
    rows: Iterable[OutboxRow],
    in_flight: Collection[int],
    damage: Damage | None,
) -> dict[tuple[int, str], OutboxRow]:
    keys = sorted({row.key for row in rows if _is_change(row) and row.key})
    if not keys:
        return {}
    found = read_rows(connection, codec, _BY_KEY.one(connection, {"keys": keys}).all(), damage)
    whole = [row for row in found if row.message and not row.parts.begun]
    return {(row.chat, row.key): row for row in whole if row.id not in in_flight}


def untried(
    connection: Connection, keys: Sequence[str], in_flight: Collection[int]
) -> frozenset[tuple[int, str]]:
    """The keys (chat, key) whose message cannot have arrived: it waits, and no call has been made for it.

    A call of an earlier process counts too (`outbox_marks.doubt_all`).
    """
    found = _BY_KEY.one(connection, {"keys": list(keys)}) if keys else ()
    return frozenset(
        (row.chat, row.key)
        for row in found
        if row.state == State.PENDING.value
        and row.kind == Kind.SEND.value
        and row.attempts == 0
        and row.id not in in_flight
    )


def _coalesce(
    rows: Iterable[OutboxRow], waiting: Mapping[tuple[int, str], OutboxRow]
) -> tuple[list[OutboxRow], list[OutboxRow]]:
    """Which rows are new, and which stored ones they replace; an edit is merged into a send of its batch."""
    fresh: list[OutboxRow] = []
    places: dict[tuple[int, str], int] = {}
    replaced: dict[int, OutboxRow] = {}
    for row in rows:
        name = (row.chat, row.key)
        if _is_change(row) and name in places and _may_join(row, fresh[places[name]]):
            fresh[places[name]] = replace(fresh[places[name]], message=_in_place(row, fresh[places[name]]))
        elif _is_change(row) and (before := waiting.get(name)) and _may_join(row, before):
            replaced[before.id] = replace(
                before,
                message=_in_place(row, before),
                language=row.language,
                revision=before.revision + 1,
                progress=0,
                parts=UNKNOWN,
                # A message about progress goes some seconds after the last change.
                not_before=row.not_before if before.is_progress else before.not_before,
            )
        else:
            if row.key and row.message:
                places[name] = len(fresh)
            fresh.append(row)
    return fresh, list(replaced.values())


def _is_change(row: OutboxRow) -> bool:
    """Whether it changes the message of its key, in place or by a new one."""
    return row.kind is Kind.EDIT or (row.kind is Kind.SEND and row.replaces)


def _may_join(row: OutboxRow, before: OutboxRow) -> bool:
    """Whether an edit may take the place of this row: one that is not cosmetic must not wait for quiet."""
    return row.is_cosmetic or not before.is_cosmetic


def _in_place(row: OutboxRow, before: OutboxRow) -> OutgoingMessage | None:
    """The payload of the edit, in the topic where the message that it replaces goes, with texts before it."""
    if row.message is None or before.message is None:
        return row.message
    return replace(changed(before.message, row.message), topic=before.message.topic)


def load_rows(connection: Connection, codec: Codec, damage: Damage | None = None) -> list[OutboxRow]:
    """All rows that wait to be sent, in order: what the senders read at the start."""
    for row in [row for query in _OF_UNKNOWN_STATE for row in connection.execute(query).all()]:
        _mark_damaged(
            connection, row, damaged(Stage.OUTBOX, row.id, row.payload, DamagedRowError("state")), damage
        )
    return read_rows(connection, codec, connection.execute(_WAITING).all(), damage)


def read_rows(
    connection: Connection, codec: Codec, rows: Iterable[Row[Any]], damage: Damage | None = None
) -> list[OutboxRow]:
    """Open rows of a `select(outbox)`; one that does not open is marked damaged and left out.

    A damaged row with `report` is reported unreachable. `damage` gets the faults; when they are recorded,
    the row's chat is informed that a message is missing.
    """
    mine, found = Damage(), []
    for row in rows:
        one = mine.open(Stage.OUTBOX, row.id, row.payload, partial(read_row, codec, row))
        if one is None:
            _mark_damaged(connection, row, mine.faults[Stage.OUTBOX, row.id], damage)
        else:
            found.append(one)
    return found


def _mark_damaged(connection: Connection, row: Row[Any], failure: Fault, damage: Damage | None) -> None:
    reported = Delivery.UNREACHABLE.value if isinstance(row.report, str) and isinstance(row.id, int) else None
    connection.execute(_DAMAGED, {"row": row.id, "why": failure.error_name, "reported": reported})
    log.error("outbox.damaged", error=failure.error)
    if damage:
        chat = row.chat if isinstance(row.chat, int) else 0
        damage.faults[Stage.OUTBOX, row.id] = replace(failure, chat=chat)


def move_rows(connection: Connection, codec: Codec, old: int, new: int) -> None:
    """Move every row of a chat to another one; a payload that does not open stays sealed to the old chat."""
    rows = connection.execute(_OF_CHAT, {"there": old}).all()
    moved = [{"row": row.id, "to": new, "payload": sealed_to(codec, row, new)} for row in rows]
    if moved:
        connection.execute(_MOVE, moved)
