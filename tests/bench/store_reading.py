"""Reading on each store with many cases, the sides in turn: lists, searches, the digest and the register."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bot.database.stores.postgres import PostgresStore
from bot.operations.export import Source, Wanted, export
from bot.wording.rendering import Renderer
from tests.bench.figures import ratio
from tests.bench.generator import YEARS, Generator, Patterns, fill, play
from tests.bench.growth import LEAST_OPEN
from tests.bench.growth_uses import USES, FilledChat
from tests.bench.store_sides import Clock, Side, moved, sides
from tests.bench.stored_chat import StoredChat, rules
from tests.postgres_server import Server
from tests.unit.transcript import START

REPETITIONS = 15
OPEN_SHARE = 0.01
REGISTER = "register of {cases:,} cases as CSV"
# What the uses of a side count from, so that two sides of one database differ.
APART = 1_000_000
MEASURED = (
    "/status",
    "/daftar",
    "/cari, two frequent words",
    "/cari, two words seldom together",
    "/cari, a seldom word",
    "the due-date query",
    "the morning digest",
)


class Cost(NamedTuple):
    """Milliseconds of a use: CPU of the bot, CPU of the server, and wall time."""

    bot: float
    server: float
    wall: float


def filled(side: Side, patterns: Patterns, count: int) -> None:
    """Store so many cases, and give a server its statistics."""
    with closing(StoredChat(folder=side.folder, store=side.store, now=START)) as chat:
        codec = chat.codec
    share = max(OPEN_SHARE, min(1.0, LEAST_OPEN / count))
    fill(side.store, codec, Generator(patterns, codec, count, share), lambda _done, _all: None)
    if isinstance(side.store, PostgresStore):
        analyse(side.store)


def analyse(store: PostgresStore) -> None:
    """What autovacuum does some time after so many rows."""
    engine = store.writing_engine()
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("VACUUM ANALYZE")
    engine.dispose()


@contextmanager
def filled_sides(
    folder: Path, server: Server, milliseconds: float, count: int
) -> Iterator[Mapping[str, FilledChat]]:
    """The stores with cases: the distant one is the near one through another socket."""
    with ExitStack() as stack:
        near, server_side, far = stack.enter_context(sides(folder, server, milliseconds))
        with tempfile.TemporaryDirectory() as played:
            patterns = play(Path(played))
            for side in (near, server_side):
                filled(side, patterns, count)
        far = far._replace(
            store=PostgresStore(moved(server_side.store.url, folder / "gate")), folder=server_side.folder
        )
        chats = {}
        for place, side in enumerate((near, server_side, far)):
            chat = FilledChat(folder=side.folder, store=side.store, now=START)
            stack.callback(chat.close)
            chat.updates = itertools.count(next(chat.updates) + place * APART)
            chat.messages = itertools.count(next(chat.messages) + place * APART)
            chats[side.name] = chat
        yield chats


@contextmanager
def filled_server(folder: Path, server: Server, count: int) -> Iterator[FilledChat]:
    """One database of the server with cases."""
    with sides(folder, server, 0.0) as (_, side, _), tempfile.TemporaryDirectory() as played:
        filled(side, play(Path(played)), count)
        with closing(FilledChat(folder=side.folder, store=side.store, now=START)) as chat:
            yield chat


def measure(chats: Mapping[str, FilledChat], clock: Clock, count: int) -> dict[str, dict[str, list[Cost]]]:
    """Use -> side -> the costs of each repetition."""
    costs: dict[str, dict[str, list[Cost]]] = {}
    for turn in range(REPETITIONS + 1):
        for use in MEASURED:
            for side, chat in chats.items():
                cost = _one(chat, use, turn, clock)
                if turn:
                    costs.setdefault(use, {}).setdefault(side, []).append(cost)
    for _ in range(3):
        for side, chat in chats.items():
            name = REGISTER.format(cases=count)
            costs.setdefault(name, {}).setdefault(side, []).append(_register(chat, clock))
    return costs


def _one(chat: FilledChat, use: str, turn: int, clock: Clock) -> Cost:
    chat.cpu, chat.wall_seconds, chat.taken = 0.0, 0.0, 0
    clock.spent()
    USES[use](chat, turn)
    _, server = clock.spent()
    return Cost(chat.cpu * 1000, server * 1000, chat.wall_seconds * 1000)


def _register(chat: FilledChat, clock: Clock) -> Cost:
    """The registers of all years, so that all cases are in one of them."""
    source = Source(chat.database.store, chat.folder / "aduan.key")
    words = Renderer()
    clock.spent()
    began = time.perf_counter()
    for year in range(START.year - YEARS, START.year + 1):
        wanted = Wanted(
            "", str(year), "csv", identities=True, output=chat.folder / "register.csv", force=True
        )
        export(wanted, source, rules(), words, date(START.year, START.month, START.day))
    wall = time.perf_counter() - began
    bot, server = clock.spent()
    return Cost(bot * 1000, server * 1000, wall * 1000)


def table(costs: Mapping[str, Mapping[str, Sequence[Cost]]], cases: int) -> list[str]:
    """The costs of each use by side, and their ratios to the first side's."""
    lines: list[str] = []
    for use, by_side in costs.items():
        first, *others = by_side
        if not lines:
            columns = "".join(f" {side}: wall ms | ratio |" for side in others)
            lines = [
                (
                    f"| with {cases:,} cases | {first}: CPU ms | wall ms | {others[0]}: bot CPU ms | ratio |"
                    f" server CPU ms |{columns}"
                ),
                f"|{'---|' * (6 + 2 * len(others))}",
            ]
        ours, theirs = by_side[first], by_side[others[0]]
        cells = [
            f"{median(one.bot for one in ours):.1f}",
            f"{median(one.wall for one in ours):.1f}",
            f"{median(one.bot for one in theirs):.1f}",
            f"{ratio([one.bot for one in theirs], [one.bot for one in ours]):.2f}",
            f"{median(one.server for one in theirs):.1f}",
        ]
        for side in others:
            walls = [one.wall for one in by_side[side]]
            cells += [f"{median(walls):.1f}", f"{ratio(walls, [one.wall for one in ours]):.2f}"]
        lines.append(f"| {use} | {' | '.join(cells)} |")
    return lines
