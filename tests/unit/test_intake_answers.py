"""A message as the answer to a question: read, refused with the limit, or taken for a button."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.unit.walker import NAME, asked, citizen, draft_of, labels, last, questions_asked, walk


def test_answer_over_its_limit_is_refused_with_the_limit() -> None:
    siti = citizen()
    walk(siti, until="loss", answers={"loss_kind": "material"})
    assert siti.says("x" * 2001) == ["intake.problem"]
    assert last(siti).params["limit"] == 2000
    siti.says("x" * 2000)
    assert draft_of(siti).answers["loss"] == "x" * 2000


def test_typed_wording_of_a_button_acts_as_pressing_it() -> None:
    siti = citizen()
    walk(siti, until="occurred")
    siti.says("Hari ini")
    walk(siti, until="occurred_place")
    siti.says("Lewati")
    walk(siti, until="loss_kind")
    siti.says("Tidak ada")
    walk(siti, until="resolution")
    siti.says("penjelasan tertulis")
    answers = draft_of(siti).answers
    assert answers["occurred"]["day"] == "2026-03-17"  # a Tuesday
    assert (answers["occurred_place"], answers["loss_kind"]) == (None, "none")
    assert answers["resolution"] == "Penjelasan tertulis"


def test_text_where_a_button_is_needed_is_explained() -> None:
    siti = citizen()
    walk(siti, until="loss_kind")
    assert siti.says("banyak") == ["intake.problem"]
    assert last(siti).params["problem"] == "choose_a_button"


def test_old_occurrence_is_accepted_with_a_warning() -> None:
    siti = citizen()
    walk(siti, until="occurred")
    assert siti.says("12 Januari 2026")[0] == "intake.old_occurrence"  # a Monday
    assert draft_of(siti).answers["occurred"]["day"] == "2026-01-12"


def test_future_occurrence_is_refused() -> None:
    siti = citizen()
    walk(siti, until="occurred")
    assert siti.says("18 Maret 2026") == ["intake.problem"]  # Wednesday, which is tomorrow


def test_place_said_with_the_date_is_not_asked_again() -> None:
    siti = citizen()
    walk(siti, until="occurred")
    siti.says("12 Maret 2026 di kantor desa Raci")  # a Thursday
    walk(siti, until="summary")
    assert "occurred_place" not in questions_asked(siti)
    assert "kantor desa Raci" in draft_of(siti).answers["occurred_place"]


@pytest.mark.parametrize(("kind", "described"), [("none", False), ("material", True), ("both", True)])
def test_loss_is_described_only_if_there_is_some(kind: str, described: bool) -> None:
    siti = citizen()
    walk(siti, until="filed", answers={"loss_kind": kind})
    assert ("loss" in questions_asked(siti)) == described
    assert (siti.chat_log.case().complaint.loss is not None) == described


def test_sticker_is_explained_and_the_question_stays() -> None:
    siti = citizen()
    walk(siti, until="name")
    assert siti.sticks() == ["intake.unreadable"]
    assert asked(siti) == "name"
    siti.says(NAME)
    assert draft_of(siti).answers["name"] == NAME


def test_outdated_button_says_so_and_changes_nothing() -> None:
    siti = citizen()
    walk(siti, until="story")
    before = siti.chat_log.conversation(siti.chat)
    siti.presses("choice", "adm")
    assert siti.chat_log.alert.template == "system.press_outdated"
    assert siti.chat_log.conversation(siti.chat).draft == before.draft


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (("ongkos ojek tiga kali",), "material"),
        (("Rp150.000",), "material"),
        (("saya capek menunggu", "dan tidak bisa kerja dua hari"), "immaterial"),
        (("I lost a day of work",), "both"),
    ],
)
def test_words_at_the_kind_of_loss_are_kept_as_the_loss(texts: Sequence[str], kind: str) -> None:
    siti = citizen()
    walk(siti, until="loss_kind")
    for text in texts:
        assert siti.says(text) == ["intake.words_kept"]
        assert "loss_none" in labels(last(siti))
    assert "intake.ask_resolution" in siti.presses(f"loss_{kind}")
    assert draft_of(siti).answers["loss"] == "\n".join(texts)


@pytest.mark.parametrize("text", ["ya", "iya pak", "lanjut", "rugi"])
def test_words_that_describe_no_loss_are_not_kept(text: str) -> None:
    siti = citizen()
    walk(siti, until="loss_kind")
    assert siti.says(text)[-1] in {"intake.problem", "intake.ask_loss_kind"}
    assert "loss" not in draft_of(siti).answers


def test_a_loss_in_words_is_left_out_when_there_is_none() -> None:
    siti = citizen()
    walk(siti, until="loss_kind")
    siti.says("tidak rugi apa apa pak")
    siti.presses("loss_none")
    walk(siti, until="filed")
    assert siti.chat_log.case().complaint.loss is None
