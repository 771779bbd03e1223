"""The register in the store: sealed states, found by id, number, person, or when they wake."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, insert, select, update

from bot.database.conversations import moment
from bot.database.sealing import Codec, context
from bot.database.tables import cases, gaps
from conversations.case import OPEN, Case, wake_at
from conversations.world import Listed, Listing

CHUNK = 800

_BY_ID = select(cases.c.id, cases.c.state).where(cases.c.id.in_(bindparam("some", expanding=True)))
_BY_REFERENCE = select(cases.c.id, cases.c.state).where(
    cases.c.reference.in_(bindparam("some", expanding=True))
)
_BY_PERSON = select(cases.c.id, cases.c.state).where(cases.c.filed_by.in_(bindparam("some", expanding=True)))
# The highest serial number of the cases, and of those that a lost copy of the register issued.
_LAST_SERIALS = select(
    *(
        select(func.max(number))
        .where(number.table.c.agency == bindparam("agency"), number.table.c.year == bindparam("year"))
        .scalar_subquery()
        for number in (cases.c.serial, gaps.c.last)
    )
)
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


class Number(NamedTuple):
    """A registration number as its parts; `agency` is the agency's id."""

    agency: str
    year: int
    serial: int


def number_of(case: Case) -> Number:
    """The number that a case was filed under."""
    return Number(case.agency, case.received_at.year, int(case.reference.rpartition("-")[2]))


def load_cases(
    connection: Connection,
    codec: Codec,
    ids: Collection[str] = (),
    references: Collection[str] = (),
    filed_by: Collection[int] = (),
) -> dict[str, Case]:
    """All cases that one of these names."""
    found: dict[str, Case] = {}
    named: tuple[tuple[Select[Any], list[Any]], ...] = (
        (_BY_ID, sorted(ids)),
        (_BY_REFERENCE, sorted(references)),
        (_BY_PERSON, sorted(filed_by)),
    )
    for query, ordered in named:
        for start in range(0, len(ordered), CHUNK):
            rows = connection.execute(query, {"some": ordered[start : start + CHUNK]})
            found.update((row.id, _open(codec, row.id, row.state)) for row in rows if row.id not in found)
    return found


def next_serials(connection: Connection, agencies: Iterable[str], year: int) -> dict[tuple[str, int], int]:
    """The number that each agency's next complaint of the year gets, above every number ever issued."""
    found = {}
    for agency in agencies:
        last = connection.execute(_LAST_SERIALS, {"agency": agency, "year": year}).one()
        found[agency, year] = max(serial or 0 for serial in last) + 1
    return found


def listed(connection: Connection, codec: Codec, listing: Listing) -> Listed:
    """One page of the register, the earliest due date first."""
    wanted = (
        (cases.c.agency == listing.agency)
        & (cases.c.restricted == int(listing.restricted))
        & _FILTERS[listing.filter](listing)
    )
    total = connection.scalar(select(func.count()).select_from(cases).where(wanted)) or 0
    page = (
        select(cases.c.id, cases.c.state)
        .where(wanted)
        .order_by(cases.c.due_on, cases.c.year, cases.c.serial)
        .limit(listing.page_size)
        .offset(listing.page * listing.page_size)
    )
    return Listed(tuple(_open(codec, row.id, row.state) for row in connection.execute(page)), total)


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


def _open(codec: Codec, case: str, state: bytes) -> Case:
    return Case.model_validate_json(codec.open(state, context("cases", case)))


def _fixed(case: Case) -> dict[str, object]:
    return {
        "id": case.id,
        **number_of(case)._asdict(),
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
