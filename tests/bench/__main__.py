"""`make bench`: the real bot and the plain one in pairs of runs, letters and floods, as tables of figures."""

from __future__ import annotations

import argparse
import asyncio
import platform
import sys

from tests.bench.figures import Run, table
from tests.bench.flood import FLOODS, flood_table
from tests.bench.letters import COUNT, letter_table, measure_letters
from tests.bench.load import Kind, Messages, measure, record

ORDERS: tuple[tuple[Kind, Kind], ...] = (("aduan", "plain"), ("plain", "aduan"))


def arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--citizens", type=int, nargs="+", default=[50, 100], help="how many at once")
    parser.add_argument("--repetitions", type=int, default=3, help="pairs of runs for each")
    parser.add_argument("--letters", type=int, default=COUNT, help="complaint letters to typeset")
    return parser.parse_args()


async def compare(citizens: int, repetitions: int, messages: Messages) -> list[str]:
    """Return the table of several pairs of runs; who goes first changes from pair to pair."""
    runs: dict[Kind, list[Run]] = {"aduan": [], "plain": []}
    for repetition in range(repetitions):
        for kind in ORDERS[repetition % 2]:
            run = await measure(kind, citizens, messages)
            runs[kind].append(run)
            _progress(run)
    ours, plain = runs["aduan"][-1], runs["plain"][-1]
    same = f"{ours.updates} and {plain.updates} updates, {ours.calls} and {plain.calls} calls"
    return [*table(runs["aduan"], runs["plain"]), "", f"A run: {same}; medians of {repetitions} runs."]


def _progress(run: Run) -> None:
    line = f"{run.bot:>6} {run.citizens:>4} citizens: {run.cpu:.2f} ms CPU an update, p99 {run.p99:.0f} ms"
    sys.stderr.write(f"{line}, {run.rss:.0f} MB, start {run.start:.2f} s\n")


async def main() -> None:
    """Measure and print."""
    wanted = arguments()
    sys.stdout.write(f"Python {platform.python_version()}, {platform.machine()}\n")
    sys.stdout.flush()
    messages = await record()
    for citizens in wanted.citizens:
        lines = await compare(citizens, wanted.repetitions, messages)
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    sys.stdout.write("\n" + "\n".join(letter_table(await measure_letters(wanted.letters))) + "\n")
    sys.stdout.write("\n" + "\n".join(await flood_table([*FLOODS])) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
