"""Numbers from outside: ASCII digits alone, and none larger than its reader can use."""

from __future__ import annotations

import pytest

from conversations.queries import (
    Listing,
)
from conversations.reading.numbers import MOST_ID, MOST_PAGE, whole
from tests.unit.filed import Desk
from tests.unit.transcript import START

NO_NUMBERS = {
    "empty": "",
    "superscript": "²",
    "Arabic": "٣",
    "full width": "３",
    "sign": "-1",
    "plus": "+1",
    "blank": " 1",
    "line end": "1\n",
    "underscore": "1_0",
    "one too large": "1000001",
    "beyond 64 bits": "1" + "0" * 30,
    "longer than int() reads": "9" * 5000,
    "half of a pair": "\ud800",
}


@pytest.mark.parametrize("name", NO_NUMBERS)
def test_any_other_text_is_no_number(name: str) -> None:
    assert whole(NO_NUMBERS[name], MOST_PAGE) is None


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("007", 7), ("1000000", 1_000_000)])
def test_a_number_up_to_the_bound_is_read(text: str, number: int) -> None:
    assert whole(text, MOST_PAGE) == number


def test_the_furthest_page_and_id_fit_into_63_bits() -> None:
    assert Listing("dpmd", "open", 0, MOST_PAGE, START.date()).page_size * MOST_PAGE < 2**63
    assert whole(str(MOST_ID), MOST_ID) == MOST_ID


@pytest.mark.parametrize("page", [str(10**30), "9" * 5000, "²", "٣"])
def test_a_page_that_is_no_number_is_no_list(page: str) -> None:
    world = Desk()
    world.file()
    world.budi.commands("daftar")
    button = world.budi.button("list_mine")
    forged = type(button)(button.label, "list", button.subject, button.version, f"open,{page}")
    assert world.budi.presses_button(forged) == []
