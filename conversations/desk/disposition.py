"""A case goes to a division of the agency, and back to the desk.

    Rina:  [Disposisi]
    Bot:   Rina, DPMD-2026-0001 · … didisposisikan ke bidang mana?
           [★ Bidang Pemberdayaan Ekonomi] [Bidang Bina Pemerintahan Desa] [Batal]
    Rina:  [★ Bidang Pemberdayaan Ekonomi]
    Bot:   DPMD-2026-0001 · …: Bidang Pemberdayaan Ekonomi dipilih oleh Rina.
    Bot:   Rina, mohon balas pesan ini dengan instruksi disposisi untuk DPMD-2026-0001 · …
    Rina:  (reply) Mohon telusuri penyaluran bulan Februari.
    Bot:   Periksa dahulu. Instruksi untuk Bidang Pemberdayaan Ekonomi: … [Kirim] [Ubah] [Batal]
    Rina:  [Kirim]
    Bot:   ✅ DPMD-2026-0001 · … didisposisikan ke Bidang Pemberdayaan Ekonomi oleh Rina. …
    Bot to Siti:
           Pengaduan DPMD-2026-0001 didisposisikan ke Bidang Pemberdayaan Ekonomi …
    Bot to the division's group:
           Disposisi DPMD-2026-0001 · … Instruksi dari Rina: … [Terima] [Lapor] [Tanya] …

The whole of it is in the private chat where the case is confidential. instructing.py sends the instruction;
what happens at the division is in division_cards.py and division_acts.py.
"""

from __future__ import annotations

from conversations import casefile, keys
from conversations.complaints.agency import Agency, Division
from conversations.complaints.case import Case, Purpose, transition
from conversations.complaints.life_cycle import CaseEvent, Role, allowed
from conversations.conversation import Conversation
from conversations.desk import access, prompts, refusals, viewing
from conversations.desk.refusals import OUTDATED, Refusal, Result
from conversations.effects import AnswerPress, Edit, Outcome, RecordHistory, Send, StripButtons
from conversations.events import ButtonPressed, PersonEvent
from conversations.messages import Button, OutgoingMessage, Rows
from conversations.reading.numbers import MOST_ID, whole
from conversations.world import World

CHOICE = "division"


def choose(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Disposisi": ask for the division; by a link where the case is confidential."""
    if refusal := access.writing_refusal(case, conversation.person, Purpose.INSTRUCTION, world):
        return refusal
    if case.complaint.confidential:
        return viewing.by_link(event, world, conversation, case, "to_division")
    return ask_division(event, world, conversation, case)


def ask_division(event: PersonEvent, world: World, conversation: Conversation, case: Case) -> Result:
    """Ask to which division the case goes; that of its service is the first one, with a mark."""
    agency, person = casefile.agency_of(case, world.rules), event.origin.person
    if not agency.divisions:
        return Refusal("desk.no_divisions", {"reference": case.reference})
    divisions = _in_order(agency, case)
    params = {
        "reference": casefile.marked(case),
        "officer": {"id": person.id, "name": person.name},
        "before": casefile.division_of(case, world.rules),
        "since": case.assigned_at.isoformat() if case.assigned_at else "",
        "own": next((entry.name for entry in divisions if entry.id == _own(agency, case)), ""),
    }
    reply_to = "" if conversation.private else keys.card(case.id)
    message = OutgoingMessage(
        "desk.which_division", params, _choices(agency, case, person.id, divisions), reply_to=reply_to
    )
    asked = access.with_prompted_officer(case, person)
    return Outcome.of(
        conversation, asked, Send(conversation.chat, message, keys.disposition(case.id, person.id))
    )


def _own(agency: Agency, case: Case) -> str:
    """The id of the division that provides the service complained of; empty for none."""
    service = case.complaint.service
    return next((entry.division for entry in agency.services if entry.id == service), "")


def _in_order(agency: Agency, case: Case) -> tuple[Division, ...]:
    own = _own(agency, case)
    return tuple(sorted(agency.divisions, key=lambda entry: entry.id != own))


def _choices(agency: Agency, case: Case, person: int, divisions: tuple[Division, ...]) -> Rows:
    own, sent = _own(agency, case), _instructions(case)

    def value(division: str) -> str:
        return f"{person},{division},{sent}"

    rows = [
        (
            Button(
                "division",
                CHOICE,
                case.id,
                case.version,
                value(entry.id),
                params={"name": entry.name, "own": entry.id == own},
            ),
        )
        for entry in divisions
    ]
    return (*rows, (Button("discard", CHOICE, case.id, case.version, value("")),))


def _instructions(case: Case) -> int:
    return sum(1 for entry in case.thread if entry.purpose is Purpose.INSTRUCTION)


def chosen(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The buttons with the divisions: ask the officer for the instruction."""
    asked, name, sent = (*event.value.split(","), "", "")[:3]
    if asked != str(conversation.person):
        return refusals.not_yours(case, whole(asked, MOST_ID) or 0)
    if not access.may_write_here(case, event.origin, world):
        return OUTDATED
    if not name:
        return Outcome.of(conversation, StripButtons(conversation.chat, event.origin.message))
    division = casefile.agency_of(case, world.rules).division(name)
    if refusal := _choice_refusal(event, world, case, sent):
        return refusal
    return _opened(event, world, conversation, case, division) if division else OUTDATED


def _choice_refusal(event: ButtonPressed, world: World, case: Case, sent: str) -> Refusal | None:
    """Why the choice is refused; `sent` is the number of instructions when the divisions were shown."""
    person = event.origin.person.id
    if refusal := access.writing_refusal(case, person, Purpose.INSTRUCTION, world):
        return refusal
    if sent == str(_instructions(case)):
        return None
    return refusals.assigned_refusal(case, world) if case.division else OUTDATED


def _opened(
    event: ButtonPressed, world: World, conversation: Conversation, case: Case, division: Division
) -> Result:
    opened = prompts.open_prompt(event, world, conversation, case, Purpose.INSTRUCTION, target=division.id)
    if isinstance(opened, Refusal):
        return opened
    name = access.officer_of(event, world).name
    params = {"reference": casefile.marked(case), "division": division.name, "name": name}
    message, key = (
        OutgoingMessage("desk.division_chosen", params),
        keys.disposition(case.id, conversation.person),
    )
    return Outcome.of(Edit(conversation.chat, key, message, event.origin.message)) + opened


def take_back(event: ButtonPressed, world: World, conversation: Conversation, case: Case) -> Result:
    """The button "Ambil kembali": the case returns to the desk without a report of the division."""
    person = access.officer_of(event, world)
    if refusal := access.handling_refusal(case, person.id, world):
        return refusal
    role = access.role_of(case, person.id, world)
    if not allowed(case.status, CaseEvent.TAKEN_BACK, role):
        return refusals.state_refusal(case)
    if case.officer and case.officer.id != person.id and role is not Role.LEADER:
        return refusals.taken_refusal(case)
    division = casefile.division_of(case, world.rules)
    back = transition(case, CaseEvent.TAKEN_BACK, role, world.now, person.name)
    record = RecordHistory(case.id, access.history_name(event), CaseEvent.TAKEN_BACK, division)
    answer = AnswerPress(
        event.press, "desk.now_taken_back", {"reference": case.reference, "division": division}
    )
    return Outcome.of(conversation, back, answer, record)
