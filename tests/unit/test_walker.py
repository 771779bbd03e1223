"""The walker answers questions that it does not know, so that a new field breaks no other test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

import pytest

from conversations.catalogue import MESSAGES
from conversations.complaints import kinds
from conversations.complaints.complaint import QUESTIONS, Question, Step, path
from tests.unit.walker import FILED, SAMPLES, Answer, asked, citizen, draft_of, questions_asked, walk

# New field -> the question that it follows, and how it is asked.
NEW: Mapping[str, tuple[str, Question]] = {
    "witness": ("story", Question(Step.STORY, kinds.TEXT, optional=True)),
    "way": ("occurred", Question(Step.OCCURRENCE, kinds.choice(("yes", "no")))),
    "nickname": ("name", Question(Step.NAME, kinds.TEXT)),
    "letter": ("address", Question(Step.ADDRESS, kinds.FILE)),
}


@pytest.fixture
def _longer(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The questionnaire with the new fields. `Complaint` itself ignores their answers."""
    questions, before = cast("dict[str, Question]", QUESTIONS), dict(QUESTIONS)
    for name in NEW:
        monkeypatch.setitem(
            cast("dict[str, frozenset[str]]", MESSAGES),
            f"intake.ask_{name}",
            frozenset({"step", "steps", "current"}),
        )
    questions.clear()
    for field, question in before.items():
        added = {name: new for name, (after, new) in NEW.items() if after == field}
        questions |= {field: question, **added}
    yield
    questions.clear()
    questions |= before


@pytest.mark.usefixtures("_longer")
def test_the_walker_answers_new_questions_by_their_kind() -> None:
    siti = citizen()
    walk(siti, until="sending")
    answers = draft_of(siti).answers
    assert {name: answers[name] for name in ("witness", "way", "nickname")} == {
        "witness": None,
        "way": "yes",
        "nickname": "Contoh jawaban",
    }
    assert answers["letter"][0]["kind"] == "photo"
    assert walk(siti, until="filed") == FILED
    assert questions_asked(siti) == list(path(answers))


@pytest.mark.usefixtures("_longer")
def test_the_walker_gives_a_new_question_the_answer_of_the_test() -> None:
    siti = citizen()
    walk(siti, until="sending", answers={"witness": "Pak RT", "way": "no"})
    answers = draft_of(siti).answers
    assert (answers["witness"], answers["way"]) == ("Pak RT", "no")


REACHED = ("agency", "notice", "service", "story", "loss_kind", "name", "address", "summary", "signing")


@pytest.mark.parametrize("until", REACHED)
def test_the_walker_stops_at_the_question_that_a_test_names(until: str) -> None:
    siti = citizen()
    if until == "agency":
        siti.commands("lapor")
    walk(siti, until=until)
    assert asked(siti) == until


# What is walked -> the answers that lead over questions which most complaints do not have.
DETOURS: dict[str, dict[str, Answer]] = {
    "a loss is described": {"loss_kind": "both"},
    "a place of signing is asked": {"address": "RT 02 RW 01 Gang Nomor 12"},
    "a handler is reported": {"reported_person": "Kepala seksi", "reported_handles": "yes"},
    "no chat may read about the handler": {
        "agency": "bakesbangpol",
        "reported_person": "Kepala seksi",
        "reported_handles": "yes",
    },
    "a phone number is added": {"phone": "081234567890"},
    "optional questions are answered": {"occurred": "yesterday-2026-03-16", "occurred_place": "Balai desa"},
}


@pytest.mark.parametrize("detour", DETOURS)
def test_the_walker_files_by_every_detour(detour: str) -> None:
    siti = citizen()
    assert walk(siti, until="filed", answers=DETOURS[detour]) == FILED
    complaint = siti.chat_log.case().complaint
    assert complaint.phone == ("+6281234567890" if "phone" in DETOURS[detour] else None)


def test_the_walker_goes_on_from_wherever_a_test_left() -> None:
    siti = citizen()
    walk(siti, until="name")
    siti.presses("for_another")
    siti.commands("lapor")
    walk(siti, until="sending")
    assert draft_of(siti).answers["represented_name"] == SAMPLES["represented_name"]


def test_the_walker_names_the_question_whose_answer_was_refused() -> None:
    siti = citizen()
    with pytest.raises(AssertionError, match="'address': the walker's answer was refused"):
        walk(siti, until="summary", answers={"address": "x"})


def test_the_walker_names_the_question_that_was_never_asked() -> None:
    siti = citizen()
    with pytest.raises(AssertionError, match="'loss' was not asked"):
        walk(siti, until="loss")
