"""A complaint is opened by its number and access code; wrong codes are counted."""

from __future__ import annotations

import pytest

from conversations.engine import further_needs
from conversations.events import CommandReceived
from tests.unit.filed import CITIZEN, Desk, wording
from tests.unit.following import PERSONAL, STRANGER, drafting


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


def test_an_access_code_does_not_allow_the_owners_acts() -> None:
    world = Desk()
    case = world.file()
    stranger = world.chat.person(STRANGER, "Anak Siti")
    stranger.commands("status", case.reference)
    stranger.says("ABCD2345")
    assert world.press(stranger, case, "read_case") == []
    assert world.press(stranger, case, "add") == []
    assert world.press(stranger, case, "case") == ["followup.case"]


@pytest.mark.parametrize("number", ["DPMD-2026-0001", "DPMD-2026-0999"])
def test_five_wrong_tries_lock_for_an_hour_with_the_same_answer(number: str) -> None:
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


def test_a_known_code_allows_no_more_tries_for_another() -> None:
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
    world.asked(world.budi, case)
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


def test_a_stored_number_is_loaded_when_the_code_arrives() -> None:
    world = Desk()
    case = world.file()
    stranger = world.chat.person(STRANGER, "Orang Lain")
    stranger.commands("status", case.reference)
    event = CommandReceived(stranger.origin(), "entah", "")
    stored = world.chat.conversation(STRANGER)
    assert further_needs(event, stored, "").references == {case.reference}


def test_a_status_query_by_code_during_a_draft_returns_to_the_draft() -> None:
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
