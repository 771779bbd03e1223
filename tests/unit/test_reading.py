"""Texts that people type, hostile and ordinary."""

import time
from datetime import date

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


@pytest.mark.parametrize(
    "piece",
    ["1", "12 ", "1-", "a", "di ", "hari ", "pukul 10 ", "\u200b", "DPMD-2026-", "0", "(", " ", "kemarin-"],
)
def test_hostile_lengths_are_read_in_linear_time(piece: str) -> None:
    longest = (f"x{piece * STORY_LIMIT}")[: STORY_LIMIT - 1] + "x"
    started = time.process_time()
    assert read_text(longest, STORY_LIMIT) == longest
    parse_reference(longest)
    for read in (read_name, read_address, read_phone, place_from_address):
        read(longest[:ANSWER_LIMIT])
    read_when(longest[:ANSWER_LIMIT], TODAY)
    assert time.process_time() - started < 1
