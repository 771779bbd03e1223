"""The register in the store: sealed states, found by id, number, person, or when they wake.

The seal of a state holds the plain columns next to it, except `wake_at` and `wake_kind`: the clock postpones
them alone. A state counts only together with its history: it is compared with the newest entry whenever it
is loaded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.database import register_seal, word_index
from bot.database.conversations import WAKEUP, moment, wakeup_columns
from bot.database.history import Head, HistoryBrokenError, head_of
from bot.database.quarantine import Damage, DamagedRowError, Stage, opened
from bot.database.sealing import Codec, binding
from bot.database.serials import number_of
from bot.database.tables import cases, history
from bot.database.taken_numbers import FilingRefusedError
from conversations.complaints.case import Case
from conversations.complaints.life_cycle import OPEN, Status
from conversations.complaints.terms import Terms

CHUNK = 800

# What the seal of a state holds, the primary key first.
BOUND = (
    *("id", "agency", "year", "serial", "reference", "filed_by", "received_at"),
    *("status", "chat", "officer", "due_on", "restricted", "access_hash"),
)
_newest = history.alias("newest")
_newest_seq = (
    select(func.max(history.c.seq)).where(history.c.case_id == cases.c.id).correlate(cases).scalar_subquery()
)
# Every case with where its history ends: one statement, whose two parts read the history's primary key.
STORED = select(
    *(cases.c[name] for name in BOUND), cases.c.division, cases.c.state, _newest.c.seq, _newest.c.link
).select_from(cases.outerjoin(_newest, (_newest.c.case_id == cases.c.id) & (_newest.c.seq == _newest_seq)))
_BY_ID = STORED.where(cases.c.id.in_(bindparam("some", expanding=True)))
_BY_REFERENCE = STORED.where(cases.c.reference.in_(bindparam("some", expanding=True)))
_BY_PERSON = STORED.where(cases.c.filed_by.in_(bindparam("some", expanding=True)))
_BY_OFFICER = STORED.where(
    cases.c.officer.in_(bindparam("some", expanding=True)),
    cases.c.status.in_(tuple(sorted(status.value for status in OPEN))),
)
_OTHERS = (
    select(cases.c.id)
    .where(cases.c.filed_by == bindparam("person"))
    .order_by(cases.c.received_at.desc())
    .limit(bindparam("most"))
)
_FILERS = select(cases.c.id, cases.c.filed_by).where(cases.c.id.in_(bindparam("some", expanding=True)))
_INSERT = insert(cases)
_CHANGING = ("status", "chat", "officer", "division", "due_on", "restricted", *WAKEUP, "access_hash", "state")
_UPDATE = (
    update(cases)
    .where(cases.c.id == bindparam("case"))
    .values({name: bindparam(f"new_{name}") for name in _CHANGING})
)
_ERASE_PERSON = (
    update(cases)
    .where(cases.c.id == bindparam("case"))
    .values({name: bindparam(f"new_{name}") for name in (*_CHANGING, "filed_by")})
)
DUE = (
    select(cases.c.id, cases.c.filed_by, cases.c.wake_kind)
    .where(cases.c.wake_at <= bindparam("now"))
    .order_by(cases.c.wake_at)
    .limit(bindparam("most"))
)
_POSTPONE = (
    update(cases)
    .where(cases.c.id == bindparam("case"), cases.c.wake_at <= bindparam("now"))
    .values(wake_at=bindparam("then"))
)
_OPEN_OF_CHAT = select(cases.c.id).where(
    cases.c.chat == bindparam("here"), cases.c.status.in_(tuple(sorted(status.value for status in OPEN)))
)
_ASSIGNED = select(cases.c.id).where(
    cases.c.agency == bindparam("of"), cases.c.restricted == 0, cases.c.status == Status.ASSIGNED.value
)


def load_cases(
    connection: Connection,
    codec: Codec,
    ids: Collection[str] = (),
    references: Collection[str] = (),
    filed_by: Collection[int] = (),
    handled_by: Collection[int] = (),
    damage: Damage | None = None,
) -> dict[str, Case]:
    """All cases that one of these selects; of an officer the open ones.

    A case that does not open is noted in `damage`; without it, it raises.
    """
    found: dict[str, Case] = {}
    named: tuple[tuple[Select[Any], list[Any]], ...] = (
        (_BY_ID, sorted(ids)),
        (_BY_REFERENCE, sorted(references)),
        (_BY_PERSON, sorted(filed_by)),
        (_BY_OFFICER, sorted(handled_by)),
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
    """Who filed each of these cases, by the plain column, so also of a case that does not open."""
    found = connection.execute(_FILERS, {"some": sorted(ids)})
    return {row.id: row.filed_by for row in found if isinstance(row.filed_by, int)}


def of_citizen(connection: Connection, person: int, most: int) -> list[str]:
    """The newest cases that a person filed; none of 0, which is no account."""
    if not person:
        return []
    return list(connection.execute(_OTHERS, {"person": person, "most": most}).scalars())


def open_cases(connection: Connection, chat: int) -> tuple[str, ...]:
    """The open cases whose card is in this chat."""
    return tuple(connection.execute(_OPEN_OF_CHAT, {"here": chat}).scalars())


def assigned_cases(connection: Connection, agency: str) -> tuple[str, ...]:
    """The agency's cases that are with a division; restricted ones have no card there."""
    return tuple(connection.execute(_ASSIGNED, {"of": agency}).scalars())


