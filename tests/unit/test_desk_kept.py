"""Officers' messages in the group are not lost, not mixed up, and sent as previewed."""

from __future__ import annotations

import pytest

from conversations.complaints.case import Case, Purpose
from conversations.complaints.life_cycle import Status
from conversations.effects import DropFile, KeepFile
from tests.unit.filed import CITIZEN, GROUP, Desk, render_all, wording
from tests.unit.transcript import RULES


def waiting(world: Desk) -> Case:
    """Budi's reply to a card waits for its purpose."""
    case = world.file()
    world.budi.says("Untuk A", reply_to=world.card(case))
    return case


def test_plain_talk_does_not_join_a_reply_that_waits_for_its_purpose() -> None:
    world = Desk()
    other = world.file()
    world.press(world.budi, other, "answer")
    case = waiting(world)
    assert world.budi.says("Ini untuk yang lain") == ["desk.choose_first"]
    assert case.reference in wording(world.chat.sent(GROUP)[0])
    world.budi.presses("final_response")
    world.budi.presses("send")
    assert [entry.text for entry in world.now(case).responses] == ["Untuk A"]


def test_a_reply_to_another_card_leaves_the_one_that_waits() -> None:
    world = Desk()
    case = waiting(world)
    button = world.budi.button("final_response")
    other = world.file()
    reply = world.card(other)
    assert world.budi.says("Untuk B", reply_to=reply) == ["desk.choose_first"]
    assert world.chat.sent(GROUP)[0].params["reference"] == case.reference
    assert world.budi.presses_button(button) == ["desk.preview"]
    assert world.chat.sent(GROUP)[0].params["text"] == "Untuk A"


def test_a_prompt_for_another_case_leaves_the_reply_that_waits() -> None:
    world = Desk()
    case = waiting(world)
    other = world.file()
    world.press(world.budi, other, "answer")
    assert world.chat.alert.template == "desk.choose_first"
    assert world.budi.commands("jawab", f"{other.reference} Halo") == ["desk.choose_first"]
    assert world.budi.presses("note") == ["desk.note_saved", "desk.card"]
    assert world.now(case).thread[0].text == "Untuk A"


def test_a_waiting_reply_stays_after_the_answer_to_another_case() -> None:
    world = Desk()
    other = world.file()
    world.budi.commands("jawab", f"{other.reference} Sudah.")
    case = waiting(world)
    world.budi.presses("final_response")
    assert world.chat.alert.template == "desk.finish_first"
    world.budi.presses("send")
    assert world.budi.presses("final_response") == ["desk.preview"]
    world.budi.presses("send")
    assert world.now(case).responses[0].text == "Untuk A"


def test_unclaimed_talk_is_removed_with_its_files() -> None:
    world = Desk()
    case = world.file()
    world.budi.commands("jawab", f"{case.reference} Sudah.")
    assert world.budi.sends() == ["desk.send_as"]
    world.budi.presses("send")
    assert [effect for effect in world.chat.fresh if isinstance(effect, DropFile)]
    assert world.chat.conversation(601, GROUP).undecided is None


def test_jawab_pressed_again_keeps_what_is_written() -> None:
    world = Desk()
    case = world.file()
    world.budi.commands("jawab", f"{case.reference} Satu.")
    world.press(world.budi, case, "answer")
    world.budi.says("Dua.", reply_to=world.prompt(case))
    world.budi.presses("send")
    assert world.now(case).responses[0].text == "Satu.\nDua."


@pytest.mark.parametrize("command", ["/jawab", "/jawab@AduanBot", "/JAWAB"])
def test_jawab_under_a_file_is_the_command(command: str) -> None:
    world = Desk()
    case = world.file()
    assert world.budi.sends("document", caption=f"{command} {case.reference} Sudah cair.") == ["desk.preview"]
    assert [e.owner for e in world.chat.fresh if isinstance(e, KeepFile)] == [case.id]
    world.budi.presses("send")
    response, _ = world.chat.sent(CITIZEN)
    assert response.params["text"] == "Sudah cair."
    assert len(response.files) == 1


def test_jawab_under_a_file_alone_is_previewed_as_well() -> None:
    world = Desk()
    case = world.file()
    assert world.budi.sends(caption=f"/jawab {case.reference}", album="a1") == ["desk.preview"]
    assert world.budi.sends(album="a1") == ["desk.preview"]
    assert "2 foto" in wording(world.chat.sent(GROUP)[0])


