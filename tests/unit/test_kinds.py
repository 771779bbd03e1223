"""Each kind of question: what its choices answer, what a text is to it, and how its answer is printed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from conversations.complaints.complaint import QUESTIONS
from conversations.complaints.kind import Reading
from conversations.complaints.shown_answers import shown
from conversations.reading.identity import Problem
from tests.unit.transcript import agency
from tests.unit.walker import citizen, walk

TUESDAY = date(2026, 3, 17)
AGENCY = agency("dpmd")
SERVICE = AGENCY.services[0]
READING = Reading(TUESDAY, 2000)
DAY = {"text": "2026-03-16", "day": "2026-03-16", "place": None, "said": None}
PHOTO = [{"kind": "photo", "file": "f1"}]

# field, what its button carries, the answer that is stored, how it is printed
PRESSED = [
    ("service", SERVICE.id, SERVICE.id, {"text": SERVICE.name}),
    ("occurred", "yesterday-2026-03-16", DAY, {"day": "2026-03-16"}),
    ("loss_kind", "none", "none", {"word": "loss_none"}),
    ("resolution", "0", AGENCY.resolutions[0], {"text": AGENCY.resolutions[0]}),
    ("reported_handles", "unsure", "unsure", {"word": "unsure"}),
]


@pytest.mark.parametrize(("field", "value", "answer", "printed"), PRESSED, ids=[row[0] for row in PRESSED])
def test_a_press_gives_the_answer_that_is_printed(
    field: str, value: str, answer: object, printed: dict[str, str]
) -> None:
    kind = QUESTIONS[field].kind
    assert kind.pressed(value, AGENCY, TUESDAY) == answer
    assert kind.chat(answer, AGENCY) == printed


@pytest.mark.parametrize("field", QUESTIONS)
@pytest.mark.parametrize("value", ["", "-1", "99", "²", "today!", "unknown"])
def test_a_press_that_is_not_offered_is_no_answer(field: str, value: str) -> None:
    assert QUESTIONS[field].kind.pressed(value, AGENCY, TUESDAY) is None


# field, text, answer
TYPED: list[tuple[str, str, Any]] = [
    ("service", "Surat pengantar", "Surat pengantar"),
    (
        "occurred",
        "12 Maret 2026",
        {"text": "12 Maret 2026", "day": "2026-03-12", "place": None, "said": None},
    ),
    (
        "occurred",
        "minggu lalu",
        {"text": "minggu lalu", "day": None, "place": None, "said": "2026-03-17"},
    ),
    ("occurred_place", "Balai desa", "Balai desa"),
    ("loss", "  Rp50.000 ", "Rp50.000"),
    ("name", "@siti", Problem.NAME_NOT_A_NAME),
    ("address", "Bangil", Problem.ADDRESS_TOO_SHORT),
    ("phone", "0812 3456 7890", "+6281234567890"),
]


@pytest.mark.parametrize(("field", "text", "answer"), TYPED, ids=[row[1] for row in TYPED])
def test_a_text_is_read_as_the_kind_says(field: str, text: str, answer: object) -> None:
    read = QUESTIONS[field].kind.read
    assert read
    assert read(text, READING) == answer


PRINTED: list[tuple[str, Any, dict[str, Any]]] = [
    ("phone", None, {"word": "skipped"}),
    ("power_of_attorney", PHOTO, {"word": "kind_photo"}),
    ("occurred", {"text": "dulu", "day": None, "place": None}, {"text": "dulu"}),  # stored before "said"
    ("occurred", {"text": "dulu", "day": None, "said": "2026-03-17"}, {"text": "dulu", "said": "2026-03-17"}),
    ("service", "Layanan surat", {"text": "Layanan surat"}),
]


@pytest.mark.parametrize(("field", "answer", "printed"), PRINTED, ids=[row[0] for row in PRINTED])
def test_an_answer_is_printed_as_the_kind_says(field: str, answer: object, printed: dict[str, str]) -> None:
    assert shown(field, answer, AGENCY) == printed


def test_an_old_day_is_warned_of_and_its_place_is_kept() -> None:
    answer = {"text": "12 Januari 2026 di balai desa", "day": "2026-01-12", "place": "balai desa"}
    follows = QUESTIONS["occurred"].kind.follows(answer, TUESDAY)
    assert (follows.place, follows.warning) == ("balai desa", "old_occurrence")


def test_a_text_is_no_power_of_attorney() -> None:
    siti = citizen()
    walk(siti, until="name")
    siti.presses("for_another")
    walk(siti, until="power_of_attorney")
    assert siti.says("suratnya di rumah") == ["intake.problem"]
    assert siti.presses("send_later")[0] == "intake.ask_address"
    assert walk(siti, until="summary")[-1] == "intake.summary"
