"""A complaint is passed on to another agency of this bot: a new number there, and both are followed."""

from __future__ import annotations

from datetime import date

import pytest

from conversations.complaints.case import Case, Contribution, Purpose
from conversations.complaints.complaint import Part
from conversations.complaints.life_cycle import Status
from conversations.complaints.rules import Rules
from conversations.effects import RecordHistory, Send
from tests.unit.filed import CITIZEN, GROUP, LANGUAGES, Desk, LeanChat, complaint, render_all, wording
from tests.unit.test_desk_exits import REASON, WITH_REDIRECTS, a_desk, citizens, in_private
from tests.unit.transcript import RESTRICTED, STAFF, START, agency

OTHER = STAFF["bakesbangpol"]
NEW = "BAKESBANGPOL-2026-0001"


def passed_on(world: Desk, case: Case) -> Case:
    """Budi passes the case on to Bakesbangpol; the new case."""
    world.press(world.budi, case, "redirect")
    world.budi.presses("destination", "601,a.bakesbangpol")
    world.budi.says(REASON, reply_to=world.prompt(case))
    world.budi.presses("send", "601")
    return new_of(world, case)


def new_of(world: Desk, case: Case) -> Case:
    """The case that continues this one."""
    link = world.now(case).redirected_to
    assert link
    return Case.model_validate_json(world.chat.cases[link.id])


def addition(text: str = "Fotonya menyusul.") -> Contribution:
    parts = (Part(message=77, at=START, kind="photo", text=text, file="501-77"),)
    return Contribution(purpose=Purpose.ADDITION, by="", at=START, parts=parts)


def test_the_same_complaint_gets_a_number_a_clock_and_a_card_at_the_other_agency() -> None:
    world = a_desk()
    note = Contribution(
        purpose=Purpose.NOTE, by="Rina", at=START, parts=(Part(message=1, at=START, text="x"),)
    )
    case = world.file(thread=(addition(), note))
    world.later(days=3)  # a Friday
    new = passed_on(world, case)
    old = world.now(case)
    assert old.status is Status.REDIRECTED
    assert (new.reference, new.agency, new.status) == (NEW, "bakesbangpol", Status.RECEIVED)
    assert new.due_on == date(2026, 3, 25)  # Wednesday
    assert new.complaint == case.complaint
    assert [entry.purpose for entry in new.thread] == [Purpose.ADDITION, Purpose.REDIRECTION]
    assert new.redirected_from
    assert new.redirected_from.reference == case.reference
    (card,) = world.messages(OTHER)
    assert f"Diteruskan dari: {case.reference}" in wording(card)
    assert "Penyaluran BLT Desa" in wording(card)
    assert NEW in wording(world.messages(GROUP)[-1])
    render_all(world.chat.effects)


def test_the_citizen_gets_the_reason_and_a_receipt_and_follows_both_numbers() -> None:
    world = a_desk()
    case = world.file()
    new = passed_on(world, case)
    assert citizens(world) == ["followup.decision", "intake.receipt", "captions.receipt"]
    decision, receipt, _ = world.messages(CITIZEN)
    assert REASON in wording(decision)
    assert "Dinas bakesbangpol" in wording(decision)
    assert (receipt.params["reference"], receipt.params["code"]) == (NEW, "ABCD2345")
    assert new.access_hash == f"hash:ABCD2345:{NEW}"
    world.citizen.commands("status", case.reference)
    (page,) = world.chat.sent(CITIZEN)
    assert NEW in wording(page)
    world.citizen.presses("case")
    (page,) = world.chat.sent(CITIZEN)
    assert f"diteruskan dari {case.reference}" in wording(page)
    world.citizen.commands("status")
    assert {case["reference"] for case in world.chat.sent(CITIZEN)[0].params["cases"]} == {
        NEW,
        case.reference,
    }
    for language in LANGUAGES:
        assert NEW in wording(receipt, language)


def test_both_histories_name_the_other_number() -> None:
    world = a_desk()
    case = world.file()
    new = passed_on(world, case)
    entries = {e.case: e for e in world.chat.effects if isinstance(e, RecordHistory)}
    assert (entries[case.id].what, entries[new.id].what) == ("redirected", "submitted")
    assert NEW in entries[case.id].text
    assert case.reference in entries[new.id].text


def test_the_other_agency_handles_it_with_the_evidence_of_the_first() -> None:
    world = a_desk()
    case = world.file(thread=(addition(),))
    new = passed_on(world, case)
    dewi = world.officer(701, "Dewi", OTHER)
    world.press(dewi, new, "evidence")
    (evidence,) = world.chat.sent(OTHER)
    assert evidence.files == ("501-12", "501-77")
    world.press(dewi, new, "read_all")
    assert REASON in wording(world.chat.sent(OTHER)[0])
    dewi.commands("jawab", f"{NEW} Sudah kami tangani.")
    dewi.presses("send")
    assert world.now(new).status is Status.RESPONDED
    world.delivered(new)
    world.citizen.presses("satisfied")
    assert world.now(new).status is Status.CLOSED
    assert world.now(case).status is Status.REDIRECTED


