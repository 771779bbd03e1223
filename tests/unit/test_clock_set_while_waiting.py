"""What lasts for a while lasts so long, although the clock is set in between: no one is locked out."""

from __future__ import annotations

import time

import pytest

from bot.database.outbox_rows import Kind, OutboxRow
from bot.files import tries
from bot.outbox.queues import delay_of
from conversations.complaints.case import Case
from tests.unit.filed import Desk
from tests.unit.wrong_clocks import DAY, MONTH

STRANGER = 4444
# A stored time, in seconds from now -> the longest that is waited for it, in seconds.
MESSAGES = {60: 60, 600: 600, 1000: 0, DAY: 0, DAY - 60: 0, MONTH: 0, -60: 0, -MONTH: 0, float("inf"): 0}
FILES = {60: 60, 3600: 3600, 3700: 0, DAY: 0, DAY - 60: 0, MONTH: 0, -60: 0, -MONTH: 0, float("inf"): 0}


@pytest.mark.parametrize(("ahead", "waits"), MESSAGES.items())
def test_a_failed_message_waits_at_most_as_long_as_a_failure_makes_it(ahead: float, waits: float) -> None:
    row = OutboxRow(1, 7, 0, Kind.SEND, "", 0.0, not_before=time.time() + ahead)
    assert delay_of(row) == pytest.approx(waits, abs=5)


@pytest.mark.parametrize(("ahead", "waits"), FILES.items())
def test_a_failed_file_waits_at_most_as_long_as_a_failure_makes_it(ahead: float, waits: float) -> None:
    assert tries.seconds_left(time.time() + ahead) == pytest.approx(waits, abs=5)


def _tried(world: Desk, case: Case, times: int) -> None:
    stranger = world.chat.person(STRANGER, "Orang Lain")
    stranger.commands("status", case.reference)
    for _ in range(times):
        stranger.says("WRONG234")


@pytest.mark.parametrize("back", [60 * 24, 60 * 24 * 30])
def test_a_lock_that_a_clock_ahead_has_set_ends_when_the_clock_is_right(back: int) -> None:
    world = Desk()
    case = world.file()
    _tried(world, case, 5)
    world.later(minutes=-back)
    stranger = world.chat.person(STRANGER, "Orang Lain")
    assert stranger.commands("status", case.reference) == ["followup.ask_code"]


@pytest.mark.parametrize("back", [1, 30, 59])
def test_a_clock_that_is_set_back_a_little_neither_ends_a_lock_nor_forgets_tries(back: int) -> None:
    world = Desk()
    case = world.file()
    _tried(world, case, 4)
    world.later(minutes=-back)
    _tried(world, case, 1)
    world.later(minutes=-back)
    stranger = world.chat.person(STRANGER, "Orang Lain")
    assert stranger.commands("status", case.reference) == ["followup.locked"]


@pytest.mark.parametrize("back", [30, 60 * 24, 60 * 24 * 30])
def test_a_link_that_a_clock_ahead_has_given_ends_when_the_clock_is_right(back: int) -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "identity")
    private, argument = world.private(world.budi), f"identity-{case.id}"
    assert private.commands("start", argument) == ["desk.identity"]
    world.later(minutes=-back)
    unknown = private.commands("start", "identity-entahapa")
    assert private.commands("start", argument) == unknown
