"""The history of each case: append-only, chained, verifiable after its texts are erased (invariant 9).

The links are keyed, and the sealed state of the case holds how many entries there are and the newest link.
A database writer without the key can neither change an entry, nor add one, nor cut the newest.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from bot.database.conversations import moment
from bot.database.sealing import Codec, SealBrokenError, context
from bot.database.tables import history
from conversations.complaints.case import Case
from conversations.complaints.history_codes import SHOWS_TEXT
from conversations.complaints.references import CHAIN_START, SALT_BYTES, Entry, chain_link, text_digest
from conversations.effects import RecordHistory
from conversations.queries import (
    HISTORY_PAGE,
    Broken,
    HistoryEntry,
    HistoryFault,
    HistoryPage,
    HistoryRecord,
)

_INSERT = insert(history)
_OF_CASE = select(history).where(history.c.case_id == bindparam("case")).order_by(history.c.seq)
_PAGE = (
    select(history)
    .where(history.c.case_id == bindparam("case"))
    .order_by(history.c.seq.desc())
    .limit(bindparam("most"))
    .offset(bindparam("first"))
)
_ERASE = update(history).where(history.c.case_id == bindparam("case")).values(text=None, salt=None)


_RELINK = (
    update(history)
    .where(history.c.case_id == bindparam("case"), history.c.seq == bindparam("place"))
    .values(who=bindparam("role"), link=bindparam("new"))
)
# Who acted, where the account was erased: `citizen` instead of `citizen:42`.
CITIZEN = "citizen"


class HistoryBrokenError(SealBrokenError):
    """A case's stored history does not end where its sealed state says: one of them was changed."""


class Head(NamedTuple):
    """Where a history ends: its number of entries and the newest link, empty before the first entry."""

    entries: int = 0
    link: str = ""


def head_of(case: Case) -> Head:
    """Where the history ended when this state of the case was stored."""
    return Head(case.history_count, case.history_head)


def append(
    connection: Connection,
    codec: Codec,
    records: Sequence[RecordHistory],
    at: datetime,
    heads: Mapping[str, Head],
) -> dict[str, Head]:
    """Add entries in order, each linked to its case's last one. Returns the new head of each case.

    `heads` are the present ones of every case that the records name; the caller stores the new ones.
    """
    new: dict[str, Head] = {}
    rows = []
    for record in records:
        head = new.get(record.case) or heads[record.case]
        row = _entry(codec, record, at, head)
        new[record.case] = Head(head.entries + 1, str(row["link"]))
        rows.append(row)
    if rows:
        connection.execute(_INSERT, rows)
    return new


def _entry(codec: Codec, record: RecordHistory, at: datetime, head: Head) -> dict[str, object]:
    salt, seq = os.urandom(SALT_BYTES), head.entries + 1
    digest = text_digest(salt, record.text)
    text = record.text.encode("utf-8", "surrogatepass")
    entry = Entry(record.case, seq, record.who, at, record.what, digest)
    return {
        "case_id": record.case,
        "seq": seq,
        "at": moment(at),
        "who": record.who,
        "what": record.what,
        "text": codec.seal(text, _context(record.case, seq, "text")),
        "salt": codec.seal(salt, _context(record.case, seq, "salt")),
        "digest": digest,
        "link": chain_link(codec.chain_key, head.link or CHAIN_START, entry),
    }


def row_context(row: Row[Any], column: str) -> bytes:
    """What a column of a `select(history)` is sealed to."""
    return _context(row.case_id, row.seq, column)


def _context(case: str, seq: int, column: str) -> bytes:
    return context("history", case, seq, column)


def first_fault(connection: Connection, codec: Codec, case: str, head: Head) -> HistoryFault | None:
    """The first entry that does not fit its chain, its seal or its text; None if all do.

    `head` is where the case's sealed state says that the history ends. A history that was cut breaks at the
    first missing entry, one that was extended without the key at the first extra entry.
    """
    link, count = CHAIN_START, 0
    for count, row in enumerate(connection.execute(_OF_CASE, {"case": case}), start=1):
        link = _fitting_link(codec, link, row)
        if fault := _fault(codec, row, link, count, head):
            return HistoryFault(count, fault)
    if count < head.entries:
        return HistoryFault(count + 1, Broken.MISSING)
    return None if link == (head.link or CHAIN_START) else HistoryFault(max(count, 1), Broken.CHANGED)


