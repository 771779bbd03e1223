"""The figures of the long run: samples, what is flat and what is not, the table and the picture."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from statistics import mean, median

TENTHS = 10


@dataclass(frozen=True)
class Sample:
    """The bot after `updates` updates. Memory and files in MB, times in ms.

    `cpu` (ms per update), `p50` and `p99` are those since the last sample; `tasks` are of its event loop.
    """

    updates: int
    cpu: float
    p50: float
    p99: float
    rss: float
    pss: float
    wal: float
    database: float
    threads: int
    descriptors: int
    tasks: int


# A column of the table -> the figure of a sample, and how it is written.
COLUMNS = {
    "CPU ms per update": ("cpu", "{:.2f}"),
    "reply p50 ms": ("p50", "{:.0f}"),
    "reply p99 ms": ("p99", "{:.0f}"),
    "RSS MB": ("rss", "{:.1f}"),
    "PSS MB": ("pss", "{:.1f}"),
    "WAL MB": ("wal", "{:.1f}"),
    "database MB": ("database", "{:.1f}"),
    "threads": ("threads", "{:.0f}"),
    "file descriptors": ("descriptors", "{:.0f}"),
    "tasks of the event loop": ("tasks", "{:.0f}"),
}


def tenth(samples: Sequence[Sample], number: int) -> Sequence[Sample]:
    """Return the samples of one tenth of the run, 1 to 10; with few samples the nearest one."""
    last = samples[-1].updates
    low, high = (number - 1) * last / TENTHS, number * last / TENTHS
    found = [sample for sample in samples if low < sample.updates <= high]
    return found or [min(samples, key=lambda sample: abs(sample.updates - high))]


def growth(samples: Sequence[Sample], name: str) -> float:
    """Return the megabytes that a figure grows by in 100,000 updates: the slope after the first fifth."""
    later = [sample for sample in samples if sample.updates > samples[-1].updates / 5] or list(samples)
    xs = [sample.updates for sample in later]
    ys = [float(getattr(sample, name)) for sample in later]
    middle_x, middle_y = mean(xs), mean(ys)
    spread = sum((x - middle_x) ** 2 for x in xs)
    slope = (
        sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True)) / spread if spread else 0.0
    )
    return slope * 100_000


def table(samples: Sequence[Sample]) -> list[str]:
    """Return the lines of a Markdown table: medians of the first, second, middle and last tenth."""
    parts = [tenth(samples, number) for number in (1, 2, 5, 10)]
    head = f"| {samples[-1].updates} updates | first tenth | second | fifth | last | last / first | most |"
    lines = [head, "|---|---|---|---|---|---|---|"]
    for title, (name, form) in COLUMNS.items():
        values = [median(float(getattr(sample, name)) for sample in part) for part in parts]
        most = max(float(getattr(sample, name)) for sample in samples)
        ratio = values[-1] / values[0] if values[0] else 0.0
        cells = " | ".join(form.format(value) for value in values)
        lines.append(f"| {title} | {cells} | {ratio:.2f} | {form.format(most)} |")
    return lines


def stored(samples: Sequence[Sample], path: Path, **facts: object) -> None:
    """Write the samples and further facts as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**facts, "samples": [asdict(sample) for sample in samples]}, indent=1))


def loaded(path: Path) -> list[Sample]:
    """Return the samples of a file that `stored` wrote."""
    return [Sample(**values) for values in json.loads(path.read_text())["samples"]]


def draw(samples: Sequence[Sample], path: Path) -> None:
    """Draw latency and memory over the updates, as SVG or PNG by the name of the file."""
    # matplotlib is no requirement of the project: only who draws needs it.
    figure = import_module("matplotlib.figure").Figure(figsize=(8, 5), layout="constrained")
    latency, memory = figure.subplots(2, 1, sharex=True)
    updates = [sample.updates for sample in samples]
    for axes, names, label in (
        (latency, ("p99", "p50"), "reply, ms"),
        (memory, ("rss", "pss", "wal"), "MB"),
    ):
        for name in names:
            title, _ = next((title, row) for title, row in COLUMNS.items() if row[0] == name)
            axes.plot(updates, [getattr(sample, name) for sample in samples], label=title)
        axes.set_ylabel(label)
        axes.set_ylim(bottom=0)
        axes.legend(loc="upper right", frameon=False)
    memory.set_xlabel("updates")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)
