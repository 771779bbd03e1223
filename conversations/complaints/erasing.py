"""What is left of a case after an erasure: the line of the register, without the person. Pure.

1. Only a complaint that has ended is erased (ENDED): an open one has a clock, and somebody waits for it.
2. Left are: number, agency, service, channel, kind of the loss, the days and times, the status, the steps of
   the procedure with the officers' names, what kinds of messages were written and when, stars, due dates. The
   reports count the same figures afterwards.
3. Erased are: every text that a person has written, every answer, every file, the account, the access code,
   numbers in other registers, and who of the officers said that they are meant.
4. A follow-up plan keeps its day and who has carried it out, and loses its text; an open one ends.

Source: UU 27/2022 art. 43 and 44 (erasure and destruction), art. 45 (the person is informed).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conversations.complaints.case import Case, Contribution, changed
from conversations.complaints.complaint import Complaint, Part
from conversations.complaints.completion import pages
from conversations.complaints.erasure import Erasure
from conversations.complaints.follow_up import Plan
from conversations.complaints.life_cycle import OPEN, Status

# The statuses in which a case may be erased: no one waits for an answer.
ENDED: frozenset[Status] = frozenset(Status) - OPEN - {Status.DRAFT, Status.RESPONDED}

# The fields of the complaint that say nothing about the person.
_KEPT = frozenset({
    "agency", "on_behalf", "channel", "received_on", "service", "loss_kind", "confidential", "oral",
    "represents", "signed_at", "notice_version", "notice_accepted_at",
})  # fmt: skip
# Compulsory fields, which have no default.
_BLANK: Mapping[str, Any] = {"story": (), "resolution": "", "name": "", "address": ""}
# Everything else that is removed, with what replaces it.
_EMPTIED: Mapping[str, Any] = {
    "access_hash": "",
    "sources": {},
    "superseded": (),
    "filed_by": 0,
    "former_accounts": (),
    "untold": (),
    "power_of_attorney": (),
    "pending": None,
    "returned": None,
    "unshown": (),
    "waiting": (),
    "grants": {},
    "prompted": {},
    "request": None,
    "supplements": (),
    "meant": (),
    "not_meant": (),
    "tracking": "",
    "data_requests": (),
    "block": None,
}


def without_person(case: Case, erasure: Erasure, service: str) -> Case:
    """The case without the person. `service` is a listed one, or empty for one in the citizen's words."""
    return changed(
        case,
        complaint=_without_answers(case.complaint, service),
        thread=tuple(_without_words(entry) for entry in case.thread),
        plan=case.plan and _without_text(case.plan),
        erased=erasure,
        **_EMPTIED,
    )


def _without_answers(complaint: Complaint, service: str) -> Complaint:
    fields = Complaint.model_fields
    emptied = {name: field.get_default(call_default_factory=True) for name, field in fields.items()}
    left = {name: value for name, value in emptied.items() if name not in _KEPT}
    return complaint.model_copy(update={**left, **_BLANK, "service": service})


def _without_words(entry: Contribution) -> Contribution:
    return entry.model_copy(update={"parts": ()})


def _without_text(plan: Plan) -> Plan:
    return plan.model_copy(update={"text": "", "due_on": None if plan.is_open else plan.due_on})


def files_of(case: Case) -> tuple[str, ...]:
    """The keys of all files that the case names, each once."""
    drafts = (draft for draft in (case.pending, case.returned) if draft)
    written = (part for entry in case.thread for part in entry.parts)
    drafted = (part for draft in drafts for part in draft.contribution.parts)
    completed = (part for given in case.supplements for part in (*given.story, *pages(given)))
    signed = (case.complaint.signature_file, *(given.signature_file for given in case.supplements))
    filed = (*case.complaint.story, *case.complaint.pages, *case.power_of_attorney)
    parts: tuple[Part | None, ...] = (*filed, *signed, *completed, *written, *drafted)
    passed_on = (file for told in case.untold for file in told.files)
    named = (*(part.file for part in parts if part and part.file), *passed_on)
    return tuple(dict.fromkeys(named))


def links_of(case: Case) -> tuple[str, ...]:
    """The numbers of the cases that belong to it: redirected from or to, and the original of a duplicate."""
    links = (case.redirected_from, case.redirected_to, case.duplicate_of)
    return tuple(link.reference for link in links if link)
