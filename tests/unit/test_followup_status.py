"""/status, access codes, and the pages that anybody may read."""

from __future__ import annotations

import pytest

from conversations.complaints.case import Status
from conversations.effects import Edit, Send, ShowCommands
from conversations.engine import further_needs
from conversations.events import CommandReceived
from tests.unit.filed import CITIZEN, GROUP, Desk, complaint, render_all, wording
from tests.unit.test_followup import drafting
from tests.unit.transcript import LEADER

STRANGER = 888
PERSONAL = ("Siti", "Krajan", "0812")


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
    world.budi.says("Di mana?", reply_to=world.reply_to(f"card:{case.id}"))
    world.budi.presses("question")
    world.budi.presses("send")
    world.press(world.budi, case, "note")
    world.budi.says("Catatan rahasia dapur", reply_to=world.reply_to(f"prompt:{case.id}:601"))
    world.citizen.commands("status")
    assert world.citizen.presses("case") == ["followup.case"]
    text = wording(world.chat.sent(CITIZEN)[0])
    for wanted in ("Diterima", "Terverifikasi (Budi Santoso)", "Jumat, 27 Maret 2026", "Di mana?"):
        assert wanted in text
    assert "dapur" not in text
    labels = [b.label for row in world.chat.sent(CITIZEN)[0].buttons for b in row]
    assert labels == ["answer_now", "add_information", "read_all"]


def test_the_own_complaint_is_read_in_full() -> None:
    world = Desk()
    case = world.file()
    world.citizen.commands("status", case.reference)
    assert world.citizen.presses("read_all") == ["followup.full"]
    text = wording(world.chat.sent(CITIZEN)[0])
    assert case.complaint.told in text
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


def test_number_and_code_show_the_status_without_the_person() -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case, "Sudah selesai.")
    stranger = world.chat.person(STRANGER, "Anak Siti")
    assert stranger.commands("status") == ["followup.ask_reference"]
    assert stranger.says(case.reference) == ["followup.ask_code"]
    assert stranger.says("ABCD2345") == ["followup.case"]
    (message,) = world.chat.sent(STRANGER)
    text = wording(message)
    assert "Sudah selesai." in text
    assert not [word for word in PERSONAL if word in text]
    assert message.buttons == ()
    assert world.chat.conversation(STRANGER).listener == "none"


def test_an_opened_case_stays_closed_for_what_only_its_owner_may() -> None:
    world = Desk()
    case = world.file()
    stranger = world.chat.person(STRANGER, "Anak Siti")
    stranger.commands("status", case.reference)
    stranger.says("ABCD2345")
    assert world.press(stranger, case, "read_case") == []
    assert world.press(stranger, case, "add") == []
    assert world.press(stranger, case, "case") == ["followup.case"]


@pytest.mark.parametrize("number", ["DPMD-2026-0001", "DPMD-2026-0999"])
def test_five_wrong_tries_lock_for_an_hour_and_tell_nothing(number: str) -> None:
    world = Desk()
    world.file()
    stranger = world.chat.person(STRANGER, "Orang Lain")
    assert stranger.commands("status", number) == ["followup.ask_code"]
    for left in (4, 3, 2, 1):
        assert stranger.says("WRONG234") == ["followup.wrong_code"]
        assert world.chat.sent(STRANGER)[0].params["left"] == left
    assert stranger.says("WRONG234") == ["followup.locked"]
    assert stranger.commands("status", "DPMD-2026-0001") == ["followup.locked"]
    world.later(minutes=61)
    assert stranger.commands("status", "DPMD-2026-0001") == ["followup.ask_code"]
    assert stranger.says("ABCD2345") == ["followup.case"]


def test_wrong_tries_count_across_numbers() -> None:
    world = Desk()
    world.file()
    stranger = world.chat.person(STRANGER, "Orang Lain")
    for serial in range(1, 5):
        stranger.commands("status", f"DPMD-2026-{serial:04d}")
        assert stranger.says("WRONG234") == ["followup.wrong_code"]
    stranger.commands("status", "DPMD-2026-0005")
    assert stranger.says("WRONG234") == ["followup.locked"]


def test_the_right_code_does_not_work_while_locked() -> None:
    world = Desk()
    case = world.file()
    stranger = world.chat.person(STRANGER, "Orang Lain")
    stranger.commands("status", case.reference)
    for _ in range(5):
        stranger.says("WRONG234")
    stranger.commands("status", case.reference)
    assert "followup.case" not in stranger.says("ABCD2345")


def test_a_known_code_buys_no_more_tries_for_another() -> None:
    world = Desk()
    victim, own = world.file(), world.file(filed_by=777)
    stranger = world.chat.person(STRANGER, "Orang Lain")
    stranger.commands("status", victim.reference)
    for _ in range(4):
        assert stranger.says("WRONG234") == ["followup.wrong_code"]
    stranger.commands("status", own.reference)
    assert stranger.says("ABCD2345") == ["followup.case"]
    stranger.commands("status", victim.reference)
    assert stranger.says("WRONG234") == ["followup.locked"]


def test_wrong_tries_are_forgotten_an_hour_after_the_last() -> None:
    world = Desk()
    case = world.file()
    stranger = world.chat.person(STRANGER, "Orang Lain")
    stranger.commands("status", case.reference)
    for _ in range(4):
        stranger.says("WRONG234")
    world.later(minutes=61)
    assert stranger.says("WRONG234") == ["followup.wrong_code"]
    assert world.chat.sent(STRANGER)[0].params["left"] == 4


