"""The complaint letter (surat pengaduan) and the receipt (tanda terima)."""

from __future__ import annotations

from typing import Any

from conversations import casefile
from conversations.complaints.complaint import Complaint
from conversations.complaints.signatures import CHECK_DIGITS
from conversations.documents.sources import Sources
from conversations.messages import Params


def letter(sources: Sources) -> Params:
    """The complaint as it was signed, addressed to the agency it was filed with, with what completed it.

    Source: the agencies' service standard, Persyaratan 1 a-d.
    """
    case, complaint = sources.case, sources.case.complaint
    addressed = casefile.addressed_to(case, sources.rules)
    return {
        "reference": case.reference,
        "agency": addressed.full_name,
        "address": addressed.contact.address,
        "person": casefile.fields(case, sources.rules, personal=True, letter=True),
        "matter": casefile.fields(case, sources.rules, personal=False, letter=True),
        "evidence": sources.listed(casefile.evidence(case)),
        "pages": sources.listed((*complaint.pages, *case.power_of_attorney)),
        "confidential": complaint.confidential,
        "lacks_attorney": casefile.lacks_attorney(case),
        "place": complaint.place,
        "signed_at": complaint.signed_at.isoformat(),
        "signature": _signature(sources, complaint),
    }


def _signature(sources: Sources, complaint: Complaint) -> dict[str, Any]:
    case, photo = sources.case, complaint.signature_file
    return {
        "name": complaint.signature,
        "photo": sources.digests.get(photo.file, "") if photo else None,
        "oral": complaint.oral,
        "account": case.filed_by,
        "recorded_by": case.recorded_by.name if case.recorded_by else "",
        "digest": complaint.signature_digest,
    }


def receipt(sources: Sources) -> Params:
    """The receipt of the complaint, with the officer's name once it is verified.

    Source: the agencies' service standard, and UU 25/2009 art. 44 on the receipt.
    """
    case, complaint, agency = sources.case, sources.case.complaint, sources.agency
    verifier = case.verified_by
    return {
        "reference": case.reference,
        "agency": agency.full_name,
        "address": agency.contact.address,
        "phones": list(agency.contact.phones),
        "name": complaint.name,
        "complainant_address": complaint.address,
        "represented": complaint.represented_name or "",
        "service": casefile.service_name(case, sources.rules),
        "place": complaint.place,
        "received_at": case.received_at.isoformat(),
        "due": case.due_on.isoformat() if case.open and not case.request else "",
        "status": case.status.value,
        "evidence": casefile.counted(casefile.evidence(case)),
        "verifier": {"name": verifier.name, "position": verifier.position, "nip": verifier.nip}
        if verifier
        else None,
        "digest": complaint.signature_digest,
        "check": complaint.signature_digest[:CHECK_DIGITS],
        "head": case.history_head,
        "link": deep_link(sources),
    }


def deep_link(sources: Sources) -> str:
    """The address that opens the case in the bot's chat, for its account; empty while the bot has no name."""
    if not sources.rules.bot_username:
        return ""
    return f"https://t.me/{sources.rules.bot_username}?start={sources.case.reference}"
