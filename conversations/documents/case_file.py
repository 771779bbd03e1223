"""What the case file holds: the files of a case by folder, its history, and the summary on its first page.

Citizens get what they may read anyway: no notes and instructions, no recalled messages, no acts of officers
for each other, and no accounts. The archive gets everything (`internal`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from conversations import casefile
from conversations.complaints.case import CITIZENS, INTERNAL, Case, Contribution, Purpose
from conversations.complaints.completion import pages
from conversations.complaints.life_cycle import CaseEvent
from conversations.complaints.part import Part
from conversations.documents import closing
from conversations.documents.sources import Sources
from conversations.messages import DocumentKind, Params
from conversations.queries import HistoryRecord


class Folder(StrEnum):
    """A folder of the case file; its name is the block `folder_<value>` of words.html."""

    EVIDENCE = "evidence"
    ADDED = "added"
    SIGNATURE = "signature"
    ATTORNEY = "attorney"
    RESPONSES = "responses"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of the case, and the folder that it goes into."""

    folder: Folder
    part: Part


# The acts that a citizen reads as they are; the others are "internal".
REPORTED: frozenset[str] = (
    frozenset({*CaseEvent, *Purpose, "taken", "stars", "completion_reminder", "file_stored", "file_lost"})
    - INTERNAL
    - {CaseEvent.RESPONSE_DRAFTED, CaseEvent.DRAFT_WITHDRAWN, CaseEvent.APPROVED, CaseEvent.RETURNED}
    - {CaseEvent.REPORTED, CaseEvent.TAKEN_BACK}
)
OTHER = "internal"
_CITIZEN = "citizen:"


def attached(case: Case, *, internal: bool) -> list[Attached]:
    """The files of the case, each once, in the order of their folders."""
    found: dict[str, Attached] = {}
    for folder, parts in _parts(case, internal=internal):
        for part in parts:
            if part.file:
                found.setdefault(part.file, Attached(folder, part))
    order = list(Folder)
    return sorted(found.values(), key=lambda each: order.index(each.folder))


def _parts(case: Case, *, internal: bool) -> Iterator[tuple[Folder, Iterable[Part]]]:
    complaint, signature = case.complaint, case.complaint.signature_file
    yield Folder.EVIDENCE, complaint.evidence
    yield Folder.SIGNATURE, (signature,) if signature else ()
    yield Folder.ATTORNEY, (*complaint.pages, *case.power_of_attorney)
    for supplement in case.supplements:
        yield Folder.ATTORNEY, pages(supplement)
        yield Folder.SIGNATURE, (supplement.signature_file,) if supplement.signature_file else ()
        yield Folder.ADDED, supplement.story
    for entry in case.thread:
        if internal or _is_told(entry):
            yield _folder(entry), entry.parts


def _folder(entry: Contribution) -> Folder:
    if entry.purpose in CITIZENS:
        return Folder.ADDED
    return Folder.RESPONSES if _is_told(entry) else Folder.INTERNAL


def _is_told(entry: Contribution) -> bool:
    return entry.purpose not in INTERNAL and entry.recall is None


def letters(case: Case, *, internal: bool) -> Iterator[tuple[DocumentKind, str]]:
    """The documents of the case, each with its detail, in their order.

    Slips and the closing record are the officers': they name who did what for whom.
    """
    yield DocumentKind.COMPLAINT, ""
    yield DocumentKind.RECEIPT, ""
    for number, response in enumerate(case.responses, 1):
        if internal or response.recall is None:
            yield DocumentKind.RESPONSE, str(number)
    if internal:
        for place, entry in enumerate(case.thread, 1):
            if entry.purpose is Purpose.INSTRUCTION:
                yield DocumentKind.SLIP, str(place)
        if closing.is_over(case):
            yield DocumentKind.CLOSING, ""


def summary(sources: Sources, *, internal: bool) -> Params:
    """The first page: to whom the complaint was made, when, under which number, and what happened since."""
    case, agency = sources.case, sources.agency
    responses = [entry.at for entry in case.responses if entry.recall is None]
    return {
        "reference": case.reference,
        "agency": agency.full_name,
        "address": agency.contact.address,
        "phones": list(agency.contact.phones),
        "name": case.complaint.name,
        "represented": case.complaint.represented_name or "",
        "service": casefile.service_name(case, sources.rules),
        "received_at": case.received_at.isoformat(),
        "due": case.due_on.isoformat() if case.open and not case.request else "",
        "status": case.status.value,
        "responded_at": responses[-1].isoformat() if responses else "",
        "tracking": case.tracking,
        "timeline": [
            {"status": step.status.value, "at": step.at.isoformat(), "by": step.by, "division": step.division}
            for step in case.timeline
        ],
        "thread": casefile.thread(case, notes=internal),
        "until": max(
            (entry.at for entry in sources.history if entry.at), default=case.received_at
        ).isoformat(),
        "head": case.history_head,
    }


def history(case: Case, records: Iterable[HistoryRecord], *, internal: bool) -> dict[str, Any]:
    """The history and what both sides have written, as JSON.

    Each entry has its link, an HMAC that the agency can verify with its keys (`aduan verify`).
    """
    told = casefile.thread(case, notes=internal)
    return {
        "reference": case.reference,
        "signature_digest": case.complaint.signature_digest,
        "entries": [_entry(record, internal=internal) for record in records],
        "count": case.history_count,
        "head": case.history_head,
        "messages": [{name: value for name, value in entry.items() if value} for entry in told],
    }


def _entry(record: HistoryRecord, *, internal: bool) -> dict[str, Any]:
    linked = {"number": record.number, "at": record.at, "digest": record.digest, "link": record.link}
    if internal:
        return {**linked, "who": record.who, "what": record.what, "text": record.text}
    own = record.who.startswith(_CITIZEN)
    what = record.what if record.what in REPORTED else OTHER
    # What officers wrote to the citizen is in the messages, without what was recalled.
    return {
        **linked,
        "who": record.who.partition(":")[0],
        "what": what,
        **({"text": record.text} if own else {}),
    }


def whole(case: Case) -> dict[str, Any]:
    """The stored case as JSON, for the archive; without what lets somebody open it."""
    return case.model_dump(mode="json", exclude={"access_hash", "grants"})
