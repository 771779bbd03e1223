"""A long run: many updates through one process, then time without people, then two weeks of business time.

    .venv/bin/python -m tests.bench.long_run --updates 100000
    .venv/bin/python -m tests.bench.long_run --updates 5000 --idle 30

One bot (`aduan run`) and people who come one after another, some at the same time (long_people.py). Its CPU,
latency, memory, write-ahead log, threads, file descriptors, and the tasks of its event loop (from /metrics)
are read a hundred times. Afterwards nobody writes for `--idle` seconds. Then the bot runs on a practice
clock, which moves by a week twice: first nothing is due, then complaints wait for officers, for verdicts and
to be finished.

The samples are in build/bench/long_run.json.
`--picture FILE` draws them with matplotlib.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.simulator.control.routes import practice_routes
from bot.simulator.control.staging import advance_time
from bot.simulator.server import Simulator
from tests.bench.figures import percentile
from tests.bench.long_figures import Sample, draw, growth, stored, table
from tests.bench.long_people import Crowd, leave_open, tidy
from tests.bench.machine import (
    cpu_seconds,
    descriptors,
    idle,
    resident_megabytes,
    share_megabytes,
    switches,
    threads,
)
from tests.bench.metrics import Metrics
from tests.bot_process import UNPACED, BotProcess, aduan, write_config

# The pacing remembers as many messages as may be sent in a second. With a limit that no bot has, its memory
# would grow during the whole run.
PACING = {**UNPACED, "overall_per_second": 1_000}
SAMPLES = 100
LOOK_SECONDS = 0.05
MEGABYTE = 1024 * 1024
HOUR, WEEK_HOURS, STEP_HOURS = 3600.0, 168, 3
OUTPUT = Path("build/bench/long_run.json")


@dataclass(frozen=True)
class Idle:
    """An idle bot: CPU seconds, and the times a thread of it woke up, each per hour."""

    cpu: float
    switches: float


@dataclass(frozen=True)
class Week:
    """A week of business time: memory in MB before and after, CPU seconds, calls to the messenger."""

    name: str
    rss_before: float
    rss_after: float
    cpu: float
    calls: int


@dataclass
class LongRun:
    """The messenger, its crowd, the bot and where it keeps its data."""

    simulator: Simulator
    crowd: Crowd
    folder: Path
    metrics: Metrics
    bot: BotProcess

    @property
    def updates(self) -> int:
        """Return how many updates the messenger has given out or holds."""
        return self.simulator.world.next_update_id

    def size(self, suffix: str = "") -> float:
        """Return the megabytes of the database or of its write-ahead log."""
        path = self.folder / f"aduan.db{suffix}"
        return path.stat().st_size / MEGABYTE if path.exists() else 0.0


async def opened(folder: Path) -> LongRun:
    """Start the messenger and the bot."""
    simulator = await Simulator.start(routes=practice_routes)
    simulator.world.callback_lifetime = HOUR
    crowd, metrics = Crowd.gathered(simulator), Metrics.free()
    bot = _bot(simulator, folder, metrics, practice=False)
    bot.start()
    await bot.started()
    return LongRun(simulator, crowd, folder, metrics, bot)


def _bot(simulator: Simulator, folder: Path, metrics: Metrics, *, practice: bool) -> BotProcess:
    web, log = {"listen": metrics.address}, {"level": "warning"}
    config = write_config(simulator, folder, pacing=PACING, log=log, web=web, practice=practice)
    return BotProcess(simulator, aduan("run", "--config", str(config)), folder / "bot.log", forked=False)


async def crowded(run: LongRun, updates: int, people: int) -> list[Sample]:
    """Let people come until the messenger has given out so many updates, and return the samples."""
    first, numbers = run.updates, itertools.count()
    samples: list[Sample] = []

    async def visits() -> None:
        while run.updates - first < updates:
            await run.crowd.visit(next(numbers))

    async with asyncio.TaskGroup() as group:
        lanes = [group.create_task(visits()) for _ in range(people)]
        before = cpu_seconds(run.bot.pid), first
        for number in range(1, SAMPLES + 1):
            mark = first + number * updates // SAMPLES
            while run.updates < mark and not all(lane.done() for lane in lanes):  # noqa: ASYNC110 - a count
                await asyncio.sleep(LOOK_SECONDS)
            samples.append(await _sample(run, first, before))
            before = cpu_seconds(run.bot.pid), run.updates
            tidy(run.simulator, run.crowd.group)
            _show(samples[-1])
    return samples


async def _sample(run: LongRun, first: int, before: tuple[float, int]) -> Sample:
    pid, (cpu, updates) = run.bot.pid, before
    waits = [wait * 1000 for wait in run.crowd.waits] or [0.0]
    run.crowd.waits.clear()
    return Sample(
        updates=run.updates - first,
        cpu=(cpu_seconds(pid) - cpu) * 1000 / max(1, run.updates - updates),
        p50=percentile(waits, 0.50),
        p99=percentile(waits, 0.99),
        rss=resident_megabytes(pid),
        pss=share_megabytes(pid),
        wal=run.size("-wal"),
        database=run.size(),
        threads=threads(pid),
        descriptors=descriptors(pid),
        tasks=int((await run.metrics.values())["aduan_tasks"]),
    )


def _show(sample: Sample) -> None:
    line = (
        f"{sample.updates:>7} updates: p50 {sample.p50:.0f}, p99 {sample.p99:.0f} ms, {sample.cpu:.2f} ms CPU"
    )
    sys.stderr.write(f"{line}, RSS {sample.rss:.1f} MB, WAL {sample.wal:.1f} MB\n")


async def alone(run: LongRun, seconds: float) -> Idle:
    """Let the bot be idle for this number of seconds."""
    await idle(run.bot.pid)
    cpu, woken, began = cpu_seconds(run.bot.pid), switches(run.bot.pid), time.monotonic()
    await asyncio.sleep(seconds)
    hours = (time.monotonic() - began) / HOUR
    return Idle((cpu_seconds(run.bot.pid) - cpu) / hours, (switches(run.bot.pid) - woken) / hours)


async def weeks(run: LongRun) -> list[Week]:
    """Start the bot again with a practice clock, and move it by two weeks."""
    await run.bot.stop()
    run.bot = _bot(run.simulator, run.folder, run.metrics, practice=True)
    run.bot.start()
    await run.bot.started()
    found = [await _week(run, "nothing is due")]
    await leave_open(run.crowd)
    return [*found, await _week(run, "complaints and drafts wait")]


async def _week(run: LongRun, name: str) -> Week:
    pid = run.bot.pid
    await idle(pid)
    before, cpu, calls = resident_megabytes(pid), cpu_seconds(pid), len(run.simulator.calls)
    for _ in range(0, WEEK_HOURS, STEP_HOURS):
        await advance_time(run.simulator, {"seconds": STEP_HOURS * HOUR})
    await idle(pid)
    sent = sum(call.method != "getUpdates" for call in run.simulator.calls[calls:])
    return Week(name, before, resident_megabytes(pid), cpu_seconds(pid) - cpu, sent)


def rows_of_tables(path: Path) -> dict[str, int]:
    """Return how many rows each table of a stopped bot has."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        counts = (database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names)  # noqa: S608 - names of our tables
        return dict(zip(names, counts, strict=True))


