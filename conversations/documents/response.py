"""The response letter (surat tanggapan): one for each final response, and for each correction."""

from __future__ import annotations

from typing import Any

from conversations import casefile
from conversations.complaints.case import RESPONSES, Case, Contribution, Purpose
from conversations.documents.sources import Sources
from conversations.messages import Params


def response(sources: Sources) -> Params:
    """The response as it was sent to the complainant; `detail` is its number, counted from 1.

    Source: the agencies' service standard, procedure e ("Penyampaian tanggapan kepada pengguna layanan"), and
    "Biaya / Tarif".
    """
    case, agency = sources.case, sources.agency
    number = int(sources.detail)
    given = case.responses[number - 1]
    answers = case.answers
    recall = given.recall
    return {
        "reference": case.reference,
        "agency": agency.full_name,
        "phones": list(agency.contact.phones),
        "number": number,
        "at": given.at.isoformat(),
        "correction": given.purpose is Purpose.CORRECTION,
        "replaces": _replaced(case, number),
        "objected": _objected(case, given),
        "recalled": recall.at.isoformat() if recall else "",
        "confidential": case.complaint.confidential,
        "name": answers["name"],
        "complainant_address": answers["address"],
        "represented": answers["represented_name"] or "",
        "service": casefile.service_name(case, sources.rules),
        "received_at": case.received_at.isoformat(),
        "text": "" if recall else given.text,
        "enclosed": [] if recall else sources.listed(given.parts),
        "signed": signed(case, given),
        "approved_by": given.approved_by,
        "days": sources.rules.limits.objection_days,
        "until": _until(case, number),
        "told": case.recorded_by is not None,
    }


def signed(case: Case, given: Contribution) -> dict[str, Any]:
    """The officer in whose name it was sent. A response of an earlier version does not have the position."""
    known = [one for one in (case.officer, case.verified_by) if one and one.name == given.by]
    position = given.position or (known[0].position if known else "")
    nip = given.nip or (known[0].nip if known else "")
    return {"name": given.by, "position": position, "nip": nip}


def standing(case: Case) -> tuple[int, ...]:
    """The numbers of the responses that were not recalled, the newest first."""
    numbers = (number for number, given in enumerate(case.responses, 1) if not given.recall)
    return tuple(sorted(numbers, reverse=True))


def _replaced(case: Case, number: int) -> str:
    """When the response was sent that this correction replaces; empty where this is no correction."""
    if case.responses[number - 1].purpose is not Purpose.CORRECTION:
        return ""
    earlier = [given for given in case.responses[: number - 1] if not given.recall]
    return earlier[-1].at.isoformat() if earlier else ""


def _objected(case: Case, given: Contribution) -> str:
    """When the complainant objected to the response before this one; empty without an objection."""
    before = case.thread[: case.thread.index(given)]
    settling = [entry for entry in before if entry.purpose in {Purpose.OBJECTION, *RESPONSES}]
    objected = settling and settling[-1].purpose is Purpose.OBJECTION
    return settling[-1].at.isoformat() if objected else ""


def _until(case: Case, number: int) -> str:
    """The last day for an objection; empty while it is not known, and for an earlier response."""
    newest = number == len(case.responses)
    return case.objection_until.isoformat() if newest and case.objection_until else ""
