"""The benchmark's arithmetic: what one run measured, and what several runs say together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Run:
    """One run of one bot. Times in ms but starts in seconds, memory in MB; `calls` are Bot API calls."""

    bot: str
    citizens: int
    updates: int
    calls: int
    cpu: float
    p50: float
    p99: float
    took: float
    rss: float
    pss: float
    first_start: float
    start: float
    start_cpu: float


# A column of the table -> the figure of a run, and how it is written.
COLUMNS = {
    "CPU ms per update": ("cpu", "{:.2f}"),
    "reply p50 ms": ("p50", "{:.0f}"),
    "reply p99 ms": ("p99", "{:.0f}"),
    "all filed after s": ("took", "{:.1f}"),
    "peak RSS MB": ("rss", "{:.0f}"),
    "PSS MB": ("pss", "{:.0f}"),
    "first start s": ("first_start", "{:.2f}"),
    "start s": ("start", "{:.2f}"),
    "start, CPU s": ("start_cpu", "{:.2f}"),
}


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that `share` (0-1) of the values do not exceed (nearest rank)."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def ratio(ours: Sequence[float], others: Sequence[float]) -> float:
    """Return the median of the ratios of runs that were made one after the other.

    A machine that is slow for a minute is slow for both of a pair: the ratio hardly sees it.
    """
    return median(one / other for one, other in zip(ours, others, strict=True))


def table(ours: Sequence[Run], others: Sequence[Run]) -> list[str]:
    """Return the lines of a Markdown table: medians, and the median of the pairs' ratios."""
    head = f"| {ours[0].citizens} citizens at once | {ours[0].bot} | {others[0].bot} | ratio |"
    lines = [head, "|---|---|---|---|"]
    for title, (name, form) in COLUMNS.items():
        mine = [float(getattr(run, name)) for run in ours]
        theirs = [float(getattr(run, name)) for run in others]
        shown = f"{form.format(median(mine))} | {form.format(median(theirs))}"
        lines.append(f"| {title} | {shown} | {ratio(mine, theirs):.2f} |")
    return lines
