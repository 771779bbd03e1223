"""`python -m tests.bench.stores`: what PostgreSQL costs next to SQLite, in one run on one machine.

Turns of 1 and of 50 updates, reading with many cases, the sessions of a bot, how many bots a server carries,
and the plans with many more cases. The stores take turns in each round: ratios are medians of the rounds'
ratios, so that a machine that is busy for a while slows all of them down. Both kinds flush each commit.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import structlog

from tests.bench import store_plans, store_reading, store_turns
from tests.bench.results import machine, store
from tests.bench.store_bots import Carried
from tests.bench.store_sides import Clock, round_trip, sides
from tests.postgres_server import Server

Lines = list[str]


def turns(server: Server, milliseconds: float) -> Lines:
    """Turns, what a session costs, and how many bots a server carries."""
    with tempfile.TemporaryDirectory() as name, sides(Path(name), server, milliseconds) as compared:
        trips = [round_trip(side.store) for side in compared[1:]]
        runners, sessions = asyncio.run(store_turns.measure(compared, Clock(server)))
    lines = [
        f"A round trip to the server takes {trips[0]:.2f} ms, at the distance {trips[1]:.2f} ms (median)."
    ]
    for together in store_turns.ROUNDS:
        lines += ["", *store_turns.table(runners, together)]
    carried = Carried.of(runners[1].rounds[1], sessions[0])
    return [*lines, "", *store_turns.session_lines(sessions), "", *carried.lines()]


def reading(server: Server, milliseconds: float, count: int) -> Lines:
    """Reading with so many cases."""
    with (
        tempfile.TemporaryDirectory() as name,
        store_reading.filled_sides(Path(name), server, milliseconds, count) as chats,
    ):
        return store_reading.table(store_reading.measure(chats, Clock(server), count), count)


def plans(server: Server, count: int) -> Lines:
    """The plans with so many cases."""
    with (
        tempfile.TemporaryDirectory() as name,
        store_reading.filled_server(Path(name), server, count) as chat,
    ):
        return store_plans.report(store_plans.plans(chat), count)


PARTS = ("turns", "reading", "plans")


def measure(wanted: argparse.Namespace) -> Lines:
    """The parts that are asked for, one after the other."""
    server = Server.start(durable=True)
    try:
        parts = {
            "turns": lambda: turns(server, wanted.distance),
            "reading": lambda: reading(server, wanted.distance, wanted.cases),
            "plans": lambda: plans(server, wanted.planned),
        }
        version = str(server.run("SHOW server_version")[0][0]).split()[0]
        return [f"PostgreSQL {version}", *(line for name in wanted.parts for line in ("", *parts[name]()))]
    finally:
        server.stop()


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.stores", description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="only these parts")
    parser.add_argument("--distance", type=float, default=1.0, help="milliseconds there and back")
    parser.add_argument("--cases", type=int, default=1_000, help="cases for reading")
    parser.add_argument("--planned", type=int, default=20_000, help="cases for the plans")
    return parser.parse_args(given)


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    lines = measure(arguments())
    store("stores", lines, {})
    sys.stdout.write("\n".join([machine(), *lines]) + "\n")
