"""`aduan check` compares this machine's clock with Telegram's, and with the last certain time."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DatabaseError

from bot.database import kept_time
from bot.database.engine import Database
from bot.operations import check
from bot.operations.check_clock import HeardDates, examine_kept_time
from bot.operations.check_findings import Finding, Level
from bot.simulator.server import Simulator
from tests.integration.test_check import about, config_of, findings, problems
from tests.unit.wrong_clocks import ABSURD, DAY, MINUTE, MONTH, TRUE, WRONG, header

WORDS = {
    3 * MINUTE: "3 minutes ahead of",
    -3 * MINUTE: "3 minutes behind",
    DAY: "24 hours ahead of",
    -DAY: "24 hours behind",
    MONTH: "30 days ahead of",
    -MONTH: "30 days behind",
}


async def test_a_right_clock_is_named(simulator: Simulator, tmp_path: Path) -> None:
    found = await findings(simulator, config_of(simulator, tmp_path))
    assert about(found, "this machine's clock agrees with Telegram's").level is Level.OK


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
async def test_a_wrong_clock_is_a_problem_with_its_difference(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: float
) -> None:
    heard = partial(HeardDates, lambda: time.time() + wrong)
    monkeypatch.setattr("bot.operations.check_telegram.HeardDates", heard)
    (problem,) = await problems(simulator, config_of(simulator, tmp_path))
    assert problem.what == f"this machine's clock is {WORDS[wrong]} Telegram's"
    assert "timedatectl set-ntp true" in problem.advice


@pytest.mark.parametrize("text", ABSURD.values(), ids=ABSURD)
def test_answers_without_a_usable_date_are_a_problem(text: str | None) -> None:
    heard = HeardDates(lambda: TRUE)
    assert list(heard.finding()) == []
    heard.answered(text)
    (problem,) = heard.finding()
    assert problem.level is Level.PROBLEM
    heard.answered(header(TRUE))
    heard.answered(text)
    (fine,) = heard.finding()
    assert fine.level is Level.OK


def _kept(rows: list[tuple[Any, ...]], system: float = TRUE) -> list[Finding]:
    return list(examine_kept_time(lambda _query: rows, lambda: system))


def test_a_clock_behind_the_last_certain_time_is_a_problem_without_telegram() -> None:
    kept = [(kept_time.CERTAIN, str(int(TRUE)))]
    assert _kept(kept) == []
    assert _kept(kept, TRUE + MONTH) == []
    (problem,) = _kept(kept, TRUE - DAY)
    assert problem.what == "this machine's clock is 24 hours behind the bot's last certain time"


@pytest.mark.parametrize("fault", ["differs", "unnamed", "of a later version"])
def test_what_the_running_bot_holds_back_is_a_note(fault: str) -> None:
    (note,) = _kept([(kept_time.FAULT, fault)])
    assert note.level is Level.NOTE
    assert "holds back" in note.what


def test_a_database_that_cannot_be_read_is_reported_elsewhere() -> None:
    def unreadable(_query: str) -> list[tuple[Any, ...]]:
        raise DatabaseError("SELECT", None, Exception("file is not a database"))

    assert list(examine_kept_time(unreadable)) == []


async def test_the_kept_rows_are_read_from_the_store(database: Database) -> None:
    await database.write(lambda c: kept_time.keep_certain(c, TRUE))
    await database.write(lambda c: kept_time.keep_fault(c, "differs"))
    found = list(examine_kept_time(partial(check._read, database.store), lambda: TRUE - MONTH))
    assert [finding.level for finding in found] == [Level.PROBLEM, Level.NOTE]
