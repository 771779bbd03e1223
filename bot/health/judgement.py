"""Says what is wrong, in words, from the numbers of one moment. Pure.

The judgement is about the real work, not about the process: updates are fetched, each is answered, each
message is delivered, the database takes what is written, the disk has room, the time is certain. It names no
person and no chat.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from bot.clock.trusted_time import Certainty, Judgement
from bot.database.waiting_work import CaseCount, WaitingWork
from bot.health.cut_off import WATCHED

# A long poll lasts 50 seconds, and after a failure the bot waits up to 30 seconds.
FETCH_SECONDS = 180.0
# A turn takes milliseconds; a large report or a backup may hold the writer for some seconds.
WRITER_SECONDS = 30.0
# The messenger confirms the time within seconds of the start; a pause of the machine is settled in minutes.
CLOCK_SECONDS = 300.0
# The default of limits.disk_reserve_megabytes.
NO_SPACE = 200 << 20
MINUTE = 60.0
MEGABYTE = 1 << 20


class Problem(NamedTuple):
    """One thing that is wrong: its name for tools, and a sentence for people."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class State:
    """The bot at one moment. Ages are in seconds; 0 when nothing waits."""

    # Seconds since the last fetch that succeeded, or else since the start; None: nothing is fetched.
    fetched: float | None = None
    # Whether a fetch has succeeded since the start.
    reached: bool = True
    unanswered: float = 0.0
    undelivered: float = 0.0
    # Updates that are being taken now.
    taking: int = 0
    # Tasks of the event loop.
    tasks: int = 0
    # For how long the writer has not answered; 0 when it answers.
    writer: float = 0.0
    # The class of the error of writing or reading; empty when there was none.
    write_error: str = ""
    read_error: str = ""
    # Free bytes on the disk of the database, None when it does not say; and how many are reserved for it.
    free: int | None = None
    reserve: int = NO_SPACE
    # Whether the time is certain now; and for how many seconds it has not been, at most since the start.
    clock: Judgement = field(default_factory=partial(Judgement, Certainty.CERTAIN))
    uncertain: float = 0.0
    # What cuts the bot off from its senders, and for how long.
    cut_off: Mapping[str, float] = field(default_factory=dict)
    work: WaitingWork = field(default_factory=WaitingWork)
    cases: Mapping[str, CaseCount] = field(default_factory=dict)


def problems(state: State, late_seconds: float) -> Sequence[Problem]:
    """What is wrong; an age is late above `late_seconds`, or never when that is 0."""
    found = [*_fetching(state), *_cut_off(state), *_store(state), *_clock(state)]
    for kind, age, what in (
        ("unanswered", state.unanswered, "the oldest update is not answered"),
        ("undelivered", state.undelivered, "the oldest message is not delivered"),
    ):
        if late_seconds and age > late_seconds:
            found.append(Problem(kind, f"for {_minutes(age)} {what}"))
    return found


def _fetching(state: State) -> Sequence[Problem]:
    if state.fetched is None or state.fetched <= FETCH_SECONDS:
        return ()
    since = "the last fetch" if state.reached else "the start"
    return (Problem("fetching", f"no updates could be fetched for {_minutes(state.fetched)}, since {since}"),)


def _cut_off(state: State) -> Sequence[Problem]:
    return [
        Problem(name, f"for {_minutes(age)} {WATCHED[name].words}")
        for name, age in state.cut_off.items()
        if age > WATCHED[name].limit
    ]


def _store(state: State) -> Sequence[Problem]:
    found = []
    if state.write_error:
        found.append(Problem("writer", f"the database takes no writing ({state.write_error})"))
    elif state.writer > WRITER_SECONDS:
        found.append(Problem("writer", f"the database has not answered a write for {state.writer:.0f} s"))
    if state.read_error:
        found.append(Problem("reader", f"the database cannot be read ({state.read_error})"))
    if state.free is not None and state.free < state.reserve:
        found.append(Problem("disk", f"{state.free // MEGABYTE} MB are free on the disk of the database"))
    return found


def _clock(state: State) -> Sequence[Problem]:
    if state.uncertain <= CLOCK_SECONDS:
        return ()
    since = f"{clock_words(state.clock)}, for {_minutes(state.uncertain)}"
    return (Problem("clock", f"{since}: nothing is closed or deleted by the clock"),)


def clock_words(clock: Judgement) -> str:
    """Whether the time is certain, and why it is not."""
    ahead = "ahead of" if clock.ahead > 0 else "behind"
    differs = f"this machine's clock is {_minutes(abs(clock.ahead))} {ahead} the likely time"
    words = {
        Certainty.CERTAIN: "the time is certain",
        Certainty.DIFFERS: differs,
        Certainty.UNNAMED: "the messenger answers without the time",
        Certainty.SILENT: "the messenger has not confirmed the time",
    }
    return words[clock.certainty]


def _minutes(seconds: float) -> str:
    minutes = int(seconds // MINUTE)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
