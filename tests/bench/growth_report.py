"""The tables and the picture of growth.py: what a use costs against the number of stored cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

# Steps of SQLite's virtual machine are counted in hundreds.
STEPS = 100
MOST_TABLES = 8
INCHES, DOTS = (6.4, 3.6), 110


class Cost(NamedTuple):
    """What one use costs in a store: milliseconds of CPU and of wall time, and hundreds of database steps."""

    cpu: float
    wall: float
    steps: int


class Sized(NamedTuple):
    """One store: its number of cases, the costs by use, and the bytes of a case by table."""

    cases: int
    costs: Mapping[str, Cost]
    bytes_per_case: Mapping[str, float]


def facts(found: Sequence[Sized], open_share: float) -> dict[str, Any]:
    """The figures as JSON."""
    stored = [{**one._asdict(), "costs": {use: c._asdict() for use, c in one.costs.items()}} for one in found]
    return {"open": open_share, "sizes": stored}


def sized(content: Mapping[str, Any]) -> list[Sized]:
    """The figures of stored JSON."""
    return [
        Sized(one["cases"], {use: Cost(**cost) for use, cost in one["costs"].items()}, one["bytes_per_case"])
        for one in content["sizes"]
    ]


def tables(found: Sequence[Sized]) -> list[str]:
    """All figures as Markdown."""
    return [*costs_table(found), "", *bytes_table(found[-1])]


def costs_table(found: Sequence[Sized]) -> list[str]:
    """CPU, its ratio to the smallest store, and the database's steps."""
    first = found[0]
    head = "".join(f" {one.cases:,} | ratio | steps |" for one in found)
    lines = [f"| CPU in ms, stored cases |{head}", f"|---|{'---|' * 3 * len(found)}"]
    for use in first.costs:
        cells = "".join(
            f" {one.costs[use].cpu:.1f} | {one.costs[use].cpu / first.costs[use].cpu:.2f} | "
            f"{one.costs[use].steps * STEPS:,} |"
            for one in found
        )
        lines.append(f"| {use} |{cells}")
    return lines


def bytes_table(found: Sized) -> list[str]:
    """The bytes of a case in the largest tables and indexes."""
    total = sum(found.bytes_per_case.values())
    rows = sorted(found.bytes_per_case.items(), key=lambda one: -one[1])
    others = ("others", sum(size for _, size in rows[MOST_TABLES:]))
    lines = [f"| bytes per case, {found.cases:,} cases | | share |", "|---|---|---|"]
    shown = (*rows[:MOST_TABLES], others, ("all", total))
    return [*lines, *(f"| {name} | {size:,.0f} | {size / total:.0%} |" for name, size in shown)]


def draw(found: Sequence[Sized], path: Path) -> None:
    """Draw the CPU of each use against the stored cases."""
    from matplotlib import pyplot as plt

    figure, panel = plt.subplots(figsize=INCHES, dpi=DOTS)
    sizes = [one.cases for one in found]
    for use in found[0].costs:
        panel.plot(sizes, [one.costs[use].cpu for one in found], "o-", markersize=3, label=use)
    panel.set(xlabel="stored cases", ylabel="CPU ms", xscale="log", ylim=(0, None))
    panel.set_xticks(sizes, [f"{size:,}" for size in sizes])
    panel.minorticks_off()
    panel.legend(fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5))
    figure.tight_layout()
    figure.savefig(path)
