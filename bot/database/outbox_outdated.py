"""What rows of a turn make outdated: messages that were recalled, replaced or answered and are not sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.database.addresses import FIRST_PERSON
from bot.database.outbox_parts import Parts
from bot.database.outbox_rows import Kind, OutboxRow, State
from bot.database.tables import outbox
from conversations import keys, message_kinds

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


def drop_outdated(connection: Connection, rows: Sequence[OutboxRow], in_flight: Collection[int]) -> None:
    """Drop what these fresh rows make outdated; of a row in flight its payload stays."""
    _drop_replaced(connection, rows)
    _drop_recalled(connection, rows, in_flight)
    _drop_answered(connection, rows, in_flight)


def _drop_replaced(connection: Connection, rows: Iterable[OutboxRow]) -> None:
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
