"""Who is in the groups, as the messenger reported, and the updates that wait for such a report.

A row of `members` has a proof made with the keys: a database writer without them cannot make a person an
officer.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from bot.database.conversations import moment
from bot.database.counters import reserve
from bot.database.quarantine import Damage, DamagedRowError, Stage, typed
from bot.database.sealing import Codec, context
from bot.database.tables import members, waiting
from conversations.world import Membership

PROOF = "members"
# Seconds by which the clock may have been put back since a row was written.
CLOCK_SLACK = 5.0
# Before any access link was issued.
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)

_OF_PERSONS = select(members).where(members.c.person.in_(bindparam("persons", expanding=True)))
_NOTE = insert(members)
_NOTE = _NOTE.on_conflict_do_update(
    index_elements=["chat", "person"],
    set_={name: getattr(_NOTE.excluded, name) for name in ("present", "at", "since", "proof")},
)
# People who left a group need no row for long: the messenger is asked about them again.
ABSENT_KEPT = 24 * 3600.0
_PRUNE = delete(members).where(members.c.present == 0, members.c.at < bindparam("before"))
# The group of an update that waits for its sender's turn, and not for a membership.
NO_GROUP = 0
_WAIT = insert(waiting)
_FOR_MEMBERSHIP = select(waiting).where(waiting.c.chat != NO_GROUP).order_by(waiting.c.id)
_FOR_ITS_TURN = select(waiting).where(waiting.c.chat == NO_GROUP).order_by(waiting.c.id)
_PRESENT = select(members.c.person).where(members.c.present == 1).distinct()
_OVER = delete(waiting).where(waiting.c.id == bindparam("row"))


@dataclass(frozen=True, slots=True)
class KnownMember:
    """Whether a person is in a group, as reported at `at` (wall time); `since` is business time."""

    chat: int
    person: int
    present: bool
    at: float
    since: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that waits: for its sender's membership of `chat`, a group as the core knows it.

    With NO_GROUP it waits for the turn of its sender.
    """

    id: int
    channel: str
    chat: int
    person: int
    raw: bytes


def load_members(
    connection: Connection, codec: Codec, persons: Collection[int], wall: float, damage: Damage
) -> dict[tuple[int, int], Membership]:
    """The memberships of these persons in each group; `wall` is now. A row without its proof is ignored."""
    if not persons:
        return {}
    found: dict[tuple[int, int], Membership] = {}
    for row in connection.execute(_OF_PERSONS, {"persons": sorted(persons)}):
        key = (row.chat, row.person)
        known = damage.open(Stage.MEMBER, key, repr(tuple(row)), partial(_membership, codec, row, wall))
        if known:
            found[key] = known
    return found


def _membership(codec: Codec, row: Row[Any], wall: float) -> Membership:
    typed(row, chat=int, person=int, present=int, at=(int, float), since=str, proof=str)
    if not codec.proves(row.proof, PROOF, *_proven(row.chat, row.person, row.present, row.at, row.since)):
        raise DamagedRowError("proof")
    # A future time was stored by a wrong clock: such a row counts as very old.
    age = wall - row.at if row.at <= wall + CLOCK_SLACK else math.inf
    return Membership(bool(row.present), max(0.0, age), datetime.fromisoformat(row.since))


def _proven(chat: int, person: int, present: int, at: float, since: str) -> tuple[object, ...]:
    return (chat, person, int(present), float(at), since)


def note_members(connection: Connection, codec: Codec, known: Iterable[KnownMember]) -> None:
    """Store these memberships. The caller has left out those older than the stored ones."""
    rows = [_columns(codec, member) for member in known]
    if rows:
        connection.execute(_NOTE, rows)


def _columns(codec: Codec, known: KnownMember) -> dict[str, object]:
    since = moment(known.since)
    proof = codec.proof(PROOF, *_proven(known.chat, known.person, known.present, known.at, since))
    return {
        "chat": known.chat,
        "person": known.person,
        "present": int(known.present),
        "at": known.at,
        "since": since,
        "proof": proof,
    }


def prune(connection: Connection, now: float) -> None:
    """Delete people who have been out of a group for a day."""
    connection.execute(_PRUNE, {"before": now - ABSENT_KEPT})


def store_waiting(
    connection: Connection, codec: Codec, parked: Iterable[Waiting], wall: float
) -> list[Waiting]:
    """Store updates that wait, sealed; return them with their ids."""
    listed = list(parked)
    if not listed:
        return []
    first = reserve(connection, "waiting", len(listed))
    stored = [
        Waiting(number, one.channel, one.chat, one.person, one.raw)
        for number, one in enumerate(listed, start=first)
    ]
    rows = [
        {
            "id": one.id,
            "channel": one.channel,
            "chat": one.chat,
            "person": one.person,
            "at": wall,
            "raw": codec.seal(one.raw, _context(one.id, one.channel, one.chat, one.person)),
        }
        for one in stored
    ]
    connection.execute(_WAIT, rows)
    return stored


def _context(number: int, channel: str, chat: int, person: int) -> bytes:
    return context("waiting", number, channel, chat, person)


def row_context(row: Row[Any]) -> bytes:
    """What the update of a `select(waiting)` is sealed to."""
    return _context(row.id, row.channel, row.chat, row.person)


def load_waiting(connection: Connection, codec: Codec, damage: Damage) -> list[Waiting]:
    """All updates that wait for a membership, the oldest first. One that does not open is deleted."""
    return _load(connection, codec, damage, _FOR_MEMBERSHIP)


def load_postponed(connection: Connection, codec: Codec, damage: Damage) -> list[Waiting]:
    """All updates that wait for their sender's turn, the oldest first. One that does not open is deleted."""
    return _load(connection, codec, damage, _FOR_ITS_TURN)


def present_persons(connection: Connection) -> frozenset[int]:
    """The people who were in a group of ours when the messenger last said so. Proofs are not compared."""
    return frozenset(person for person in connection.scalars(_PRESENT) if isinstance(person, int))


def _load(connection: Connection, codec: Codec, damage: Damage, wanted: Select[Any]) -> list[Waiting]:
    found = []
    for row in connection.execute(wanted).all():
        one = damage.open(Stage.WAITING, row.id, row.raw, partial(_open, codec, row))
        if one:
            found.append(one)
        else:
            remove_waiting(connection, row.id)
    return found


def _open(codec: Codec, row: Row[Any]) -> Waiting:
    typed(row, id=int, channel=str, chat=int, person=int)
    raw = codec.open(row.raw, row_context(row))
    return Waiting(row.id, row.channel, row.chat, row.person, raw)


def read_waiting(codec: Codec, row: Row[Any]) -> Waiting:
    """The update of a row of a `select(waiting)`. Raises on one that does not open."""
    return _open(codec, row)


def remove_waiting(connection: Connection, row: int) -> None:
    """Delete a waiting update: it has been taken."""
    connection.execute(_OVER, {"row": row})
