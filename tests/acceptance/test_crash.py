"""A small run of kills in each run of the tests, and a check that it finds a broken invariant 1."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.crash import planned
from tests.acceptance.crash_run import Plan, crash_run

SEED = 7


async def test_random_kills_lose_nothing(tmp_path: Path) -> None:
    result = await crash_run(tmp_path, Plan(kills=6, citizens=5, seed=SEED))
    assert result.violations == []
    assert result.figures["kills"] == 6


async def test_a_bot_killed_just_before_its_commits_loses_nothing(tmp_path: Path) -> None:
    result = await crash_run(tmp_path, Plan(kills=3, citizens=3, seed=SEED, before_commit=True))
    assert result.violations == []
    # The last one may find nothing more to be stored.
    assert result.figures["kills"] >= 2


async def test_a_bot_that_acknowledges_before_it_stores_is_found(tmp_path: Path) -> None:
    result = await crash_run(tmp_path, Plan(kills=3, citizens=3, seed=SEED, patience=5.0, unsafe=True))
    assert any(violation.startswith("no answer") for violation in result.violations)
    assert any("complaints" in violation or "is stuck" in violation for violation in result.violations)
    assert not any(violation.startswith("the bot ended") for violation in result.violations)


def test_the_command_line_makes_a_plan() -> None:
    plan = planned(["--kills", "2", "--citizens", "1", "--seed", "5", "--unsafe"])
    assert plan == Plan(kills=2, citizens=1, seed=5, unsafe=True)


def test_without_a_number_of_citizens_there_is_one_for_three_kills() -> None:
    assert [planned(["--kills", str(kills)]).citizens for kills in (1, 60, 1000)] == [1, 20, 333]
