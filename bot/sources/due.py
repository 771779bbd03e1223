"""The table of due rows: each kind, the event it becomes, and how it is cleared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, Executable, Row, delete, update

from bot.database import cases, chats, conversations, digests, file_rows, files_table, outbox_table
from bot.database import tables as t
from bot.database.outbox_marks import settle
from bot.database.quarantine import Damage, Stage, typed
from bot.database.sealing import Codec, SealBrokenError
from bot.turns.batches import Incoming
from conversations.complaints.mornings import next_morning
from conversations.complaints.wakeups import known_kind
from conversations.conversation import ConversationKey
from conversations.events import (
    DeadlinePassed,
    Delivery,
    Event,
    FileLost,
    FileStored,
    GroupMoved,
    MessageReported,
    MorningCame,
)

CHANNEL = "clock"
MOST = 100
PUT_OFF = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of due row. `give_up` clears a row without an event, also one with values of other types.

    A source `by_clock` is due because of the time alone: it waits while the time is not certain.
    """

    query: Executable
    until: Callable[[datetime], Mapping[str, object]]
    incoming: Callable[[Row[Any], datetime, Codec], Incoming]
    give_up: Callable[[Row[Any]], Executable]
    by_clock: bool = False


class DamagedRows:
    """The due rows of a round that could not be turned into events."""

    def __init__(self) -> None:
        self.damage = Damage()
        self.rows: list[tuple[Source, Row[Any]]] = []

    def tried(self, source: Source, row: Row[Any], now: datetime, codec: Codec) -> Incoming | None:
        """The row as an event; None when it has values of other types or was changed without the keys."""
        shown = repr(tuple(row)).encode("utf-8", "replace")
        made = self.damage.open(Stage.CLOCK, repr(row[0]), shown, partial(source.incoming, row, now, codec))
        if made is None:
            self.rows.append((source, row))
        return made


def _internal(event: Event, clear: Callable[[Connection], None]) -> Incoming:
    return Incoming(CHANNEL, None, event, repr(event).encode("utf-8", "replace"), settle=clear)


def _reported(row: Row[Any], now: datetime, _codec: Codec) -> Incoming:
    typed(row, id=int, report=str)
    outcome = Delivery(row.outcome)
    event = MessageReported(now, row.report, str(row.key or ""), outcome)
    return _internal(event, partial(settle, row=row.id, reported=outcome))


def _require_intact(row: Row[Any], codec: Codec) -> None:
    """Raise SealBrokenError when the row was changed: a case must not get another's file."""
    if not file_rows.is_intact(codec, row):
        raise SealBrokenError("a file's row was changed")


def _lost(row: Row[Any], now: datetime, codec: Codec) -> Incoming:
    typed(row, key=str, owner=str, chat=int, reason=str)
    # The loss of a file whose row does not open is reported without this check: it shows no content.
    if row.reason != file_rows.DAMAGED:
        _require_intact(row, codec)
    event = FileLost(now, row.owner, row.key, row.chat, row.reason)
    return _internal(event, partial(files_table.settle_file, key=row.key))


def _stored(row: Row[Any], now: datetime, codec: Codec) -> Incoming:
    job = file_rows.read_job(codec, row)
    event = FileStored(now, job.owner, job.key, job.sha256, job.size)
    return _internal(event, partial(files_table.settle_file, key=job.key))


def _woken(row: Row[Any], now: datetime, _codec: Codec) -> Incoming:
    typed(row, chat=int, person=int)
    key = ConversationKey(row.chat, row.person)
    put_off = partial(conversations.postpone, key=key, now=now, until=now + PUT_OFF)
    kind = known_kind(row.wake_kind)
    return _internal(DeadlinePassed(now, chat=row.chat, person=row.person, kind=kind), put_off)


def _expired(row: Row[Any], now: datetime, _codec: Codec) -> Incoming:
    typed(row, id=str, filed_by=int)
    put_off = partial(cases.postpone_case, case=row.id, now=now, until=next_morning(now))
    return _internal(
        DeadlinePassed(now, person=row.filed_by, case=row.id, kind=known_kind(row.wake_kind)), put_off
    )


def _morning(row: Row[Any], now: datetime, _codec: Codec) -> Incoming:
    typed(row, name=str)
    agency, restricted = digests.group_of(row.name)
    put_off = partial(digests.postpone, name=row.name, now=now, until=next_morning(now))
    return _internal(MorningCame(now, agency, restricted), put_off)


def _moved(row: Row[Any], now: datetime, _codec: Codec) -> Incoming:
    typed(row, chat=int)
    return _internal(GroupMoved(now, row.chat), partial(chats.cards_sent, chat=row.chat))


SOURCES = (
    Source(
        outbox_table.OUTCOMES,
        lambda _now: {"most": MOST},
        _reported,
        lambda row: update(t.outbox).where(t.outbox.c.id == row.id).values(outcome=None),
    ),
    Source(
        files_table.LOST_NEWS,
        lambda _now: {"most": MOST},
        _lost,
        lambda row: update(t.files).where(t.files.c.key == row.key).values(reported=1),
    ),
    Source(
        files_table.STORED_NEWS,
        lambda _now: {"most": MOST},
        _stored,
        lambda row: update(t.files).where(t.files.c.key == row.key).values(reported=1),
    ),
    Source(
        conversations.DUE,
        lambda now: {"now": conversations.moment(now), "most": MOST},
        _woken,
        lambda row: (
            update(t.conversations)
            .where(t.conversations.c.chat == row.chat, t.conversations.c.person == row.person)
            .values(wake_at=None)
        ),
        by_clock=True,
    ),
    # Before the cases, so that the digest counts them before they are reminded of.
    Source(
        digests.DUE,
        lambda now: {"now": conversations.moment(now), "most": MOST},
        _morning,
        lambda row: delete(t.installation).where(t.installation.c.name == row.name),
        by_clock=True,
    ),
    Source(
        cases.DUE,
        lambda now: {"now": conversations.moment(now), "most": MOST},
        _expired,
        lambda row: update(t.cases).where(t.cases.c.id == row.id).values(wake_at=None),
        by_clock=True,
    ),
    Source(
        chats.CARDS_VOID,
        lambda _now: {},
        _moved,
        lambda row: update(t.chats).where(t.chats.c.chat == row.chat).values(cards_void=0),
    ),
)
