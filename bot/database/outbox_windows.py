"""The rows of a chat whose window is closed (windows.py): they wait for the person, who gets one template.

Rows with `report` are reported as waiting, or as unreachable where the template was not delivered. The
template is a row of its own, stored in the transaction that parks the rows: after a kill it is still sent,
and never twice.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.database import windows
from bot.database.conversations import load_languages
from bot.database.outbox_rows import Kind, LaneNumber, OutboxRow, State
from bot.database.outbox_table import IS_COSMETIC, insert_rows
from bot.database.sealing import Codec
from bot.database.tables import cases, outbox
from conversations import keys, message_kinds
from conversations.events import Delivery
from conversations.messages import OutgoingMessage

# What needs no open window.
_FREE = (Kind.KNOCK.value, Kind.DELETE.value)

_CHAT = outbox.c.chat == bindparam("there")
_PENDING = _CHAT & (outbox.c.state == State.PENDING.value) & outbox.c.kind.not_in(_FREE)
_DROP_COSMETIC = delete(outbox).where(_PENDING, IS_COSMETIC)
_WAITS = update(outbox).where(_PENDING, outbox.c.report.is_not(None)).values(outcome=bindparam("reported"))
_UNREACHED = (
    update(outbox)
    .where(_CHAT, outbox.c.state == State.PARKED.value, outbox.c.report.is_not(None))
    .values(outcome=Delivery.UNREACHABLE.value)
)
_PARK = update(outbox).where(_PENDING).values(state=State.PARKED.value)
# In the order in which they are sent later.
_PARKED = (
    select(outbox.c.key, outbox.c.report)
    .where(_CHAT, outbox.c.state == State.PARKED.value, outbox.c.key.is_not(None))
    .order_by(outbox.c.report.is_(None), outbox.c.id)
)
_REFERENCE = select(cases.c.reference).where(cases.c.id == bindparam("case"))
_STATES = (State.PENDING.value, State.PARKED.value, State.ACCEPTED.value)
_DROP_KNOCKS = delete(outbox).where(_CHAT, outbox.c.state.in_(_STATES), outbox.c.kind == Kind.KNOCK.value)


def park_closed(connection: Connection, codec: Codec, chat: int, wall: float) -> list[OutboxRow]:
    """Park all rows of a chat whose window is closed now (wall time); returns the template's row, if any."""
    there = {"there": chat}
    connection.execute(_DROP_COSMETIC, there)
    failed = windows.has_failed(connection, chat)
    reported = Delivery.UNREACHABLE if failed else Delivery.WAITING
    connection.execute(_WAITS, {**there, "reported": reported.value})
    connection.execute(_PARK, there)
    reference = _worth_a_template(connection, chat)
    if not reference or not windows.begin_knock(connection, chat, wall):
        return []
    language = load_languages(connection, {chat}).get(chat, "id")
    message = OutgoingMessage("system.knock", {"reference": reference})
    knock = OutboxRow(0, chat, LaneNumber.ASKED, Kind.KNOCK, language, wall, message)
    return insert_rows(connection, codec, [knock], ())


def _worth_a_template(connection: Connection, chat: int) -> str:
    """The number of the complaint that the first parked row worth a template is about; empty for none."""
    for row in connection.execute(_PARKED, {"there": chat}).all():
        key = keys.parse(row.key)
        if key and key.kind in message_kinds.WORTH_A_TEMPLATE:
            reference: str | None = connection.scalar(_REFERENCE, {"case": row.report or key.case})
            if reference:
                return reference
    return ""


def note_knock_failed(connection: Connection, chat: int) -> None:
    """Note that the template was not delivered: the person does not know that something waits."""
    windows.note_failed(connection, chat)
    connection.execute(_UNREACHED, {"there": chat})


def drop_knocks(connection: Connection, chat: int) -> None:
    """Delete the template's row: the person has written."""
    connection.execute(_DROP_KNOCKS, {"there": chat})
