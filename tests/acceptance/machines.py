"""Three `aduan run` on one database, each started again when it ends, as systemd does.

Each machine reaches the database and the messenger by an address of its own: its network can be stalled
alone, and its calls are told apart. `Watch` looks into the database: who leads, what is committed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from bot.config.sections import Database as Settings
from bot.database.stores.postgres_session import LOCK
from bot.foundation.exit_codes import FINAL
from bot.simulator.server import Simulator
from tests.acceptance import callers
from tests.postgres_server import HOST, Server
from tests.stalling_proxy import StallingProxy
from tests.standbys import Group, Member, started

COUNT = 3
RESTART_SECONDS = 1.0
DATABASE, ROLE = "aduan", "aduan"
# The session that has the right to work; the last update that is stored.
LOOK = (
    "SELECT (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"  # noqa: S608 - a constant
    f" AND classid = {LOCK} AND database = (SELECT oid FROM pg_database WHERE datname = current_database())),"
    " (SELECT coalesce(max(update_id), 0) FROM updates)"
)
LOOK_SECONDS = 0.02
CONNECT_SECONDS = 5


class Seen(NamedTuple):
    """One look: the leader's session, None without one, and the last update stored."""

    leader: int | None
    update: int


class Watch:
    """A session of its own, opened again when the server has ended it."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._session: psycopg.AsyncConnection[Any] | None = None

    async def look(self) -> Seen | None:
        """Look once; None while the server does not answer."""
        try:
            if self._session is None or self._session.closed:
                self._session = await psycopg.AsyncConnection.connect(
                    self._address, autocommit=True, connect_timeout=CONNECT_SECONDS
                )
            cursor = await self._session.execute(LOOK)
            found = await cursor.fetchone()
        except psycopg.Error:
            await self.close()
            return None
        assert found
        return Seen(*found)

    async def until(self, condition: Callable[[Seen], bool], seconds: float) -> float | None:
        """Return the monotonic time at which the condition was seen; None when the time runs out."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            seen = await self.look()
            if seen and condition(seen):
                return time.monotonic()
            await asyncio.sleep(LOOK_SECONDS)
        return None

    async def close(self) -> None:
        """End the session."""
        if self._session:
            with suppress(psycopg.Error):
                await self._session.close()
            self._session = None


@dataclass
class Supervised:
    """A machine and the times (monotonic) at which its process was started."""

    member: Member
    starts: list[float] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    fault: str = ""

    async def keep_running(self) -> None:
        """Start the process again a second after each end, until cancelled."""
        self.starts.append(time.monotonic())
        while not self.fault:
            code = await self.member.process.ended()
            self.ends.append(code)
            if code in FINAL:
                self.fault = f"a process ended for good, with {code}: {self.member.process.log[-2000:]}"
                return
            await asyncio.sleep(RESTART_SECONDS)
            self.starts.append(time.monotonic())
            self.member.process.start()


class Machines:
    """All machines of one bot and their server; `proxies` belong to the machines in their order."""

    def __init__(
        self, group: Group, watch: Watch, settings: Settings, server: Server, proxies: list[StallingProxy]
    ) -> None:
        self.group, self.watch, self.settings = group, watch, settings
        self.server, self.proxies = server, proxies
        self.supervised = [Supervised(member) for member in group.members]

    @property
    def faults(self) -> list[str]:
        """Return why machines are not started again."""
        return [each.fault for each in self.supervised if each.fault]

    def proxy_of(self, member: Member) -> StallingProxy:
        """Return what the machine's connections to the database go through."""
        return self.proxies[self.group.members.index(member)]

    def ends_of(self, member: Member) -> int:
        """Return how often the machine's process has ended."""
        return len(self.supervised[self.group.members.index(member)].ends)

    async def whole(self) -> Member:
        """Wait until one leads and all others stand by, and return the leader."""
        await self.group.standing_by(len(self.group.members) - 1)
        return await self.group.leader()

    async def ended(self, member: Member, before: int, seconds: float) -> bool:
        """Wait until the machine's process has ended once more than `before`."""
        until = time.monotonic() + seconds
        while self.ends_of(member) <= before and time.monotonic() < until:  # noqa: ASYNC110 - a process
            await asyncio.sleep(LOOK_SECONDS)
        return self.ends_of(member) > before


@asynccontextmanager
async def machines(
    simulator: Simulator, server: Server, url: str, folder: Path, *, proxies: bool, **settings: Any
) -> AsyncIterator[Machines]:
    """Keep the machines running within the block, on the database that the server has under `url`."""
    async with AsyncExitStack() as stack:
        own = [StallingProxy(server.port) for _ in range(COUNT if proxies else 0)]
        for proxy in own:
            stack.callback(proxy.close)

        def of_machine(number: int) -> Mapping[str, Mapping[str, Any]]:
            telegram = {"telegram": callers.settings_of(simulator, number)}
            return telegram | ({"database": {"url": _through(own[number - 1])}} if own else {})

        group = await stack.enter_async_context(
            started(simulator, url, folder, COUNT, own=of_machine, **settings)
        )
        watch = Watch(url.replace("+psycopg", ""))
        stack.push_async_callback(watch.close)
        all_of_them = Machines(group, watch, Settings(url=url, keys=str(folder / "aduan.key")), server, own)
        supervising = [asyncio.create_task(each.keep_running()) for each in all_of_them.supervised]
        try:
            yield all_of_them
        finally:
            for task in supervising:
                task.cancel()
            await asyncio.gather(*supervising, return_exceptions=True)


def _through(proxy: StallingProxy) -> str:
    return f"postgresql+psycopg://{ROLE}@{HOST}:{proxy.port}/{DATABASE}"
