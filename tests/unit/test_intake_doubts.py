"""A name or address that hardly can be one is asked about once, softly, and never refused."""

from __future__ import annotations

import pytest

from tests.unit.transcript import Actor
from tests.unit.walker import ADDRESS, asked, citizen, draft_of, labels, last, walk

NAMES = [
    "Drs. H. Muhammad Nur Hidayat, S.Pd., M.Si.",
    "Siti Aminah binti Abdul Rahman Wahid",
    "H. Achmad Fauzi bin Haji Abdul Karim Amrullah",
    "Dr. dr. Raden Ayu Sri Wahyuni Kusuma Dewi, Sp.A",
    "Sumiati",
    "R. Ngt. Sri Rahayu, A.Md.Keb.",
    "O'Brien Maria-Theresia, SH, MH",
    "Muhammad Al Fatih Nur Rahman",
    "I Gusti Ngurah Rai",
]
NO_NAMES = [
    "kamu siapa, urusan apa nama saya!!!",
    "Saya Ani, mewakili tetangga saya Pak Sarip",
    "tidak mau",
    "penjelasan tertulis",
    "Siti Aminah?",
    "bantuan desa kami sejak Januari belum cair sama sekali",
    "what is this about",
    "Puas",
]
ADDRESSES = [
    "Krajan RT 2 RW 1, Raci",
    "Jl. Mawar nomor lima Bangil",
    "Perum Griya Indah blok C",
    "Dusun Kaliputih, Gempol",
    "Krajan, Raci, Bangil",
    "Ds. Oro-oro Ombo, Rembang",
]
NO_ADDRESSES = [
    "sudah saya tulis di atas",
    "Siti Aminah",
    "cari sendiri goblok",
    "rumah saya dekat pasar",
    "buat apa alamat desa saya?",
    "I already wrote it above",
]


def at(question: str) -> Actor:
    siti = citizen()
    if question.startswith("represented"):
        walk(siti, until="name")
        siti.presses("for_another")
    walk(siti, until=question)
    return siti


@pytest.mark.parametrize("name", NAMES)
def test_a_name_with_titles_and_degrees_is_a_name(name: str) -> None:
    siti = at("name")
    assert siti.says(name) == ["intake.ask_address"]
    assert draft_of(siti).answers["name"] == name


@pytest.mark.parametrize("name", NO_NAMES)
def test_a_text_that_hardly_is_a_name_is_asked_about_and_not_refused(name: str) -> None:
    siti = at("name")
    assert siti.says(name) == ["intake.confirm_name"]
    assert {"yes", "correct_answer"} <= set(labels(last(siti)))
    assert siti.presses("yes")[0] == "intake.ask_address"
    assert draft_of(siti).answers["name"] == name


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_an_address(address: str) -> None:
    siti = at("address")
    assert siti.says(address)[-1] == "intake.summary"


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_a_text_that_hardly_is_an_address_is_asked_about(address: str) -> None:
    siti = at("address")
    assert siti.says(address) == ["intake.confirm_address"]
    assert siti.says("ya") == ["intake.summary"]
    assert draft_of(siti).answers["address"] == address


def test_another_answer_is_not_asked_about_again() -> None:
    siti = at("name")
    siti.says("siapa kamu")
    assert siti.presses("correct_answer") == ["intake.ask_name"]
    assert siti.says("tidak mau tahu") == ["intake.ask_address"]


def test_a_name_that_follows_the_question_replaces_the_doubtful_one() -> None:
    siti = at("name")
    siti.says("urusan apa!")
    assert siti.says("Siti Aminah") == ["intake.ask_address"]
    assert draft_of(siti).answers["name"] == "Siti Aminah"


def test_an_edit_of_the_doubtful_message_is_the_answer() -> None:
    siti = at("name")
    siti.says("urusan apa!", message=4242)
    assert siti.edits(4242, "Siti Aminah") == ["intake.ask_address"]


def test_whoever_represents_another_person_gets_that_button() -> None:
    siti = at("name")
    siti.says("Ani, mewakili Pak Sarip")
    assert labels(last(siti)) == ["for_another", "yes", "correct_answer"]
    assert siti.presses("for_another") == ["intake.ask_name"]
    assert last(siti).params["represents"]
    assert siti.says("Ani Lestari") == ["intake.ask_represented_name"]


@pytest.mark.parametrize(
    ("question", "typed"),
    [
        ("represented_name", "apa urusanmu"),
        ("represented_name", "Siti Aminah"),  # the name that was just given
        ("represented_address", "sama seperti di atas"),
    ],
)
def test_the_represented_person_is_asked_about_too(question: str, typed: str) -> None:
    siti = at(question)
    assert siti.says(typed) == [f"intake.confirm_{question}"]
    siti.presses("yes")
    assert draft_of(siti).answers[question] == typed


def test_an_address_that_repeats_the_resolution_is_asked_about() -> None:
    siti = at("resolution")
    siti.says("Jalan desa diperbaiki tahun ini")
    walk(siti, until="address")
    assert siti.says("jalan desa diperbaiki tahun ini") == ["intake.confirm_address"]
    siti.presses("correct_answer")
    assert siti.says(ADDRESS) == ["intake.summary"]
    assert asked(siti) == "summary"
