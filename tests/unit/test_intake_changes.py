"""Answers are changed by Kembali, by Ubah and by an edit of the message; both versions are kept."""

from __future__ import annotations

import pytest

from conversations.complaints.complaint import QUESTIONS, path
from tests.unit.transcript import Actor
from tests.unit.walker import NAME, Answer, asked, change, citizen, draft_of, give, last, walk


def back(siti: Actor) -> None:
    """Press Kembali, which is a key of the keyboard where there is one."""
    if siti.keyboard:
        siti.says("Kembali", "back")
    else:
        siti.presses("back")


def back_to(siti: Actor, question: str) -> None:
    while asked(siti) != question:
        back(siti)


def test_back_keeps_the_answers() -> None:
    siti = citizen()
    walk(siti, until="name", answers={"loss_kind": "none"})
    back_to(siti, "loss_kind")
    assert last(siti).params["current"] == {"word": "loss_none"}
    assert siti.presses("keep_answer") == ["intake.ask_name"]


def test_loss_is_no_longer_described_after_going_back_to_none() -> None:
    siti = citizen()
    walk(siti, until="name", answers={"loss_kind": "both"})
    back_to(siti, "loss_kind")
    siti.presses("loss_none")
    assert asked(siti) == "name"
    walk(siti, until="filed")
    assert siti.chat_log.case().complaint.loss is None


def test_there_is_a_way_back_from_every_question() -> None:
    siti = citizen()
    walk(siti, until="name")
    forward = path(draft_of(siti).answers)
    for question in (*reversed(forward[: forward.index("name")]), "notice", "agency"):
        back(siti)
        assert asked(siti) == question


def test_back_from_the_summary_skips_the_additions() -> None:
    siti = citizen()
    walk(siti, until="summary", answers={"phone": "081234567890"})
    siti.presses("back")
    asked_of_all = [name for name, question in QUESTIONS.items() if not question.addition]
    assert asked(siti) == [name for name in path(draft_of(siti).answers) if name in asked_of_all][-1]


# Field -> what the citizen gives instead, and the answer that is kept.
CHANGES: dict[str, tuple[Answer, str]] = {
    "service": ("adm", "adm"),
    "occurred_place": ("Balai desa", "Balai desa"),
    "loss_kind": ("none", "none"),
    "resolution": ("Uang kembali", "Uang kembali"),
    "name": ("Siti Rohmah", "Siti Rohmah"),
    "address": ("Jl. Mawar 5, Desa Raci, Kec. Bangil", "Jl. Mawar 5, Desa Raci, Kec. Bangil"),
}


@pytest.mark.parametrize("field", CHANGES)
def test_every_answer_can_be_changed_from_the_summary(field: str) -> None:
    given, kept = CHANGES[field]
    siti = citizen()
    walk(siti, until="summary", answers={"loss_kind": "both"})
    change(siti, field)
    assert "intake.summary" in give(siti, given)
    assert draft_of(siti).answers[field] == kept


def test_replaced_answers_are_kept() -> None:
    siti = citizen()
    walk(siti, until="summary")
    change(siti, "name")
    siti.says("Siti Rohmah")
    assert [(entry.field, entry.value) for entry in draft_of(siti).superseded] == [("name", NAME)]


def test_change_that_opens_a_question_asks_it_before_the_summary() -> None:
    siti = citizen()
    walk(siti, until="summary", answers={"loss_kind": "none"})
    change(siti, "loss_kind")
    assert siti.presses("loss_material")[0] == "intake.ask_loss"
    assert siti.says("Rp50.000") == ["intake.summary"]


def test_edited_chat_message_corrects_its_answer() -> None:
    siti = citizen()
    walk(siti, until="name")
    siti.says("Siti Amina", message=777)
    assert siti.edits(777, NAME) == ["intake.edited"]
    walk(siti, until="summary")
    assert draft_of(siti).answers["name"] == NAME


def test_edit_of_a_replaced_answers_message_changes_nothing() -> None:
    siti = citizen()
    walk(siti, until="name")
    siti.says("Siti Amina", message=777)
    walk(siti, until="summary")
    change(siti, "name")
    siti.says(NAME)
    assert siti.edits(777, "Siapa Saja") == ["intake.edit_too_late"]
    assert draft_of(siti).answers["name"] == NAME


def test_edit_after_signing_voids_the_signature() -> None:
    siti = citizen()
    walk(siti, until="story")
    siti.says("Lama", message=700)
    walk(siti, until="sending")
    send = siti.button("send")
    siti.edits(700, "Baru")
    siti.presses_button(send)
    assert siti.chat_log.cases == {}
    assert siti.chat_log.alert.template == "system.press_outdated"
    assert not draft_of(siti).declared
    assert "signature" not in draft_of(siti).answers
