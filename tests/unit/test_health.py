"""What is wrong is said in words, from the numbers of one moment."""

from __future__ import annotations

import pytest

from bot.clock.trusted_time import Certainty, Judgement
from bot.database.waiting_work import WaitingWork
from bot.health.judgement import CLOCK_SECONDS, FETCH_SECONDS, NO_SPACE, WRITER_SECONDS, State, problems

LATE = 600.0

# what is so -> the state, the name of the problem, words of its sentence
WRONG: dict[str, tuple[State, str, str]] = {
    "the messenger is silent": (
        State(fetched=FETCH_SECONDS + 1),
        "fetching",
        "no updates could be fetched for 3 minutes, since the last fetch",
    ),
    "the messenger was never reached": (
        State(fetched=FETCH_SECONDS + 1, reached=False),
        "fetching",
        "since the start",
    ),
    "an update waits": (State(unanswered=LATE + 61), "unanswered", "for 11 minutes the oldest update"),
    "a message waits": (State(undelivered=LATE + 1), "undelivered", "for 10 minutes the oldest message"),
    "the writer hangs": (State(writer=WRITER_SECONDS + 1), "writer", "not answered a write for 31 s"),
    "the database is read-only": (State(write_error="OperationalError"), "writer", "(OperationalError)"),
    "the database cannot be read": (State(read_error="DatabaseError"), "reader", "(DatabaseError)"),
    "the clock is ahead": (
        State(clock=Judgement(Certainty.DIFFERS, 31 * 86_400.0), uncertain=CLOCK_SECONDS + 61),
        "clock",
        "this machine's clock is 44640 minutes ahead of the likely time, for 6 minutes: nothing is closed",
    ),
    "the clock is behind": (
        State(clock=Judgement(Certainty.DIFFERS, -180.0), uncertain=CLOCK_SECONDS + 1),
        "clock",
        "this machine's clock is 3 minutes behind the likely time",
    ),
    "the messenger names no time": (
        State(clock=Judgement(Certainty.UNNAMED), uncertain=CLOCK_SECONDS + 1),
        "clock",
        "the messenger answers without the time",
    ),
    "the disk is full": (State(free=5 << 20), "disk", "5 MB are free"),
}

RIGHT: dict[str, State] = {
    "nothing waits": State(fetched=0.0, free=NO_SPACE),
    "a long poll": State(fetched=FETCH_SECONDS),
    "a webhook, at night": State(fetched=None),
    "the clock, a few minutes after the start": State(
        clock=Judgement(Certainty.SILENT), uncertain=CLOCK_SECONDS
    ),
    "a short wait": State(unanswered=LATE, undelivered=LATE),
    "a report holds the writer": State(writer=WRITER_SECONDS),
    "an unknown disk": State(free=None),
    "a notice that reached no one": State(work=WaitingWork(set_aside={"notice": 3})),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named(name: str) -> None:
    state, kind, words = WRONG[name]
    (problem,) = problems(state, LATE)
    assert problem.kind == kind
    assert words in problem.words


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_usual_is_no_problem(name: str) -> None:
    assert problems(RIGHT[name], LATE) == []


def test_several_problems_are_all_named() -> None:
    state = State(
        fetched=1e6, unanswered=1e6, undelivered=1e6, write_error="X", read_error="Y", free=0, uncertain=1e6
    )
    kinds = [problem.kind for problem in problems(state, LATE)]
    assert kinds == ["fetching", "writer", "reader", "disk", "clock", "unanswered", "undelivered"]


def test_without_a_limit_no_age_is_a_problem() -> None:
    assert problems(State(unanswered=1e6, undelivered=1e6), 0) == []
