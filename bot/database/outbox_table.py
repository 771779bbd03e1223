"""The outbox as the turns write it and the senders read it (invariants 3 and 4).

Turns insert rows with their commit; senders mark them. An edit of a message that still waits
replaces that row's payload and raises its `revision`; a mark names the revision that was sent, so
that a replacement which came meanwhile is never lost.

The seal of a payload holds id, chat, key, report and revision: a waiting answer can be led neither to another
chat nor back to an earlier payload. Who changes one of these columns seals the payload again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from functools import cache, partial
from types import NoneType
from typing import Any

import structlog
from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, bindparam, insert, select, update

from bot.database.counters import reserve
from bot.database.quarantine import Damage, DamagedRowError, Fault, Stage, damaged, outside, typed
from bot.database.sealing import Codec, SealBrokenError, binding
from bot.database.tables import outbox
from conversations.events import Delivery
from conversations.messages import OutgoingMessage

log = structlog.get_logger(__name__)


class Kind(StrEnum):
    """What is to be done in the chat."""

    SEND = "send"
    EDIT = "edit"
    STRIP = "strip"
    LEAVE = "leave"
    COMMANDS = "commands"


class LaneNumber(IntEnum):
    """The two lanes as they are stored; the smaller goes first."""

    ASKED = 0
    UNASKED = 1


class State(StrEnum):
    """Where a row stands. A sent or failed row with `report` stays until that has been reported.

    A damaged one did not open: it stays with its payload and is never sent.
    """

    PENDING = "pending"
    PARKED = "parked"
    SENT = "sent"
    FAILED = "failed"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One thing to do in a chat. `at` is a message's own id, 0 to look `key` up; `id` 0 before storing.

    `language` is the reader's. A row with `revision` above 0 replaces the waiting row of that id; if
    that one is no longer waiting, its message went out, and this is an edit of it.
    """

    id: int
    chat: int
    lane: int
    kind: Kind
    language: str
    created: float
    message: OutgoingMessage | None = None
    key: str = ""
    at: int = 0
    revision: int = 0
    report: str = ""
    state: State = State.PENDING
    attempts: int = 0
    not_before: float = 0.0
    progress: int = 0


@cache
def _messages() -> TypeAdapter[OutgoingMessage]:
    return TypeAdapter(OutgoingMessage)


_BY_KEY = (
    select(outbox)
    .where(outbox.c.key.in_(bindparam("keys", expanding=True)))
    .where(outbox.c.state.in_((State.PENDING.value, State.PARKED.value)), outbox.c.progress == 0)
    .order_by(outbox.c.id)
)
_WAITING = select(outbox).where(outbox.c.state == State.PENDING.value).order_by(outbox.c.id)
_OF_UNKNOWN_STATE = select(outbox).where(outside(outbox.c.state, State))
_DAMAGED = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(
        state=State.DAMAGED.value,
        error=bindparam("why"),
        outcome=bindparam("told"),
    )
)
_REPLACE = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(
        payload=bindparam("payload"), revision=bindparam("risen"), progress=0, language=bindparam("tongue")
    )
)

_OF_CHAT = select(outbox).where(outbox.c.chat == bindparam("there"))
_MOVE = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(chat=bindparam("to"), payload=bindparam("payload"))
)

# What became of rows with `report`, as far as the core has not been told.
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
    """Store rows in order; answer them as stored, with ids, the replaced ones among them.

    An edit whose key has a waiting row, not in flight nor partly sent, takes that row's place in the queue.
    """
    waiting = _waiting_by_key(connection, codec, rows, in_flight, damage)
    fresh, replaced = _coalesce(rows, waiting)
    if replaced:
        parameters = [
            {
                "row": row.id,
                "payload": _seal(codec, row),
                "risen": row.revision,
                "tongue": row.language,
            }
            for row in replaced
        ]
        connection.execute(_REPLACE, parameters)
    first = reserve(connection, "outbox", len(fresh)) if fresh else 0
    fresh = [replace(row, id=first + place) for place, row in enumerate(fresh)]
    if fresh:
        connection.execute(insert(outbox), [_columns(codec, row) for row in fresh])
    return [*replaced, *fresh]


def _waiting_by_key(
    connection: Connection,
    codec: Codec,
    rows: Iterable[OutboxRow],
    in_flight: Collection[int],
    damage: Damage | None,
) -> dict[tuple[int, str], OutboxRow]:
    keys = sorted({row.key for row in rows if row.kind is Kind.EDIT and row.key})
    if not keys:
        return {}
    found = read_rows(connection, codec, connection.execute(_BY_KEY, {"keys": keys}).all(), damage)
    return {(row.chat, row.key): row for row in found if row.id not in in_flight and row.message}


