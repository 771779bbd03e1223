"""The book of `make texts` shows every message in both languages, with the buttons of its screen."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.wording.rendering import LANGUAGES
from conversations.catalogue import MESSAGES
from conversations.complaints.complaint import QUESTIONS
from tests.texts.book import RENDERER, as_html, as_text, key_rows, label_rows
from tests.texts.screens import Screen, screens

# Too many messages without a play mean that the plays no longer lead anywhere.
FEWEST_PLAYED = 90


@pytest.fixture(scope="module")
def book() -> Sequence[Screen]:
    return screens()


def test_every_message_is_in_the_book(book: Sequence[Screen]) -> None:
    assert {screen.message.template for screen in book} == set(MESSAGES)


def test_most_messages_are_played(book: Sequence[Screen]) -> None:
    played = {screen.message.template for screen in book if not screen.sampled}
    assert len(played) >= FEWEST_PLAYED
    assert {f"intake.ask_{field}" for field in QUESTIONS} <= played


def test_the_page_has_each_screen_in_both_languages_with_its_buttons(book: Sequence[Screen]) -> None:
    page = as_html(book)
    for language in LANGUAGES:
        assert page.count(f'<div lang="{language}">') == len(book)
        for screen in book:
            assert RENDERER.text(screen.message, language) in page
            for row in (*label_rows(screen.message, language), *key_rows(screen.message, language)):
                assert all(f"<span>{label}</span>" in page for label in row)


def test_the_plain_book_has_the_languages_side_by_side(book: Sequence[Screen]) -> None:
    (line,) = {line for line in as_text(book).splitlines() if line.startswith("Jawaban mana")}
    assert "Which answer do you want to change?" in line
    assert "[Buat Pengaduan]" in as_text(book)
    assert "[File a complaint]" in as_text(book)
