"""A small run of faults on three machines in each run of the tests, and checks of what finds violations."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.simulator.api.dispatch import Call
from tests.acceptance.callers import Made
from tests.acceptance.failover import planned
from tests.acceptance.failover_faults import FAULTS, order
from tests.acceptance.failover_run import Plan, Reign, failover_run, overlaps, reigns_of
from tests.acceptance.machines import Supervised
from tests.postgres_server import Server
from tests.standbys import Member

SEED = 7
# A loaded machine may take longer than the five seconds of `make crash`.
PATIENCE = 60.0


async def test_faults_of_a_leader_lose_nothing(postgres_server: Server, tmp_path: Path) -> None:
    names = ("kill", "session")
    plan = Plan(times=1, people=2, seed=SEED, names=names, patience=PATIENCE, proxies=False, limits=False)
    with postgres_server.fresh(lambda _url: None, "without_tables") as url:
        result = await failover_run(tmp_path, postgres_server, url, plan)
    assert result.violations == []
    assert [*result.times] == [*names]
    assert result.figures["leaders one after another"] == 3
    assert result.figures["complaints with a receipt"] >= 2


@pytest.mark.parametrize(
    ("calls", "found"),
    [
        pytest.param((("1", 11), ("1", 12), ("2", 13), ("2", 14)), 0, id="one after another"),
        pytest.param((("1", 11), ("2", 13), ("1", 14)), 1, id="after the next one has begun"),
        pytest.param((("1", 11), ("2", 13), ("1", 21)), 0, id="started again"),
        pytest.param((("1", 11), ("2", 13), ("1", 21), ("2", 22)), 1, id="after the next start"),
    ],
)
def test_two_leaders_at_a_time_are_found(calls: tuple[tuple[str, int], ...], found: int) -> None:
    machines = [_machine(10, 20), _machine(10)]
    made = [Made(caller, Call("sendMessage", {}, float(at))) for caller, at in calls]
    assert len(overlaps(reigns_of(made, machines))) == found


def test_a_run_that_calls_longer_than_two_others_is_found_once_for_each() -> None:
    reigns = [Reign("1", 1, 10, 20), Reign("2", 1, 12, 14), Reign("3", 1, 15, 16)]
    assert len(overlaps(reigns)) == 2


def test_the_command_line_makes_a_plan() -> None:
    plan = planned(["--faults", "2", "--people", "3", "--seed", "5", "--only", "kill"])
    assert plan == Plan(times=2, people=3, seed=5, names=("kill",))
    assert set(planned([]).names) == set(FAULTS)


def test_the_kinds_of_faults_take_turns() -> None:
    assert order(["kill", "stop"], 2) == ["kill", "stop", "kill", "stop"]


def _machine(*starts: float) -> Supervised:
    return Supervised(Member(None, ""), [*starts])  # type: ignore[arg-type]
