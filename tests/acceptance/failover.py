"""`make crash`, second part: three machines on PostgreSQL, faults under load, and a table of the times.

Arguments: `python -m tests.acceptance.failover --faults 3 --people 8 --seed 7 [--only kill freeze]`. Each
fault happens so many times. Exits with 1 when anything was lost, doubled or late.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from tests import postgres_programs
from tests.acceptance.crash import MOST_SEED, SHOWN
from tests.acceptance.failover_faults import FAULTS
from tests.acceptance.failover_run import Plan, Result, failover_run
from tests.acceptance.machines import DATABASE, ROLE
from tests.acceptance.refusals import Refused, refusals
from tests.postgres_server import Server

MISSING = "no PostgreSQL on this machine: the machines are not tested"


def planned(arguments: list[str]) -> Plan:
    """Return the run that the arguments ask for."""
    parser = argparse.ArgumentParser(prog="failover", description=__doc__)
    parser.add_argument("--faults", type=int, default=Plan.times, help="how often each fault happens")
    parser.add_argument("--people", type=int, default=Plan.people, help="how many citizens act at once")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(MOST_SEED))
    parser.add_argument("--patience", type=float, default=Plan.patience, help="seconds until work goes on")
    parser.add_argument("--only", nargs="+", choices=FAULTS, default=list(FAULTS), help="these faults")
    asked = parser.parse_args(arguments)
    return Plan(asked.faults, asked.people, asked.seed, tuple(asked.only), asked.patience)


def show(console: Console, plan: Plan, result: Result, seconds: float) -> None:
    """Print the times, the figures and every violation."""
    times = Table(title=f"Until the next turn is committed, in seconds (seed {plan.seed}, {seconds:.0f} s)")
    for name in ("fault", "times", "median", "worst", "at most"):
        times.add_column(name, justify="left" if name == "fault" else "right")
    for name, taken in result.times.items():
        limit = FAULTS[name].within(plan.patience)
        row = (len(taken), f"{median(taken):.1f}", f"{max(taken):.1f}", f"{limit:.1f}")
        times.add_row(FAULTS[name].what, *map(str, row))
    figures = Table()
    figures.add_column("what")
    figures.add_column("how many", justify="right")
    for name, value in {**result.figures, "violations": len(result.violations)}.items():
        figures.add_row(name, str(value))
    console.print(times, figures)
    for violation in result.violations:
        console.print(f"VIOLATION: {violation[:SHOWN]}", markup=False, style="red")


def show_refusals(console: Console, refused: dict[str, Refused]) -> None:
    """Print what a wrong start says."""
    for name, (was_refused, words) in refused.items():
        verdict = "refused" if was_refused else "VIOLATION: not refused"
        console.print(f"{name}: {verdict}: {words[:SHOWN]}", markup=False, highlight=False)


@contextmanager
def own_server() -> Iterator[tuple[Server, str]]:
    """A server that may be crashed, and the address of an empty database of the role `ROLE`."""
    server = Server.start(durable=True, tcp=True)
    try:
        server.run("CREATE ROLE {} LOGIN", ROLE)
        server.run("CREATE DATABASE {} OWNER {}", DATABASE, ROLE)
        yield server, server.url(DATABASE)
    finally:
        server.stop()


def main() -> int:
    """Make one run."""
    plan, console = planned(sys.argv[1:]), Console()
    if postgres_programs.binaries() is None:
        console.print(MISSING)
        return int(os.environ.get("CI") == "true")
    console.print(f"{plan.times} times {len(plan.names)} faults, {plan.people} people, seed {plan.seed}")
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="aduan-failover-") as folder, own_server() as (server, url):
        result = asyncio.run(failover_run(Path(folder), server, url, plan))
        show(console, plan, result, time.monotonic() - begun)
        refused = asyncio.run(refusals(server, Path(folder)))
    show_refusals(console, refused)
    return int(bool(result.violations) or not all(ok for ok, _ in refused.values()))


if __name__ == "__main__":
    sys.exit(main())
