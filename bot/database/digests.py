"""The morning digests: when the next one of each group is due, and what it counts.

Two rows of `installation` for each group: `digest_at:<agency>:<staff or restricted>` is when the next digest
is due, `digest_seen:…` the last serial number of each year that a digest has counted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.sqlite import insert

from bot.database.cases import STORED, opened_cases
from bot.database.conversations import moment
from bot.database.quarantine import Damage, Stage
from bot.database.sealing import Codec
from bot.database.tables import cases, installation, quarantine
from conversations.complaints.agency import Rules
from conversations.complaints.life_cycle import OPEN, Status
from conversations.complaints.mornings import CLOCKED, next_morning
from conversations.effects import ScheduleDigest
from conversations.world import Digest, DigestQuery, MorningLoad, Section

AT, SEEN = "digest_at", "digest_seen"
# How many numbers a section shows, how far one is counted, and how many reminders of a morning are counted.
MOST_SHOWN, MOST_COUNTED, MOST_LOAD = 10, 1000, 50
GROUPS = ("staff", "restricted")

DUE = (
    select(installation.c.name, installation.c.value)
    .where(
        installation.c.name > f"{AT}:",
        installation.c.name < f"{AT};",
        installation.c.value <= bindparam("now"),
    )
    .limit(bindparam("most"))
)
_NAMES = select(installation.c.name).where(installation.c.name > f"{AT}:", installation.c.name < f"{AT};")
_VALUE = select(installation.c.value).where(installation.c.name == bindparam("of"))
_KEEP = insert(installation)
_KEEP = _KEEP.on_conflict_do_update(index_elements=["name"], set_={"value": _KEEP.excluded.value})
_POSTPONE = (
    update(installation)
    .where(installation.c.name == bindparam("of"), installation.c.value <= bindparam("now"))
    .values(value=bindparam("then"))
)
_FORGET = delete(installation).where(installation.c.name == bindparam("of"))
_LAST = select(func.max(cases.c.serial)).where(
    cases.c.agency == bindparam("agency"), cases.c.year == bindparam("year")
)
# Open cases of a version without reminders have no wake-up time.
_WAKE = (
    update(cases)
    .where(cases.c.wake_at.is_(None), cases.c.status.in_(tuple(sorted(OPEN))))
    .values(wake_at=bindparam("now"))
)
_NOTICES = select(func.count()).where(
    quarantine.c.stage == Stage.NOTICE.value, quarantine.c.at >= bindparam("since")
)
_RUNNING = cases.c.status.in_(tuple(sorted(status.value for status in CLOCKED)))


def name_of(kind: str, agency: str, *, restricted: bool) -> str:
    """The name of a group's row."""
    return f"{kind}:{agency}:{GROUPS[restricted]}"


def group_of(name: str) -> tuple[str, bool]:
    """The agency of such a name, and whether its restricted chat is meant. Raises ValueError."""
    _, agency, group = name.split(":")
    return agency, bool(GROUPS.index(group))


def prepare(connection: Connection, rules: Rules, now: datetime) -> None:
    """Add the rows of new groups and delete those of groups that are not configured any more.

    The first time, every open case without a wake-up time is woken, so that it gets one.
    """
    known = set(connection.execute(_NAMES).scalars())
    wanted = {name_of(AT, group[0], restricted=group[1]): group for group in _groups(rules)}
    if not known:
        connection.execute(_WAKE, {"now": moment(now)})
    for name in sorted(wanted.keys() - known):
        agency, restricted = wanted[name]
        seen = last_serials(connection, agency, now.year)
        schedule(connection, ScheduleDigest(agency, restricted, next_morning(now), seen))
    for name in sorted(known - wanted.keys()):
        for old in (name, name.replace(AT, SEEN, 1)):
            connection.execute(_FORGET, {"of": old})


def _groups(rules: Rules) -> Iterator[tuple[str, bool]]:
    for agency in rules.agencies:
        if agency.staff_chat_id:
            yield agency.id, False
        if agency.restricted_chat_id:
            yield agency.id, True


def schedule(connection: Connection, effect: ScheduleDigest) -> None:
    """Store when the next digest of a group is due, and the numbers that are not new any more."""
    group = {"restricted": effect.restricted}
    _keep(connection, name_of(AT, effect.agency, **group), moment(effect.at))
    if effect.seen is not None:
        seen = json.dumps({str(year): serial for year, serial in effect.seen.items()})
        _keep(connection, name_of(SEEN, effect.agency, **group), seen)


def _keep(connection: Connection, name: str, value: str) -> None:
    connection.execute(_KEEP, {"name": name, "value": value})


def postpone(connection: Connection, name: str, now: datetime, until: datetime) -> None:
    """Make a digest due later if it is still due after its event was handled."""
    connection.execute(_POSTPONE, {"of": name, "now": moment(now), "then": moment(until)})


