"""Numbers and codes as people write them: citizens in the private chat, officers in the group."""

from __future__ import annotations

import pytest

from conversations.complaints.references import parse_code, short_reference
from tests.unit.filed import CITIZEN, GROUP, Desk, render_all, wording
from tests.unit.following import STRANGER
from tests.unit.transcript import STAFF
from tests.unit.walker import walk

CODES = {
    "as printed": ("ABCD2345", "ABCD2345"),
    "small letters": ("abcd2345", "ABCD2345"),
    "announced": ("kode: ABCD2345", "ABCD2345"),
    "announced in words": ("Kode akses saya: abcd 2345.", "ABCD2345"),
    "in English": ("access code ABCD-2345", "ABCD2345"),
    "in pieces": ("AB CD 23 45", "ABCD2345"),
    "letters only, in pieces": ("ABCD EFGH", "ABCDEFGH"),
    "small letters only": ("abcdefgh", "ABCDEFGH"),
    "a code with a wrong letter": ("ABCO2345", "ABCO2345"),
    "talk": ("lanjutkan saja", ""),
    "short words": ("saya akan cari", ""),
    "a question": ("kodenya di mana?", ""),
    "a telephone number": ("081234567890", ""),
    "too short": ("ABCD234", ""),
    "nothing": ("?", ""),
}


@pytest.mark.parametrize("case", CODES)
def test_a_code_is_found_in_what_is_typed(case: str) -> None:
    typed, code = CODES[case]
    assert parse_code(typed) == code


@pytest.mark.parametrize("number", ["{}", "{} ", "lihat {}", "status {}"])
def test_the_owner_sees_the_status_by_start_and_number(number: str) -> None:
    world = Desk()
    case = world.file()
    assert world.citizen.commands("start", number.format(case.reference)) == ["followup.case"]
    assert world.chat.conversation(CITIZEN).draft is None


def test_start_with_anothers_number_asks_for_the_code() -> None:
    world = Desk()
    case = world.file()
    stranger = world.chat.person(STRANGER)
    assert stranger.commands("start", case.reference) == ["followup.ask_code"]
    assert stranger.commands("start", "dpmd") == ["intake.notice"]


@pytest.mark.parametrize(
    "argument",
    [
        "DPMD-2026-0001 ABCD2345",
        "dpmd 2026 1 abcd-2345",
        "DPMD-2026-0001, kode: abcd 2345",
        "ABCD2345 dpmd-2026-1",
    ],
)
def test_number_and_code_together_work_at_once(argument: str) -> None:
    world = Desk()
    world.file()
    stranger = world.chat.person(STRANGER)
    assert stranger.commands("status", argument) == ["followup.case"]
    assert world.chat.conversation(STRANGER).listener == "none"
    second = world.chat.person(STRANGER + 1)
    second.commands("status")
    assert second.says(argument) == ["followup.case"]


def test_number_and_code_keep_the_draft_and_its_question() -> None:
    world = Desk()
    case = world.file()
    stranger = world.chat.person(STRANGER)
    walk(stranger, until="loss_kind")
    before = world.chat.conversation(STRANGER).draft
    shown = stranger.commands("status", f"{case.reference} ABCD2345")
    assert shown[0] == "followup.case"
    assert world.chat.conversation(STRANGER).draft == before
    assert world.chat.conversation(STRANGER).listener == "intake"


def test_a_wrong_code_in_the_command_counts_as_a_try() -> None:
    world = Desk()
    case = world.file()
    stranger = world.chat.person(STRANGER)
    assert stranger.commands("status", f"{case.reference} WRONG234") == ["followup.wrong_code"]
    assert world.chat.conversation(STRANGER).tries == 1
    for _ in range(4):
        sent = stranger.commands("status", f"{case.reference} WRONG234")
    assert sent == ["followup.locked"]
    assert stranger.commands("status", f"{case.reference} ABCD2345") == ["followup.locked"]


