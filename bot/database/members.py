"""Who is in the groups, as the messenger said, and the events that wait until it has said so.

A row of `members` is bound to the keys: whoever writes into the database without them makes nobody an
officer.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from bot.database.conversations import moment
from bot.database.counters import reserve
from bot.database.quarantine import Damage, DamagedRowError, Stage, typed
from bot.database.sealing import Codec, context
from bot.database.tables import members, waiting
from conversations.world import Membership

PROOF = "members"
# Seconds by which the clock may have been put back since a row was written.
CLOCK_SLACK = 5.0
# So long ago that no link was given before it.
ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)

_OF_PERSONS = select(members).where(members.c.person.in_(bindparam("persons", expanding=True)))
_NOTE = insert(members)
_NOTE = _NOTE.on_conflict_do_update(
    index_elements=["chat", "person"],
    set_={name: getattr(_NOTE.excluded, name) for name in ("present", "at", "since", "proof")},
)
# People who are not in a group any more need no row for long: they are asked about again.
ABSENT_KEPT = 24 * 3600.0
_PRUNE = delete(members).where(members.c.present == 0, members.c.at < bindparam("before"))
_WAIT = insert(waiting)
_WAITING = select(waiting).order_by(waiting.c.id)
_OVER = delete(waiting).where(waiting.c.id == bindparam("row"))


@dataclass(frozen=True, slots=True)
class Known:
    """Whether a person is in a group, as the messenger said at `at` (wall time); `since` is business time."""

    chat: int
    person: int
    present: bool
    at: float
    since: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that waits for news of its sender's membership; `chat` is the group as the core knows it."""

    id: int
    channel: str
    chat: int
    person: int
    raw: bytes


def load_members(
    connection: Connection, codec: Codec, persons: Collection[int], wall: float, damage: Damage
) -> dict[tuple[int, int], Membership]:
    """What is known of these persons in each group; `wall` is now. A row without its proof tells nothing."""
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
    # A time that is still to come was noted by a clock that was wrong: it tells nothing.
    age = wall - row.at if row.at <= wall + CLOCK_SLACK else math.inf
    return Membership(bool(row.present), max(0.0, age), datetime.fromisoformat(row.since))


def _proven(chat: int, person: int, present: int, at: float, since: str) -> tuple[object, ...]:
    return (chat, person, int(present), float(at), since)


def note_members(connection: Connection, codec: Codec, told: Iterable[Known]) -> None:
    """Store what is known of each. The caller has left out what is older than the stored."""
    rows = [_columns(codec, known) for known in told]
    if rows:
        connection.execute(_NOTE, rows)


def _columns(codec: Codec, known: Known) -> dict[str, object]:
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
    """Forget who has been out of a group for a day."""
    connection.execute(_PRUNE, {"before": now - ABSENT_KEPT})


def wait(connection: Connection, codec: Codec, parked: Iterable[Waiting], wall: float) -> list[Waiting]:
    """Store updates that wait, sealed; answer them with their ids."""
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


def load_waiting(connection: Connection, codec: Codec, damage: Damage) -> list[Waiting]:
    """All that waits, the oldest first. What does not open is taken out."""
    found = []
    for row in connection.execute(_WAITING).all():
        one = damage.open(Stage.WAITING, row.id, row.raw, partial(_open, codec, row))
        if one:
            found.append(one)
        else:
            over(connection, row.id)
    return found


def _open(codec: Codec, row: Row[Any]) -> Waiting:
    typed(row, id=int, channel=str, chat=int, person=int)
    raw = codec.open(row.raw, _context(row.id, row.channel, row.chat, row.person))
    return Waiting(row.id, row.channel, row.chat, row.person, raw)


def over(connection: Connection, row: int) -> None:
    """The update has been taken."""
    connection.execute(_OVER, {"row": row})
