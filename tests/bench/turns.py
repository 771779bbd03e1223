"""The cost of turns alone: complaints through the real turns, outbox, files and store, without a network.

`python -m tests.bench.turns` prints CPU milliseconds for one update by part, and the statements, commits and
calls of the writer's thread for one complaint. In place of the messenger is a channel that renders each text
and answers at once: the rest is the bot's own work. A turn contains the parts that are indented below it.
`--profile FILE` writes a cProfile of the event loop's thread, and of the writer's one as FILE.writer.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import structlog
from sqlalchemy import event

from bot.database.engine import Database
from bot.database.stores.sqlite import SqliteStore
from bot.files.files import Files
from bot.files.marks import FileOutcome
from bot.outbox.mark_batch import Batch
from bot.turns.storing import Storing
from bot.turns.turn import Turn
from tests.bench.costs import Costs
from tests.bench.filing import SCRIPT, Town

FIRST_CITIZEN = 50_001
# How much of a statement names it in the list.
SHOWN = 110
# Part -> the functions that it is, in the order of the table. What a turn contains is indented.
PARTS: Mapping[str, Sequence[tuple[type, str]]] = {
    "writer's thread": ((Database, "_transaction"),),
    "  turns": ((Turn, "take"),),
    "    load": ((Turn, "_load"),),
    "    decide": ((Turn, "_one"),),
    "    store": ((Storing, "store"),),
    "    acknowledge": ((Turn, "_acknowledge"),),
    "  marks of deliveries": ((Batch, "write"),),
    "  marks of files": ((FileOutcome, "write"),),
    "sealing of files": ((Files, "_store"),),
}
LOOP = "event loop's thread"
HOPS = "hops to a thread"


@contextmanager
def counted(costs: Costs) -> Iterator[None]:
    """Count all parts, statements and commits within the block."""
    with ExitStack() as stack:
        for part, functions in PARTS.items():
            for owner, name in functions:
                timed = costs.timed(part, getattr(owner, name))
                stack.enter_context(mock.patch.object(owner, name, timed))
        yield


def watch(database: Database, costs: Costs) -> None:
    """Count the statements and transactions of the writer's connection."""
    connection = database._connection

    def executed(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        costs.counts["statements"] += 1
        costs.counts[f"sql {statement[:SHOWN]}"] += 1

    event.listen(connection, "before_cursor_execute", executed)
    event.listen(connection, "commit", lambda _: costs.counts.update(["commits"]))
    loop = asyncio.get_running_loop()
    hop = loop.run_in_executor

    def counting(*asked: Any) -> Any:
        costs.counts[HOPS] += 1
        return hop(*asked)

    loop.run_in_executor = counting  # type: ignore[method-assign, assignment]


async def measure(wanted: argparse.Namespace) -> None:
    """File complaints without measuring, then with, and print."""
    costs = Costs()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = await Database.open(SqliteStore(folder / "aduan.db"))
        town = Town(costs, database, folder)
        await town.outbox.start()
        await town.files.start(town.as_channel)
        scheduling = asyncio.create_task(town.scheduler.run())
        _ = [turn async for turn in town.file(FIRST_CITIZEN, wanted.together, wanted.together)]
        await town.settled()
        watch(database, costs)
        with counted(costs), profiled(wanted.profile, database):
            costs.seconds.clear()
            costs.counts.clear()
            began, loop = time.process_time(), time.thread_time()
            filing = town.file(
                FIRST_CITIZEN + wanted.together, wanted.citizens, wanted.together, wanted.pause
            )
            _ = [turn async for turn in filing]
            await town.settled()
            costs.seconds[LOOP] = time.thread_time() - loop
            costs.seconds["all"] = time.process_time() - began
        scheduling.cancel()
        await town.files.stop()
        await town.outbox.stop()
        await database.close()
    sys.stdout.write("\n".join(report(costs, wanted.citizens, wanted.statements)) + "\n")


@contextmanager
def profiled(path: str, database: Database) -> Iterator[None]:
    """Write profiles of both threads, if a path is given."""
    if not path:
        yield
        return
    thread = database._thread
    loop, writer = cProfile.Profile(time.thread_time), cProfile.Profile(time.thread_time)
    thread.submit(writer.enable).result()
    loop.enable()
    yield
    loop.disable()
    thread.submit(writer.disable).result()
    loop.dump_stats(path)
    writer.dump_stats(f"{path}.writer")


def report(costs: Costs, complaints: int, shown: int) -> list[str]:
    """The table: milliseconds of one update, and counts of one complaint."""
    updates = complaints * len(SCRIPT)
    lines = [
        f"{complaints} complaints, {updates} updates",
        "",
        "| part | CPU ms an update | calls |",
        "|---|---|---|",
    ]
    for part in ("all", LOOP, "rendering", *PARTS):
        calls = costs.counts[part]
        lines.append(f"| {part} | {costs.seconds[part] * 1000 / updates:.3f} | {calls or ''} |")
    counts = {name: costs.counts[name] for name in ("statements", "commits", HOPS)}
    lines += [
        "",
        ", ".join(f"{count / complaints:.1f} {name}" for name, count in counts.items()) + " a complaint",
    ]
    sql = Counter({name[4:]: count for name, count in costs.counts.items() if name.startswith("sql ")})
    return [*lines, *(f"{count / complaints:7.2f}  {text}" for text, count in sql.most_common(shown))]


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.turns", description=__doc__)
    parser.add_argument("--citizens", type=int, default=100, help="complaints to file")
    parser.add_argument("--together", type=int, default=10, help="updates that come at once")
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between two turns")
    parser.add_argument("--statements", type=int, default=0, help="how many kinds of statements to list")
    parser.add_argument("--profile", default="", help="where to write the profiles")
    return parser.parse_args()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    asyncio.run(measure(arguments()))