@pytest.mark.parametrize(
    "text", ["lanjutkan saja", "kodenya di mana?", "belum ada", "sudah", "terima kasih bu"]
)
def test_a_text_that_is_no_code_costs_no_try(text: str) -> None:
    world = Desk()
    case = world.file()
    stranger = world.chat.person(STRANGER)
    stranger.commands("status", case.reference)
    assert stranger.says(text) == ["followup.text_please"]
    render_all(world.chat.fresh)
    assert world.chat.conversation(STRANGER).tries == 0
    assert stranger.says("Kode: abcd 2345") == ["followup.case"]


RECEIPT = "✅ Tanda terima pengaduan\n\nNomor registrasi: {}\nNama: Siti Aminah\nKode akses: ABCD2345"


@pytest.mark.parametrize("asked_first", [False, True])
def test_a_forwarded_receipt_asks_for_the_access_code(asked_first: bool) -> None:
    world = Desk()
    case = world.file()
    stranger = world.chat.person(STRANGER)
    if asked_first:
        stranger.commands("status")
    text = RECEIPT.format(case.reference)
    assert stranger.says(text, forwarded="Diteruskan dari Aduan") == ["followup.ask_code"]
    assert stranger.says("abcd2345") == ["followup.case"]
    assert world.citizen.says(text, forwarded="Diteruskan dari Aduan") == ["followup.case"]


@pytest.mark.parametrize("text", ["DPMD-2026-0001", "dpmd 2026 1", "DPMD-2026-0001 kode ABCD2345"])
def test_a_number_alone_asks_for_its_status(text: str) -> None:
    world = Desk()
    world.file()
    assert world.citizen.says(text) == ["followup.case"]
    assert world.chat.conversation(CITIZEN).held == ()


@pytest.mark.parametrize("text", ["Soal DPMD-2026-0001 bagaimana?", "Mei 2026 5", "XYZ-2026-0001"])
def test_a_message_about_a_number_is_still_held(text: str) -> None:
    world = Desk()
    world.file()
    world.citizen.says(text)
    assert [part.text for part in world.chat.conversation(CITIZEN).held] == [text]


SHORT = {
    "one digit": ("2", "DPMD-2026-0002", ""),
    "as printed": ("0042", "DPMD-2026-0042", ""),
    "with a text": ("0001 Sudah cair.", "DPMD-2026-0001", " Sudah cair."),
    "with a colon": ("1: Sudah cair.", "DPMD-2026-0001", ": Sudah cair."),
    "of another year": ("2025-7 lama", "DPMD-2025-0007", " lama"),
    "zero": ("0 apa", "", "0 apa"),
    "a date": ("12/3 cair", "", "12/3 cair"),
    "a word": ("kedua", "", "kedua"),
}


@pytest.mark.parametrize("case", SHORT)
def test_a_short_number_is_of_this_year_and_agency(case: str) -> None:
    typed, number, rest = SHORT[case]
    assert short_reference(typed, "DPMD", 2026) == (number, rest)


@pytest.mark.parametrize("number", ["2", "0002", "2026-2", "002"])
def test_officers_find_a_case_by_its_short_number(number: str) -> None:
    world = Desk()
    world.file()
    case = world.file(filed_by=STRANGER)
    assert world.budi.commands("tiket", number) == ["desk.card"]
    assert case.reference in wording(world.chat.sent(GROUP)[0])
    assert world.budi.commands("jawab", f"{number} Sudah cair.") == ["desk.preview"]
    world.budi.presses("send")
    assert world.now(case).responses[0].text == "Sudah cair."


def test_a_short_number_is_of_the_groups_own_agency() -> None:
    world = Desk()
    world.file()
    other = world.officer(701, "Joko", STAFF["bakesbangpol"])
    assert other.commands("tiket", "1") == ["desk.unknown_number"]
    assert world.chat.sent(STAFF["bakesbangpol"])[0].params["number"] == "BAKESBANGPOL-2026-0001"


def test_a_short_number_works_in_a_caption_and_is_no_part_of_an_edited_text() -> None:
    world = Desk()
    case = world.file()
    assert world.budi.sends(caption="/jawab 1 Suratnya terlampir.", message=800) == ["desk.preview"]
    assert world.budi.edits(800, "/jawab 1 Surat terlampir.", "u800") == ["desk.preview"]
    world.budi.presses("send")
    assert world.now(case).responses[0].text == "Surat terlampir."
