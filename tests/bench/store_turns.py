"""Turns on each store, the sides in turn: CPU of bot and server, statements, and how long a turn takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any, NamedTuple
from unittest import mock

from sqlalchemy import Connection, event

from bot.database import arrivals
from bot.database.engine import Database
from bot.turns.turn import Turn
from tests.bench.costs import Costs
from tests.bench.figures import percentile, ratio
from tests.bench.filing import SCRIPT, Town
from tests.bench.machine import share_megabytes
from tests.bench.store_sides import Clock, Side
from tests.bench.turns import FIRST_CITIZEN

# Updates of one turn -> rounds; a round is one complaint of each of so many citizens.
ROUNDS: Mapping[int, int] = {1: 30, 50: 4}
WARMING = 8
# Each length of a list is another statement.
LENGTHS, OFTEN = 200, 7
PREPARED = (
    "SELECT count(*), sum(generic_plans + custom_plans), sum(generic_plans) FROM pg_prepared_statements",
    "SELECT sum(total_bytes) FROM pg_backend_memory_contexts WHERE name LIKE 'CachedPlan%%'",
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    "SELECT pg_backend_pid()",
)


class Round(NamedTuple):
    """What one round cost for each update, in milliseconds of CPU, and the milliseconds of each turn."""

    bot: float
    server: float
    statements: float
    turns: Sequence[float]


class Session(NamedTuple):
    """The writer's session: its prepared statements, and how often they were executed with the generic plan.

    `plans` are the bytes of plans and texts, `writer` and `readers` the megabytes (PSS) of their processes.
    """

    prepared: int
    executions: int
    generic: int
    plans: int
    writer: float
    readers: Sequence[float]


# After the turns, and after lists of many lengths as well.
Sessions = tuple[Session, Session]


@dataclass
class Runner:
    """A town on one store; `statements` are those of its turns."""

    side: Side
    town: Town
    statements: int = 0
    citizens: int = FIRST_CITIZEN
    rounds: dict[int, list[Round]] = field(default_factory=dict)

    async def file(self, together: int, clock: Clock) -> Round:
        """One complaint of each of `together` citizens, with the marks and files that follow."""
        clock.spent()
        self.statements = 0
        filing = self.town.file(self.citizens, together, together)
        turns = [seconds * 1000 async for seconds in filing]
        await self.town.settled()
        self.citizens += together
        bot, server = (seconds * 1000 / (together * len(SCRIPT)) for seconds in clock.spent())
        return Round(bot, server, self.statements / len(turns), turns)


@asynccontextmanager
async def running(side: Side) -> AsyncIterator[Runner]:
    """A town on a store, with its outbox, files and scheduler."""
    database = await Database.open(side.store)
    town = Town(Costs(), database, side.folder, side.contents)
    runner = Runner(side, town)
    await town.outbox.start()
    await town.files.start(town.as_channel)
    with counted(runner, database._connection):
        yield runner
    await town.files.stop()
    await town.outbox.stop()
    await database.close()


@contextmanager
def counted(runner: Runner, connection: Connection) -> Iterator[None]:
    """Count the statements of the turns of this connection."""
    inside, take = [False], Turn.take

    def turn(self: Turn, batch: Any) -> Any:
        inside[0] = True
        try:
            return take(self, batch)
        finally:
            inside[0] = False

    def executed(*_: object) -> None:
        runner.statements += inside[0]

    event.listen(connection, "before_cursor_execute", executed)
    with mock.patch.object(Turn, "take", turn):
        yield


async def measure(compared: Sequence[Side], clock: Clock) -> tuple[list[Runner], Sessions]:
    """All rounds of all sides, another one first in each round."""
    async with AsyncExitStack() as stack:
        runners = [await stack.enter_async_context(running(side)) for side in compared]
        for runner in runners:
            for _ in range(WARMING):
                await runner.file(1, clock)
        for together, count in ROUNDS.items():
            for number in range(count):
                for place in range(len(runners)):
                    runner = runners[(place + number) % len(runners)]
                    made = await runner.file(together, clock)
                    runner.rounds.setdefault(together, []).append(made)
        database = runners[1].town.database
        usual = await session(database)
        await database.write(_ask_for_lists)
        return runners, (usual, await session(database))


def _ask_for_lists(connection: Connection) -> None:
    """Ask for lists of LENGTHS lengths, each more often than the driver waits before it prepares."""
    for length in range(1, LENGTHS + 1):
        for _ in range(OFTEN):
            arrivals.taken(connection, "telegram", range(length))


async def session(database: Database) -> Session:
    """What the server keeps for this bot."""
    await asyncio.gather(*(database.read(lambda c: c.exec_driver_sql("SELECT 1").scalar()) for _ in range(4)))

    def read(connection: Connection) -> Session:
        counts, plans, others, own = (connection.exec_driver_sql(one).all() for one in PREPARED)
        readers = [share_megabytes(pid) for (pid,) in others]
        prepared, executions, generic = map(int, counts[0])
        writer = share_megabytes(own[0][0])
        return Session(prepared, executions, generic, int(plans[0][0]), writer, readers)

    return await database.write(read)


def session_lines(sessions: Sessions) -> list[str]:
    """The sessions in words."""
    usual, lists = sessions
    writer = (
        f"The writer's session has {usual.prepared} prepared statements, executed {usual.executions:,} times,"
        f" {usual.generic / usual.executions:.0%} with a plan for all values; plans and texts take"
        f" {usual.plans / 1024:,.0f} kB. Its process takes {usual.writer:.1f} MB (PSS), that of an idle"
        f" reader {max(usual.readers):.1f} MB."
    )
    bounded = (
        f"After lists of {LENGTHS} lengths in one statement, each {OFTEN} times: {lists.prepared} prepared"
        f" statements, {lists.plans / 1024:,.0f} kB, the process {lists.writer:.1f} MB."
    )
    return [writer, bounded]


def table(runners: Sequence[Runner], together: int) -> list[str]:
    """The figures of turns of so many updates, and their ratios to the first store's."""
    first = runners[0].rounds[together]
    title = f"turns of {together} update{'s' * (together > 1)}"
    lines = [
        (
            f"| {title} | bot CPU ms / update | ratio | server CPU ms / update | both, ratio | statements |"
            " turn p50 ms | ratio | turn p99 ms |"
        ),
        f"|{'---|' * 9}",
    ]
    for runner in runners:
        rounds = runner.rounds[together]
        walls = [wall for one in rounds for wall in one.turns]
        cells = (
            f"{median(one.bot for one in rounds):.2f}",
            f"{ratio([one.bot for one in rounds], [one.bot for one in first]):.2f}",
            f"{median(one.server for one in rounds):.2f}",
            f"{ratio([one.bot + one.server for one in rounds], [one.bot for one in first]):.2f}",
            f"{median(one.statements for one in rounds):.1f}",
            f"{percentile(walls, 0.5):.1f}",
            f"{ratio([median(one.turns) for one in rounds], [median(one.turns) for one in first]):.2f}",
            f"{percentile(walls, 0.99):.1f}",
        )
        lines.append(f"| {runner.side.name} | {' | '.join(cells)} |")
    return lines
