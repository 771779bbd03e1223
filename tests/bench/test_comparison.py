"""Which bots are measured under which loads, and how long that takes."""

import asyncio
from itertools import count

import pytest

from bot.simulator.state.chats import Chat
from tests.bench.citizens import about
from tests.bench.comparison import (
    ALL,
    PLANS,
    QUICK,
    Plan,
    chosen,
    ordered,
    programs_of,
    run_seconds,
    total_seconds,
    with_sizes,
)
from tests.bench.load import Load
from tests.bench.measuring import CountedLimits

MOST_MINUTES = 25


def test_everything_takes_at_most_25_minutes() -> None:
    assert 15 < total_seconds(PLANS) / 60 < MOST_MINUTES
    assert total_seconds(QUICK) < 180


def test_every_bot_is_measured_at_50_citizens() -> None:
    measured = [bot for plan in PLANS if plan.load == Load(50) for bot in plan.bots]
    assert sorted(measured) == sorted(ALL)


def test_options_leave_some_of_the_plans() -> None:
    [plan] = chosen(PLANS, [200], ["aduan", "single"], 0)
    assert plan == Plan(Load(200), ("aduan",))
    assert {one.repetitions for one in chosen(PLANS, [], ["plain"], 2)} == {2}
    assert chosen(PLANS, [], [], 0) == [*PLANS]


def test_another_number_of_citizens_is_a_load_of_its_own() -> None:
    kept = with_sizes([], [7], ["plain"])
    assert kept == [Plan(Load(7), ("plain",))]
    assert with_sizes(PLANS, [50], []) == [*PLANS]


def test_another_bot_runs_first_in_each_repetition() -> None:
    assert [ordered(["a", "b", "c"], number)[0] for number in range(4)] == ["a", "b", "c", "a"]


def test_the_start_of_each_program_is_measured_once() -> None:
    assert programs_of(PLANS) == ["aduan", "plain", "aiogram", "echo"]
    assert programs_of([Plan(Load(1), ("paced",))]) == ["paced"]


def test_the_paced_bot_takes_as_long_as_the_limits_of_the_group_make_it() -> None:
    assert run_seconds("paced", Load(80)) > 60 * 4
    assert run_seconds("aduan", Load(80)) < 60


@pytest.mark.parametrize(
    ("load", "title"),
    [
        (Load(10, one_by_one=True), "1 citizen at a time"),
        (Load(30, thinking=1.0), "30 citizens, thinking 1 s"),
        (Load(1000), "1,000 citizens at once"),
    ],
)
def test_a_load_is_named_in_words(load: Load, title: str) -> None:
    assert load.title == title


def test_counted_limits_refuse_nothing_and_count_what_telegram_would_refuse() -> None:
    moments = count()
    limits = CountedLimits(clock=lambda: next(moments) / 100)
    chat = Chat({"id": 1, "type": "private"})
    assert {limits.spend(chat) for _ in range(7)} == {0}
    assert limits.refused == 2


async def test_people_think_the_same_in_every_run(monkeypatch: pytest.MonkeyPatch) -> None:
    waited = list[float]()

    async def slept(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", slept)
    for _ in range(2):
        think = about(1.0, seed=3)
        await think()
        await think()
    assert waited[:2] == waited[2:]
    assert all(0.5 <= seconds <= 1.5 for seconds in waited)
