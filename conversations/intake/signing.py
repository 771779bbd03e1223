"""Place and signature, one screen; "Kirim" makes the case. The signature is uncertified.

Source: PP 71/2019 art. 60 (uncertified electronic signature), bound to account, time and a digest.
"""

from __future__ import annotations

from typing import Any

from conversations.complaints import draft as drafts
from conversations.complaints import draft_path
from conversations.complaints.agency import Agency
from conversations.complaints.case import Case, Officer, transition
from conversations.complaints.complaint import Complaint, path
from conversations.complaints.deadlines import due_date
from conversations.complaints.draft import Draft
from conversations.complaints.entry import NO_ACCOUNT, received_at
from conversations.complaints.life_cycle import CaseEvent, Role, Status
from conversations.complaints.references import registration_number
from conversations.complaints.rules import Rules
from conversations.complaints.signatures import complaint_digest
from conversations.conversation import Conversation
from conversations.intake.questions import agency_of, place_of
from conversations.messages import Button, OutgoingMessage
from conversations.screens import offer
from conversations.world import World

HANDLES = frozenset({"yes", "unsure"})


def signing(world: World, conversation: Conversation, draft: Draft) -> OutgoingMessage:
    """The declaration with the place; "Kirim" appears once it is declared and signed."""
    agency = agency_of(draft, world.rules)
    params: dict[str, Any] = {
        **draft_path.step_of(draft, draft_path.SIGNING),
        "place": place_of(draft),
        "day": world.today.isoformat(),
        "agency": agency.full_name,
        "photo": bool(draft.answers.get("signature_file")),
        "restricted": _goes_restricted(draft, agency),
    }
    if drafts.is_on_behalf(draft):
        params |= {"oral": bool(draft.answers.get("oral")), "officer": recorder(conversation).name}
        return OutgoingMessage("intake.signing_on_behalf", params, _signing_buttons(conversation, draft))
    params |= {"declared": draft.declared, "signature": str(draft.answers.get("signature", ""))}
    return OutgoingMessage("intake.signing", params, _signing_buttons(conversation, draft))


def _signing_buttons(conversation: Conversation, draft: Draft) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = []
    if drafts.is_on_behalf(draft):
        rows.append((offer(conversation, "told_orally", "told_orally"),))
    elif not draft.declared:
        rows.append((offer(conversation, "declare", "declare", style="primary"),))
    if may_be_sent(draft):
        rows.append((offer(conversation, "send", "file", style="success"),))
    rows.append(
        (offer(conversation, "change_place", "place"), offer(conversation, "change_name", "change", "name"))
    )
    rows.append((offer(conversation, "back", "back"), offer(conversation, "cancel", "cancel")))
    return tuple(rows)


def is_signed(draft: Draft) -> bool:
    """Whether the name was typed once more, a handwritten signature photographed, or it was made orally."""
    return any(draft.answers.get(name) for name in ("signature", "signature_file", "oral"))


def may_be_sent(draft: Draft) -> bool:
    """Whether it is signed and declared true; an officer who enters it declares nothing."""
    return is_signed(draft) and (draft.declared or drafts.is_on_behalf(draft))


def recorder(conversation: Conversation) -> Officer:
    """The officer who enters a complaint for a citizen, as the profile of the private conversation says."""
    profile = conversation.profile
    if profile is None:
        return Officer(id=conversation.person, name=conversation.name)
    return Officer(id=conversation.person, name=profile.name, position=profile.position, nip=profile.nip)


def reported_handler(draft: Draft) -> bool:
    """Whether the reported person may be one who would read the complaint."""
    return draft.answers.get("reported_handles") in HANDLES and "reported_person" in draft.answers


def _goes_restricted(draft: Draft, agency: Agency) -> bool:
    secret = is_confidential(draft) and agency.readers == "restricted"
    return (reported_handler(draft) or secret) and bool(agency.restricted_chat_id)


def is_confidential(draft: Draft) -> bool:
    """Whether the citizen asked for confidentiality ("Rahasiakan")."""
    return bool(draft.answers.get("confidential"))


def bodies(rules: Rules) -> list[dict[str, str]]:
    """Other bodies that take a complaint about the complaint officers."""
    return [body.model_dump() for body in rules.oversight]


def new_case(world: World, conversation: Conversation, draft: Draft, code: str) -> Case:
    """The case of a signed draft: number, hashed code, due date, and the chat that may read it.

    One that an officer enters belongs to no account, and its clock starts on the day of receipt.
    """
    agency = agency_of(draft, world.rules)
    year = world.now.year
    reference = registration_number(agency.prefix, year, world.next_serial(agency.id, year))
    restricted = _goes_restricted(draft, agency)
    chat = agency.restricted_chat_id if restricted and agency.restricted_chat_id else agency.staff_chat_id
    complaint = signed_complaint(world, conversation, draft)
    at = received_at(complaint.received_on, world.now) if complaint.received_on else world.now
    officer = recorder(conversation) if complaint.on_behalf else None
    case = Case(
        id=draft.id,
        agency=agency.id,
        reference=reference,
        access_hash=world.providers.hash_code(code, reference),
        status=Status.DRAFT,
        version=0,
        complaint=complaint,
        sources=draft.sources,
        superseded=draft.superseded,
        filed_by=NO_ACCOUNT if officer else conversation.person,
        recorded_by=officer,
        language="id" if officer else conversation.language,
        messenger=world.capabilities(conversation.chat).messenger,
        chat=chat,
        restricted=restricted,
        received_at=at,
        due_on=due_date(
            at.date(),
            agency.clock.days,
            agency.clock.unit,
            lambda day: world.providers.is_working_day(agency.id, day),
        ),
    )
    if officer:
        return transition(case, CaseEvent.RECORDED, Role.OFFICER, at, officer.name)
    return transition(case, CaseEvent.SUBMITTED, Role.CITIZEN, at)


def signed_complaint(world: World, conversation: Conversation, draft: Draft) -> Complaint:
    """The complaint with only the answers on its path, and the digest that the signature covers."""
    switches = {"on_behalf", "represents", "confidential", "signature", "signature_file", "oral"}
    asked = {*path(draft.answers), *switches} - {"story"}
    answers = {name: value for name, value in draft.answers.items() if name in asked}
    if draft.notice is None and not drafts.is_on_behalf(draft):
        message = "a draft cannot be filed before its privacy notice was accepted"
        raise ValueError(message)
    complaint = Complaint(
        **answers,
        agency=draft.agency,
        story=draft.story,
        place=place_of(draft),
        signed_at=world.now,
        notice_version=draft.notice.version if draft.notice else "",
        notice_accepted_at=draft.notice.at if draft.notice else None,
    )
    return complaint.model_copy(update={"signature_digest": complaint_digest(complaint, conversation.person)})
