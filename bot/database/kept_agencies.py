"""Which agencies the stored complaints and drafts belong to: each needs its entry in the configuration."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, select

from bot.database.cases import load_cases
from bot.database.quarantine import Damage, Stage
from bot.database.sealing import Codec, context
from bot.database.tables import cases
from conversations.complaints.agency import Agency

# An index covers the first; the second reads only conversations that wake, as every draft does.
CASES = "SELECT agency, count(*) FROM cases GROUP BY agency"
DRAFTS = "SELECT chat, person, state FROM conversations WHERE wake_at IS NOT NULL"

ADVICE = "Put its [[agencies]] entry back: do not change an id once complaints use it."

SOME = 20
_SOME_OF = select(cases.c.id).where(cases.c.agency == bindparam("of")).limit(SOME)

Query = Callable[[str], Iterable[Sequence[Any]]]


class AgencyMissingError(Exception):
    """The configuration lacks an agency whose complaints are in the store."""


@dataclass(frozen=True, slots=True)
class OrphanedAgency:
    """An agency that the configuration lacks, and how much belongs to it."""

    agency: str
    complaints: int
    drafts: int

    def __str__(self) -> str:
        held = f"{self.complaints} complaints and {self.drafts} drafts"
        return f"agencies: no entry has the id {self.agency!r}, but {held} belong to it"


def orphaned_agencies(query: Query, codec: Codec | None, agencies: Iterable[Agency]) -> list[OrphanedAgency]:
    """The agencies that are missing; drafts are counted only with a codec."""
    known = {agency.id for agency in agencies}
    complaints = Counter({str(agency): int(count) for agency, count in query(CASES)})
    drafts = Counter(_chosen(query, codec) if codec else ())
    missing = sorted({*complaints, *drafts} - known)
    return [OrphanedAgency(agency, complaints[agency], drafts[agency]) for agency in missing]


def require_all(connection: Connection, codec: Codec, agencies: Iterable[Agency]) -> None:
    """Raise AgencyMissingError, which names every missing id.

    An id that only a damaged column holds does not count: the sealed state holds the complaint's agency.
    """
    found = orphaned_agencies(connection.exec_driver_sql, codec, agencies)
    if missing := [one for one in found if one.drafts or _is_used(connection, codec, one.agency)]:
        raise AgencyMissingError(f"{'; '.join(map(str, missing))}. {ADVICE}")


def _is_used(connection: Connection, codec: Codec, agency: str) -> bool:
    some = connection.execute(_SOME_OF, {"of": agency}).scalars().all()
    found = load_cases(connection, codec, some, damage=Damage())
    return any(case.agency == agency for case in found.values())


def _chosen(query: Query, codec: Codec) -> Iterable[str]:
    """The agency of each draft that has chosen one."""
    for chat, person, state in query(DRAFTS):
        # A draft that does not open is skipped: its person is informed at their next message.
        yield from (
            Damage().open(
                Stage.CONVERSATION, (chat, person), state, partial(_agencies, codec, chat, person, state)
            )
            or ()
        )


def _agencies(codec: Codec, chat: object, person: object, state: bytes) -> list[str]:
    conversation = json.loads(codec.open(state, context("conversations", chat, person)))
    drafts = [
        conversation["draft"] or {},
        *conversation.get("set_aside", ()),
        *conversation.get("completing", ()),
    ]
    return [str(draft["agency"]) for draft in drafts if draft.get("agency")]
