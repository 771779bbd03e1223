"""`make bench`: this bot and others under the same loads, letters and floods, as tables of figures.

The tables come to the standard output and, with every figure, as JSON to build/bench; progress comes to the
standard error. `make bench-report` draws tables and pictures from the JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from tests.bench import comparison
from tests.bench.flood import FLOODS, flood_table
from tests.bench.letters import COUNT, letter_table, measure_letters
from tests.bench.load import BOTS, OTHERS
from tests.bench.results import machine, store
from tests.bench.surge import measure as measure_surge
from tests.bench.surge_figures import surge_table
from tests.bench.webhook import QUICK, SIZES
from tests.bench.webhook import measure as measure_webhook


@dataclass(frozen=True)
class Program:
    """One program: what it does with the options, about how long, and whether it runs unasked.

    `measure` returns the lines of its tables and stores its further figures itself, if it has any.
    """

    measure: Callable[[argparse.Namespace], Awaitable[list[str]]]
    minutes: Callable[[argparse.Namespace], float]
    unasked: bool = True


def plans(options: argparse.Namespace) -> list[comparison.Plan]:
    """Return the loads that the options ask for."""
    known = comparison.QUICK if options.quick else comparison.PLANS
    kept = comparison.chosen(known, options.citizens, options.bots, options.repetitions)
    return comparison.with_sizes(kept, options.citizens, options.bots)


async def bots(options: argparse.Namespace) -> list[str]:
    """Measure the bots."""
    measured = await comparison.compare(plans(options), comparison.say_on_stderr)
    lines = [*measured.tables()]
    store("bots", lines, measured.facts())
    return lines


async def letters(options: argparse.Namespace) -> list[str]:
    """Measure letters."""
    lines = letter_table(await measure_letters(options.letters))
    store("letters", lines, {})
    return lines


async def flood(_options: argparse.Namespace) -> list[str]:
    """Measure floods of one person."""
    lines = await flood_table([*FLOODS])
    store("flood", lines, {})
    return lines


async def surge(_options: argparse.Namespace) -> list[str]:
    """Measure a surge of complaints under the messenger's limits."""
    lines = surge_table(await measure_surge(complaints=300, minutes=10.0, faster=6.0))
    store("surge", lines, {})
    return lines


async def webhook(options: argparse.Namespace) -> list[str]:
    """Measure WhatsApp's webhook."""
    measured = await measure_webhook(QUICK if options.quick else SIZES)
    lines = measured.lines()
    store("webhook", lines, measured.facts())
    return lines


def module(name: str) -> Callable[[argparse.Namespace], Awaitable[list[str]]]:
    """Return a program that is a process of its own with default options, and stores its own figures."""

    async def measure(_options: argparse.Namespace) -> list[str]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", name, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate()
        if process.returncode:
            raise SystemExit(f"{name} ended with {process.returncode}")
        return output.decode().splitlines()

    return measure


PROGRAMS: Mapping[str, Program] = {
    "bots": Program(bots, lambda options: comparison.total_seconds(plans(options)) / 60),
    "letters": Program(letters, lambda _: 0.5),
    "flood": Program(flood, lambda _: 8.0, unasked=False),
    "surge": Program(surge, lambda _: 5.0, unasked=False),
    "webhook": Program(webhook, lambda options: 1.5 if options.quick else 4.0, unasked=False),
    "long_run": Program(module("tests.bench.long_run"), lambda _: 25.0, unasked=False),
    "growth": Program(module("tests.bench.growth"), lambda _: 30.0, unasked=False),
    "stores": Program(module("tests.bench.stores"), lambda _: 6.0, unasked=False),
}


def arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    unasked = [name for name, program in PROGRAMS.items() if program.unasked]
    parser.add_argument(
        "--programs", nargs="+", choices=[*PROGRAMS], default=unasked, help=f"default: {unasked}"
    )
    parser.add_argument("--citizens", type=int, nargs="+", default=[], help="only these numbers of citizens")
    parser.add_argument("--bots", nargs="+", choices=[*BOTS], default=[], help="only these bots")
    parser.add_argument("--repetitions", type=int, default=0, help="runs of each bot under each load")
    parser.add_argument("--letters", type=int, default=COUNT, help="complaint letters to typeset")
    parser.add_argument("--quick", action="store_true", help="three bots, 50 citizens, one run each")
    return parser.parse_args()


async def main() -> None:
    """Measure and print."""
    options = arguments()
    if not OTHERS.exists():
        sys.exit(f"{OTHERS} is missing: `make bench` makes it")
    minutes = sum(PROGRAMS[name].minutes(options) for name in options.programs)
    comparison.say_on_stderr(
        f"{', '.join(options.programs)}: about {minutes:.0f} minutes on two quiet processors"
    )
    sys.stdout.write(f"{machine()}\n")
    for name in options.programs:
        sys.stdout.write("\n".join(await PROGRAMS[name].measure(options)) + "\n\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