def report(samples: list[Sample], resting: Idle, moved: list[Week], rows: dict[str, int]) -> list[str]:
    """Return all lines."""
    grown = ", ".join(f"{name.upper()} {growth(samples, name):+.1f} MB" for name in ("rss", "pss"))
    lines = [*table(samples), "", f"Growth in 100,000 updates, after the first fifth: {grown}.", ""]
    lines += [f"Idle, an hour: {resting.cpu:.1f} s CPU, {resting.switches:.0f} times a thread woke up.", ""]
    lines += ["| a week | RSS MB before | after | CPU s | calls |", "|---|---|---|---|---|"]
    lines += [
        f"| {week.name} | {week.rss_before:.1f} | {week.rss_after:.1f} | {week.cpu:.1f} | {week.calls} |"
        for week in moved
    ]
    most = sorted(rows.items(), key=lambda row: -row[1])[:8]
    return [*lines, "", "Rows: " + ", ".join(f"{count} {name}" for name, count in most) + "."]


async def measure(updates: int, people: int, seconds: float, picture: Path | None) -> list[str]:
    """Make the whole run; write the samples and perhaps the picture, and return the report."""
    with tempfile.TemporaryDirectory() as name:
        run = await opened(Path(name))
        try:
            samples = await crowded(run, updates, people)
            resting, moved = await alone(run, seconds), await weeks(run)
        except* AssertionError as errors:
            errors.add_note(f"the bot's log:\n{run.bot.log[-4000:]}")
            raise
        finally:
            await run.bot.stop()
            await run.simulator.close()
        rows = rows_of_tables(run.folder / "aduan.db")
    facts = {"idle": asdict(resting), "weeks": [asdict(week) for week in moved], "rows": rows}
    stored(samples, OUTPUT, visits=dict(run.crowd.visits), **facts)
    if picture:
        draw(samples, picture)
    return report(samples, resting, moved, rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.long_run", description=__doc__)
    parser.add_argument("--updates", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=8, help="how many at the same time")
    parser.add_argument("--idle", type=float, default=120.0, help="seconds in which nobody writes")
    parser.add_argument("--picture", type=Path, help="where to draw latency and memory")
    wanted = parser.parse_args()
    measured = measure(wanted.updates, wanted.people, wanted.idle, wanted.picture)
    sys.stdout.write("\n".join(asyncio.run(measured)) + "\n")


if __name__ == "__main__":
    main()
