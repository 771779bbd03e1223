"""What a document of a case is made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conversations import casefile
from conversations.complaints.agency import Agency
from conversations.complaints.case import Case
from conversations.complaints.complaint import Part
from conversations.complaints.deadlines import IsWorkingDay
from conversations.complaints.rules import Rules
from conversations.queries import HistoryEntry

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Sources:
    """The case as it is when its document is made."""

    case: Case
    # The rules of the service today.
    rules: Rules
    # The history, oldest entry first.
    history: Sequence[HistoryEntry]
    # The SHA-256 of each stored file, in hex, by its key; empty for a file that was lost.
    digests: Mapping[str, str]
    # Which document of its kind: the number of the response, the place of the instruction.
    detail: str = ""
    # The working days of the agency; Monday to Friday where no calendar is given.
    works: IsWorkingDay = lambda day: day.weekday() < SATURDAY
    # The names of the officers in the history, by id.
    names: Mapping[int, str] = field(default_factory=dict)

    @property
    def agency(self) -> Agency:
        """The agency that handles the case."""
        return casefile.agency_of(self.case, self.rules)

    def listed(self, parts: Iterable[Part]) -> list[dict[str, Any]]:
        """Files and places as a document lists them, with the digests of the files."""
        return [
            {
                "kind": part.kind,
                "name": part.name,
                "text": part.text if part.kind == "location" else "",
                "digest": self.digests.get(part.file, ""),
            }
            for part in parts
            if part.kind != "text"
        ]


def is_limited(case: Case) -> bool:
    """Whether a document that officers see has number, service, dates and statuses of the case only."""
    return case.complaint.confidential or case.restricted
