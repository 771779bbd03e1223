"""The blind index: which cases have a word, without the word (docs/architecture.md, "Finding complaints").

The texts are sealed, so that the store cannot search them. For each different word of a case (case_words.py)
this table has a keyed hash, the time of receipt and the case's id:

1. The hash covers agency and restricted flag as well. A word of the restricted chat has another hash than the
   same word of the staff group, so that no search of one group can find a case of the other.
2. Rows are written in the transaction that files or changes the case, and erased with its texts.
3. A search looks its other words up for the MOST_TRIED newest rows of one of them. When that does not fill
   the answer, it counts its words and does the same for the rarest one, newest first and at most
   MOST_SCANNED rows. Both use the primary key. It costs no more in a large register than in a small one.
4. The key comes from the key file. `installation` has a proof of the key with which the table was filled, and
   the last case of a filling that is not complete. With another key the table is filled again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from bot.database.conversations import moment
from bot.database.sealing import Codec
from bot.database.tables import case_words, cases, installation
from conversations.complaints.case import Case
from conversations.complaints.case_words import words_of
from conversations.queries import (
    Search,
)

# Of the rarest word of a search, the rows that are looked at.
MOST_SCANNED = 2_000
# Of any word, the newest rows that are looked at first.
MOST_TRIED = 200
# The version of what is indexed: a higher one fills the table again.
VERSION = 1
_KEY, _CURSOR = "word_index:key", "word_index:cursor"
COMPLETE = "*"

_ADD = insert(case_words).on_conflict_do_nothing()
_REMOVE = delete(case_words).where(
    case_words.c.word == bindparam("of_word"),
    case_words.c.received == bindparam("of_received"),
    case_words.c.case_id == bindparam("of_case"),
)
_ERASE = delete(case_words).where(case_words.c.case_id == bindparam("of_case"))
_MARKS = select(installation.c.name, installation.c.value).where(installation.c.name.in_((_KEY, _CURSOR)))
_MARK = insert(installation)
_MARK = _MARK.on_conflict_do_update(index_elements=["name"], set_={"value": _MARK.excluded.value})
_BY_DAY = (
    select(cases.c.id)
    .where(
        cases.c.agency == bindparam("agency"),
        cases.c.restricted == bindparam("restricted"),
        cases.c.received_at >= bindparam("since"),
        cases.c.received_at < bindparam("until"),
    )
    .order_by(cases.c.received_at.desc())
    .limit(bindparam("most"))
)

Row = tuple[int, int, str]


def add(connection: Connection, codec: Codec, filed: Iterable[Case]) -> None:
    """Add the words of new cases."""
    _insert(connection, {row for case in filed for row in _rows(codec, case)})


def update(connection: Connection, codec: Codec, changed: Iterable[Case], before: Mapping[str, Case]) -> None:
    """Add the new words of changed cases, and remove those that they do not have any more."""
    old, new = set[Row](), set[Row]()
    for case in changed:
        if _indexed(case) != _indexed(before[case.id]):
            old |= _rows(codec, before[case.id])
            new |= _rows(codec, case)
    if gone := old - new:
        named = ("of_word", "of_received", "of_case")
        connection.execute(_REMOVE, [dict(zip(named, row, strict=True)) for row in sorted(gone)])
    _insert(connection, new - old)


def erase(connection: Connection, case: str) -> None:
    """Remove all words of a case."""
    connection.execute(_ERASE, {"of_case": case})


def replace(connection: Connection, codec: Codec, some: Sequence[Case]) -> None:
    """Write the words of these cases again, with the present key."""
    if some:
        connection.execute(_ERASE, [{"of_case": case.id} for case in some])
    add(connection, codec, some)


def _indexed(case: Case) -> tuple[object, ...]:
    """What the rows of a case come from."""
    written = (case.complaint, case.supplements, case.thread)
    return case.agency, case.restricted, case.received_at, *written


def _rows(codec: Codec, case: Case) -> set[Row]:
    received = int(case.received_at.timestamp())
    scope = (case.agency, int(case.restricted))
    return {(codec.word(*scope, word), received, case.id) for word in words_of(case)}


def _insert(connection: Connection, rows: set[Row]) -> None:
    if rows:
        names = ("word", "received", "case_id")
        connection.execute(_ADD, [dict(zip(names, row, strict=True)) for row in sorted(rows)])


def find(connection: Connection, codec: Codec, search: Search) -> tuple[list[str], bool]:
    """The ids of the cases with all words, in the period, newest first; and whether there may be more."""
    if not search.words:
        return _of_days(connection, search)
    scope = (search.agency, int(search.restricted))
    limits = {
        "since": int(search.since.timestamp()) if search.since else 0,
        "until": int(search.until.timestamp()) if search.until else 2**62,
    }
    hashes = list(dict.fromkeys(codec.word(*scope, word) for word in search.words))
    limits["most"] = search.most + 1
    # Frequent words are together in some of the newest cases, so that they need not be counted.
    ids = _with_all(connection, hashes, {**limits, "scanned": MOST_TRIED})
    if len(ids) > search.most:
        return ids[: search.most], True
    found = {word: _count(connection, word, limits) for word in hashes}
    hashes.sort(key=lambda word: found[word])
    ids = _with_all(connection, hashes, {**limits, "scanned": MOST_SCANNED}) if found[hashes[0]] else []
    return ids[: search.most], len(ids) > search.most or found[hashes[0]] > MOST_SCANNED


def _with_all(connection: Connection, hashes: Sequence[int], limits: Mapping[str, int]) -> list[str]:
    """The cases with all words, found among the rows of the first one."""
    words = {f"word{number}": word for number, word in enumerate(hashes)}
    return list(connection.execute(_query(len(words)), {**limits, **words}).scalars())


def _count(connection: Connection, word: int, limits: Mapping[str, int]) -> int:
    return connection.scalar(_counting(), {**limits, "word0": word}) or 0


@cache
def _counting() -> Select[int]:
    some = select(literal(1)).where(_in_period()).limit(MOST_SCANNED + 1)
    return select(func.count()).select_from(some.subquery())


def _in_period() -> Any:
    return (
        (case_words.c.word == bindparam("word0"))
        & (case_words.c.received >= bindparam("since"))
        & (case_words.c.received < bindparam("until"))
    )


@cache
def _query(number: int) -> Select[str]:
    """The cases with this number of words: `scanned` rows of the first, and an entry for each other one."""
    columns = (case_words.c.received, case_words.c.case_id)
    newest = [column.desc() for column in columns]
    driver = (
        select(*columns).where(_in_period()).order_by(*newest).limit(bindparam("scanned")).subquery("driver")
    )
    query = select(driver.c.case_id)
    for place in range(1, number):
        other = case_words.alias(f"other{place}")
        query = query.where(
            select(literal(1))
            .where(
                other.c.word == bindparam(f"word{place}"),
                other.c.received == driver.c.received,
                other.c.case_id == driver.c.case_id,
            )
            .exists()
        )
    return query.order_by(driver.c.received.desc(), driver.c.case_id.desc()).limit(bindparam("most"))


def _of_days(connection: Connection, search: Search) -> tuple[list[str], bool]:
    if search.since is None or search.until is None:
        return [], False
    given = {
        "agency": search.agency,
        "restricted": int(search.restricted),
        "since": moment(search.since),
        "until": moment(search.until),
        "most": search.most + 1,
    }
    ids = list(connection.execute(_BY_DAY, given).scalars())
    return ids[: search.most], len(ids) > search.most


def cursor(connection: Connection, codec: Codec) -> str:
    """How far the table is filled with the present key: the id of the last case, or COMPLETE."""
    marks: dict[str, str] = {row.name: row.value for row in connection.execute(_MARKS)}
    known = codec.proves(marks.get(_KEY), "word index", VERSION)
    return marks.get(_CURSOR, "") if known else ""


def mark(connection: Connection, codec: Codec, last: str) -> None:
    """Note how far the table is filled with the present key."""
    proof = codec.proof("word index", VERSION)
    connection.execute(_MARK, [{"name": _KEY, "value": proof}, {"name": _CURSOR, "value": last}])