def file_cases(connection: Connection, codec: Codec, filed: Iterable[Case], terms: Terms) -> None:
    """Insert new cases. Unique keys refuse a second case of one draft or one number: FilingRefusedError."""
    listed = list(filed)
    if listed:
        word_index.add(connection, codec, listed)
        try:
            connection.execute(_INSERT, [_columns(codec, case, terms) for case in listed])
        except IntegrityError as error:
            raise FilingRefusedError(map(number_of, listed)) from error
        register_seal.change(connection, codec, listed, ())


def update_cases(
    connection: Connection,
    codec: Codec,
    changed: Iterable[Case],
    before: Mapping[str, Case],
    terms: Terms,
) -> None:
    """Store the new states of known cases; what identifies a case never changes.

    `before` are the states that were loaded: the register's sum loses those.
    """
    listed = list(changed)
    if listed:
        word_index.update(connection, codec, listed, before)
        connection.execute(_UPDATE, [_changes(codec, case, terms) for case in listed])
        register_seal.change(connection, codec, listed, [before[case.id] for case in listed])


def erase_person(connection: Connection, codec: Codec, erased: Case, before: Case, terms: Terms) -> None:
    """Store a case without its person. This alone changes who filed a case: to no account."""
    word_index.erase(connection, erased.id)
    changes = {**_changes(codec, erased, terms), "new_filed_by": erased.filed_by}
    connection.execute(_ERASE_PERSON, changes)
    register_seal.change(connection, codec, [erased], [before])


def postpone_case(connection: Connection, case: str, now: datetime, until: datetime) -> None:
    """Wake a case later if it is still due after its wake-up was handled."""
    connection.execute(_POSTPONE, {"case": case, "now": moment(now), "then": moment(until)})


def _open(codec: Codec, row: Row[*tuple[Any, ...]]) -> Case:
    """Raises SealBrokenError; HistoryBrokenError when the state or the end of its history is an older one."""
    case = read_case(codec, row)
    if head_of(case) != stored_head(row):
        raise HistoryBrokenError("a case's history does not end where its state says")
    return case


def read_case(codec: Codec, row: Row[*tuple[Any, ...]]) -> Case:
    """The case of a row of STORED, its history not looked at. Raises SealBrokenError and DamagedRowError."""
    columns = dict(row._mapping)  # noqa: SLF001 - the documented name of a row's mapping
    case = Case.model_validate_json(codec.open(row.state, _binding(columns)))
    # A list of an agency's complaints must not fail on a case of another agency. The seal does not hold the
    # division, which the state has as well.
    named = (case.id, case.agency, case.reference, case.division)
    if named != (row.id, row.agency, row.reference, row.division):
        raise DamagedRowError("state")
    return case


def stored_head(row: Row[*tuple[Any, ...]]) -> Head:
    """Where the history of a row of STORED ends."""
    return Head(row.seq or 0, row.link or "")


def row_binding(row: Row[*tuple[Any, ...]]) -> bytes:
    """What the state of a row of `cases` is sealed to."""
    return _binding(dict(row._mapping))  # noqa: SLF001 - the documented name of a row's mapping


def _binding(columns: Mapping[str, Any]) -> bytes:
    return binding("cases", *(columns[name] for name in BOUND))


def _changes(codec: Codec, case: Case, terms: Terms) -> dict[str, object]:
    columns = _columns(codec, case, terms)
    return {"case": case.id, **{f"new_{name}": columns[name] for name in _CHANGING}}


def _columns(codec: Codec, case: Case, terms: Terms) -> dict[str, object]:
    columns: dict[str, object] = {
        "id": case.id,
        **number_of(case)._asdict(),
        "reference": case.reference,
        "filed_by": case.filed_by,
        "received_at": moment(case.received_at),
        "status": case.status.value,
        "chat": case.chat,
        "officer": case.officer and case.officer.id,
        "division": case.division,
        "due_on": case.due_on.isoformat(),
        "restricted": int(case.restricted),
        **wakeup_columns((case,), terms),
        "access_hash": case.access_hash,
    }
    return {**columns, "state": codec.seal(case.model_dump_json().encode(), _binding(columns))}
