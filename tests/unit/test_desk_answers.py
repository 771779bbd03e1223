"""Officers answer, ask and note: held, previewed, re-checked, sent."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from conversations.complaints.case import Purpose, Status
from conversations.effects import AnswerPress, DropFile, Edit, KeepFile, Lane, Send
from conversations.events import DeadlinePassed, Delivery, Event, MessageReported, TextReceived
from conversations.messages import AskReply
from tests.unit.filed import CITIZEN, GROUP, Desk, pressed, render_all, wording
from tests.unit.transcript import RESTRICTED, STAFF


def prompted(world: Desk, text: str = "Sudah kami salurkan.") -> str:
    """Budi presses Jawab and replies to his prompt."""
    case = world.file()
    world.press(world.budi, case, "answer")
    world.budi.says(text, reply_to=world.reply_to(f"prompt:{case.id}:601"))
    return case.id


def test_answering_asks_the_officer_alone() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    (send,) = [effect for effect in world.chat.fresh if isinstance(effect, Send)]
    assert send.key == f"prompt:{case.id}:601"
    assert send.message.keyboard == AskReply(601)
    assert "tg://user?id=601" in wording(send.message)


def test_a_reply_to_the_prompt_is_previewed_and_nothing_goes_out_yet() -> None:
    world = Desk()
    prompted(world, "Sudah <kami> salurkan & selesai.")
    (preview,) = world.chat.sent(GROUP)
    assert preview.template == "desk.preview"
    assert "Sudah &lt;kami&gt; salurkan &amp; selesai." in wording(preview)
    assert not world.messages(CITIZEN)


def test_the_preview_shows_what_the_citizen_will_read() -> None:
    world = Desk()
    prompted(world)
    (preview,) = world.chat.sent(GROUP)
    world.budi.presses("send")
    (response,) = world.chat.sent(CITIZEN)
    assert wording(response) in wording(preview)


def test_sending_answers_in_the_officers_name_and_implies_the_steps_before() -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case)
    now = world.now(case)
    assert now.status is Status.RESPONDED
    assert [step.status for step in now.timeline] == ["received", "verified", "in_progress", "responded"]
    assert {step.by for step in now.timeline[1:]} == {"Budi Santoso"}
    assert now.officer
    assert now.verified_by
    assert [what for who, what in world.history() if who == "officer:601"] == [
        "verified",
        "started",
        "responded",
        "response",
    ]


def test_the_response_carries_number_officer_and_the_way_to_object() -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case)
    (send,) = [e for e in world.chat.fresh if isinstance(e, Send) and e.chat == CITIZEN]
    assert (send.key, send.report) == (f"response:{case.id}:1", case.id)
    text = wording(send.message)
    for wanted in (case.reference, "Budi Santoso", "10 hari kalender", "Belum puas"):
        assert wanted in text
    assert [button.label for row in send.message.buttons for button in row] == ["satisfied", "not_satisfied"]


def test_photos_documents_and_late_album_items_join_the_preview() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    reply = world.reply_to(f"prompt:{case.id}:601")
    world.budi.sends(caption="Buktinya", album="a1", reply_to=reply)
    world.budi.sends(album="a1")
    world.budi.sends("document", reply_to=reply)
    (edit,) = [effect for effect in world.chat.fresh if isinstance(effect, Edit)]
    assert edit.key == f"preview:{case.id}:601"
    assert "2 foto, 1 dokumen" in wording(edit.message)
    world.budi.presses("send")
    (response,) = world.chat.sent(CITIZEN)
    assert len(response.files) == 3


def test_a_files_job_belongs_to_the_case() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    world.budi.sends(reply_to=world.reply_to(f"prompt:{case.id}:601"))
    (kept,) = [effect for effect in world.chat.fresh if isinstance(effect, KeepFile)]
    assert kept.owner == case.id


def test_changing_the_preview_asks_anew() -> None:
    world = Desk()
    case = prompted(world, "Salah ketik")
    assert world.budi.presses("rewrite") == ["desk.rewriting", "desk.prompt"]
    world.budi.says("Yang benar", reply_to=world.reply_to(f"prompt:{case}:601"))
    world.budi.presses("send")
    (response,) = world.chat.sent(CITIZEN)
    assert response.params["text"] == "Yang benar"


def test_discarding_sends_nothing_and_drops_the_files() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    world.budi.sends(reply_to=world.reply_to(f"prompt:{case.id}:601"))
    assert world.budi.presses("discard") == ["desk.discarded"]
    assert [effect for effect in world.chat.fresh if isinstance(effect, DropFile)]
    assert world.now(case).status is Status.RECEIVED
    world.budi.presses("send")
    assert world.chat.alert.template == "system.press_outdated"


def test_editing_a_message_before_sending_changes_the_preview() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    world.budi.says("Sudh", message=4242, reply_to=world.reply_to(f"prompt:{case.id}:601"))
    assert world.budi.edits(4242, "Sudah") == ["desk.preview"]
    world.budi.presses("send")
    part = world.now(case).thread[0].parts[0]
    assert (part.text, part.replaced) == ("Sudah", ("Sudh",))


def test_another_officers_reply_to_the_prompt_is_refused_by_name() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    reply = world.reply_to(f"prompt:{case.id}:601")
    assert world.rina.says("Saya saja", reply_to=reply) == ["desk.not_yours"]
    (message,) = world.chat.sent(GROUP)
    assert message.params["name"] == "Budi Santoso"


def test_another_officer_cannot_send_the_preview() -> None:
    world = Desk()
    case = prompted(world)
    world.press_shown(world.rina, "send", world.budi)
    assert world.chat.alert.template == "desk.not_yours"
    assert world.chat.alert.params["name"] == "Budi Santoso"
    assert world.chat.case().status is Status.RECEIVED
    assert case


def test_a_taken_case_is_answered_by_its_officer_and_leaders_only() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "take")
    world.press(world.rina, case, "answer")
    assert world.chat.alert.template == "desk.taken"
    assert world.rina.commands("jawab", f"{case.reference} Halo") == ["desk.taken"]
    assert world.press(world.leader, case, "answer") == ["desk.prompt"]
    assert world.press(world.rina, case, "note") == ["desk.prompt"]


def test_two_officers_with_ready_previews_answer_once() -> None:
    world = Desk()
    case = world.file()
    world.budi.commands("jawab", f"{case.reference} Dari Budi")
    first = world.budi.button("send", "601")
    world.rina.commands("jawab", f"{case.reference} Dari Rina")
    world.rina.presses("send", "602")
    world.budi.presses_button(first)
    assert world.chat.alert.template == "desk.already_answered"
    assert world.chat.alert.params["name"] == "Rina Wati"
    assert [entry.text for entry in world.now(case).responses] == ["Dari Rina"]
    (preview,) = world.chat.sent(GROUP)
    assert preview.template == "desk.already_answered"


def test_pressing_send_twice_answers_once() -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case)
    world.budi.presses("send")
    assert world.chat.alert.template == "system.press_outdated"
    assert len(world.now(case).responses) == 1


def test_replying_to_the_card_asks_what_for_and_nothing_is_typed_twice() -> None:
    world = Desk()
    case = world.file()
    card = world.reply_to(f"card:{case.id}")
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
    card = world.reply_to(f"card:{case.id}")
    world.budi.says("Satu", reply_to=card)
    assert world.budi.says("Dua", reply_to=card) == []
    world.budi.presses("final_response")
    (preview,) = world.chat.sent(GROUP)
    assert preview.params["text"] == "Satu\nDua"


def test_another_officer_cannot_say_what_a_reply_is_for() -> None:
    world = Desk()
    case = world.file()
    world.budi.says("Satu", reply_to=world.reply_to(f"card:{case.id}"))
    world.press_shown(world.rina, "note", world.budi)
    assert world.chat.alert.params["name"] == "Budi Santoso"


def test_a_note_is_saved_without_preview_and_never_reaches_the_citizen() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "note")
    reply = world.reply_to(f"prompt:{case.id}:601")
    assert "desk.note_saved" in world.budi.says("Sudah telepon desa", reply_to=reply)
    assert world.now(case).thread[0].purpose is Purpose.NOTE
    assert not world.messages(CITIZEN)
    assert ("officer:601", "note") in world.history()


def test_late_items_of_a_notes_album_join_the_note() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "note")
    reply = world.reply_to(f"prompt:{case.id}:601")
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
def test_an_unknown_number_is_said_with_an_example(command: str, argument: str) -> None:
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


def test_no_means_it_was_talk() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    world.budi.says("Ayo makan siang")
    world.budi.presses("no")
    assert world.chat.conversation(601, GROUP).undecided is None
    assert world.budi.says("Di warung biasa") == []
    assert world.now(case).thread == ()


def test_talk_without_a_prompt_is_left_alone() -> None:
    world = Desk()
    world.file()
    assert world.budi.says("Selamat pagi") == []
    assert world.budi.sends() == []
    assert world.budi.sticks() == []
    assert world.chat.fresh == []


def test_an_unsent_answer_is_not_lost_to_another_case() -> None:
    world = Desk()
    prompted(world)
    other = world.file()
    world.press(world.budi, other, "answer")
    assert world.chat.alert.template == "desk.finish_first"
    assert world.chat.alert.params["reference"] == "DPMD-2026-0001"


def test_batal_closes_an_open_prompt() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    assert world.budi.commands("batal") == ["desk.discarded"]
    assert world.budi.says("Selamat pagi") == []
    assert world.budi.commands("batal") == ["desk.nothing_open"]


def test_what_cannot_be_passed_on_is_explained() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "answer")
    reply = world.reply_to(f"prompt:{case.id}:601")
    origin = world.budi.origin(reply_to=reply)
    world.chat.feed(TextReceived(origin, "x" * 20_001))
    assert world.chat.sent(GROUP)[0].template == "desk.problem"
    assert "20000" in wording(world.chat.sent(GROUP)[0])


def test_delivery_is_told_on_the_card_and_starts_the_objection_days() -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case)
    world.later(days=2)
    (_, edit) = world.delivered(case)
    assert isinstance(edit, Edit)
    assert edit.lane is Lane.UNASKED
    assert "<b>Terkirim</b>, Kamis, 19 Maret 2026" in wording(edit.message)
    assert world.now(case).objection_until == date(2026, 3, 29)


def test_an_unreachable_citizen_becomes_a_task_and_later_delivery_clears_it() -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case)
    effects = world.delivered(case, how=Delivery.UNREACHABLE)
    (task,) = [effect for effect in effects if isinstance(effect, Send)]
    assert (task.chat, task.lane) == (GROUP, Lane.UNASKED)
    assert "Lihat Identitas" in wording(task.message)
    assert "tidak dapat dihubungi" in wording(world.chat.sent(GROUP)[0])
    assert not [e for e in world.delivered(case, how=Delivery.UNREACHABLE) if isinstance(e, Send)]
    world.delivered(case)
    assert "Terkirim" in wording(world.chat.sent(GROUP)[0])


def test_an_unreachable_question_becomes_a_task_as_well() -> None:
    world = Desk()
    case = world.file()
    world.budi.says("Di mana?", reply_to=world.reply_to(f"card:{case.id}"))
    world.budi.presses("question")
    world.budi.presses("send")
    (send,) = [e for e in world.chat.fresh if isinstance(e, Send) and e.chat == CITIZEN]
    world.chat.feed(MessageReported(world.chat.now, case.id, send.key, Delivery.UNREACHABLE))
    assert world.chat.sent(GROUP)[0].template == "desk.unreachable"


def test_a_confidential_case_is_answered_in_the_leaders_private_chat() -> None:
    world = Desk()
    case = world.file(confidential=True)
    assert world.press(world.leader, case, "answer") == []
    assert world.chat.alert.link == f"answer-{case.id}"
    private = world.private(world.leader)
    assert private.commands("start", f"answer-{case.id}") == ["desk.write_which"]
    assert private.presses("final_response") == ["desk.prompt"]
    assert private.says("Kami tindak lanjuti.") == ["desk.preview"]
    assert private.sticks() == ["desk.unreadable"]
    private.presses("send")
    assert world.now(case).status is Status.RESPONDED
    assert not [m for m in world.messages(GROUP) if "tindak lanjuti" in wording(m)]


def test_a_reply_to_a_confidential_card_is_pointed_to_the_private_chat() -> None:
    world = Desk()
    case = world.file(confidential=True)
    card = world.reply_to(f"card:{case.id}")
    assert world.leader.says("Halo", reply_to=card) == ["desk.answer_in_private"]
    assert world.budi.says("Halo", reply_to=card) == ["desk.leaders_only"]
    assert world.leader.commands("jawab", f"{case.reference} Halo") == ["desk.answer_in_private"]


def test_a_forgotten_preview_is_reminded_of_after_an_hour() -> None:
    world = Desk()
    prompted(world)
    world.later(hours=1, minutes=1)
    world.chat.feed(DeadlinePassed(world.chat.now, GROUP, 601))
    assert world.chat.sent(GROUP)[0].template == "desk.reminder"
    world.chat.feed(DeadlinePassed(world.chat.now + timedelta(hours=2), GROUP, 601))
    assert world.chat.fresh == []


def test_every_press_is_answered() -> None:
    world = Desk()
    case = prompted(world)
    for button in (world.budi.button("rewrite"), world.budi.button("send")):
        event: Event = pressed(world.budi, button)
        world.chat.feed(event)
        assert [effect for effect in world.chat.fresh if isinstance(effect, AnswerPress)]
    assert case


def test_everything_here_renders_in_both_languages() -> None:
    world = Desk()
    case = world.file()
    card = world.reply_to(f"card:{case.id}")
    world.budi.says("Di mana?", reply_to=card)
    world.budi.presses("question")
    world.budi.presses("send")
    world.press(world.budi, case, "note")
    world.budi.says("Catatan", reply_to=world.reply_to(f"prompt:{case.id}:601"))
    world.press(world.budi, case, "answer")
    world.budi.says("Apa kabar")
    world.rina.says("Saya", reply_to=world.reply_to(f"prompt:{case.id}:601"))
    world.budi.presses("yes")
    world.budi.presses("rewrite")
    world.budi.commands("batal")
    world.answered(world.budi, case)
    world.rina.commands("jawab", f"{case.reference} Lagi")
    world.budi.commands("bantuan")
    world.budi.commands("daftar")
    render_all(world.chat.effects)
