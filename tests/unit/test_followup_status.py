"""/status: the own complaints, their overview, and one of them in full."""

from __future__ import annotations

from conversations.complaints.life_cycle import Status
from conversations.effects import Edit
from tests.unit.filed import CITIZEN, GROUP, Desk, complaint, wording
from tests.unit.following import PERSONAL, drafting


def test_status_lists_the_own_complaints_newest_first_and_pages_them() -> None:
    world = Desk()
    for _ in range(7):
        world.file()
    assert world.citizen.commands("status") == ["followup.cases"]
    (message,) = world.chat.sent(CITIZEN)
    assert message.params["cases"][0]["reference"] == "DPMD-2026-0007"
    assert len(message.params["cases"]) == 5
    world.citizen.presses("older")
    assert isinstance(world.chat.fresh[0], Edit)
    assert len(world.chat.sent(CITIZEN)[0].params["cases"]) == 2
    world.citizen.presses("newer")
    assert len(world.chat.sent(CITIZEN)[0].params["cases"]) == 5


def test_a_complaint_opens_with_timeline_due_date_and_last_message() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "verify")
    world.asked(world.budi, case)
    world.press(world.budi, case, "note")
    world.budi.says("Catatan rahasia dapur", reply_to=world.prompt(case))
    world.citizen.commands("status")
    assert world.citizen.presses("case") == ["followup.case"]
    text = wording(world.chat.sent(CITIZEN)[0])
    for wanted in ("Diterima", "Terverifikasi (Budi Santoso)", "Jumat, 27 Maret 2026", "Di mana?"):
        assert wanted in text
    assert "dapur" not in text
    labels = [b.label for row in world.chat.sent(CITIZEN)[0].buttons for b in row]
    assert labels == ["answer_now", "add_information", "read_all", "papers", "correct_data", "withdraw"]


def test_the_own_complaint_is_read_in_full() -> None:
    world = Desk()
    case = world.file()
    world.citizen.commands("status", case.reference)
    assert world.citizen.presses("read_all") == ["followup.full"]
    text = wording(world.chat.sent(CITIZEN)[0])
    assert case.complaint.account in text
    for own in PERSONAL:
        assert own in text


def test_a_responded_case_can_be_judged_from_its_status() -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case)
    world.delivered(case)
    world.citizen.commands("status", case.reference)
    assert "Jumat, 27 Maret 2026" in wording(world.chat.sent(CITIZEN)[0])
    world.citizen.presses("satisfied")
    assert world.now(case).status is Status.CLOSED


def test_long_words_are_cut_where_only_an_overview_is_asked_for() -> None:
    world = Desk()
    cases = [world.file(complaint=complaint(service="layanan " * 240)) for _ in range(5)]
    world.citizen.commands("status")
    assert len(wording(world.chat.sent(CITIZEN)[0])) < 1500
    world.press(world.citizen, cases[0], "add")
    world.citizen.says("x y " * 2000)
    world.citizen.presses("send")
    assert len(wording(world.chat.sent(GROUP)[1])) < 1500
    world.citizen.commands("status", cases[0].reference)
    assert len(wording(world.chat.sent(CITIZEN)[0])) < 1500
    world.budi.commands("daftar")
    assert len(wording(world.chat.sent(GROUP)[0])) < 1500


def test_a_number_that_cannot_be_read_is_asked_again_with_an_example() -> None:
    world = Desk()
    assert world.citizen.commands("status", "entah") == ["followup.ask_reference"]
    assert world.citizen.says("tidak tahu") == ["followup.ask_reference"]
    assert "DPMD-2026-0042" in wording(world.chat.sent(CITIZEN)[0])
    assert world.citizen.sends() == ["followup.text_please"]
    assert world.citizen.presses("cancel") == ["followup.left"]


def test_status_during_a_draft_keeps_the_question_open() -> None:
    world = Desk()
    world.file()
    drafting(world)
    assert world.citizen.commands("status") == ["followup.cases"]
    assert world.chat.conversation(CITIZEN).listener == "intake"
    assert "intake.ask_story" in world.citizen.presses("resume_draft")
