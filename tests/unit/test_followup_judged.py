"""A message while a verdict or an officer's question is open is asked about; nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conversations.complaints.case import Case, Purpose
from conversations.complaints.life_cycle import Status
from conversations.effects import GiveFiles, Send, StripButtons
from conversations.events import DeadlinePassed
from tests.unit.filed import CITIZEN, GROUP, Desk, render_all, wording
from tests.unit.following import asked, drafting, responded
from tests.unit.walker import labels

# What an unhappy citizen sends, in both languages and in other media.
UNHAPPY: dict[str, Callable[[Desk], list[str]]] = {
    "a complaint": lambda world: world.citizen.says("belum beres pak, saya belum terima apa-apa"),
    "English": lambda world: world.citizen.says("I still have not received anything"),
    "a voice note": lambda world: world.citizen.sends("voice"),
    "a photo": lambda world: world.citizen.sends(caption="Masih rusak"),
    "a place": lambda world: world.citizen.locates(),
}


def two_verdicts(world: Desk) -> tuple[Case, Case]:
    return responded(world), responded(world)


def held(world: Desk) -> int:
    return len(world.chat.conversation(CITIZEN).held)


@pytest.mark.parametrize("what", UNHAPPY)
def test_a_message_while_a_verdict_is_open_is_asked_for_the_verdict(what: str) -> None:
    world = Desk()
    case = responded(world)
    assert UNHAPPY[what](world) == ["followup.judge"]
    (message,) = world.chat.sent(CITIZEN)
    assert labels(message) == ["satisfied", "not_satisfied", "something_else"]
    assert "belum diteruskan kepada petugas" in wording(message)
    assert world.citizen.presses("not_satisfied") == ["followup.tally"]
    assert [effect.owner for effect in world.chat.fresh if isinstance(effect, GiveFiles)] in ([], [case.id])
    assert [effect for effect in world.chat.fresh if isinstance(effect, StripButtons)]
    assert world.now(case).status is Status.RESPONDED
    world.citizen.presses("send")
    assert world.now(case).status is Status.REOPENED
    render_all(world.chat.effects)


def test_a_satisfied_citizens_message_is_kept_with_the_case() -> None:
    world = Desk()
    case = responded(world)
    world.citizen.sends(caption="Sudah diperbaiki")
    assert world.citizen.presses("satisfied") == ["followup.thanks"]
    assert world.now(case).status is Status.CLOSED
    assert world.now(case).thread[-1].text == "Sudah diperbaiki"
    assert [effect.owner for effect in world.chat.fresh if isinstance(effect, GiveFiles)] == [case.id]
    assert held(world) == 0


def test_something_else_leads_to_the_ordinary_question_and_stays_there() -> None:
    world = Desk()
    responded(world)
    world.citizen.says("Ada hal lain")
    assert world.citizen.presses("something_else") == ["followup.what_for"]
    assert world.citizen.says("Yaitu jalan rusak") == ["followup.what_for"]
    assert held(world) == 2
    world.citizen.presses("discard")
    assert world.citizen.says("Sekarang tentang tanggapan") == ["followup.judge"]


def test_two_open_verdicts_name_their_numbers() -> None:
    world = Desk()
    first, second = two_verdicts(world)
    world.citizen.says("Belum selesai juga")
    (message,) = world.chat.sent(CITIZEN)
    named = [b.params["reference"] for row in message.buttons for b in row if b.label == "not_satisfied_with"]
    assert named == [second.reference, first.reference]
    button = next(b for row in message.buttons for b in row if b.subject == first.id and "not" in b.label)
    world.citizen.presses_button(button)
    world.citizen.presses("send")
    assert [world.now(case).status for case in (first, second)] == [Status.REOPENED, Status.RESPONDED]


def test_after_puas_a_message_is_no_verdict() -> None:
    world = Desk()
    responded(world)
    world.citizen.presses("satisfied")
    assert world.citizen.says("Satu lagi") == ["followup.begin_with_this"]


def test_what_was_written_in_time_objects_although_silence_has_closed_the_case() -> None:
    world = Desk()
    case = responded(world)
    world.later(days=9, hours=12)
    world.citizen.says("Belum ada")
    world.later(hours=20)
    world.chat.feed(DeadlinePassed(world.chat.now, case=case.id))
    world.later(days=1)
    world.chat.feed(DeadlinePassed(world.chat.now, case=case.id))
    assert world.now(case).status is Status.CLOSED
    world.citizen.presses("not_satisfied")
    world.citizen.presses("send")
    assert world.now(case).status is Status.REOPENED


@pytest.mark.parametrize("way", ["the closing", "the status", "a late verdict", "a held message"])
def test_after_the_window_a_new_complaint_names_the_old_one(way: str) -> None:
    world = Desk()
    case = responded(world)
    verdict = world.citizen.button("not_satisfied")
    world.later(days=11)
    world.chat.feed(DeadlinePassed(world.chat.now, case=case.id))
    if way == "the status":
        world.citizen.commands("status", case.reference)
    if way == "a late verdict":
        assert world.citizen.presses_button(verdict) == ["followup.verdict_over"]
    if way == "a held message":
        assert world.citizen.says("Rusak lagi") == ["followup.begin_with_this"]
    label = "continue_case" if way == "a held message" else "new_complaint"
    assert world.citizen.presses(label)[-1] == "intake.notice"
    draft = world.chat.conversation(CITIZEN).draft
    assert draft
    assert draft.answers == {"earlier_complaint": case.reference}
    assert [part.text for part in draft.story] == (["Rusak lagi"] if way == "a held message" else [])


@pytest.mark.parametrize("choice", ["begin_other", "start_over"])
def test_a_complaint_begun_next_to_a_draft_names_the_closed_case(choice: str) -> None:
    world = Desk()
    case = responded(world)
    world.later(days=11)
    world.chat.feed(DeadlinePassed(world.chat.now, case=case.id))
    closing = world.citizen.button("new_complaint")
    drafting(world)
    assert world.citizen.presses_button(closing)[-1:] == ["intake.resume_or_start_over"]
    world.citizen.presses(choice)
    if choice == "start_over":
        world.citizen.presses("start_over_yes")
    draft = world.chat.conversation(CITIZEN).draft
    assert draft
    assert (draft.agency, draft.answers) == (case.agency, {"earlier_complaint": case.reference})


def test_a_strangers_button_names_no_case_of_another_person() -> None:
    world = Desk()
    case = responded(world)
    stranger = world.chat.person(888, "Orang Lain")
    assert world.press(stranger, case, "begin") == ["intake.choose_agency"]
    draft = world.chat.conversation(888).draft
    assert draft
    assert draft.answers == {}


def test_a_citizens_text_is_the_answer_to_the_one_open_question_after_one_press() -> None:
    world = Desk()
    case = asked(world)
    assert world.citizen.says("di dusun Kaliputih pak RT 4") == ["followup.answer_this"]
    assert "Di mana kejadiannya?" in wording(world.chat.sent(CITIZEN)[0])
    assert world.citizen.presses("send_answer") == ["followup.sent"]
    entry = world.now(case).thread[-1]
    assert (entry.purpose, entry.text) == (Purpose.ANSWER, "di dusun Kaliputih pak RT 4")
    assert "Kaliputih" in wording(world.chat.sent(GROUP)[0])
    assert held(world) == 0
    world.citizen.presses("send_answer")
    assert world.chat.alert.template == "system.press_outdated"


def test_several_messages_are_one_answer_and_their_files_go_with_it() -> None:
    world = Desk()
    case = asked(world)
    world.citizen.says("Ini suratnya")
    assert world.citizen.sends("document") == ["followup.answer_this"]
    world.citizen.presses("send_answer")
    assert [e.owner for e in world.chat.fresh if isinstance(e, GiveFiles)] == [case.id]
    assert len(world.now(case).thread[-1].parts) == 2


def test_not_for_this_leads_to_the_ordinary_question() -> None:
    world = Desk()
    asked(world)
    world.citizen.says("Saya mau lapor hal lain")
    assert world.citizen.presses("not_for_this") == ["followup.what_for"]
    sent = [effect.key for effect in world.chat.fresh if isinstance(effect, Send)]
    assert sent == [f"held:{CITIZEN}"]


def test_two_open_questions_are_chosen_from() -> None:
    world = Desk()
    asked(world), asked(world)
    assert world.citizen.says("Di balai desa") == ["followup.what_for"]
    assert labels(world.chat.sent(CITIZEN)[0]).count("answer_question") == 2


def test_a_question_that_was_answered_meanwhile_takes_no_second_answer_unasked() -> None:
    world = Desk()
    case = asked(world)
    world.citizen.says("Di balai desa")
    button = world.citizen.button("send_answer")
    world.answered(world.budi, case)
    assert world.citizen.presses_button(button) == ["followup.what_for"]
    assert world.now(case).thread[-1].purpose is Purpose.RESPONSE


def test_a_draft_comes_before_an_officers_question() -> None:
    world = Desk()
    asked(world)
    drafting(world)
    world.citizen.commands("status", "")
    world.citizen.presses("other_number")
    assert world.citizen.says("Bantuan saya belum cair sejak Januari") == ["followup.what_for"]


def test_what_a_new_complaint_takes_over_is_shown_and_can_be_left_out() -> None:
    world = Desk()
    world.citizen.says("Jalan desa rusak")
    world.citizen.sends()
    said = world.citizen.presses("file_complaint", "")
    assert said == ["intake.taken_over", "intake.choose_agency"]
    assert "Jalan desa rusak" in wording(world.chat.sent(CITIZEN)[0])
    assert world.citizen.presses("do_not_use") == ["intake.left_out", "intake.choose_agency"]
    draft = world.chat.conversation(CITIZEN).draft
    assert draft
    assert draft.story == ()
    world.citizen.presses("do_not_use")
    assert world.chat.conversation(CITIZEN).draft == draft
    render_all(world.chat.effects)


def test_an_earlier_complaint_is_on_the_card() -> None:
    world = Desk()
    case = world.file()
    later = world.now(case).complaint.model_copy(update={"earlier_complaint": "DPMD-2025-0007"})
    following = world.file(complaint=later)
    world.budi.commands("tiket", following.reference)
    assert "DPMD-2025-0007" in wording(world.chat.sent(GROUP)[0])
