"""The register in the store: sealed states, found by id, number, person, or when they wake."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, func, insert, or_, select, update

from bot.database.conversations import moment
from bot.database.quarantine import Damage, DamagedRowError, Stage, damaged, opened
from bot.database.sealing import Codec, context
from bot.database.tables import cases
from conversations.case import OPEN, Case, wake_at
from conversations.world import Listed, Listing

CHUNK = 800

_OPENED = (cases.c.id, cases.c.reference, cases.c.agency, cases.c.state)

_BY_ID = select(*_OPENED).where(cases.c.id.in_(bindparam("some", expanding=True)))
_BY_REFERENCE = select(*_OPENED).where(cases.c.reference.in_(bindparam("some", expanding=True)))
_BY_PERSON = select(*_OPENED).where(cases.c.filed_by.in_(bindparam("some", expanding=True)))
_FILERS = select(cases.c.id, cases.c.filed_by).where(cases.c.id.in_(bindparam("some", expanding=True)))
# No agency has so many complaints in a year: a damaged number must not be the one that the next follows.
HIGHEST_SERIAL = 999_999
_LAST_SERIAL = select(func.max(cases.c.serial)).where(
    cases.c.agency == bindparam("agency"),
    cases.c.year == bindparam("year"),
    cases.c.serial.between(1, HIGHEST_SERIAL),
)
# Of these three alone, so that a start reads an index and not the table.
_ODD_SERIALS = select(cases.c.agency, cases.c.year, cases.c.serial).where(
    or_(cases.c.serial < 1, cases.c.serial > HIGHEST_SERIAL)
)
_NUMBERED = select(cases.c.id, cases.c.reference).where(
    cases.c.agency == bindparam("agency"),
    cases.c.year == bindparam("year"),
    cases.c.serial == bindparam("serial"),
)
_SET_SERIAL = update(cases).where(cases.c.id == bindparam("case")).values(serial=bindparam("number"))
_INSERT = insert(cases)
_CHANGING = ("status", "chat", "officer", "due_on", "restricted", "wake_on", "access_hash", "state")
_UPDATE = (
    update(cases)
    .where(cases.c.id == bindparam("case"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGING})
)
DUE = (
    select(cases.c.id)
    .where(cases.c.wake_on < bindparam("today"))
    .order_by(cases.c.wake_on)
    .limit(bindparam("most"))
)
_POSTPONE = (
    update(cases)
    .where(cases.c.id == bindparam("case"), cases.c.wake_on < bindparam("today"))
    .values(wake_on=bindparam("today"))
)
_OPEN_OF_CHAT = select(cases.c.id).where(
    cases.c.chat == bindparam("here"), cases.c.status.in_(tuple(sorted(status.value for status in OPEN)))
)
# What each filter of the listing adds; every one is read off an index in the order of the due dates.
_OPEN_STATUS = cases.c.status.in_(tuple(sorted(status.value for status in OPEN)))
_FILTERS: Mapping[str, Callable[[Listing], ColumnElement[bool]]] = {
    "open": lambda _: _OPEN_STATUS,
    "mine": lambda listing: _OPEN_STATUS & (cases.c.officer == listing.officer),
    "overdue": lambda listing: _OPEN_STATUS & (cases.c.due_on < listing.today.isoformat()),
}


def load_cases(
    connection: Connection,
    codec: Codec,
    ids: Collection[str] = (),
    references: Collection[str] = (),
    filed_by: Collection[int] = (),
    damage: Damage | None = None,
) -> dict[str, Case]:
    """All cases that one of these names. One that does not open is noted in `damage`, else it raises."""
    found: dict[str, Case] = {}
    named: tuple[tuple[Select[Any], list[Any]], ...] = (
        (_BY_ID, sorted(ids)),
        (_BY_REFERENCE, sorted(references)),
        (_BY_PERSON, sorted(filed_by)),
    )
    for query, ordered in named:
        for start in range(0, len(ordered), CHUNK):
            rows = connection.execute(query, {"some": ordered[start : start + CHUNK]})
            fresh = [row for row in rows if row.id not in found]
            found.update(_opened(codec, fresh, damage))
    return found


def _opened(codec: Codec, rows: Iterable[Row[Any]], damage: Damage | None) -> Iterator[tuple[str, Case]]:
    for row in rows:
        case = opened(damage, Stage.CASE, row.id, row.state, partial(_open, codec, row))
        if case is not None:
            yield row.id, case
        elif damage:
            damage.references[row.reference] = row.id


def filed_by(connection: Connection, ids: Collection[str]) -> dict[str, int]:
    """Who filed each of these cases, as the plain column says: also of one that does not open."""
    found = connection.execute(_FILERS, {"some": sorted(ids)})
    return {row.id: row.filed_by for row in found if isinstance(row.filed_by, int)}


def repair_serials(connection: Connection, damage: Damage) -> None:
    """Read damaged serial numbers again from the registration numbers that end with them."""
    for odd in connection.execute(_ODD_SERIALS).all():
        for case, reference in connection.execute(_NUMBERED, odd._asdict()).all():
            error = DamagedRowError("serial")
            damage.faults[Stage.CASE, case] = damaged(Stage.CASE, case, odd.serial, error)
            number = str(reference).rpartition("-")[2]
            if number.isascii() and number.isdecimal() and 0 < int(number[:7]) <= HIGHEST_SERIAL:
                connection.execute(_SET_SERIAL, {"case": case, "number": int(number)})


def next_serials(connection: Connection, agencies: Iterable[str], year: int) -> dict[tuple[str, int], int]:
    """The number that each agency's next complaint of the year gets."""
    numbered = [(agency, year) for agency in agencies]
    return {key: (connection.scalar(_LAST_SERIAL, _agency_year(key)) or 0) + 1 for key in numbered}


