"""What officers write in the group: replies to the card, notes, /jawab, and talk among colleagues."""

from __future__ import annotations

import pytest

from conversations.complaints.case import Purpose
from conversations.complaints.life_cycle import Status
from tests.unit.filed import CITIZEN, GROUP, Desk, wording
from tests.unit.transcript import RESTRICTED, STAFF


def test_a_reply_to_the_card_is_asked_for_its_purpose_without_typing_again() -> None:
    world = Desk()
    case = world.file()
    card = world.card(case)
    assert world.budi.says("Apakah sudah menerima surat?", reply_to=card) == ["desk.what_for"]
    assert world.budi.presses("question") == ["desk.preview"]
    world.budi.presses("send")
    (question,) = world.chat.sent(CITIZEN)
    assert question.template == "followup.question"
    assert question.params["text"] == "Apakah sudah menerima surat?"
    assert world.now(case).status is Status.RECEIVED


def test_more_replies_to_the_card_add_up_under_one_question() -> None:
    world = Desk()
    case = world.file()
    card = world.card(case)
    world.budi.says("Satu", reply_to=card)
    assert world.budi.says("Dua", reply_to=card) == []
    world.budi.presses("final_response")
    (preview,) = world.chat.sent(GROUP)
    assert preview.params["text"] == "Satu\nDua"


def test_another_officer_cannot_say_what_a_reply_is_for() -> None:
    world = Desk()
    case = world.file()
    world.budi.says("Satu", reply_to=world.card(case))
    world.press_shown(world.rina, "note", world.budi)
    assert world.chat.alert.params["name"] == "Budi Santoso"


def test_a_note_is_saved_without_preview_and_never_reaches_the_citizen() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "note")
    reply = world.prompt(case)
    assert "desk.note_saved" in world.budi.says("Sudah telepon desa", reply_to=reply)
    assert world.now(case).thread[0].purpose is Purpose.NOTE
    assert not world.messages(CITIZEN)
    assert ("officer:601", "note") in world.history()


def test_late_items_of_a_notes_album_join_the_note() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "note")
    reply = world.prompt(case)
    world.budi.sends(album="n1", reply_to=reply)
    assert world.budi.sends(album="n1", reply_to=reply) == []
    assert len(world.now(case).thread[0].parts) == 2


def test_jawab_with_several_lines_goes_straight_to_the_preview() -> None:
    world = Desk()
    case = world.file()
    assert world.budi.commands("jawab", f"{case.reference}\nBaris satu\nBaris dua") == ["desk.preview"]
    (preview,) = world.chat.sent(GROUP)
    assert preview.params["text"] == "Baris satu\nBaris dua"


@pytest.mark.parametrize("typed", ["dpmd-2026-0001", "dpmd 2026 1", "DPMD-2026-1"])
def test_jawab_without_text_opens_the_prompt_for_a_loosely_typed_number(typed: str) -> None:
    world = Desk()
    world.file()
    assert world.budi.commands("jawab", typed) == ["desk.prompt"]


@pytest.mark.parametrize("command", ["jawab", "tiket"])
@pytest.mark.parametrize("argument", ["", "DPMD-2026-0099", "halo"])
def test_an_unknown_number_is_answered_with_an_example(command: str, argument: str) -> None:
    world = Desk()
    world.file()
    assert world.budi.commands(command, argument) == ["desk.unknown_number"]
    (message,) = world.chat.sent(GROUP)
    assert "DPMD-2026-0042" in wording(message)


def test_another_agencys_and_a_restricted_case_are_unknown() -> None:
    world = Desk()
    case = world.file(restricted=True, chat=RESTRICTED)
    assert world.budi.commands("tiket", case.reference) == ["desk.unknown_number"]
    ordinary = world.file()
    stranger = world.officer(700, "Orang Lain", STAFF["bakesbangpol"])
    assert stranger.commands("tiket", ordinary.reference) == ["desk.unknown_number"]
    assert stranger.says("Halo", reply_to=9) == ["desk.unmatched"]


def test_a_plain_message_with_an_open_prompt_is_asked_about() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    assert world.budi.says("Sudah disalurkan") == ["desk.send_as"]
    assert case.reference in wording(world.chat.sent(GROUP)[0])
    assert world.budi.presses("yes") == ["desk.preview"]
    world.budi.presses("send")
    assert world.now(case).responses[0].text == "Sudah disalurkan"


def test_no_ignores_the_message() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    world.budi.says("Ayo makan siang")
    world.budi.presses("no")
    assert world.chat.conversation(601, GROUP).undecided is None
    assert world.budi.says("Di warung biasa") == []
    assert world.now(case).thread == ()


def test_talk_without_a_prompt_is_ignored() -> None:
    world = Desk()
    world.file()
    assert world.budi.says("Selamat pagi") == []
    assert world.budi.sends() == []
    assert world.budi.sticks() == []
    assert world.chat.fresh == []
