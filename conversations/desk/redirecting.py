"""A complaint that is passed on to another agency of this bot: the same complaint, a new number, a new clock.

The new case gets the complaint as it was signed, what the citizen has completed and added since, and the
reason of the redirection; internal notes stay with the first agency. Each case names the other one. Its id
is derived from that of the first case, so that one redirection makes one case (unique key). Files stay where
they are: the parts of both cases name the same keys.
"""

from __future__ import annotations

import hashlib

from conversations import case_clock, casefile, keys, papers
from conversations.complaints.agency import Agency
from conversations.complaints.case import (
    CITIZENS,
    Case,
    Contribution,
    changed,
    transition,
)
from conversations.complaints.destinations import destination_of
from conversations.complaints.follow_up import CaseLink
from conversations.complaints.life_cycle import CaseEvent, Role, Status
from conversations.complaints.references import registration_number
from conversations.desk import access
from conversations.desk.refusals import Refusal
from conversations.effects import Outcome, RecordHistory, Send
from conversations.events import PersonEvent
from conversations.intake.filing import receipt
from conversations.messages import DocumentKind
from conversations.world import World

ID_LENGTH = 12


def refusal(case: Case, agency: Agency) -> Refusal | None:
    """Why this agency cannot take the case over: no one there could read it as it is protected here."""
    secret = case.complaint.confidential and not agency.readers
    bare = case.restricted and not case.complaint.confidential and not agency.restricted_chat_id
    if not (secret or bare):
        return None
    return Refusal("desk.no_reader_there", {"reference": case.reference, "agency": agency.full_name})


def agency_of(contribution: Contribution, world: World) -> Agency | None:
    """The agency of this bot to which the decision passes the case on; None for another decision."""
    destination = destination_of(contribution.target, world.rules)
    return destination.agency if destination else None


def pass_on(
    event: PersonEvent, world: World, case: Case, contribution: Contribution, agency: Agency
) -> tuple[Case, Outcome]:
    """The redirected case with the number of the new one; the new case, its receipt and its history."""
    code = world.providers.new_code()
    new = _new_case(world, case, contribution, agency, code)
    moved = changed(case, redirected_to=CaseLink(id=new.id, reference=new.reference))
    digest = f"{new.reference} {case.complaint.signature_digest} {case.reference}: {contribution.text}"
    record = RecordHistory(new.id, access.history_name(event), CaseEvent.SUBMITTED, digest)
    service = casefile.service_name(new, world.rules)
    send = Send(
        new.filed_by, receipt(new, code, agency, service, world.rules.whatsapp_number), keys.receipt(new.id)
    )
    paper = papers.send(new.filed_by, new, DocumentKind.RECEIPT)
    return moved, Outcome.of(new, send, paper, record)


def _new_case(world: World, case: Case, contribution: Contribution, agency: Agency, code: str) -> Case:
    year = world.now.year
    reference = registration_number(agency.prefix, year, world.next_serial(agency.id, year))
    restricted = _is_restricted(case, agency)
    chat = agency.restricted_chat_id if restricted and agency.restricted_chat_id else agency.staff_chat_id
    new = Case(
        id=derived_id(case.id),
        agency=agency.id,
        reference=reference,
        access_hash=world.providers.hash_code(code, reference),
        status=Status.DRAFT,
        version=0,
        complaint=case.complaint,
        sources=case.sources,
        superseded=case.superseded,
        filed_by=case.filed_by,
        recorded_by=case.recorded_by,
        language=case.language,
        messenger=case.messenger,
        chat=chat,
        restricted=restricted,
        received_at=world.now,
        due_on=world.today,
        power_of_attorney=case.power_of_attorney,
        supplements=case.supplements,
        thread=(*(entry for entry in case.thread if entry.purpose in CITIZENS), contribution),
        redirected_from=CaseLink(id=case.id, reference=case.reference),
    )
    new = new.model_copy(update={"due_on": case_clock.due_from(world.today, new, world)})
    return transition(new, CaseEvent.SUBMITTED, Role.CITIZEN, world.now)


def _is_restricted(case: Case, agency: Agency) -> bool:
    """Whether the new case goes to the agency's restricted chat, as it did here or would if filed there."""
    secret = case.complaint.confidential and agency.readers == "restricted"
    return (case.restricted or secret) and bool(agency.restricted_chat_id)


def derived_id(case: str) -> str:
    """The id of the case that a redirection of this one makes: 12 characters of 0-9 and a-f."""
    return hashlib.sha256(b"aduan-redirected:" + case.encode()).hexdigest()[:ID_LENGTH]
