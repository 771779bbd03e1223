"""The complaint letter (surat pengaduan) and the receipt (tanda terima)."""

from __future__ import annotations

from typing import Any

from conversations import casefile
from conversations.complaints.complaint import Complaint, Part
from conversations.complaints.completion import pages
from conversations.complaints.entry import NO_ACCOUNT
from conversations.complaints.signatures import CHECK_DIGITS, filing_account
from conversations.documents.sources import Sources
from conversations.messages import Params

# The messenger whose chats a link opens by the number of the service.
WHATSAPP = "WhatsApp"
# Answers about another person than the complainant: a letter has them with the matter.
_OF_THE_REPORTED = frozenset({"reported_person", "reported_handles"})


def letter(sources: Sources) -> Params:
    """The complaint as it was signed, addressed to the agency it was filed with, with what completed it.

    Source: the agencies' service standard, Persyaratan 1 a-d.
    """
    case, complaint = sources.case, sources.case.complaint
    addressed = casefile.addressed_to(case, sources.rules)
    personal = casefile.fields(case, sources.rules, personal=True, letter=True)
    matter = casefile.fields(case, sources.rules, personal=False, letter=True)
    return {
        "reference": case.reference,
        "agency": addressed.full_name,
        "address": addressed.contact.address,
        "person": [row for row in personal if row["field"] not in _OF_THE_REPORTED],
        "matter": [*(row for row in personal if row["field"] in _OF_THE_REPORTED), *matter],
        "evidence": sources.listed(complaint.evidence),
        "pages": sources.listed(complaint.pages),
        "later": _later(sources),
        "confidential": complaint.confidential,
        "lacks_attorney": casefile.lacks_attorney(case),
        "place": complaint.place,
        "signed_at": complaint.signed_at.isoformat(),
        "signature": _signature(sources, complaint),
        "completions": _completions(sources),
    }


def _later(sources: Sources) -> list[dict[str, Any]]:
    """What came after the complaint was signed: files, places, and the pages of a power of attorney."""
    case = sources.case
    signed = len(case.complaint.evidence)
    completed = (page for given in case.supplements for page in pages(given))
    return [
        *({**row, "page": False} for row in sources.listed(casefile.evidence(case)[signed:])),
        *({**row, "page": True} for row in sources.listed((*case.power_of_attorney, *completed))),
    ]


def _signature(sources: Sources, complaint: Complaint) -> dict[str, Any]:
    case = sources.case
    return {
        "name": complaint.signature,
        "photo": _photo(sources, complaint.signature_file),
        "oral": complaint.oral,
        "account": filing_account(case),
        "messenger": case.messenger,
        "recorded_by": case.recorded_by.name if case.recorded_by else "",
        "digest": complaint.signature_digest,
    }


def _photo(sources: Sources, photo: Part | None) -> str | None:
    """The digest of the photo of a signature, empty where it is not stored; None without a photo."""
    return sources.digests.get(photo.file, "") if photo else None


def _completions(sources: Sources) -> list[dict[str, Any]]:
    """What completed the complaint: when and of what, with the signature where one was needed."""
    return [
        {
            "items": list(given.items),
            "at": given.at.isoformat(),
            "by": given.by,
            "place": given.place,
            "name": given.signature,
            "photo": _photo(sources, given.signature_file),
            "digest": given.digest,
        }
        for given in sources.case.supplements
    ]


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
        "confidential": complaint.confidential,
        "by_code": case.filed_by == NO_ACCOUNT,
        "messenger": WHATSAPP if opens_whatsapp(sources) else case.messenger,
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
    """The address that opens the case in the chat with the service; empty while that has no name.

    It is on the messenger of the citizen. Who has no account there may well have WhatsApp.
    """
    rules, reference = sources.rules, sources.case.reference
    if opens_whatsapp(sources):
        return f"https://wa.me/{rules.whatsapp_number}?text={reference}"
    return f"https://t.me/{rules.bot_username}?start={reference}" if rules.bot_username else ""


def opens_whatsapp(sources: Sources) -> bool:
    """Whether the link opens WhatsApp."""
    case = sources.case
    theirs = case.filed_by == NO_ACCOUNT or casefile.other_messenger(case) == WHATSAPP
    return theirs and bool(sources.rules.whatsapp_number)
