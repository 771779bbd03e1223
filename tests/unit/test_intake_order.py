"""A message answers the question that its sender could see; several messages and lines are one answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversations.events import TextReceived
from tests.unit.filed import render_all
from tests.unit.transcript import Actor
from tests.unit.walker import NAME, citizen, draft_of, labels, last, walk

ADDRESS = "Dusun Krajan RT 02 RW 01, Desa Raci, Kecamatan Bangil"


def at(question: str) -> Actor:
    siti = citizen()
    walk(siti, until=question)
    return siti


def ids(siti: Actor, count: int = 2) -> list[int]:
    """The ids of messages that the person sends before the bot answers the first of them."""
    return [next(siti.chat_log.messages) for _ in range(count)]


# The question, the answer in two messages, and the answer as it is kept.
SPLIT = {
    "name": ("Siti Nur", "Aminah", "Siti Nur Aminah"),
    "address": (ADDRESS, "rumah pagar hijau", f"{ADDRESS}, rumah pagar hijau"),
    "resolution": ("Mohon dicairkan", "dan dijelaskan", "Mohon dicairkan\ndan dijelaskan"),
    "service": ("Surat pindah", "dan KTP", "Surat pindah\ndan KTP"),
}


@pytest.mark.parametrize("question", SPLIT)
@pytest.mark.parametrize("unsent", [False, True])
def test_a_message_written_before_the_question_was_shown_continues_the_answer(
    question: str, *, unsent: bool
) -> None:
    first, second, whole = SPLIT[question]
    siti = at(question)
    one, two = ids(siti)
    siti.says(first, message=one)
    talk = siti.chat_log.conversation(siti.chat)
    screen = draft_of(siti).screen
    if unsent:
        siti.chat_log.unsent.add((siti.chat, talk.first_shown))
    assert siti.says(second, message=two) == ["intake.joined"]
    render_all(siti.chat_log.fresh)
    draft = draft_of(siti)
    assert (draft.answers[question], draft.screen) == (whole, screen)


def test_three_pieces_are_one_answer() -> None:
    siti = at("resolution")
    for number, text in zip(ids(siti, 3), ("Satu", "dua", "tiga"), strict=True):
        siti.says(text, message=number)
    assert draft_of(siti).answers["resolution"] == "Satu\ndua\ntiga"


def unknown(siti: Actor) -> None:
    """Forget when the present question was first shown, as while it is being sent."""
    chat = siti.chat_log
    shown = chat.conversation(siti.chat).first_shown
    chat.keys = {name: key for name, key in chat.keys.items() if key != shown}


@pytest.mark.parametrize("question", SPLIT)
def test_while_the_question_is_being_sent_the_messages_that_follow_the_answer_directly_continue_it(
    question: str,
) -> None:
    first, second, whole = SPLIT[question]
    siti = at(question)
    one, two, three = ids(siti, 3)
    siti.says(first, message=one)
    unknown(siti)
    siti.says(second, message=two)
    draft = draft_of(siti)
    assert (draft.answers[question], draft.screen in draft.answers) == (whole, False)
    siti.says("Rahayu", message=three)
    assert draft_of(siti).answers[question].endswith("Rahayu")


def test_with_a_message_in_between_an_unknown_showing_counts_as_seen() -> None:
    siti = at("resolution")
    one, _, three = ids(siti, 3)
    siti.says("Mohon dicairkan", message=one)
    unknown(siti)
    siti.says(NAME, message=three)
    assert draft_of(siti).answers["name"] == NAME


def test_further_pieces_of_a_refused_answer_are_refused_while_the_notice_is_being_sent() -> None:
    siti = at("resolution")
    one, two, three = ids(siti, 3)
    siti.says("a" * 2100, message=one)
    unknown(siti)
    siti.says("b" * 50, message=two)
    siti.says("c" * 50, message=three)
    assert "resolution" not in draft_of(siti).answers
    assert draft_of(siti).screen == "resolution"


def test_the_answer_to_a_question_about_an_answer_may_follow_it_directly() -> None:
    siti = at("name")
    one, two = ids(siti)
    siti.says("Siti", message=one)
    unknown(siti)
    siti.says("Aminah", message=two)
    assert draft_of(siti).answers["name"] == "Siti Aminah"


def test_a_message_written_after_it_answers_the_question() -> None:
    siti = at("resolution")
    siti.says("Mohon dicairkan")
    siti.says(NAME)
    assert draft_of(siti).answers["name"] == NAME


def test_the_end_of_the_story_is_continued_too() -> None:
    siti = at("story")
    one, two, three = ids(siti, 3)
    siti.says("Bantuan belum cair", message=one)
    siti.says("Lanjut", message=two)
    assert siti.says("sejak Januari.", message=three) == ["intake.joined"]
    draft = draft_of(siti)
    assert [part.text for part in draft.story] == ["Bantuan belum cair", "sejak Januari."]
    assert draft.screen == "occurred"


def test_after_a_button_it_is_held_and_the_person_is_asked_what_it_is_for() -> None:
    siti = at("loss_kind")
    (early,) = ids(siti, 1)
    siti.presses("loss_none")
    assert siti.says("Saya minta penjelasan", message=early) == ["followup.what_for"]
    assert "resolution" not in draft_of(siti).answers
    siti.presses("add_to_draft")
    assert draft_of(siti).story[-1].text == "Saya minta penjelasan"


def test_what_does_not_fit_the_previous_answer_is_held() -> None:
    siti = at("name")
    one, two = ids(siti)
    siti.says(NAME, message=one)
    assert siti.says("https://contoh.id/bukti", message=two) == ["followup.what_for"]
    assert draft_of(siti).answers["name"] == NAME


def test_a_question_that_is_shown_again_keeps_its_first_showing() -> None:
    siti = at("resolution")
    siti.says("Mohon dicairkan")
    shown = siti.chat_log.conversation(siti.chat).first_shown
    (early,) = ids(siti, 1)
    siti.commands("lapor")
    siti.presses("resume_draft")
    assert siti.chat_log.conversation(siti.chat).first_shown == shown
    siti.says(NAME, message=early)
    assert draft_of(siti).answers["name"] == NAME


def test_a_reply_and_a_typed_button_are_no_continuation() -> None:
    siti = at("occurred")
    one, two = ids(siti)
    siti.says("12 Maret 2026 di Balai Desa", message=one)
    siti.says("Tidak ada", message=two)
    assert draft_of(siti).answers["loss_kind"] == "none"
    one, two = ids(siti)
    siti.says("Mohon dicairkan", message=one)
    siti.says(NAME, message=two, reply_to=1)
    assert draft_of(siti).answers["name"] == NAME


def test_of_a_messenger_without_order_each_message_answers_the_present_question() -> None:
    siti = at("resolution")
    one, two = ids(siti)
    siti.says("Mohon dicairkan", message=one)
    siti.chat_log.ordered = False
    siti.says(NAME, message=two)
    assert draft_of(siti).answers["name"] == NAME


@pytest.mark.parametrize("lengths", [(2100, 50), (1500, 600), (1500, 600, 40), (2500, 2500, 100)])
def test_a_refused_answer_that_is_too_long_refuses_all_of_its_pieces(lengths: tuple[int, ...]) -> None:
    siti = at("resolution")
    for number, length in zip(ids(siti, len(lengths)), lengths, strict=True):
        siti.says("a" * length, message=number)
    draft = draft_of(siti)
    assert "resolution" not in draft.answers
    assert draft.screen == "resolution"
    siti.says("Mohon dicairkan")
    assert draft_of(siti).answers["resolution"] == "Mohon dicairkan"


def test_a_story_over_its_limit_gets_no_hole() -> None:
    siti = at("story")
    numbers = ids(siti, 4)
    for number, length in zip(numbers, (12_000, 4_000, 8_000, 100), strict=True):
        siti.says("a" * length, message=number)
    assert [len(part.text) for part in draft_of(siti).story] == [12_000, 4_000]
    siti.chat_log.now += timedelta(minutes=1)
    siti.says("Itu saja ceritanya.")
    assert draft_of(siti).story[-1].text == "Itu saja ceritanya."


INCOMPLETE = {
    "name": ("Siti", "Aminah", "Siti Aminah"),
    "address": (
        "Dusun Krajan RT 2 RW 1",
        "Desa Raci, Kecamatan Bangil",
        "Dusun Krajan RT 2 RW 1, Desa Raci, Kecamatan Bangil",
    ),
}


@pytest.mark.parametrize("press", [False, True])
@pytest.mark.parametrize("question", INCOMPLETE)
def test_an_incomplete_answer_is_asked_about_once_and_joined(question: str, *, press: bool) -> None:
    first, second, whole = INCOMPLETE[question]
    siti = at(question)
    assert siti.says(first) == ["intake.is_it_complete"]
    render_all(siti.chat_log.fresh)
    assert labels(last(siti)) == ["complete", "add_to_answer"]
    if press:
        assert siti.presses("add_to_answer") == ["intake.write_the_rest"]
        render_all(siti.chat_log.fresh)
    siti.says(second)
    assert draft_of(siti).answers[question] == whole


@pytest.mark.parametrize("question", INCOMPLETE)
def test_pieces_that_were_sent_before_the_question_whether_it_is_complete_are_joined(question: str) -> None:
    first, second, whole = INCOMPLETE[question]
    siti = at(question)
    one, two = ids(siti)
    siti.says(first, message=one)
    siti.says(second, message=two)
    assert draft_of(siti).answers[question] == whole


@pytest.mark.parametrize("question", INCOMPLETE)
def test_an_incomplete_answer_is_kept_when_it_is_complete(question: str) -> None:
    first, _, _ = INCOMPLETE[question]
    siti = at(question)
    siti.says(first)
    siti.presses("complete")
    assert draft_of(siti).answers[question] == first


def test_a_repeated_whole_answer_is_not_joined_to_its_beginning() -> None:
    siti = at("name")
    siti.says("Siti")
    siti.says(NAME)
    assert draft_of(siti).answers["name"] == NAME


def test_an_edit_of_the_incomplete_answer_replaces_it() -> None:
    siti = at("name")
    siti.says("Sit", message=700)
    siti.edits(700, NAME)
    assert draft_of(siti).answers["name"] == NAME


def test_two_messages_of_one_batch_are_one_answer() -> None:
    siti = at("name")
    chat = siti.chat_log
    one, two = ids(siti)
    siti.says("Siti Nur", message=one)
    chat.keys = {
        key: value for key, value in chat.keys.items() if value != chat.conversation(siti.chat).first_shown
    }
    chat.unsent.add((siti.chat, chat.conversation(siti.chat).first_shown))
    chat.feed(TextReceived(siti.origin(two), "Aminah"))
    assert draft_of(siti).answers["name"] == "Siti Nur Aminah"


def held_early(text: str = "Saya minta penjelasan") -> Actor:
    """A person whose text was written before the present question, and who is asked what it is for."""
    siti = at("loss_kind")
    (early,) = ids(siti, 1)
    siti.presses("loss_none")
    assert siti.says(text, message=early) == ["followup.what_for"]
    render_all(siti.chat_log.fresh)
    return siti


@pytest.mark.parametrize(
    "typed", ["", "Ini jawabannya", "ini jawabannya!", "THIS IS MY ANSWER", "Itu jawaban saya."]
)
def test_a_held_text_is_the_answer_of_the_question_above_after_a_press(typed: str) -> None:
    siti = held_early()
    assert labels(last(siti))[0] == "this_is_the_answer"
    shown = siti.says(typed) if typed else siti.presses("this_is_the_answer")
    assert shown[-1] == "intake.ask_name"
    draft = draft_of(siti)
    assert draft.answers["resolution"] == "Saya minta penjelasan"
    assert siti.chat_log.conversation(siti.chat).held == ()


def test_two_held_texts_are_one_answer() -> None:
    siti = at("loss_kind")
    one, two = ids(siti)
    siti.presses("loss_none")
    siti.says("Saya minta penjelasan", message=one)
    siti.says("secara tertulis", message=two)
    siti.presses("this_is_the_answer")
    assert draft_of(siti).answers["resolution"] == "Saya minta penjelasan\nsecara tertulis"


def test_a_held_text_that_is_no_valid_answer_is_refused_in_words() -> None:
    siti = at("name")
    one, two = ids(siti)
    siti.says(NAME, message=one)
    siti.says("https://contoh.id/bukti", message=two)
    assert siti.presses("this_is_the_answer") == ["intake.problem"]
    assert draft_of(siti).screen == "address"


def test_at_another_question_it_is_asked_again_what_the_text_is_for() -> None:
    siti = held_early()
    old = siti.button("this_is_the_answer")
    siti.says("Mohon dicairkan")
    assert siti.presses_button(old) == ["followup.what_for"]
    assert "name" not in draft_of(siti).answers
    siti.presses("discard")
    assert siti.chat_log.conversation(siti.chat).held == ()


def test_the_other_buttons_of_a_held_text_can_be_typed_too() -> None:
    siti = held_early()
    siti.says("ke isian pengaduan")
    assert draft_of(siti).story[-1].text == "Saya minta penjelasan"
    siti = held_early()
    siti.says("Batal")
    assert siti.chat_log.conversation(siti.chat).held == ()
    assert draft_of(siti).screen == "resolution"


def test_the_draft_s_own_buttons_can_be_typed_below_a_held_text() -> None:
    siti = held_early()
    siti.says("Penjelasan tertulis")
    assert draft_of(siti).answers["resolution"] == "Penjelasan tertulis"


def test_a_press_on_the_button_without_a_held_text_changes_nothing() -> None:
    siti = held_early()
    button = siti.button("this_is_the_answer")
    siti.presses("discard")
    siti.presses_button(button)
    assert siti.chat_log.alert.template == "system.press_outdated"
    assert "resolution" not in draft_of(siti).answers


def test_at_a_screen_without_text_the_answer_is_not_offered() -> None:
    siti = at("summary")
    siti.presses("change")
    siti.presses("change_field", "loss_kind")
    (early,) = ids(siti, 1)
    siti.presses("loss_none")
    assert draft_of(siti).screen == "summary"
    assert siti.says("Mohon segera dibantu", message=early) == ["followup.what_for"]
    assert labels(last(siti))[0] == "add_to_draft"