def last_serials(connection: Connection, agency: str, year: int) -> dict[int, int]:
    """The last serial number of this year and of the year before."""
    return {
        each: connection.scalar(_LAST, {"agency": agency, "year": each}) or 0 for each in (year - 1, year)
    }


def loads(connection: Connection, rules: Rules, now: datetime) -> dict[tuple[str, bool], MorningLoad]:
    """How many cases of each group need a reminder now; groups without one are left out."""
    found = {}
    for agency, restricted in _groups(rules):
        due = (_of(agency, restricted=restricted), _RUNNING, cases.c.wake_at <= moment(now))
        total = _count(connection, due, MOST_LOAD)
        if total:
            today = cases.c.due_on == now.date().isoformat()
            found[agency, restricted] = MorningLoad(total, _count(connection, (*due, today), MOST_LOAD))
    return found


def read_digest(
    connection: Connection, codec: Codec, query: DigestQuery, wall: float, damage: Damage | None = None
) -> Digest:
    """The cases that the digest of this morning shows, and the numbers of the others."""
    numbers = last_serials(connection, query.agency, query.today.year)
    seen = _seen(connection, query, numbers)
    mine = _of(query.agency, restricted=query.restricted)
    today, following = query.today.isoformat(), query.next_day.isoformat()
    later = cases.c.due_on > following
    approval = cases.c.status == Status.AWAITING_APPROVAL.value
    wanted: Mapping[str, tuple[ColumnElement[bool], ...]] = {
        "overdue": (mine, _RUNNING, cases.c.due_on < today),
        "due_today": (mine, _RUNNING, cases.c.due_on == today),
        "due_next": (mine, _RUNNING, cases.c.due_on.between(today, following), cases.c.due_on != today),
        "new": (mine, _RUNNING, later, cases.c.id.in_(_recent(query.agency, seen))),
        "unverified": (mine, cases.c.status == Status.RECEIVED.value, later, not_(_newer(seen))),
        "approval": (mine, approval, later, not_(_newer(seen))),
    }
    incomplete = (mine, cases.c.status == Status.INCOMPLETE.value)
    unread = 0 if query.restricted else _unread(connection, wall - query.passed.total_seconds())
    return Digest(
        **{name: _section(connection, codec, where, damage) for name, where in wanted.items()},
        incomplete=_count(connection, incomplete, MOST_COUNTED),
        seen=numbers,
        unread=unread,
    )


def _unread(connection: Connection, since: float) -> int:
    return connection.scalar(_NOTICES, {"since": since}) or 0


def _of(agency: str, *, restricted: bool) -> ColumnElement[bool]:
    return and_(cases.c.agency == agency, cases.c.restricted == int(restricted))


def _seen(connection: Connection, query: DigestQuery, numbers: Mapping[int, int]) -> dict[int, int]:
    """The last number of each year that a digest has counted; where that is unknown, the present one."""
    name = name_of(SEEN, query.agency, restricted=query.restricted)
    try:
        stored = json.loads(connection.scalar(_VALUE, {"of": name}) or "{}")
        return {year: int(stored.get(str(year), 0 if stored else last)) for year, last in numbers.items()}
    except (ValueError, TypeError, AttributeError):
        return dict(numbers)


def _newer(seen: Mapping[int, int]) -> ColumnElement[bool]:
    return or_(*(and_(cases.c.year == year, cases.c.serial > serial) for year, serial in seen.items()))


def _recent(agency: str, seen: Mapping[int, int]) -> Select[Any]:
    """The ids of the agency's new cases, at most MOST_COUNTED of a year, by the index of the numbers."""
    of_year = (
        select(cases.c.id)
        .where(cases.c.agency == agency, cases.c.year == year, cases.c.serial > serial)
        .order_by(cases.c.serial)
        .limit(MOST_COUNTED)
        .subquery()
        for year, serial in seen.items()
    )
    return select(union_all(*(select(each.c.id) for each in of_year)).subquery().c.id)


def _section(
    connection: Connection, codec: Codec, where: Iterable[ColumnElement[bool]], damage: Damage | None
) -> Section:
    wanted = tuple(where)
    total = _count(connection, wanted, MOST_COUNTED)
    if not total:
        return Section()
    first = STORED.where(*wanted).order_by(cases.c.due_on, cases.c.year, cases.c.serial).limit(MOST_SHOWN)
    return Section(opened_cases(connection, codec, first, damage), total)


def _count(connection: Connection, where: Iterable[ColumnElement[bool]], most: int) -> int:
    """The number of such cases, counted up to `most`."""
    some = select(literal(1)).select_from(cases).where(*where).limit(most).subquery()
    return connection.scalar(select(func.count()).select_from(some)) or 0