def _agency_year(key: tuple[str, int]) -> dict[str, object]:
    return {"agency": key[0], "year": key[1]}


def listed(connection: Connection, codec: Codec, listing: Listing, damage: Damage | None = None) -> Listed:
    """One page of the register, the earliest due date first."""
    wanted = (
        (cases.c.agency == listing.agency)
        & (cases.c.restricted == int(listing.restricted))
        & _FILTERS[listing.filter](listing)
    )
    total = connection.scalar(select(func.count()).select_from(cases).where(wanted)) or 0
    page = (
        select(*_OPENED)
        .where(wanted)
        .order_by(cases.c.due_on, cases.c.year, cases.c.serial)
        .limit(listing.page_size)
        .offset(listing.page * listing.page_size)
    )
    found = _opened(codec, connection.execute(page), damage)
    return Listed(tuple(case for _, case in found), total)


def open_cases(connection: Connection, chat: int) -> tuple[str, ...]:
    """The cases whose card in this chat officers still work with."""
    return tuple(connection.execute(_OPEN_OF_CHAT, {"here": chat}).scalars())


def file_cases(connection: Connection, codec: Codec, filed: Iterable[Case]) -> None:
    """Insert new cases. One draft makes one case and one number one case: unique keys see to it."""
    rows = [{**_fixed(case), **_columns(codec, case)} for case in filed]
    if rows:
        connection.execute(_INSERT, rows)


def update_cases(connection: Connection, codec: Codec, changed: Iterable[Case]) -> None:
    """Store what became of known cases; what identifies a case never changes."""
    rows = [
        {"case": case.id, **{f"new_{name}": value for name, value in _columns(codec, case).items()}}
        for case in changed
    ]
    if rows:
        connection.execute(_UPDATE, rows)


def postpone_case(connection: Connection, case: str, today: date) -> None:
    """Wake a case tomorrow that is still due after the clock has been in it."""
    connection.execute(_POSTPONE, {"case": case, "today": today.isoformat()})


def _open(codec: Codec, row: Row[Any]) -> Case:
    found = Case.model_validate_json(codec.open(row.state, context("cases", row.id)))
    # A list of the agency's complaints must not break on one that is another's.
    if (found.id, found.agency, found.reference) != (row.id, row.agency, row.reference):
        raise DamagedRowError("state")
    return found


def _fixed(case: Case) -> dict[str, object]:
    return {
        "id": case.id,
        "agency": case.agency,
        "year": case.received_at.year,
        "serial": int(case.reference.rpartition("-")[2]),
        "reference": case.reference,
        "filed_by": case.filed_by,
        "received_at": moment(case.received_at),
    }


def _columns(codec: Codec, case: Case) -> dict[str, object]:
    wake = wake_at(case)
    return {
        "status": case.status.value,
        "chat": case.chat,
        "officer": case.officer and case.officer.id,
        "due_on": case.due_on.isoformat(),
        "restricted": int(case.restricted),
        "wake_on": wake and wake.isoformat(),
        "access_hash": case.access_hash,
        "state": codec.seal(case.model_dump_json().encode(), context("cases", case.id)),
    }