def _coalesce(
    rows: Iterable[OutboxRow], waiting: Mapping[tuple[int, str], OutboxRow]
) -> tuple[list[OutboxRow], list[OutboxRow]]:
    """Which rows are new, and which stored ones they replace; an edit joins a send of its own batch."""
    fresh: list[OutboxRow] = []
    places: dict[tuple[int, str], int] = {}
    replaced: dict[int, OutboxRow] = {}
    for row in rows:
        name = (row.chat, row.key)
        if row.kind is Kind.EDIT and name in places:
            fresh[places[name]] = replace(fresh[places[name]], message=row.message)
        elif row.kind is Kind.EDIT and (before := waiting.get(name)):
            replaced[before.id] = replace(
                before, message=row.message, language=row.language, revision=before.revision + 1, progress=0
            )
        else:
            if row.key and row.message:
                places[name] = len(fresh)
            fresh.append(row)
    return fresh, list(replaced.values())


def load_rows(connection: Connection, codec: Codec, damage: Damage | None = None) -> list[OutboxRow]:
    """All that waits to be sent, in order: what the senders read at the start."""
    for row in connection.execute(_OF_UNKNOWN_STATE).all():
        _set_apart(
            connection, row, damaged(Stage.OUTBOX, row.id, row.payload, DamagedRowError("state")), damage
        )
    return read_rows(connection, codec, connection.execute(_WAITING).all(), damage)


def read_rows(
    connection: Connection, codec: Codec, rows: Iterable[Row[Any]], damage: Damage | None = None
) -> list[OutboxRow]:
    """Open rows of a `select(outbox)`; one that does not open is marked damaged and left out.

    Its sender is told as of one that reached nobody. `damage` gets the faults, to be recorded: its chat is
    told then that a message is missing.
    """
    mine, found = Damage(), []
    for row in rows:
        one = mine.open(Stage.OUTBOX, row.id, row.payload, partial(read_row, codec, row))
        if one is None:
            _set_apart(connection, row, mine.faults[Stage.OUTBOX, row.id], damage)
        else:
            found.append(one)
    return found


def _set_apart(connection: Connection, row: Row[Any], failure: Fault, damage: Damage | None) -> None:
    told = Delivery.UNREACHABLE.value if isinstance(row.report, str) and isinstance(row.id, int) else None
    connection.execute(_DAMAGED, {"row": row.id, "why": failure.error_name, "told": told})
    log.error("outbox.damaged", error=failure.error)
    if damage:
        chat = row.chat if isinstance(row.chat, int) else 0
        damage.faults[Stage.OUTBOX, row.id] = replace(failure, chat=chat)


def read_row(codec: Codec, row: Row[Any]) -> OutboxRow:
    """A row of a `select(outbox)`, its payload opened. Raises on a value of another type or shape."""
    typed(row, id=int, chat=int, lane=int, at=int, language=str, revision=int, attempts=int, progress=int)
    typed(row, key=(str, NoneType), report=(str, NoneType), not_before=(int, float), created=(int, float))
    columns = dict(row._mapping)  # noqa: SLF001 - the documented name of a row's mapping
    payload, _outcome, _error = (columns.pop(name) for name in ("payload", "outcome", "error"))
    message = None
    if payload is not None:
        message = _messages().validate_json(codec.open(payload, _binding(row, row.chat)))
    texts = {"key": row.key or "", "report": row.report or ""}
    kind = Kind(row.kind)
    if message is None and kind in (Kind.SEND, Kind.EDIT):
        raise DamagedRowError("payload")
    return OutboxRow(**columns | texts | {"kind": kind, "state": State(row.state)}, message=message)


def move_rows(connection: Connection, codec: Codec, old: int, new: int) -> None:
    """Let every row of a chat belong to another one; a payload that does not open stays sealed to the old."""
    rows = connection.execute(_OF_CHAT, {"there": old}).all()
    moved = [{"row": row.id, "to": new, "payload": _sealed_to(codec, row, new)} for row in rows]
    if moved:
        connection.execute(_MOVE, moved)


def _sealed_to(codec: Codec, row: Row[Any], chat: int) -> bytes | None:
    if row.payload is None:
        return None
    try:
        return codec.seal(codec.open(row.payload, _binding(row, row.chat)), _binding(row, chat))
    except SealBrokenError:
        damaged: bytes = row.payload
        return damaged


def _binding(row: OutboxRow | Row[Any], chat: int) -> bytes:
    return binding("outbox", row.id, chat, row.key or "", row.report or "", row.revision)


def _columns(codec: Codec, row: OutboxRow) -> dict[str, object]:
    return {
        "id": row.id,
        "chat": row.chat,
        "lane": row.lane,
        "key": row.key or None,
        "kind": row.kind,
        "at": row.at,
        "language": row.language,
        "payload": _seal(codec, row),
        "revision": row.revision,
        "report": row.report or None,
        "outcome": None,
        "error": None,
        "state": row.state,
        "attempts": row.attempts,
        "not_before": row.not_before,
        "progress": row.progress,
        "created": row.created,
    }


def _seal(codec: Codec, row: OutboxRow) -> bytes | None:
    if row.message is None:
        return None
    return codec.seal(_messages().dump_json(row.message), _binding(row, row.chat))
