"""One row of the outbox: its fields, how it is stored and sealed, how a stored one opens (invariant 3).

The seal of a payload holds id, chat, key, report and revision: a waiting answer can be moved neither to
another chat nor back to an earlier payload. Code that changes one of these columns seals the payload again.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cache
from types import NoneType
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row

from bot.database.outbox_parts import UNKNOWN, Parts
from bot.database.quarantine import DamagedRowError, typed
from bot.database.sealing import Codec, SealBrokenError, binding
from conversations import keys
from conversations.messages import OutgoingMessage


class Kind(StrEnum):
    """What is to be done in the chat. A knock asks a person, as a template, to open the window by writing."""

    SEND = "send"
    EDIT = "edit"
    STRIP = "strip"
    DELETE = "delete"
    LEAVE = "leave"
    COMMANDS = "commands"
    KNOCK = "knock"


class LaneNumber(IntEnum):
    """The lanes as they are stored; the smaller goes first."""

    ASKED = 0
    UNASKED = 1
    COSMETIC = 2


class State(StrEnum):
    """The state of a row. A sent or failed row with `report` stays until that has been reported.

    The messenger has taken an accepted row and will report whether it was delivered: until then its payload
    stays. A damaged row did not open: it stays with its payload and is not sent.
    """

    PENDING = "pending"
    PARKED = "parked"
    ACCEPTED = "accepted"
    SENT = "sent"
    FAILED = "failed"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One thing to do in a chat. `at` is a message's own id, 0 to look `key` up; `id` 0 before storing.

    `language` is the reader's; `asker` the person who caused it, 0 for none; it is not stored. A row with
    `revision` above 0 replaces the waiting row of that id; if that one is no longer waiting, its message
    went out, and this is an edit of it. One that `replaces` takes the place of what waits under its key, and
    a deletion that does drops it; this is not stored. `parts` is what is known of its parts where the
    messenger reports their delivery.
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
    asker: int = 0
    replaces: bool = False
    parts: Parts = UNKNOWN

    @property
    def is_progress(self) -> bool:
        """Whether it sends a count or a state that the next message of its chat makes outdated."""
        return self.kind is Kind.SEND and self.lane == LaneNumber.COSMETIC

    @property
    def is_cosmetic(self) -> bool:
        """Whether it may be dropped: the removal of buttons, a cosmetic edit, a message about progress."""
        return self.kind is Kind.STRIP or self.is_progress or self._is_cosmetic_edit

    @property
    def is_question(self) -> bool:
        """Whether it sends what a citizen is asked next."""
        return self.kind is Kind.SEND and keys.shows_question(self.key)

    @property
    def _is_cosmetic_edit(self) -> bool:
        return self.kind is Kind.EDIT and self.lane == LaneNumber.COSMETIC


@cache
def _messages() -> TypeAdapter[OutgoingMessage]:
    return TypeAdapter(OutgoingMessage)


def read_row(codec: Codec, row: Row[Any]) -> OutboxRow:
    """A row of a `select(outbox)`, its payload opened. Raises on a value of another type or shape."""
    typed(row, id=int, chat=int, lane=int, at=int, language=str, revision=int, attempts=int, progress=int)
    typed(row, key=(str, NoneType), report=(str, NoneType), not_before=(int, float), created=(int, float))
    columns = dict(row._mapping)  # noqa: SLF001 - the documented name of a row's mapping
    payload, _outcome, error = (columns.pop(name) for name in ("payload", "outcome", "error"))
    message = None
    if payload is not None:
        message = _messages().validate_json(codec.open(payload, _binding(row, row.chat)))
    texts = {"key": row.key or "", "report": row.report or "", "parts": Parts.read(error)}
    kind = Kind(row.kind)
    if message is None and kind in (Kind.SEND, Kind.EDIT, Kind.KNOCK):
        raise DamagedRowError("payload")
    return OutboxRow(**columns | texts | {"kind": kind, "state": State(row.state)}, message=message)


def sealed_to(codec: Codec, row: Row[Any], chat: int) -> bytes | None:
    """The payload of a stored row, sealed to another chat; one that does not open stays as it is."""
    if row.payload is None:
        return None
    try:
        return codec.seal(codec.open(row.payload, _binding(row, row.chat)), _binding(row, chat))
    except SealBrokenError:
        damaged: bytes = row.payload
        return damaged


def row_binding(row: Row[Any]) -> bytes:
    """What the payload of a `select(outbox)` is sealed to."""
    return _binding(row, row.chat)


def _binding(row: OutboxRow | Row[Any], chat: int) -> bytes:
    return binding("outbox", row.id, chat, row.key or "", row.report or "", row.revision)


def columns(codec: Codec, row: OutboxRow) -> dict[str, object]:
    """The row as the table stores it."""
    return {
        "id": row.id,
        "chat": row.chat,
        "lane": row.lane,
        "key": row.key or None,
        "kind": row.kind,
        "at": row.at,
        "language": row.language,
        "payload": seal(codec, row),
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


def dump(message: OutgoingMessage) -> bytes:
    """A message as it is sealed."""
    return _messages().dump_json(message)


def seal(codec: Codec, row: OutboxRow) -> bytes | None:
    """The sealed payload of a row; None without a message."""
    if row.message is None:
        return None
    return codec.seal(dump(row.message), _binding(row, row.chat))
