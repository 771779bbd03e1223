"""The words and the days of a search, and the words by which a case is found."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from conversations.complaints.case import Case, Contribution, Purpose, Recall
from conversations.complaints.case_words import MOST_FILED, MOST_SINCE, words_of
from conversations.complaints.complaint import QUESTIONS, Part
from conversations.complaints.completion import Supplement
from conversations.reading.searched import LONGEST, Period, read_period, some_words, words
from tests.unit.filed import Desk, complaint
from tests.unit.transcript import START

TODAY = date(2026, 3, 17)  # a Tuesday

WORDS = {
    "Bantuan belum CAIR!": ["bantuan", "cair"],
    "RT 02 di ds. Raci": ["raci"],
    "jum'at": ["jum"],
    "100% _ ' OR 1=1; DROP TABLE": ["100", "drop", "table"],
    "\U0001f6a7\U0001f6a7": [],
    "": [],
    "yang sudah itu": [],
    "bantuan bantuan": ["bantuan", "bantuan"],
    "ﬁsik": ["fisik"],
    "\u202eنبيل\u202c rusak": ["نبيل", "rusak"],
    "x" * 4000: ["x" * LONGEST],
    "telepon 081234567890": ["telepon"],
    "NIK 3514000000000001": ["nik"],
    "tahun 2026": ["tahun", "2026"],
}


@pytest.mark.parametrize("text", WORDS, ids=lambda text: text[:12])
def test_words_of_a_text(text: str) -> None:
    assert list(words(text)) == WORDS[text]


def test_only_some_different_words_are_taken() -> None:
    assert some_words("satu dua satu tiga", 2) == (("satu", "dua"), True)
    assert some_words("satu dua satu", 2) == (("satu", "dua"), False)
    assert some_words(" ".join(f"kata{n}" for n in range(1000)), 8)[1]


PERIODS = {
    "17 Maret": (date(2026, 3, 17), date(2026, 3, 17), ""),
    "17-03-2026": (date(2026, 3, 17), date(2026, 3, 17), ""),
    "18 Maret": (date(2025, 3, 18), date(2025, 3, 18), ""),
    "kemarin": (date(2026, 3, 16), date(2026, 3, 16), ""),
    "hari ini": (TODAY, TODAY, ""),
    "Maret 2026": (date(2026, 3, 1), date(2026, 3, 31), ""),
    "februari 2024": (date(2024, 2, 1), date(2024, 2, 29), ""),
    "Desember 2025 jalan": (date(2025, 12, 1), date(2025, 12, 31), "jalan"),
    "jembatan 5 Januari 2026 rusak": (date(2026, 1, 5), date(2026, 1, 5), "jembatan rusak"),
    "Desember 9999": (date(9999, 12, 1), date(9999, 12, 31), ""),
    **dict.fromkeys(("jalan", "2026", "42", "31-02-2026", "Maret", "Maret 0001", "18-03-2026", "besok")),
}


@pytest.mark.parametrize("text", PERIODS)
def test_days_of_a_text(text: str) -> None:
    found = read_period(text, TODAY)
    assert (found and (found.first, found.last, " ".join(found.rest.split()))) == PERIODS[text]


def test_a_date_without_a_day_is_no_period() -> None:
    assert read_period("", TODAY) is None
    assert read_period("x" * 4000, TODAY) is None
    assert isinstance(read_period("1 Maret " * 500, TODAY), Period)


def _case(**changes: Any) -> Case:
    return Desk().file(**changes)


def test_a_case_has_the_words_that_its_group_reads() -> None:
    found = words_of(_case())
    assert {"bantuan", "februari", "cair", "penjelasan", "tertulis", "300", "000", "blt", "balai"} <= found
    assert found & {"material", "belum"} == set()


def test_a_case_has_no_word_of_an_answer_about_the_person() -> None:
    marks = {name: f"zz{name.replace('_', '')}" for name, question in QUESTIONS.items() if question.personal}
    personal = {name: mark for name, mark in marks.items() if name != "power_of_attorney"}
    case = _case(complaint=complaint(**personal, represents=True))
    assert words_of(case)
    assert words_of(case) & set(personal.values()) == set()


def test_the_complainants_name_is_no_word_wherever_it_is_written() -> None:
    story = (Part(message=1, at=START, text="Saya Siti Aminah, telepon 081234567890, jalan rusak"),)
    case = _case(complaint=complaint(story=story, represents=True, represented_name="Slamet Riyadi"))
    note = Part(message=2, at=START, text="Ditelepon, Pak Slamet belum di rumah", forwarded="Joko")
    case = case.model_copy(
        update={"thread": (Contribution(purpose=Purpose.NOTE, by="Rina", at=START, parts=(note,)),)}
    )
    found = words_of(case)
    assert {"telepon", "jalan", "rusak", "ditelepon", "rumah"} <= found
    assert found & {"siti", "aminah", "081234567890", "slamet", "riyadi", "joko", "rina"} == set()


def test_what_completed_a_complaint_is_found_without_the_names_in_it() -> None:
    part = Part(message=4, at=START, text="Pompa air dari Pak Joko mati")
    answers = {"name": "Joko Susilo", "address": "Dusun Melati", "resolution": "Diganti", "loss_kind": "both"}
    given = Supplement(items=("name",), answers=answers, story=(part,), at=START, signature="Joko Susilo")
    found = words_of(_case(supplements=(given,)))
    assert {"pompa", "air", "diganti"} <= found
    assert found & {"joko", "susilo", "melati", "both"} == set()


def test_a_confidential_case_has_words_in_the_restricted_chat_alone() -> None:
    assert words_of(_case(confidential=True)) == frozenset()
    assert "bantuan" in words_of(_case(confidential=True, restricted=True))


def test_a_recalled_message_has_no_words() -> None:
    part = (Part(message=2, at=START, text="Rahasia tetangga"),)
    entry = Contribution(purpose=Purpose.RESPONSE, by="Rina", at=START, parts=part)
    case = _case(thread=(entry,))
    assert "tetangga" in words_of(case)
    recalled = entry.model_copy(update={"recall": Recall(by="Rina", at=START)})
    assert "tetangga" not in words_of(case.model_copy(update={"thread": (recalled,)}))


def test_the_words_of_a_case_are_bounded() -> None:
    long = " ".join(f"kata{number}" for number in range(3000))
    parts = (Part(message=3, at=START, text=long.replace("kata", "lain")),)
    other = Contribution(purpose=Purpose.ADDITION, by="", at=START, parts=parts)
    case = _case(complaint=complaint(story=(Part(message=1, at=START, text=long),)), thread=(other,))
    assert len(words_of(case)) == MOST_FILED + MOST_SINCE
