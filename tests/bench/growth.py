"""`python -m tests.bench.growth`: what a use of the bot costs with 1,000, 100,000 and 1,000,000 stored cases.

Each size is a store of its own, filled by generator.py. The uses (growth_uses.py) go round the sizes in turn,
so that a machine that is busy for a while slows all of them down. CPU is of the whole process: the turn and
the threads of the store. Steps are those of SQLite's virtual machine; another machine counts the same.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import structlog
from sqlalchemy import Connection, event, text

from bot.database.stores.sqlite import SqliteStore
from bot.operations.progress import progress
from tests.bench.generator import Generator, Patterns, fill, play
from tests.bench.growth_report import STEPS, Cost, Sized, facts, tables
from tests.bench.growth_uses import USES, FilledChat
from tests.bench.results import store
from tests.bench.stored_chat import StoredChat
from tests.unit.transcript import START

SIZES = (1_000, 100_000, 1_000_000)
# The open cases of a small store fill the pages of the lists as well.
LEAST_OPEN = 200


def made(folder: Path, patterns: Patterns, count: int, open_share: float) -> None:
    """Fill a new store in this folder."""
    folder.mkdir(parents=True)
    with closing(StoredChat(folder=folder, now=START)) as chat:
        codec = chat.codec
    share = max(open_share, min(1.0, LEAST_OPEN / count))
    with progress(f"{count:,} cases") as advance:
        fill(SqliteStore(folder / "aduan.db"), codec, Generator(patterns, codec, count, share), advance)


def measure(chats: Mapping[int, FilledChat], repetitions: int) -> dict[int, dict[str, Cost]]:
    """The costs of each use in each store."""
    times: dict[tuple[int, str], list[tuple[float, float]]] = {}
    for turn in range(repetitions):
        for name, use in USES.items():
            for size, chat in chats.items():
                chat.cpu, chat.wall_seconds, chat.taken = 0.0, 0.0, 0
                use(chat, turn)
                spent = (chat.cpu / chat.taken * 1000, chat.wall_seconds / chat.taken * 1000)
                times.setdefault((size, name), []).append(spent)
    return {
        size: {name: _cost(chat, name, times[size, name], repetitions) for name in USES}
        for size, chat in chats.items()
    }


def _cost(chat: FilledChat, name: str, times: Sequence[tuple[float, float]], turn: int) -> Cost:
    with steps(chat) as counted:
        USES[name](chat, turn)
    return Cost(median(cpu for cpu, _ in times), median(wall for _, wall in times), counted[0])


@contextmanager
def steps(chat: FilledChat) -> Iterator[list[int]]:
    """Count the steps of the virtual machines of writer and readers, in hundreds."""
    counted = [0]

    def step() -> int:
        counted[0] += 1
        return 0

    def watch(raw: Any, *_: object) -> None:
        raw.set_progress_handler(step, STEPS)

    def unwatch(connection: Connection) -> None:
        raw: Any = connection.connection.driver_connection
        raw.set_progress_handler(None, STEPS)

    readers = chat.database._reading
    event.listen(readers, "checkout", watch)
    chat.write(lambda connection: watch(connection.connection.driver_connection))
    yield counted
    event.remove(readers, "checkout", watch)
    chat.write(unwatch)


def sizes_by_table(chat: StoredChat, count: int) -> dict[str, float]:
    """The bytes of the database file for each case, by table and index."""
    query = text("SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC")
    return {name: size / count for name, size in chat.write(lambda c: [tuple(r) for r in c.execute(query)])}


def run(folder: Path, sizes: Sequence[int], open_share: float, repetitions: int) -> list[Sized]:
    """Fill the stores that the folder does not have yet, and measure."""
    missing = [count for count in sizes if not (folder / str(count)).exists()]
    if missing:
        with tempfile.TemporaryDirectory() as played:
            patterns = play(Path(played))
            for count in missing:
                made(folder / str(count), patterns, count, open_share)
    chats = {count: FilledChat(folder=folder / str(count), now=START) for count in sizes}
    try:
        costs = measure(chats, repetitions)
        return [Sized(count, costs[count], sizes_by_table(chat, count)) for count, chat in chats.items()]
    finally:
        for chat in chats.values():
            chat.close()


def main() -> None:
    """Fill, measure, print and store."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth", description=__doc__)
    parser.add_argument("--cases", type=int, nargs="+", default=SIZES, help="the sizes of the stores")
    parser.add_argument("--open", type=float, default=0.01, help="the share of open cases")
    parser.add_argument("--repetitions", type=int, default=15, help="how often each use is measured")
    parser.add_argument("--folder", type=Path, help="keep the stores here, and use those that are there")
    wanted = parser.parse_args()
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    with tempfile.TemporaryDirectory() as temporary:
        folder = wanted.folder or Path(temporary)
        found = run(folder, sorted(wanted.cases), wanted.open, wanted.repetitions)
    lines = tables(found)
    store("growth", lines, facts(found, wanted.open))
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
