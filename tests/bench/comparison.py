"""The bots under the loads: who is measured with how many citizens, how often, and how long that takes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.bench.figures import Run, Start, start_table, table
from tests.bench.load import BOTS, Load
from tests.bench.measuring import measure, measure_start
from tests.bench.recorder import record
from tests.bench.recording import Recording

# The seconds of one complaint at once, and those of a start and an end, on two quiet processors.
COMPLAINT_SECONDS = {
    "aduan": 0.14,
    "paced": 0.14,
    "plain": 0.24,
    "single": 0.16,
    "aiogram": 0.13,
    "echo": 0.22,
}
RUN_SECONDS, START_SECONDS, RECORD_SECONDS, ACTS = 7.0, 7.0, 70.0, 18
STARTS = 3
# Cards a minute that the real bot posts to a group while no officer asks for something.
CARDS_A_MINUTE = 16


@dataclass(frozen=True)
class Plan:
    """One load, the bots that are measured under it, and how often."""

    load: Load
    bots: tuple[str, ...]
    repetitions: int = 1

    def seconds(self) -> float:
        """Return about how long it takes."""
        return self.repetitions * sum(run_seconds(bot, self.load) for bot in self.bots)


ALL = ("aduan", "paced", "plain", "single", "aiogram", "echo")
UNPACED_BOTS = ("aduan", "plain", "single", "aiogram", "echo")
PLANS = (
    Plan(Load(10, one_by_one=True), UNPACED_BOTS),
    Plan(Load(30, thinking=1.0), ("paced", "aduan", "plain", "aiogram")),
    Plan(Load(50), UNPACED_BOTS, repetitions=3),
    Plan(Load(50), ("paced",)),
    Plan(Load(200), ("aduan", "plain", "aiogram", "echo")),
    Plan(Load(1000), ("aduan", "plain", "aiogram")),
)
QUICK = (Plan(Load(50), ("aduan", "plain", "aiogram")),)


def run_seconds(bot: str, load: Load) -> float:
    """Return about how long one run takes."""
    cards = (load.citizens - CARDS_A_MINUTE) / CARDS_A_MINUTE * 60 if BOTS[bot].paced else 0.0
    work = max(load.citizens * COMPLAINT_SECONDS[bot], load.thinking * ACTS)
    return RUN_SECONDS + max(work, cards)


def chosen(
    plans: Sequence[Plan], citizens: Sequence[int], bots: Sequence[str], repetitions: int
) -> list[Plan]:
    """Return the plans of these numbers of citizens with these bots only; nothing given leaves all."""
    return [
        Plan(plan.load, kept, repetitions or plan.repetitions)
        for plan in plans
        if (not citizens or plan.load.citizens in citizens)
        and (kept := tuple(bot for bot in plan.bots if not bots or bot in bots))
    ]


def with_sizes(plans: Sequence[Plan], citizens: Sequence[int], bots: Sequence[str]) -> list[Plan]:
    """Return the plans, and one for each number of citizens that no plan has, all of whom file at once."""
    known = {plan.load.citizens for plan in plans}
    return [
        *plans,
        *(Plan(Load(count), tuple(bots) or UNPACED_BOTS) for count in citizens if count not in known),
    ]


def total_seconds(plans: Sequence[Plan]) -> float:
    """Return about how long everything takes."""
    return (
        RECORD_SECONDS
        + sum(plan.seconds() for plan in plans)
        + STARTS * START_SECONDS * len(programs_of(plans))
    )


def programs_of(plans: Sequence[Plan]) -> list[str]:
    """Return every program of the plans once, in the order of BOTS; other settings are no other program."""
    found = dict[str, str]()
    for bot in BOTS:
        if any(bot in plan.bots for plan in plans):
            found.setdefault(BOTS[bot].module, bot)
    return [*found.values()]


def ordered(bots: Sequence[str], repetition: int) -> list[str]:
    """Return the bots in the order of a repetition: another one runs first each time."""
    first = repetition % len(bots)
    return [*bots[first:], *bots[:first]]


@dataclass
class Measured:
    """All that was measured: starts of each bot, runs by load and bot, and in words what failed."""

    starts: dict[str, list[Start]] = field(default_factory=dict)
    runs: dict[str, dict[str, list[Run]]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def tables(self) -> Iterator[str]:
        """Yield the lines of all tables."""
        for load, runs in self.runs.items():
            if runs:
                yield from ("", *table(load, runs))
        yield from ("", *start_table(self.starts), *self.failed)

    def facts(self) -> dict[str, Any]:
        """Return everything as JSON can say it."""
        runs = [asdict(run) for by_bot in self.runs.values() for some in by_bot.values() for run in some]
        return {"runs": runs, "starts": [asdict(one) for some in self.starts.values() for one in some]}


async def compare(plans: Sequence[Plan], say: Callable[[str], None]) -> Measured:
    """Record the real bot, then measure starts and loads; `say` gets a line of progress for each."""
    recordings = dict[float, Recording]()
    for thinking in sorted({0.0, *(plan.load.thinking for plan in plans)}):
        recordings[thinking] = await record(thinking)
        calls = sum(len(act["calls"]) for act in recordings[thinking]["acts"])
        say(f"recorded {calls} calls for a citizen who thinks {thinking:g} s (0: until the bot is idle)")
    measured = Measured()
    programs = programs_of(plans)
    for repetition in range(STARTS):
        for bot in ordered(programs, repetition):
            start = await measure_start(bot, recordings[0.0])
            measured.starts.setdefault(bot, []).append(start)
            say(start_progress(start))
    measured.starts = {bot: measured.starts[bot] for bot in programs}
    for plan in plans:
        await _measure(plan, recordings[plan.load.thinking], measured, say)
    return measured


async def _measure(plan: Plan, recording: Recording, measured: Measured, say: Callable[[str], None]) -> None:
    by_bot = measured.runs.setdefault(plan.load.title, {})
    for repetition in range(plan.repetitions):
        for bot in ordered(plan.bots, repetition):
            try:
                run = await measure(bot, plan.load, recording)
            except (AssertionError, TimeoutError) as error:
                measured.failed.append(failure(bot, plan.load, error))
                say(measured.failed[-1])
            else:
                by_bot.setdefault(bot, []).append(run)
                say(progress(run))


def failure(bot: str, load: Load, error: Exception) -> str:
    """Return why a run has no figures: the others go on without it."""
    words = str(error).splitlines() or [type(error).__name__]
    return f"{bot}, {load.title}: failed: {words[0]}"


def start_progress(start: Start) -> str:
    """Return one start in a line."""
    cpu = start.cpu / start.import_cpu
    return f"{start.bot:>8} start {start.seconds:.2f} s, CPU {cpu:.1f} imports, idle {start.idle.rss:.0f} MB"


def progress(run: Run) -> str:
    """Return one run in a line."""
    failures = f", refused: {dict(run.failures)}" if run.failures else ""
    return (
        f"{run.bot:>8} {run.load}: {run.cpu_per_update:.2f} ms CPU an update, {run.calls} calls, "
        f"p99 {run.reply(0.99):.0f} ms, {run.peak_rss:.0f} MB{failures}"
    )


def say_on_stderr(line: str) -> None:
    """Write a line of progress."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