def test_officers_of_one_agency_act_on_their_own_case_only() -> None:
    world = a_desk()
    case = world.file()
    new = passed_on(world, case)
    world.press(world.budi, new, "take")
    assert world.chat.alert.template == "system.press_outdated"
    dewi = world.officer(701, "Dewi", OTHER)
    world.press(dewi, case, "reinstate")
    assert world.chat.alert.template == "system.press_outdated"


def test_a_second_press_on_kirim_makes_no_second_case() -> None:
    world = a_desk()
    case = world.file()
    world.press(world.budi, case, "redirect")
    world.budi.presses("destination", "601,a.bakesbangpol")
    world.budi.says(REASON, reply_to=world.prompt(case))
    send = world.budi.button("send", "601")
    world.budi.presses_button(send)
    world.budi.presses_button(send)
    assert len(world.chat.cases) == 2
    assert citizens(world).count("intake.receipt") == 1


def test_a_case_that_was_passed_on_is_not_taken_back_but_can_be_returned_with_a_reason() -> None:
    world = a_desk()
    case = world.file()
    new = passed_on(world, case)
    world.press(world.budi, case, "reinstate")
    assert world.chat.alert.template == "desk.not_now"
    dewi = world.officer(701, "Dewi", OTHER)
    world.press(dewi, new, "redirect")
    dewi.presses("destination", "701,a.dpmd")
    dewi.says("Ini urusan desa.", reply_to=world.reply_to(f"prompt:{new.id}:701"))
    dewi.presses("send", "701")
    third = new_of(world, new)
    assert (third.reference, third.agency) == ("DPMD-2026-0002", "dpmd")
    assert third.redirected_from
    assert third.redirected_from.reference == NEW
    assert [entry.by for entry in third.thread] == ["Dewi"]
    assert len({case.id, new.id, third.id}) == 3


def no_readers_there() -> Desk:
    """Bakesbangpol has neither a leader nor a restricted chat."""
    bare = agency("bakesbangpol").model_copy(update={"leaders": ()})
    agencies = (WITH_REDIRECTS.agencies[0], bare)
    return Desk(LeanChat(rules=WITH_REDIRECTS.model_copy(update={"agencies": agencies})))


def test_a_confidential_case_is_passed_on_only_where_someone_may_read_it() -> None:
    world = no_readers_there()
    case = world.file(confidential=True)
    private = in_private(world, case, "redirect")
    private.presses("destination", "900,a.bakesbangpol")
    assert world.chat.alert.template == "desk.no_reader_there"
    assert world.now(case).open


def test_a_confidential_case_stays_confidential_there() -> None:
    world = a_desk()
    case = world.file(confidential=True)
    private = in_private(world, case, "redirect")
    private.presses("destination", "900,a.bakesbangpol")
    private.says(REASON)
    private.presses("send")
    new = new_of(world, case)
    assert new.complaint.confidential
    (card,) = world.messages(OTHER)
    assert card.template == "desk.card_confidential"
    assert "Bantuan saya" not in str(card.params)


def test_a_case_of_the_restricted_chat_needs_one_at_the_other_agency() -> None:
    world = a_desk()
    case = world.file(restricted=True, chat=RESTRICTED)
    officer = world.officer(601, "Budi Santoso", RESTRICTED)
    world.press(officer, case, "redirect")
    officer.presses("destination", "601,a.bakesbangpol")
    assert world.chat.alert.template == "desk.no_reader_there"
    assert not [e for e in world.chat.effects if isinstance(e, Send) and e.chat == OTHER]


def test_a_destination_that_left_the_configuration_is_refused_at_kirim() -> None:
    world = a_desk()
    case = world.file()
    world.press(world.budi, case, "redirect")
    world.budi.presses("destination", "601,a.bakesbangpol")
    world.budi.says(REASON, reply_to=world.prompt(case))
    world.chat.rules = WITH_REDIRECTS.model_copy(update={"agencies": WITH_REDIRECTS.agencies[:1]})
    world.budi.presses("send", "601")
    assert world.chat.alert.template == "desk.destination_gone"
    assert world.now(case).open


@pytest.mark.parametrize("service", ["blt", "Surat pindah"])
def test_the_service_is_named_as_the_first_agency_names_it(service: str) -> None:
    world = Desk(LeanChat(rules=_other_services()))
    case = world.file(complaint=complaint(service=service))
    passed_on(world, case)
    expected = "Penyaluran BLT Desa" if service == "blt" else service
    assert world.messages(OTHER)[0].params["service"] == expected
    assert world.messages(CITIZEN)[1].params["service"] == expected


def _other_services() -> Rules:
    other = WITH_REDIRECTS.agencies[1]
    renamed = other.services[0].model_copy(update={"id": "ormas", "name": "Pelaporan ormas"})
    agencies = (WITH_REDIRECTS.agencies[0], other.model_copy(update={"services": (renamed,)}))
    return WITH_REDIRECTS.model_copy(update={"agencies": agencies})
