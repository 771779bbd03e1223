"""What an erasure would remove, in numbers for the operator."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select

from bot.database.erasure_files import files_of_case
from bot.database.erasure_traces import Traces
from bot.database.sealing import Codec
from bot.database.tables import case_words
from bot.database.tables import history as entries
from conversations.complaints.case import Case
from conversations.complaints.erasing import links_of

_WORDS = select(func.count()).select_from(case_words).where(case_words.c.case_id == bindparam("case"))
_TEXTS = (
    select(func.count())
    .select_from(entries)
    .where(entries.c.case_id == bindparam("case"), entries.c.text.is_not(None))
)


@dataclass(frozen=True, slots=True)
class Survey:
    """What an erasure would remove; each number is that of rows, of `texts` that of written contributions."""

    case: Case
    texts: int
    history: int
    words: int
    files: int
    bytes: int
    shared: int
    links: tuple[str, ...]
    traces: Traces


def survey(connection: Connection, codec: Codec, case: Case, traces: Traces) -> Survey:
    """What erasing the case would remove."""
    rows, shared = files_of_case(connection, codec, case)
    return Survey(
        case,
        texts=1 + len(case.supplements) + len(case.thread),
        history=connection.scalar(_TEXTS, {"case": case.id}) or 0,
        words=connection.scalar(_WORDS, {"case": case.id}) or 0,
        files=len(rows),
        bytes=sum(row.size for row in rows),
        shared=len(shared),
        links=links_of(case),
        traces=traces,
    )
