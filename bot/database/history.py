"""The history of each case: append-only, chained, verifiable after its texts are erased (law 9)."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from bot.database.conversations import moment
from bot.database.sealing import Codec, SealBrokenError, context
from bot.database.tables import history
from conversations.effects import RecordHistory
from conversations.references import CHAIN_START, SALT_BYTES, chain_link, text_digest

_LAST = (
    select(history.c.case_id, func.max(history.c.seq).label("seq"))
    .where(history.c.case_id.in_(bindparam("some", expanding=True)))
    .group_by(history.c.case_id)
    .subquery()
)
_HEADS = select(history.c.case_id, history.c.seq, history.c.link).join(
    _LAST, (history.c.case_id == _LAST.c.case_id) & (history.c.seq == _LAST.c.seq)
)
_INSERT = insert(history)
_OF_CASE = select(history).where(history.c.case_id == bindparam("case")).order_by(history.c.seq)
_ERASE = update(history).where(history.c.case_id == bindparam("case")).values(text=None, salt=None)


def append(
    connection: Connection, codec: Codec, records: Sequence[RecordHistory], at: datetime
) -> Mapping[str, str]:
    """Add entries in order, each linked to its case's last one. Returns the new head of each case."""
    if not records:
        return {}
    some = sorted({record.case for record in records})
    heads = {row.case_id: (row.seq, row.link) for row in connection.execute(_HEADS, {"some": some})}
    rows = []
    for record in records:
        seq, link = heads.get(record.case, (0, CHAIN_START))
        row = _entry(codec, record, at, seq + 1, link)
        heads[record.case] = (seq + 1, str(row["link"]))
        rows.append(row)
    connection.execute(_INSERT, rows)
    return {case: link for case, (_, link) in heads.items()}


def _entry(codec: Codec, record: RecordHistory, at: datetime, seq: int, previous: str) -> dict[str, object]:
    salt = os.urandom(SALT_BYTES)
    digest = text_digest(salt, record.text)
    text = record.text.encode("utf-8", "surrogatepass")
    return {
        "case_id": record.case,
        "seq": seq,
        "at": moment(at),
        "who": record.who,
        "what": record.what,
        "text": codec.seal(text, context("history", record.case, seq, "text")),
        "salt": codec.seal(salt, context("history", record.case, seq, "salt")),
        "digest": digest,
        "link": chain_link(previous, record.who, at, record.what, digest),
    }


def first_broken(connection: Connection, codec: Codec, case: str) -> int | None:
    """The number of the first entry that does not fit its chain, its seal or its text; None if all do."""
    link = CHAIN_START
    for expected, row in enumerate(connection.execute(_OF_CASE, {"case": case}), start=1):
        link = chain_link(link, row.who, datetime.fromisoformat(row.at), row.what, row.digest)
        if row.seq != expected or row.link != link or not _text_fits(codec, row):
            return expected
    return None


def _text_fits(codec: Codec, row: Row[tuple[object, ...]]) -> bool:
    if row.text is None and row.salt is None:
        return True
    try:
        salt = codec.open(row.salt, context("history", row.case_id, row.seq, "salt"))
        text = codec.open(row.text, context("history", row.case_id, row.seq, "text"))
    except (SealBrokenError, TypeError):
        return False
    digest: str = row.digest
    return text_digest(salt, text.decode("utf-8", "surrogatepass")) == digest


def erase(connection: Connection, case: str) -> None:
    """Erase what was said; who did what and when stays, and the chain holds."""
    connection.execute(_ERASE, {"case": case})
