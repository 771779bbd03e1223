"""A small storm with each run of the tests, and the proof that it would tell if invariant 1 were broken."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.crash import planned
from tests.acceptance.crash_run import Plan, storm

SEED = 7


async def test_a_small_storm_loses_nothing(tmp_path: Path) -> None:
    result = await storm(tmp_path, Plan(kills=6, citizens=5, seed=SEED))
    assert result.breaches == []
    assert result.figures["kills"] == 6


async def test_a_bot_killed_just_before_its_commits_loses_nothing(tmp_path: Path) -> None:
    result = await storm(tmp_path, Plan(kills=3, citizens=3, seed=SEED, before_commit=True))
    assert result.breaches == []
    # The last one may find nothing more to be stored.
    assert result.figures["kills"] >= 2


async def test_a_bot_that_acknowledges_before_it_stores_is_found_out(tmp_path: Path) -> None:
    result = await storm(tmp_path, Plan(kills=3, citizens=3, seed=SEED, patience=10.0, unsafe=True))
    assert any(breach.startswith("no answer") for breach in result.breaches)
    assert any("complaints" in breach or "is stuck" in breach for breach in result.breaches)
    assert not any(breach.startswith("the bot ended") for breach in result.breaches)


def test_the_command_line_names_a_storm() -> None:
    plan = planned(["--kills", "2", "--citizens", "1", "--seed", "5", "--unsafe"])
    assert plan == Plan(kills=2, citizens=1, seed=5, unsafe=True)
