"""The stores that are compared: SQLite, PostgreSQL on the same machine, and PostgreSQL at a distance.

Both kinds flush each commit to the same disk. CPU of the bot is that of this process, CPU of the server the
run time of its processes (schedstat), without those that have ended meanwhile.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

from sqlalchemy import make_url

from bot.database import schema
from bot.database.contents import Contents, FolderContents
from bot.database.stores.postgres import PostgresStore
from bot.database.stores.sqlite import SqliteStore
from bot.database.stores.store import Store
from bot.database.table_contents import TableContents
from tests.bench.distance import distant
from tests.postgres_server import Server

NANOSECONDS = 1_000_000_000
ROUND_TRIPS = 200


class Side(NamedTuple):
    """One store, with a folder for what is a file in any case."""

    name: str
    store: Store
    contents: Contents
    folder: Path


class Clock:
    """The CPU seconds of this process and of the server so far."""

    def __init__(self, server: Server) -> None:
        pid = (server.folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0]
        self._postmaster = int(pid)
        self._begin()

    def _begin(self) -> None:
        self._bot, self._server = time.process_time(), self._processes()

    def spent(self) -> tuple[float, float]:
        """The seconds of bot and server since the last call."""
        bot, server = time.process_time() - self._bot, self._processes()
        used = sum(run - self._server.get(pid, 0) for pid, run in server.items()) / NANOSECONDS
        self._begin()
        return bot, used

    def _processes(self) -> Mapping[int, int]:
        children = Path(f"/proc/{self._postmaster}/task/{self._postmaster}/children").read_text().split()
        times = {}
        for pid in (self._postmaster, *map(int, children)):
            try:
                times[pid] = int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
            except (FileNotFoundError, ProcessLookupError):
                continue
        return times


@contextmanager
def sides(folder: Path, server: Server, milliseconds: float) -> Iterator[list[Side]]:
    """The three stores, with tables."""
    with ExitStack() as stack:
        gate = folder / "gate"
        gate.mkdir()
        stack.enter_context(distant(gate, server.folder, milliseconds))
        near, other = (stack.enter_context(server.fresh(_filled)) for _ in range(2))
        stores = {
            "SQLite": SqliteStore(folder / "aduan.db"),
            "PostgreSQL": PostgresStore(near),
            f"PostgreSQL, {milliseconds:g} ms away": PostgresStore(moved(other, gate)),
        }
        make_tables(stores["SQLite"])
        yield [_side(name, store, folder / str(place)) for place, (name, store) in enumerate(stores.items())]


def moved(url: str, gate: Path) -> str:
    """The address of the same database through another socket."""
    return make_url(url).update_query_dict({"host": str(gate)}).render_as_string(hide_password=False)


def _side(name: str, store: Store, folder: Path) -> Side:
    folder.mkdir()
    near = isinstance(store, SqliteStore)
    return Side(name, store, FolderContents(folder / "files") if near else TableContents(store), folder)


def make_tables(store: Store) -> None:
    """Make the tables of this version in a new database."""
    store.make_ready()
    engine = store.writing_engine()
    with engine.connect() as connection, connection.begin():
        schema.upgrade(connection)
    engine.dispose()


def _filled(url: str) -> None:
    make_tables(PostgresStore(url))


def round_trip(store: Store) -> float:
    """The milliseconds of a statement that does nothing."""
    times = []
    with store.reading() as connection:
        for _ in range(ROUND_TRIPS):
            began = time.perf_counter()
            connection.exec_driver_sql("SELECT 1").scalar()
            times.append((time.perf_counter() - began) * 1000)
    return median(times)


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))