def _fault(codec: Codec, row: Row[Any], link: str, count: int, head: Head) -> Broken | None:
    """What is wrong with the row at the place `count`, whose columns give `link`."""
    if count > head.entries:
        return Broken.ADDED
    if row.seq != count:
        return Broken.MISSING
    if row.link != link:
        return Broken.CHANGED
    return None if _text_fits(codec, row) else Broken.TEXT


def page(connection: Connection, codec: Codec, case: Case, number: int) -> HistoryPage:
    """A page of the history, counted from 0, the newest entry first; and whether all of it verifies."""
    head = head_of(case)
    last = max(0, head.entries - 1) // HISTORY_PAGE
    rows = {"case": case.id, "most": HISTORY_PAGE, "first": min(number, last) * HISTORY_PAGE}
    entries = tuple(_read(codec, row) for row in connection.execute(_PAGE, rows))
    fault = first_fault(connection, codec, case.id, head)
    return HistoryPage(case.id, entries, head.entries, min(number, last), fault)


def entries(connection: Connection, codec: Codec, case: str) -> tuple[HistoryEntry, ...]:
    """The whole history of a case, the oldest entry first."""
    return tuple(_read(codec, row) for row in connection.execute(_OF_CASE, {"case": case}))


def records(connection: Connection, codec: Codec, case: str) -> tuple[HistoryRecord, ...]:
    """The whole history of a case with its links and all texts, the oldest entry first."""
    return tuple(
        HistoryRecord(
            row.seq,
            str(row.at),
            str(row.who),
            str(row.what),
            _text(codec, row),
            str(row.digest),
            str(row.link),
        )
        for row in connection.execute(_OF_CASE, {"case": case})
    )


def _read(codec: Codec, row: Row[Any]) -> HistoryEntry:
    """An entry as far as it can be read: a row that was changed does not end the reading."""
    try:
        at = datetime.fromisoformat(row.at)
    except (TypeError, ValueError):
        at = None
    text = _text(codec, row) if row.what in SHOWS_TEXT else None
    return HistoryEntry(at, str(row.who), str(row.what), text or "")


def _text(codec: Codec, row: Row[Any]) -> str | None:
    """The text of an entry; None where it was erased or cannot be read."""
    try:
        sealed = row.text
        return sealed and codec.open(sealed, row_context(row, "text")).decode()
    except (SealBrokenError, UnicodeDecodeError):
        return None


def _fitting_link(codec: Codec, previous: str, row: Row[Any]) -> str:
    """The link that fits the row's columns; empty where they cannot be read."""
    try:
        when = datetime.fromisoformat(row.at)
        entry = Entry(row.case_id, row.seq, row.who, when, row.what, row.digest)
        return chain_link(codec.chain_key, previous, entry)
    except (TypeError, ValueError):
        return ""


def _text_fits(codec: Codec, row: Row[Any]) -> bool:
    if row.text is None and row.salt is None:
        return True
    try:
        salt = codec.open(row.salt, row_context(row, "salt"))
        text = codec.open(row.text, row_context(row, "text"))
    except SealBrokenError:
        return False
    digest: str = row.digest
    return text_digest(salt, text.decode("utf-8", "surrogatepass")) == digest


def erase(connection: Connection, case: str) -> None:
    """Erase the texts; who did what and when stays, and the chain stays verifiable."""
    connection.execute(_ERASE, {"case": case})


def without_account(connection: Connection, codec: Codec, case: str) -> tuple[Head, tuple[str, ...]]:
    """Replace the citizen's account by CITIZEN in every entry, and link the entries again with the key.

    Returns the new head, and the links before, oldest first: the receipt of the citizen has one of them.
    The texts must be erased before. Raises HistoryBrokenError for a history that does not verify.
    """
    rows = connection.execute(_OF_CASE, {"case": case}).all()
    previous, before = CHAIN_START, CHAIN_START
    for row in rows:
        before = _fitting_link(codec, before, row)
        if row.link != before:
            raise HistoryBrokenError("a broken history is not linked again")
        who = CITIZEN if row.who.startswith(f"{CITIZEN}:") else row.who
        when = datetime.fromisoformat(row.at)
        previous = chain_link(
            codec.chain_key, previous, Entry(case, row.seq, who, when, row.what, row.digest)
        )
        connection.execute(_RELINK, {"case": case, "place": row.seq, "role": who, "new": previous})
    return Head(len(rows), previous if rows else ""), tuple(row.link for row in rows)
