"""What a process on PostgreSQL refuses in words before it works: a key, a clock, an order of texts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from bot.database.sealing import Codec
from bot.foundation.exit_codes import ExitCode
from bot.simulator.server import Simulator
from tests import commands
from tests.bot_process import write_config
from tests.postgres_server import Server
from tests.standbys import started

# A machine's clock may be a second off the database's.
AHEAD = "7"
ICU = "CREATE DATABASE {} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'id'"
Refused = tuple[bool, str]


async def wrong_key(simulator: Simulator, server: Server, folder: Path) -> Refused:
    """Start next to a leader, with a key file of another installation: it must not wait for its turn."""
    server.create("keys")
    url, wrong = server.url("keys"), folder / "wrong.key"
    Codec.load(wrong, create=True)
    async with started(simulator, url, folder, 1) as group:
        await group.leader()
        return await _run(simulator, folder, url, wrong)


async def icu_database(simulator: Simulator, server: Server, folder: Path) -> Refused:
    """Start on a database whose order of texts changes with the operating system."""
    server.run(ICU, "icu")
    return await _run(simulator, folder, server.url("icu"), folder / "icu.key")


async def wrong_clock(simulator: Simulator, server: Server, folder: Path) -> Refused:
    """Start on a machine whose clock is seven seconds ahead of the database's: it must not lead."""
    server.create("clock")
    ahead = folder / "ahead"
    ahead.write_text(AHEAD, encoding="ascii")
    module = ("tests.acceptance.set_clock", str(ahead))
    async with started(simulator, server.url("clock"), folder, 1, module) as group:
        (member,) = group.members
        seen: list[dict[str, object]] = []

        async def says_why() -> bool:
            page = await member.health()
            seen[:] = page["problems"] if page and page["role"] == "standby" else []
            return bool(seen)

        await group.until(says_why, "the process with a wrong clock says nothing")
    return seen[0]["kind"] == "clock", str(seen[0]["words"])


REFUSALS: Mapping[str, Callable[[Simulator, Server, Path], Awaitable[Refused]]] = {
    "another installation's key": wrong_key,
    "a wrong clock": wrong_clock,
    "a database with ICU's order": icu_database,
}


async def refusals(server: Server, folder: Path) -> dict[str, Refused]:
    """Return for each wrong start whether it was refused, and in which words."""
    simulator = await Simulator.start()
    try:
        found = {}
        for number, (name, start) in enumerate(REFUSALS.items()):
            own = folder / f"refused{number}"
            own.mkdir()
            found[name] = await start(simulator, server, own)
        return found
    finally:
        await simulator.close()


async def _run(simulator: Simulator, folder: Path, url: str, keys: Path) -> Refused:
    database = {"url": url, "keys": str(keys), "state": str(folder / "state")}
    config = write_config(simulator, folder, database=database)
    ended = await asyncio.to_thread(commands.aduan, "run", "--config", str(config), folder=folder)
    return ended.returncode == ExitCode.STORE, " ".join(ended.stderr.rpartition("aduan: ")[2].split())
