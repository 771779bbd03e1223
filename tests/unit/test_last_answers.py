"""Name and address of the account's last complaint are offered for the next one."""

from __future__ import annotations

import pytest

from tests.unit.filed import LANGUAGES, render_all, wording
from tests.unit.transcript import Actor
from tests.unit.walker import ADDRESS, NAME, citizen, draft_of, labels, last, questions_asked, walk


def at_name() -> Actor:
    siti = citizen()
    walk(siti, until="filed")
    walk(siti, until="name")
    return siti


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_are_shown_and_taken_by_one_press_each(language: str) -> None:
    siti = at_name()
    assert NAME in wording(last(siti), language)
    assert siti.presses("use_last")[0] == "intake.ask_address"
    assert ADDRESS in wording(last(siti), language)
    assert siti.presses("use_last")[0] == "intake.summary"
    assert (draft_of(siti).answers["name"], draft_of(siti).answers["address"]) == (NAME, ADDRESS)
    render_all(siti.chat_log.effects)


@pytest.mark.parametrize("text", ["Pakai yang terakhir", "sama saja", "SAMA", "yang terakhir, Bu"])
def test_the_button_can_be_typed(text: str) -> None:
    siti = at_name()
    assert siti.says(text)[0] == "intake.ask_address"
    assert draft_of(siti).answers["name"] == NAME


def test_another_name_can_be_typed_instead() -> None:
    siti = at_name()
    siti.says("Ahmad Fauzi")
    assert draft_of(siti).answers["name"] == "Ahmad Fauzi"


def test_the_newest_complaint_counts() -> None:
    siti = at_name()
    walk(siti, until="filed", answers={"name": "Ahmad Fauzi"})
    walk(siti, until="name")
    assert "Ahmad Fauzi" in wording(last(siti))


def test_they_are_not_offered_in_the_first_complaint_or_to_another_account() -> None:
    siti = at_name()
    budi = siti.chat_log.person(6001)
    walk(budi, until="name")
    assert "use_last" not in labels(last(budi))
    assert last(budi).params["last"] == ""


@pytest.mark.parametrize("field", ["represented_name", "represented_address"])
def test_they_are_not_offered_for_the_represented_person(field: str) -> None:
    siti = at_name()
    siti.presses("for_another")
    walk(siti, until=field)
    assert "use_last" not in labels(last(siti))


def test_an_answer_that_is_changed_is_not_mixed_with_the_last_one() -> None:
    siti = at_name()
    walk(siti, until="summary", answers={"name": "Ahmad Fauzi"})
    siti.presses("change")
    siti.presses("change_field", "name")
    assert "use_last" not in labels(last(siti))
    assert "name" in questions_asked(siti)


def test_privacy_shows_them() -> None:
    siti = at_name()
    siti.commands("privasi")
    assert f"Nama lengkap: {NAME}" in wording(last(siti))
