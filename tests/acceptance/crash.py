"""`make crash`: random kills under load, and a table of the result. Exits with 1 when anything was lost.

Arguments: `python -m tests.acceptance.crash --kills 60 --citizens 20 --seed 7 [--unsafe]`. Without citizens
there is one for three kills.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.acceptance.crash_run import Plan, Result, crash_run

MOST_SEED = 1_000_000
SHOWN = 2_000


def planned(arguments: list[str]) -> Plan:
    """Return the run that the arguments ask for."""
    parser = argparse.ArgumentParser(prog="crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=Plan.kills)
    parser.add_argument("--citizens", type=int, default=0)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(MOST_SEED))
    parser.add_argument("--patience", type=float, default=Plan.patience, help="seconds to wait for an answer")
    parser.add_argument("--before-commit", action="store_true", help="kill only before a turn is stored")
    parser.add_argument("--unsafe", action="store_true", help="acknowledge updates before they are stored")
    asked = vars(parser.parse_args(arguments))
    return Plan(**{**asked, "citizens": asked["citizens"] or max(1, asked["kills"] // 3)})


def show(console: Console, plan: Plan, result: Result, seconds: float) -> None:
    """Print the figures and every violation."""
    table = Table(title=f"Killed at random (seed {plan.seed}), {seconds:.0f} s")
    table.add_column("what")
    table.add_column("how many", justify="right")
    for name, value in {**result.figures, "violations": len(result.violations)}.items():
        table.add_row(name, str(value))
    console.print(table)
    for violation in result.violations:
        console.print(f"VIOLATION: {violation[:SHOWN]}", markup=False, style="red")


def main() -> int:
    """Make one run."""
    plan, console = planned(sys.argv[1:]), Console()
    console.print(f"{plan.kills} kills, {plan.citizens} citizens, seed {plan.seed}")
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="aduan-crash-") as folder:
        result = asyncio.run(crash_run(Path(folder), plan))
    show(console, plan, result, time.monotonic() - begun)
    return 1 if result.violations else 0


if __name__ == "__main__":
    sys.exit(main())
