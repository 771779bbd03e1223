"""Whose complaints and drafts the store holds: an agency's id may not change or vanish under them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.database.quarantine import Damage, Stage
from bot.database.sealing import Codec, context
from conversations.agency import Agency
from conversations.references import registration_number

# An index covers the first; the second reads only conversations that wake, as every draft does.
CASES = "SELECT agency, count(*) FROM cases GROUP BY agency"
# Read only when the first finds an agency that the configuration lacks.
NUMBERS = "SELECT agency, year, serial, reference FROM cases"
DRAFTS = "SELECT chat, person, state FROM conversations WHERE wake_at IS NOT NULL"

ADVICE = "Put its [[agencies]] entry back: an id stays as it is once complaints bear it."

Query = Callable[[str], Iterable[Sequence[Any]]]


class AgencyMissingError(Exception):
    """The configuration lacks an agency whose complaints are in the store."""


@dataclass(frozen=True, slots=True)
class Bereft:
    """An agency that the configuration lacks, and how much belongs to it."""

    agency: str
    complaints: int
    drafts: int

    def __str__(self) -> str:
        held = f"{self.complaints} complaints and {self.drafts} drafts"
        return f"agencies: no entry has the id {self.agency!r}, but {held} belong to it"


def bereft(query: Query, codec: Codec | None, agencies: Iterable[Agency]) -> list[Bereft]:
    """The agencies that are missing; drafts are counted as far as there are keys to read them."""
    known = {agency.id for agency in agencies}
    complaints = Counter({str(agency): int(count) for agency, count in query(CASES)})
    if complaints.keys() - known:
        complaints = Counter(_numbered(query))
    drafts = Counter(_chosen(query, codec) if codec else ())
    missing = sorted({*complaints, *drafts} - known)
    return [Bereft(agency, complaints[agency], drafts[agency]) for agency in missing]


def require_all(query: Query, codec: Codec, agencies: Iterable[Agency]) -> None:
    """Raise AgencyMissingError, which names every missing id."""
    if missing := bereft(query, codec, agencies):
        raise AgencyMissingError(f"{'; '.join(map(str, missing))}. {ADVICE}")


def _numbered(query: Query) -> Iterable[str]:
    """The agency of each complaint that bears its number: one damaged column must not stop the start."""
    for agency, year, serial, reference in query(NUMBERS):
        fits = isinstance(agency, str) and isinstance(year, int) and isinstance(serial, int)
        if fits and reference == registration_number(agency, year, serial):
            yield agency


def _chosen(query: Query, codec: Codec) -> Iterable[str]:
    """The agency of each draft that has one already."""
    for chat, person, state in query(DRAFTS):
        # One that does not open belongs to nobody here: whoever writes there next is told by the turn.
        if agency := Damage().open(
            Stage.CONVERSATION, (chat, person), state, partial(_agency, codec, chat, person, state)
        ):
            yield agency


def _agency(codec: Codec, chat: object, person: object, state: bytes) -> str:
    conversation = json.loads(codec.open(state, context("conversations", chat, person)))
    return str((conversation["draft"] or {}).get("agency", ""))
