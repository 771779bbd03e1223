"""The morning digests: when the next one of each group is due, and what it counts.

Two rows of `installation` for each group: `digest_at:<agency>:<staff or restricted>` is when the next digest
is due, `digest_seen:…` the last serial number of each year that a digest has counted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from bot.database.conversations import moment
from bot.database.tables import cases, installation
from conversations.complaints.life_cycle import OPEN
from conversations.complaints.mornings import next_morning
from conversations.complaints.rules import Rules
from conversations.effects import ScheduleDigest

AT, SEEN = "digest_at", "digest_seen"
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
    wanted = {name_of(AT, group[0], restricted=group[1]): group for group in groups(rules)}
    if not known:
        connection.execute(_WAKE, {"now": moment(now)})
    for name in sorted(wanted.keys() - known):
        agency, restricted = wanted[name]
        seen = last_serials(connection, agency, now.year)
        schedule(connection, ScheduleDigest(agency, restricted, next_morning(now), seen))
    for name in sorted(known - wanted.keys()):
        for old in (name, name.replace(AT, SEEN, 1)):
            connection.execute(_FORGET, {"of": old})


def groups(rules: Rules) -> Iterator[tuple[str, bool]]:
    """The groups of the configuration: agency, and whether it is the restricted chat."""
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


def stored_value(connection: Connection, name: str) -> str:
    """The value of a row; empty where there is none."""
    return str(connection.scalar(_VALUE, {"of": name}) or "")


def last_serials(connection: Connection, agency: str, year: int) -> dict[int, int]:
    """The last serial number of this year and of the year before."""
    return {
        each: connection.scalar(_LAST, {"agency": agency, "year": each}) or 0 for each in (year - 1, year)
    }