def test_jawab_under_a_file_is_refused_like_the_command() -> None:
    world = Desk()
    case = world.file(confidential=True)
    assert world.budi.sends(caption=f"/jawab {case.reference} Sudah") == ["desk.leaders_only"]
    assert world.budi.sends(caption="/jawab DPMD-2026-0999 Sudah") == ["desk.unknown_number"]
    assert world.budi.sends(caption=f"/jawab@BotLain {case.reference} Sudah") == []
    assert not [effect for effect in world.chat.effects if isinstance(effect, KeepFile)]


def test_an_edited_command_changes_the_words_alone() -> None:
    world = Desk()
    case = world.file()
    assert RULES.bot_username
    world.budi.commands("jawab", f"{case.reference} Terima kasih")
    talk = world.chat.conversation(601, GROUP)
    assert talk.writing
    message = talk.writing.parts[0].message
    edited = f"/jawab {case.reference} Terima kasih, sudah cair."
    assert world.budi.edits(message, edited) == ["desk.preview"]
    assert world.chat.sent(GROUP)[0].params["text"] == "Terima kasih, sudah cair."
    world.budi.presses("send")
    assert world.now(case).responses[0].text == "Terima kasih, sudah cair."
    assert world.budi.edits(message, edited) == []
    assert world.budi.edits(message, f"{edited} Maaf.") == ["desk.edit_late_ask"]


def test_an_edit_after_sending_is_answered_as_too_late() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    world.budi.says("Sudah", message=4242, reply_to=world.prompt(case))
    world.budi.presses("send")
    assert world.budi.edits(4242, "Belum") == ["desk.edit_late_ask"]
    assert "perubahan Anda <b>belum</b> dibaca pengadu. Kirim ralat?" in wording(world.chat.sent(GROUP)[0])
    assert world.rina.edits(4242, "Belum") == []
    assert world.budi.edits(4711, "Halo") == []
    assert world.now(case).responses[0].text == "Sudah"


def test_only_the_writer_of_a_sent_text_is_answered() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    world.budi.says("Sudah", message=4242, reply_to=world.prompt(case))
    world.budi.presses("send")
    namesake = world.officer(602, "Budi Santoso")
    assert namesake.edits(4242, "Belum") == []
    renamed = world.officer(601, "Pak Budi")
    assert renamed.edits(4242, "Belum") == ["desk.edit_late_ask"]


def overtaken(world: Desk) -> Case:
    """Budi's preview is ready when Rina takes the case; his press of Send ("Kirim") is refused."""
    case = world.file()
    world.press(world.budi, case, "answer")
    world.budi.sends(caption="Sudah kami salurkan.", reply_to=world.prompt(case))
    world.press(world.rina, case, "take")
    assert world.budi.presses("send") == ["desk.taken"]
    assert not [effect for effect in world.chat.fresh if isinstance(effect, DropFile)]
    return case


def test_a_refused_answer_is_kept_as_a_note() -> None:
    world = Desk()
    case = overtaken(world)
    assert world.budi.presses("save_as_note") == ["desk.note_saved", "desk.card"]
    (note,) = world.now(case).thread
    assert (note.purpose, note.text, len(note.files)) == (Purpose.NOTE, "Sudah kami salurkan.", 1)
    assert world.chat.conversation(601, GROUP).writing is None
    assert world.now(case).status is Status.RECEIVED
    render_all(world.chat.effects)


def test_a_refused_answer_is_discarded_only_on_request() -> None:
    world = Desk()
    case = overtaken(world)
    assert world.budi.presses("discard") == ["desk.discarded"]
    assert [effect for effect in world.chat.fresh if isinstance(effect, DropFile)]
    assert world.now(case).thread == ()


def test_a_question_says_that_a_failed_delivery_is_reported() -> None:
    world = Desk()
    case = world.file()
    world.asked(world.budi, case)
    assert "Bila tidak sampai, Anda diberi tahu di grup ini." in wording(world.chat.sent(GROUP)[0])


def test_all_messages_render_in_both_languages() -> None:
    world = Desk()
    waiting(world)
    world.budi.commands("jawab", f"{world.file().reference} Halo")
    world.budi.commands("batal")
    note = world.file()
    world.press(world.budi, note, "note")
    world.budi.says("Catatan", message=4242, reply_to=world.prompt(note))
    assert world.budi.edits(4242, "Lain") == ["desk.edit_late"]
    render_all(world.chat.effects)
