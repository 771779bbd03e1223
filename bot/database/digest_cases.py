"""What the morning digest of a group shows, and how many reminders a morning has."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, literal, not_, or_, select, union_all

from bot.database.cases import load_cases
from bot.database.conversations import moment
from bot.database.digests import SEEN, groups, last_serials, name_of, stored_value
from bot.database.quarantine import Damage, Stage
from bot.database.sealing import Codec
from bot.database.tables import cases, quarantine
from conversations.complaints.case import Case
from conversations.complaints.life_cycle import Status
from conversations.complaints.mornings import CLOCKED
from conversations.complaints.rules import Rules
from conversations.digests import Digest, DigestQuery, MorningLoad, Section

# How many numbers a section shows, how far one is counted, and how many reminders of a morning are counted.
MOST_SHOWN, MOST_COUNTED, MOST_LOAD = 8, 1000, 50

_NUMBERED = (
    select(cases.c.id, cases.c.status, cases.c.restricted, cases.c.due_on)
    .where(
        cases.c.agency == bindparam("agency"),
        cases.c.year == bindparam("year"),
        cases.c.serial > bindparam("after"),
    )
    .order_by(cases.c.serial)
    .limit(bindparam("most"))
)
_NOTICES = select(func.count()).where(
    quarantine.c.stage == Stage.NOTICE.value, quarantine.c.at >= bindparam("since")
)
_CLOCKED = tuple(sorted(status.value for status in CLOCKED))
# As expressions, so that the first count reads the index of the wake-up times and not all running cases, and
# the second one the index of the due dates and not all that is due.
_plain_status, _plain_wake = cases.c.status.concat(""), cases.c.wake_at.concat("")


class Found(NamedTuple):
    """The ids of the first cases of a section, and the number of all of them."""

    ids: list[str]
    total: int


def loads(connection: Connection, rules: Rules, now: datetime) -> dict[tuple[str, bool], MorningLoad]:
    """How many cases of each group need a reminder now; groups without one are left out."""
    found = {}
    for agency, restricted in groups(rules):
        group, woken = _group(agency, restricted), moment(now)
        if total := _load(connection, *group, cases.c.wake_at <= woken, _plain_status.in_(_CLOCKED)):
            today = cases.c.due_on == now.date().isoformat()
            due_today = _load(connection, *group, _plain_wake <= woken, cases.c.status.in_(_CLOCKED), today)
            found[agency, restricted] = MorningLoad(total, due_today)
    return found


def _group(agency: str, restricted: bool) -> tuple[ColumnElement[bool], ...]:  # noqa: FBT001
    return cases.c.agency == agency, cases.c.restricted == int(restricted)


def _load(connection: Connection, *where: ColumnElement[bool]) -> int:
    some = select(literal(1)).select_from(cases).where(*where).limit(MOST_LOAD).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0


def read_digest(
    connection: Connection, codec: Codec, query: DigestQuery, wall: float, damage: Damage | None = None
) -> Digest:
    """The cases that the digest of this morning shows, and the numbers of the others.

    Each section is read off the index of the listing in the order of the due dates, and new cases off that of
    the numbers: the time does not depend on the number of open cases.
    """
    numbers = last_serials(connection, query.agency, query.today.year)
    seen = _seen(connection, query, numbers)
    due, later = cases.c.due_on, cases.c.due_on > query.next_day.isoformat()
    today = query.today.isoformat()
    wanted: Mapping[str, tuple[frozenset[Status], tuple[ColumnElement[bool], ...]]] = {
        "overdue": (CLOCKED, (due < today,)),
        "due_today": (CLOCKED, (due == today,)),
        "due_next": (CLOCKED, (due > today, due <= query.next_day.isoformat())),
        "unverified": (frozenset({Status.RECEIVED}), (later, not_(_newer(seen)))),
        "approval": (frozenset({Status.AWAITING_APPROVAL}), (later, not_(_newer(seen)))),
    }
    found = {
        name: Found(_first(connection, query, *where), _count(connection, query, *where))
        for name, where in wanted.items()
    }
    found["new"] = _new(connection, query, seen)
    states = load_cases(
        connection, codec, {one for some in found.values() for one in some.ids}, damage=damage
    )
    return Digest(
        **{name: _section(some, states) for name, some in found.items()},
        incomplete=_count(connection, query, frozenset({Status.INCOMPLETE}), ()),
        seen=numbers,
        unread=0 if query.restricted else _unread(connection, wall - query.passed.total_seconds()),
    )


def _unread(connection: Connection, since: float) -> int:
    return connection.scalar(_NOTICES, {"since": since}) or 0


def _seen(connection: Connection, query: DigestQuery, numbers: Mapping[int, int]) -> dict[int, int]:
    """The last number of each year that a digest has counted; where that is unknown, the present one."""
    name = name_of(SEEN, query.agency, restricted=query.restricted)
    try:
        stored = json.loads(stored_value(connection, name) or "{}")
        return {year: int(stored.get(str(year), 0 if stored else last)) for year, last in numbers.items()}
    except (ValueError, TypeError, AttributeError):
        return dict(numbers)


def _newer(seen: Mapping[int, int]) -> ColumnElement[bool]:
    return or_(*(and_(cases.c.year == year, cases.c.serial > serial) for year, serial in seen.items()))


def _new(connection: Connection, query: DigestQuery, seen: Mapping[int, int]) -> Found:
    """The running cases with higher numbers that no other section has; at most MOST_COUNTED of a year."""
    group = {"agency": query.agency, "most": MOST_COUNTED}
    rows = [
        row
        for year, serial in sorted(seen.items())
        for row in connection.execute(_NUMBERED, {**group, "year": year, "after": serial})
        if row.restricted == int(query.restricted)
        and row.status in CLOCKED
        and row.due_on > query.next_day.isoformat()
    ]
    return Found([row.id for row in rows[:MOST_SHOWN]], len(rows))


def _first(
    connection: Connection,
    query: DigestQuery,
    statuses: frozenset[Status],
    where: tuple[ColumnElement[bool], ...],
) -> list[str]:
    """The ids of the first cases, the earliest due date first."""
    parts = (
        select(cases.c.id, cases.c.due_on, cases.c.year, cases.c.serial)
        .where(*_of(query.agency, query.restricted, status), *where)
        .order_by(cases.c.due_on)
        .limit(MOST_SHOWN)
        .subquery()
        for status in sorted(statuses)
    )
    every = union_all(*(select(part) for part in parts)).subquery().c
    first = select(every.id).order_by(every.due_on, every.year, every.serial).limit(MOST_SHOWN)
    return list(connection.execute(first).scalars())


def _count(
    connection: Connection,
    query: DigestQuery,
    statuses: frozenset[Status],
    where: tuple[ColumnElement[bool], ...],
) -> int:
    """The number of such cases, counted up to MOST_COUNTED of each status."""
    parts = (
        select(literal(1).label("one"))
        .select_from(cases)
        .where(*_of(query.agency, query.restricted, status), *where)
        .limit(MOST_COUNTED)
        .subquery()
        for status in sorted(statuses)
    )
    every = union_all(*(select(part.c.one) for part in parts)).subquery()
    return connection.scalar(select(func.count()).select_from(every)) or 0


def _of(agency: str, restricted: bool, status: Status) -> tuple[ColumnElement[bool], ...]:  # noqa: FBT001
    return (*_group(agency, restricted), cases.c.status == status.value)


def _section(found: Found, states: Mapping[str, Case]) -> Section:
    """The section of these cases; one that does not open is only counted."""
    return Section(tuple(states[name] for name in found.ids if name in states), found.total)