def test_another_account_reads_only_what_officers_said() -> None:
    world = Desk()
    case = world.file()
    world.budi.says("Di mana?", reply_to=world.reply_to(f"card:{case.id}"))
    world.budi.presses("question")
    world.budi.presses("send")
    world.citizen.presses("answer_now")
    world.citizen.says("Nama saya Siti, di rumah saya sendiri.")
    world.citizen.presses("send")
    stranger = world.chat.person(STRANGER, "Orang Lain")
    stranger.commands("status", case.reference)
    stranger.says("ABCD2345")
    text = wording(world.chat.sent(STRANGER)[0])
    assert "Di mana?" in text
    assert "rumah saya" not in text
    assert "Nama, alamat, dan isi pengaduan tidak ditampilkan." in text


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


def test_a_stored_number_is_loaded_when_the_code_arrives() -> None:
    world = Desk()
    case = world.file()
    stranger = world.chat.person(STRANGER, "Orang Lain")
    stranger.commands("status", case.reference)
    event = CommandReceived(stranger.origin(), "entah", "")
    stored = world.chat.conversation(STRANGER)
    assert further_needs(event, stored, "").references == {case.reference}


def test_a_number_that_cannot_be_read_is_asked_again_with_an_example() -> None:
    world = Desk()
    assert world.citizen.commands("status", "entah") == ["followup.ask_reference"]
    assert world.citizen.says("tidak tahu") == ["followup.ask_reference"]
    assert "DPMD-2026-0042" in wording(world.chat.sent(CITIZEN)[0])
    assert world.citizen.sends() == ["followup.text_please"]
    assert world.citizen.presses("cancel") == ["followup.left"]


def test_status_in_mid_draft_leaves_the_question_listening() -> None:
    world = Desk()
    world.file()
    drafting(world)
    assert world.citizen.commands("status") == ["followup.cases"]
    assert world.chat.conversation(CITIZEN).listener == "intake"
    assert "intake.ask_story" in world.citizen.presses("resume_draft")


def test_asking_by_code_in_mid_draft_returns_to_the_draft() -> None:
    world = Desk()
    case = world.file(filed_by=STRANGER)
    drafting(world)
    world.citizen.commands("status", case.reference)
    assert world.chat.conversation(CITIZEN).listener == "access_code"
    said = world.citizen.says("ABCD2345")
    assert said[0] == "followup.case"
    assert said[-1] == "intake.ask_story"
    after = world.chat.conversation(CITIZEN)
    assert after.listener == "intake"
    assert after.draft
    assert after.draft.story == ()


def test_the_standard_is_shown_from_the_configuration() -> None:
    world = Desk()
    assert world.citizen.commands("standar") == ["followup.choose_standard"]
    assert world.citizen.presses("choice", "dpmd") == ["followup.standard"]
    text = wording(world.chat.sent(CITIZEN)[0])
    for wanted in (
        "Dinas dpmd",
        "Nama dan alamat lengkap",
        "3 hari",
        "Tidak dipungut biaya",
        "(0343) 749035",
    ):
        assert wanted in text
    assert "Nomor SK" not in text


def test_help_names_deletions_and_the_emergency_number() -> None:
    world = Desk()
    world.citizen.commands("bantuan")
    text = wording(world.chat.sent(CITIZEN)[0])
    assert "dihapus" in text
    assert "112" in text


def test_privacy_tells_what_is_stored_about_the_asker_only() -> None:
    world = Desk()
    world.file()
    world.file(filed_by=STRANGER)
    drafting(world)
    assert world.citizen.commands("privasi") == ["followup.privacy"]
    text = wording(world.chat.sent(CITIZEN)[0])
    for wanted in ("DPMD-2026-0001", "Siti Aminah", "081234567890", "Penyaluran BLT Desa", "2026-01"):
        assert wanted in text
    assert "DPMD-2026-0002" not in text


def test_the_language_is_stored_and_the_menu_follows() -> None:
    world = Desk()
    assert world.citizen.commands("bahasa") == ["followup.choose_language"]
    world.citizen.presses("bahasa_en")
    assert world.chat.conversation(CITIZEN).language == "en"
    assert ShowCommands(CITIZEN, "en") in world.chat.fresh


def test_a_draft_asks_again_in_the_new_language() -> None:
    world = Desk()
    drafting(world)
    world.citizen.commands("bahasa")
    assert world.citizen.presses("bahasa_en")[-1] == "intake.ask_story"


def test_an_unknown_command_is_answered() -> None:
    world = Desk()
    assert world.citizen.commands("entah") == ["followup.unknown_command"]


def test_the_leaders_private_chat_is_a_citizens_chat_otherwise() -> None:
    world = Desk()
    private = world.private(world.leader)
    assert private.says("Halo") == ["followup.begin_with_this"]
    assert world.chat.conversation(LEADER).held


def test_everything_here_renders_in_both_languages() -> None:
    world = Desk()
    case = world.file()
    stranger = world.chat.person(STRANGER, "Orang Lain")
    for command in ("status", "standar", "privasi", "bahasa", "bantuan", "entah"):
        stranger.commands(command)
        world.citizen.commands(command)
    world.citizen.presses("choice", "dpmd")
    stranger.commands("status", case.reference)
    stranger.sends()
    for _ in range(5):
        stranger.says("WRONG234")
    drafting(world)
    world.citizen.commands("privasi")
    world.citizen.commands("status", case.reference)
    world.citizen.presses("read_all")
    world.answered(world.budi, case)
    world.delivered(case)
    world.citizen.commands("status")
    world.citizen.presses("case")
    world.citizen.presses("bahasa_id")
    world.later(hours=2)
    stranger.commands("status", case.reference)
    stranger.says("ABCD2345")
    assert [effect for effect in world.chat.effects if isinstance(effect, Send) and effect.chat == GROUP]
    render_all(world.chat.effects)
