"""`make fuzz`: thousands of mutated updates and answers, then a table. Exits with 1 at a violation.

Arguments: `python -m tests.acceptance.fuzz --updates 2000 --answers 500 --seed 7`.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.acceptance.fuzz_run import Plan, Result, fuzz_run

MOST_SEED = 1_000_000
SHOWN = 2_000


def planned(arguments: list[str]) -> Plan:
    """Return the run that the arguments ask for."""
    parser = argparse.ArgumentParser(prog="mutated", description=__doc__)
    parser.add_argument("--updates", type=int, default=Plan.updates)
    parser.add_argument("--answers", type=int, default=Plan.answers)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(MOST_SEED))
    return Plan(**vars(parser.parse_args(arguments)))


def show(console: Console, title: str, figures: Mapping[str, object]) -> None:
    """Print figures as a table."""
    table = Table("what", title=title)
    table.add_column("how many", justify="right")
    for name, value in figures.items():
        table.add_row(name, str(value))
    console.print(table)


def figures_of(result: Result) -> dict[str, object]:
    """Return the figures of a run by name."""
    turns = [count for count, _ in result.turns]
    seconds = [act.ended - act.began for _, act in result.turns]
    return {
        **result.figures,
        "honest acts": len(turns),
        "turns to an answer, median": statistics.median(turns),
        "turns to an answer, most": max(turns),
        "the slowest act": result.turns[0][1].name,
        "seconds to an answer, median": f"{statistics.median(seconds):.2f}",
        "seconds to an answer, most": f"{max(seconds):.1f}",
        "violations": len(result.violations),
    }


def main() -> int:
    """Make one run."""
    plan, console = planned(sys.argv[1:]), Console()
    console.print(f"{plan.updates} mutated updates, {plan.answers} mutated answers, seed {plan.seed}")
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="aduan-fuzz-") as folder:
        result = asyncio.run(fuzz_run(Path(folder), plan))
    title = f"Mutated updates and answers (seed {plan.seed}), {time.monotonic() - begun:.0f} s"
    show(console, title, figures_of(result))
    show(console, "Changes to updates", dict(sorted(result.changes.items())))
    show(console, "Answers of getUpdates", dict(sorted(result.answers.items())))
    for violation in result.violations:
        console.print(f"VIOLATION: {violation[:SHOWN]}", markup=False, style="red")
    return 1 if result.violations else 0


if __name__ == "__main__":
    sys.exit(main())
