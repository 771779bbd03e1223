"""The benchmark's arithmetic: what one run measured, and what several runs say together."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that `share` (0-1) of the values do not exceed (nearest rank)."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


@dataclass(frozen=True)
class Run:
    """One run of one bot under one load. Memory in MB, times in seconds.

    `calls` are Bot API calls without those that fetch updates; `helpers_seconds` is the CPU of processes that
    the bot started; `refused` were or would be answered 429; `failures` counts the other refusals by their
    sentence; `acts` are (seconds since the first act, milliseconds until the visible answer).
    """

    bot: str
    load: str
    citizens: int
    updates: int
    calls: int
    cpu_seconds: float
    helpers_seconds: float
    took: float
    peak_rss: float
    pss: float
    refused: int = 0
    failures: Mapping[str, int] = field(default_factory=dict)
    acts: Sequence[Sequence[float]] = ()

    @property
    def cpu_per_update(self) -> float:
        """Return CPU milliseconds for one update."""
        return self.cpu_seconds * 1000 / self.updates

    @property
    def cpu_per_complaint(self) -> float:
        """Return CPU milliseconds for one complaint."""
        return self.cpu_seconds * 1000 / self.citizens

    @property
    def cpu_per_call(self) -> float:
        """Return CPU milliseconds for one call."""
        return self.cpu_seconds * 1000 / self.calls

    def reply(self, share: float) -> float:
        """Return a percentile of the milliseconds until the visible answer."""
        return percentile([wait for _, wait in self.acts], share)


@dataclass(frozen=True)
class Memory:
    """Resident and proportional set size, in MB."""

    rss: float
    pss: float


@dataclass(frozen=True)
class Start:
    """Seconds from the start of the process to its first getUpdates, and memory once it is idle.

    `first` makes the database; `cpu` is that of `seconds`; `import_cpu` is that of a Python which imports
    telegram.ext and ends, in the same minute.
    """

    bot: str
    first: float
    seconds: float
    cpu: float
    import_cpu: float
    idle: Memory


# A column of the table of a load -> the figure of a run, and how it is written.
COLUMNS: Mapping[str, tuple[Callable[[Run], float], str]] = {
    "CPU ms / update": (lambda run: run.cpu_per_update, "{:.2f}"),
    "CPU ms / complaint": (lambda run: run.cpu_per_complaint, "{:.0f}"),
    "CPU ms / call": (lambda run: run.cpu_per_call, "{:.2f}"),
    "calls / complaint": (lambda run: run.calls / run.citizens, "{:.1f}"),
    "helpers' CPU ms / complaint": (lambda run: run.helpers_seconds * 1000 / run.citizens, "{:.0f}"),
    "complaints / s": (lambda run: run.citizens / run.took, "{:.1f}"),
    "reply p50 ms": (lambda run: run.reply(0.50), "{:.0f}"),
    "reply p99 ms": (lambda run: run.reply(0.99), "{:.0f}"),
    "peak RSS MB": (lambda run: run.peak_rss, "{:.0f}"),
    "PSS MB": (lambda run: run.pss, "{:.0f}"),
    "429": (lambda run: run.refused, "{:.0f}"),
}
START_COLUMNS: Mapping[str, tuple[Callable[[Start], float], str]] = {
    "first start s": (lambda start: start.first, "{:.2f}"),
    "start s": (lambda start: start.seconds, "{:.2f}"),
    "start CPU s": (lambda start: start.cpu, "{:.2f}"),
    "/ import of telegram.ext": (lambda start: start.cpu / start.import_cpu, "{:.2f}"),
    "idle RSS MB": (lambda start: start.idle.rss, "{:.0f}"),
    "idle PSS MB": (lambda start: start.idle.pss, "{:.0f}"),
}


def ratio(ours: Sequence[float], others: Sequence[float]) -> float:
    """Return the median of the ratios of runs that were made one after the other.

    A machine that is slow for a minute is slow for both of a pair: the ratio hardly sees it.
    """
    return median(one / other for one, other in zip(ours, others, strict=True))


def table(title: str, runs: Mapping[str, Sequence[Run]]) -> list[str]:
    """Return the lines of a Markdown table: medians of each bot, and the CPU of the first over its own."""
    return _table(title, runs, COLUMNS, lambda run: run.cpu_per_update)


def start_table(starts: Mapping[str, Sequence[Start]]) -> list[str]:
    """Return the lines of a Markdown table of starts."""
    return _table("start", starts, START_COLUMNS, lambda start: start.cpu)


def _table(
    title: str,
    rows: Mapping[str, Sequence[Run]] | Mapping[str, Sequence[Start]],
    columns: Mapping[str, tuple[Callable[..., float], str]],
    cpu: Callable[..., float],
) -> list[str]:
    first, *_ = rows
    lines = [
        f"| {title} | {' | '.join(columns)} | CPU of {first} / its own |",
        f"|{'---|' * (len(columns) + 2)}",
    ]
    for name, measured in rows.items():
        cells = [form.format(median(figure(one) for one in measured)) for figure, form in columns.values()]
        pairs = min(len(rows[first]), len(measured))
        compared = ratio([cpu(one) for one in rows[first][:pairs]], [cpu(one) for one in measured[:pairs]])
        lines.append(f"| {name} | {' | '.join(cells)} | {compared:.2f} |")
    return lines
