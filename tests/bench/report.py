"""Tables and pictures of what the benchmark measured, from the JSON files in build/bench.

    make bench-report

prints every program's tables and draws docs/pictures/bench-latency.png, bench-cpu.png and bench-growth.png.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench import growth_report
from tests.bench.figures import Run
from tests.bench.results import FOLDER, load

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
# The loads whose replies are drawn over time, and the bots, with their colours.
OVER_TIME = ("30 citizens, thinking 1 s", "50 citizens at once")
COLOURS: Mapping[str, str] = {
    "aduan": "#1f6f54",
    "paced": "#7fb8a0",
    "plain": "#c0562f",
    "single": "#e3a587",
    "aiogram": "#3b6ea8",
    "echo": "#8a8a8a",
}
# How the names of loads without thinking end: the citizens at once, or one who is alone.
AT_ONCE, ALONE = "at once", "at a time"
INCHES, DOTS = (8.0, 3.4), 110


def runs_of(content: Mapping[str, Any]) -> list[Run]:
    """Return the runs of a stored comparison."""
    return [Run(**run) for run in content["runs"]]


def cpu_by_size(runs: Sequence[Run]) -> dict[str, list[tuple[int, float]]]:
    """Return bot -> (citizens at once, median CPU milliseconds for an update), the smallest number first."""
    found = dict[str, dict[int, list[float]]]()
    for run in runs:
        if run.load.endswith((AT_ONCE, ALONE)):
            citizens = run.citizens if run.load.endswith(AT_ONCE) else 1
            found.setdefault(run.bot, {}).setdefault(citizens, []).append(run.cpu_per_update)
    return {
        bot: [(citizens, median(figures)) for citizens, figures in sorted(sizes.items())]
        for bot, sizes in found.items()
    }


def last_runs(runs: Sequence[Run], title: str) -> dict[str, Run]:
    """Return bot -> its last run under a load."""
    return {run.bot: run for run in runs if run.load == title}


def draw_latency(runs: Sequence[Run], path: Path) -> None:
    """Draw the milliseconds of each reply over the seconds of the run."""
    from matplotlib import pyplot as plt

    titles = [title for title in OVER_TIME if last_runs(runs, title)]
    figure, [panels] = plt.subplots(1, len(titles), figsize=INCHES, dpi=DOTS, sharey=True, squeeze=False)
    for panel, title in zip(panels, titles, strict=True):
        for bot, run in last_runs(runs, title).items():
            seconds, waits = zip(*run.acts, strict=True)
            panel.plot(seconds, waits, ".", markersize=2.5, color=COLOURS[bot], label=bot)
        panel.set(title=title, xlabel="seconds", yscale="log")
        panel.legend(fontsize=7, markerscale=3)
    panels[0].set_ylabel("reply after, ms")
    _save(figure, path)


def draw_cpu(runs: Sequence[Run], path: Path) -> None:
    """Draw the CPU of an update against the number of citizens."""
    from matplotlib import pyplot as plt

    figure, panel = plt.subplots(figsize=(INCHES[0] * 0.7, INCHES[1]), dpi=DOTS)
    for bot, points in cpu_by_size(runs).items():
        sizes, figures = zip(*points, strict=True)
        panel.plot(sizes, figures, "o-", color=COLOURS[bot], label=bot)
    panel.set(xlabel="citizens at once", ylabel="CPU ms for an update", xscale="log", ylim=(0, None))
    shown = sorted({citizens for points in cpu_by_size(runs).values() for citizens, _ in points})
    panel.set_xticks(shown, [f"{citizens:,}" for citizens in shown])
    panel.minorticks_off()
    panel.legend(fontsize=8)
    _save(figure, path)


def _save(figure: Any, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path)


def main() -> None:
    """Print the tables, and draw the pictures if the bots were compared."""
    for path in sorted(FOLDER.glob("*.json")):
        content = load(path.stem)
        # A program may keep figures without tables.
        if "lines" in content:
            sys.stdout.write("\n".join([f"{path.stem}: {content['machine']}", *content["lines"]]) + "\n\n")
    if (FOLDER / "bots.json").exists():
        runs = runs_of(load("bots"))
        if any(last_runs(runs, title) for title in OVER_TIME):
            draw_latency(runs, PICTURES / "bench-latency.png")
        if cpu_by_size(runs):
            draw_cpu(runs, PICTURES / "bench-cpu.png")
    if (FOLDER / "growth.json").exists():
        growth_report.draw(growth_report.sized(load("growth")), PICTURES / "bench-growth.png")


if __name__ == "__main__":
    main()
