"""What can happen to a leader, a standby and their database, as a table.

A fault is an asynchronous context: entered when it has happened, left when the work goes on again.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import LiteralString

import psycopg

from bot.leadership.asking import SILENT_SECONDS
from tests.acceptance.machines import ROLE, Machines
from tests.standbys import Member

# How long the database is away, only reads, or refuses writes.
AWAY, READING, REFUSING = 1.5, 3.0, 3.0
# How long a process that has lost its right may take to end once it can.
END_SECONDS = 15.0
WRITES = "INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public"


class LivesOnError(AssertionError):
    """A process that has lost its right did not end."""


@dataclass(frozen=True)
class Fault:
    """`happen` gets the machines and the leader.

    `within` are the seconds until the next turn is committed, `lasts` those of them in which the database
    cannot be written. `hands_over` means that another session leads afterwards.
    """

    what: str
    happen: Callable[[Machines, Member], AbstractAsyncContextManager[None]]
    lasts: float = 0.0
    silent: float = 0.0
    hands_over: bool = True

    def within(self, patience: float) -> float:
        """Return the longest time until work goes on, with `patience` after the database is there again."""
        return self.lasts + self.silent + patience


@asynccontextmanager
async def kill(machines: Machines, leader: Member) -> AsyncIterator[None]:
    """End the leader as the kernel does when memory is short."""
    leader.process.send_kill()
    yield


@asynccontextmanager
async def kill_standby(machines: Machines, leader: Member) -> AsyncIterator[None]:
    """End one that stands by."""
    machines.group.others(leader)[0].process.send_kill()
    yield


@asynccontextmanager
async def terminate(machines: Machines, leader: Member) -> AsyncIterator[None]:
    """Ask the leader to end, as at an update of its machine."""
    os.kill(leader.process.pid, signal.SIGTERM)
    yield


@asynccontextmanager
async def end_session(machines: Machines, leader: Member) -> AsyncIterator[None]:
    """End the leader's session on the server."""
    seen = await machines.watch.look()
    assert seen
    assert seen.leader, "no session leads"
    await _on_server(machines, f"SELECT pg_terminate_backend({seen.leader})")
    yield


@asynccontextmanager
async def freeze(machines: Machines, leader: Member) -> AsyncIterator[None]:
    """Stop the leader as it stands, and let it go on when another one works."""
    before = machines.ends_of(leader)
    leader.freeze()
    yield
    leader.thaw()
    await _must_end(machines, leader, before)


@asynccontextmanager
async def swallow(machines: Machines, leader: Member) -> AsyncIterator[None]:
    """Forward nothing between the leader and the server, until another one works."""
    before, proxy = machines.ends_of(leader), machines.proxy_of(leader)
    proxy.stall()
    yield
    proxy.flow()
    await _must_end(machines, leader, before)


@asynccontextmanager
async def crash(machines: Machines, leader: Member) -> AsyncIterator[None]:
    """Kill the server; it comes back and recovers from its log."""
    await asyncio.to_thread(machines.server.kill)
    await asyncio.sleep(AWAY)
    await asyncio.to_thread(machines.server.restart)
    yield


@asynccontextmanager
async def replica(machines: Machines, leader: Member) -> AsyncIterator[None]:
    """Start the server as a replica and promote it: what a cluster manager does when it changes roles."""
    await asyncio.to_thread(machines.server.restart, replica=True)
    await asyncio.sleep(READING)
    await asyncio.to_thread(machines.server.promote)
    yield


@asynccontextmanager
async def refuse(machines: Machines, leader: Member) -> AsyncIterator[None]:
    """Take the right to write from the role: what a provider does when the disk space is used up."""
    await _in_database(machines, f"REVOKE {WRITES} FROM {ROLE}")
    await asyncio.sleep(REFUSING)
    await _in_database(machines, f"GRANT {WRITES} TO {ROLE}")
    yield


FAULTS: Mapping[str, Fault] = {
    "kill": Fault("kill -9 of the leader", kill),
    "session": Fault("the server ends the leader's session", end_session),
    "freeze": Fault("the leader is frozen (SIGSTOP)", freeze, silent=SILENT_SECONDS),
    "swallow": Fault("the network swallows the leader's packets", swallow, silent=SILENT_SECONDS),
    "crash": Fault(f"the database crashes, away for {AWAY} s", crash, lasts=AWAY),
    "replica": Fault(f"the database is a replica for {READING:.0f} s", replica, lasts=READING),
    "refuse": Fault(
        f"the database refuses writes for {REFUSING:.0f} s", refuse, lasts=REFUSING, hands_over=False
    ),
    "stop": Fault("the leader is stopped (SIGTERM)", terminate),
    "standby": Fault("kill -9 of a standby", kill_standby, hands_over=False),
}


def order(names: Sequence[str], times: int) -> list[str]:
    """Return each fault so many times, the kinds in turn."""
    return [name for _ in range(times) for name in names]


async def _must_end(machines: Machines, member: Member, before: int) -> None:
    if not await machines.ended(member, before, END_SECONDS):
        raise LivesOnError(f"a process without the right did not end: {member.process.log[-2000:]}")


async def _on_server(machines: Machines, statement: LiteralString) -> None:
    await asyncio.to_thread(machines.server.run, statement)


async def _in_database(machines: Machines, statement: str) -> None:
    address = machines.settings.url.replace("+psycopg", "")
    async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
        await connection.execute(statement.encode())
