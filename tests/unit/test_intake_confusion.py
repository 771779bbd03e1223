"""A text that answers nothing is never an answer: the question is explained and asked again."""

from __future__ import annotations

import pytest

from tests.unit.walker import Answer, asked, citizen, draft_of, labels, last, walk

CONFUSED = [
    *("?", "maksudnya apa", "BINGUNG!!", "apa ini?", "gimana pak"),
    *("tolong", "help me", "kulo mboten ngertos", "🙏", "..."),
]
QUESTIONS = (
    *("service", "story", "occurred", "occurred_place", "loss_kind", "resolution", "name", "address"),
    *("summary", "signing"),
)
REPRESENTING: dict[str, Answer] = {"name": lambda siti: siti.presses("for_another")}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_confused_person_gets_the_question_in_plainer_words(question: str) -> None:
    siti = citizen()
    walk(siti, until=question)
    before, offered = draft_of(siti), set(labels(last(siti)))
    for typed in CONFUSED:
        assert f"explain.{question}" in siti.says(typed)
        assert (asked(siti), draft_of(siti).answers) == (question, before.answers)
        assert draft_of(siti).story == before.story
        assert set(labels(last(siti))) == offered
    assert bool(siti.keyboard) == (question == "story")


@pytest.mark.parametrize(
    ("question", "screen"), [("summary", "intake.summary"), ("signing", "intake.signing")]
)
def test_answers_and_declaration_are_shown_below_their_explanation(question: str, screen: str) -> None:
    siti = citizen()
    walk(siti, until=question)
    assert siti.says("maksudnya apa") == [f"explain.{question}", screen]


@pytest.mark.parametrize("typed", ["0", "99", " 20. ", "٣"])
def test_a_number_that_no_choice_has_names_no_service(typed: str) -> None:
    siti = citizen()
    walk(siti, until="service")
    assert siti.says(typed) == ["explain.service"]
    assert asked(siti) == "service"


@pytest.mark.parametrize("question", ["service", "occurred", "name", "address"])
def test_the_explanation_names_the_agencys_telephone(question: str) -> None:
    siti = citizen()
    walk(siti, until=question)
    siti.says("bingung")
    assert last(siti).params["phones"] == ["(0343) 749035"]


@pytest.mark.parametrize("typed", CONFUSED)
def test_agency_and_notice_are_explained_too(typed: str) -> None:
    siti = citizen()
    siti.commands("lapor")
    assert siti.says(typed)[-1] == "explain.agency"
    assert last(siti).params["phones"] == ["DPMD (0343) 749035", "BAKESBANGPOL (0343) 749035"]
    siti.presses("choice", "dpmd")
    assert siti.says(typed)[-2:] == ["explain.notice", "intake.notice"]
    siti.presses("understood")
    assert asked(siti) == "service"


@pytest.mark.parametrize("question", ["represented_name", "represented_address", "power_of_attorney"])
def test_the_represented_person_is_explained_too(question: str) -> None:
    siti = citizen()
    walk(siti, until="name")
    siti.presses("for_another")
    walk(siti, until=question)
    assert siti.says("maksudnya?") == [f"explain.{question}"]


@pytest.mark.parametrize(
    ("addition", "question"), [("add_phone", "phone"), ("add_reported_person", "reported_person")]
)
def test_additions_are_explained_too(addition: str, question: str) -> None:
    siti = citizen()
    walk(siti, until="summary")
    siti.presses("add_optional")
    siti.presses(addition)
    assert siti.says("maksudnya?") == [f"explain.{question}"]
    assert siti.keyboard == (["share_phone", "back", "cancel"] if question == "phone" else [])


@pytest.mark.parametrize("typed", ["?", "!!!", "🙏🙏"])
def test_an_answer_is_not_changed_to_one_without_a_word(typed: str) -> None:
    siti = citizen()
    walk(siti, until="resolution")
    siti.says("Bantuan dicairkan", message=4242)
    assert siti.edits(4242, typed) == ["intake.problem"]
    assert draft_of(siti).answers["resolution"] == "Bantuan dicairkan"


@pytest.mark.parametrize("typed", ["banyak", "pokoknya", "anu"])
def test_a_text_where_a_button_is_needed_brings_the_buttons_again(typed: str) -> None:
    siti = citizen()
    walk(siti, until="loss_kind")
    assert siti.says(typed) == ["intake.problem"]
    assert "loss_none" in labels(last(siti))
    siti.presses("loss_none")
    walk(siti, until="summary")
    assert siti.says(typed) == ["intake.press_a_button"]
    assert "continue_to_signing" in labels(last(siti))


def test_a_word_among_others_is_an_answer() -> None:
    siti = citizen()
    walk(siti, until="story")
    siti.says("Tolong perbaiki jalan di dusun kami, saya bingung harus ke mana?")
    assert len(draft_of(siti).story) == 1
