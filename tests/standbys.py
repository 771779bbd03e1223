"""Several `aduan run` on one database of PostgreSQL, each as on a machine of its own.

`started(…)` starts N processes and gives a `Group`. `await group.leader()` waits for the one that leads, by
their pages /healthz. `group.others(leader)` are the standbys; each member's `process` is a BotProcess, which
can be killed, frozen (`freeze()`) and started again.
"""

from __future__ import annotations

import asyncio
import os
import signal
import tomllib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from bot.config.sections import Database
from bot.operations.initialise import initialise
from bot.simulator.server import Simulator
from tests.bot_process import BotProcess, aduan, write_config
from tests.postgres_server import HOST, free_port

SECONDS = 60.0
LOOK_AGAIN = 0.05


@dataclass
class Member:
    """One process, and the address of its pages."""

    process: BotProcess
    address: str
    frozen: bool = False

    async def health(self) -> dict[str, Any] | None:
        """Return its page /healthz; None while it does not answer."""
        if self.frozen or not self.process.running:
            return None
        try:
            async with aiohttp.request("GET", f"{self.address}/healthz") as response:
                page: dict[str, Any] = await response.json()
        except (aiohttp.ClientError, TimeoutError):
            return None
        return {"status": response.status, **page}

    async def role(self) -> str:
        """Return `leader` or `standby`; empty while it does not answer."""
        page = await self.health()
        return str(page["role"]) if page else ""

    def freeze(self) -> None:
        """Stop it as it stands: it keeps its connections, and does nothing."""
        self.frozen = True
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self.process.pid, signal.SIGCONT)
        self.frozen = False


class Group:
    """All processes of one bot."""

    def __init__(self, members: Sequence[Member]) -> None:
        self.members = members

    def others(self, member: Member) -> list[Member]:
        """Return the processes but one."""
        return [each for each in self.members if each is not member]

    async def leader(self, *, but: Member | None = None, seconds: float = SECONDS) -> Member:
        """Wait until one leads, other than `but`, and return it. Raises AssertionError with all logs."""
        found: list[Member] = []

        async def leads() -> bool:
            candidates = [each for each in self.members if each is not but]
            roles = await asyncio.gather(*(each.role() for each in candidates))
            found[:] = [each for each, role in zip(candidates, roles, strict=True) if role == "leader"]
            return bool(found)

        await self.until(leads, "no process leads", seconds)
        assert len(found) == 1, f"{len(found)} processes lead:\n{self.logs}"
        return found[0]

    async def standing_by(self, count: int, *, seconds: float = SECONDS) -> None:
        """Wait until so many processes say that they stand by."""

        async def stand_by() -> bool:
            roles = await asyncio.gather(*(each.role() for each in self.members))
            return roles.count("standby") >= count

        await self.until(stand_by, f"{count} processes do not stand by", seconds)

    async def until(self, condition: Callable[[], Any], what: str, seconds: float = SECONDS) -> None:
        """Wait until the condition, a coroutine function, holds."""
        try:
            async with asyncio.timeout(seconds):
                while not await condition():  # noqa: ASYNC110 - the pages are another process
                    await asyncio.sleep(LOOK_AGAIN)
        except TimeoutError:
            raise AssertionError(f"{what} after {seconds} s:\n{self.logs}") from None

    @property
    def logs(self) -> str:
        """Return the end of each log."""
        return "\n".join(f"--- {each.address}\n{each.process.log[-3000:]}" for each in self.members)

    async def end(self) -> None:
        """End all, the frozen ones by force."""
        for member in self.members:
            if member.frozen:
                member.process.send_kill()
        await asyncio.gather(*(each.process.stop() for each in self.members if each.process.running))


def _as_all(_number: int) -> Mapping[str, Mapping[str, Any]]:
    """Give no machine a setting of its own."""
    return {}


@asynccontextmanager
async def started(
    simulator: Simulator,
    url: str,
    folder: Path,
    count: int = 3,
    module: Sequence[str] = (),
    *,
    own: Callable[[int], Mapping[str, Mapping[str, Any]]] = _as_all,
    **settings: Any,
) -> AsyncIterator[Group]:
    """Start so many processes on the database `url`, and end them.

    They share the key file, which `aduan init` makes, and the files in `folder`, as machines do on which an
    operator has put them. `module` is what runs in place of `-m bot.cli`; `settings` are those of
    `write_config`, and `own` gives more of them for the machine of each number.
    """
    configs = [
        _write_config(simulator, url, folder, number, {**settings, **own(number)})
        for number in range(1, count + 1)
    ]
    first = Database(**_read(configs[0])["database"])
    await initialise(first, new_register=False, confirm=lambda _question: False)
    group = Group([_member(simulator, config, module) for config in configs])
    try:
        for member in group.members:
            member.process.start()
        yield group
    finally:
        await group.end()


def _write_config(
    simulator: Simulator, url: str, folder: Path, number: int, settings: Mapping[str, Any]
) -> Path:
    machine = folder / f"machine{number}"
    machine.mkdir(parents=True)
    shared = {"url": url, "keys": str(folder / "aduan.key"), "files": str(folder / "files")}
    given = {key: value for key, value in settings.items() if key != "database"}
    return write_config(
        simulator,
        machine,
        web={"listen": f"{HOST}:{free_port()}"},
        database={**shared, "state": str(machine / "state"), **settings.get("database", {})},
        **given,
    )


def _member(simulator: Simulator, config: Path, module: Sequence[str]) -> Member:
    command, machine = aduan("run", "--config", str(config)), config.parent
    if module:
        command = [command[0], "-m", *module, *command[command.index("run") :]]
    listen = _read(config)["web"]["listen"]
    return Member(BotProcess(simulator, command, machine / "bot.log", folder=machine), f"http://{listen}")


def _read(config: Path) -> dict[str, Any]:
    return tomllib.loads(config.read_text(encoding="utf-8"))
