"""A reply to the morning digest is for the complaint that it quotes, or that it begins with."""

from __future__ import annotations

import pytest

from conversations import keys
from tests.unit.filed import GROUP, Desk

DIGEST = 7001


def with_digest(world: Desk) -> None:
    """The group has a digest, which names several complaints."""
    world.chat.keys[GROUP, DIGEST] = keys.digest("dpmd", restricted=False)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Sudah saya telepon.", "DPMD-2026-0002 \u00b7 Rina"),
        ("Sudah saya telepon.", "Lewat tenggat (1): dpmd-2026-0002"),
        ("DPMD-2026-0002 sudah saya telepon.", ""),
        ("dpmd 2026 2: sudah saya telepon", ""),
    ],
)
def test_a_reply_that_quotes_or_names_one_is_for_that_complaint(text: str, quoted: str) -> None:
    world = Desk()
    world.file()
    case = world.file()
    with_digest(world)
    assert world.budi.says(text, reply_to=DIGEST, quoted=quoted) == ["desk.what_for"]
    world.budi.presses("note")
    assert [entry.purpose for entry in world.now(case).thread] == ["note"]


@pytest.mark.parametrize(
    "text", ["Sudah saya telepon.", "BAKESBANGPOL-2026-0001 sudah", "DPMD-2026-0099 sudah"]
)
def test_a_reply_that_names_none_of_this_group_is_answered_with_the_way(text: str) -> None:
    world = Desk()
    case = world.file()
    with_digest(world)
    assert world.budi.says(text, reply_to=DIGEST) == ["desk.unmatched"]
    assert world.now(case).thread == ()


def test_a_file_with_the_number_in_its_caption_is_for_that_complaint() -> None:
    world = Desk()
    case = world.file()
    with_digest(world)
    assert world.budi.sends(caption=f"{case.reference} foto lokasi", reply_to=DIGEST) == ["desk.what_for"]
