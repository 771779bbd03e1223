"""Texts that people type, hostile and ordinary."""

import time
from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.complaints.references import parse_reference
from conversations.reading.identity import (
    ANSWER_LIMIT,
    Problem,
    place_from_address,
    read_address,
    read_name,
    read_phone,
    read_text,
    read_when,
)

TODAY = date(2026, 11, 17)


STORY_LIMIT = 20_000


FAMILY = "👨\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("  Jalan rusak \n", "Jalan rusak"),
        ("baris satu\r\nbaris dua\rtiga", "baris satu\nbaris dua\ntiga"),
        ("a\tb\x00c\x1b[31m\x85", "a\tbc[31m"),
        (f"{FAMILY} ❤\ufe0f", f"{FAMILY} ❤\ufe0f"),
        ("\u200fمرحبا\u200f", "\u200fمرحبا\u200f"),
        ("<b>&amp;</b> {{ x }}", "<b>&amp;</b> {{ x }}"),
        ("aku wis ngenteni nem wulan", "aku wis ngenteni nem wulan"),
        ("ꦱꦸꦒꦼꦁ", "ꦱꦸꦒꦼꦁ"),
        ("tanda \ud83d rusak", "tanda \ufffd rusak"),
        ("👍", "👍"),
        (".", "."),
        ("", Problem.EMPTY),
        (" \n\t\u00a0\u3000", Problem.EMPTY),
        ("\u200b\u200d\u2060\ufeff\u202e", Problem.EMPTY),
        ("\x00\x01\x1f", Problem.EMPTY),
        ("\u3164\u2800\ufe0f", Problem.EMPTY),
        ("\ufffd \ud83d", Problem.UNREADABLE),
    ],
)
def test_text_is_kept_unless_it_shows_nothing(typed: str, read: str | Problem) -> None:
    assert read_text(typed, STORY_LIMIT) == read


@pytest.mark.parametrize("character", ["a", "😀", "\u0639", "\n"])
def test_the_limit_counts_characters_after_trimming(character: str) -> None:
    answer = f"a{character * 18}b"
    assert read_text(f"  {answer}  ", 20) == answer
    assert read_text(answer, 19) is Problem.TOO_LONG


@given(st.text(), st.integers(1, 40))
def test_what_was_read_is_safe_to_keep_and_reads_the_same_again(typed: str, limit: int) -> None:
    read = read_text(typed, limit)
    if not isinstance(read, Problem):
        assert 0 < len(read) <= limit
        assert "\x00" not in read
        assert read_text(read.encode().decode(), limit) == read


PIECES = (
    "1",
    "12 ",
    "1-",
    "a",
    "di ",
    "hari ",
    "pukul 10 ",
    "\u200b",
    "DPMD-2026-",
    "0",
    "(",
    " ",
    "kemarin-",
)
# Each reader and its longest text.
READERS: dict[str, tuple[Callable[[str], object], int]] = {
    "text": (partial(read_text, limit=STORY_LIMIT), STORY_LIMIT),
    "reference": (parse_reference, STORY_LIMIT),
    "name": (read_name, ANSWER_LIMIT),
    "address": (read_address, ANSWER_LIMIT),
    "place": (place_from_address, ANSWER_LIMIT),
    "phone": (read_phone, ANSWER_LIMIT),
    "when": (partial(read_when, today=TODAY), ANSWER_LIMIT),
}
# Four times the length is four times the work where it is linear, and sixteen times where it is quadratic.
TIMES, MOST, TRIES = 4, 8.0, 4


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize(("read", "limit"), READERS.values(), ids=READERS)
def test_hostile_lengths_are_read_in_linear_time(
    read: Callable[[str], object], limit: int, piece: str
) -> None:
    short, long = _filled(piece, limit // TIMES), _filled(piece, limit)
    # Other processes may slow one of the two down, but not at each try.
    assert any(_work(read, long) < MOST * _work(read, short) for _ in range(TRIES))


def _work(read: Callable[[str], object], typed: str) -> float:
    """The processor time of the quickest of some readings."""

    def once() -> float:
        began = time.process_time()
        read(typed)
        return time.process_time() - began

    return min(once() for _ in range(3))


@pytest.mark.parametrize("piece", PIECES)
def test_the_longest_text_is_kept_as_it_is(piece: str) -> None:
    longest = _filled(piece, STORY_LIMIT)
    assert read_text(longest, STORY_LIMIT) == longest


def _filled(piece: str, length: int) -> str:
    """A text of this length that repeats the piece."""
    return f"x{piece * length}"[: length - 1] + "x"
