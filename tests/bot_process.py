"""The bot as its own process, with the embedded messenger. Waits for events, never for a fixed time."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.simulator.server import Simulator
from tests.forked import Ends, Forked, server

EXAMPLE = Path(__file__).parents[1] / "config.example.toml"
STAFF = {"dpmd": -1001000000001, "bakesbangpol": -1001000000002}
# No pacing: for tests and measurements whose messenger has no limits.
UNPACED = {
    "overall_per_second": 100_000,
    "private_burst": 100_000,
    "private_per_second": 100_000.0,
    "group_messages": 100_000,
    "group_seconds": 1.0,
}
# The calls by which a bot begins to receive updates.
RECEIVING = ("getUpdates", "setWebhook")
# A clean end takes 5 s at most; a loaded machine gets more before the test fails.
END_SECONDS = 60.0


def write_config(
    simulator: Simulator,
    folder: Path,
    *,
    agencies: Mapping[str, Mapping[str, Any]] | None = None,
    staff: Mapping[str, int] = STAFF,
    **settings: Any,
) -> Path:
    """Write config.toml: the example, with this messenger and a database in `folder`, and return its path.

    `staff` names each agency's staff group; `agencies` gives further settings by agency id, and a
    whole agency for an id that the example does not have; `settings` are sections and keys of the top.
    """
    values = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    wanted = {key: dict(changes) for key, changes in (agencies or {}).items()}
    for agency in values["agencies"]:
        agency |= {"staff_chat_id": staff.get(agency["id"], 0), **wanted.pop(agency["id"], {})}
    values["agencies"] += [{"id": key, **agency} for key, agency in wanted.items()]
    values["telegram"] = {
        "token": simulator.token,
        "base_url": simulator.base_url,
        "base_file_url": simulator.base_file_url,
    }
    values["database"] = {
        "url": f"sqlite:///{folder / 'aduan.db'}",
        "state": str(folder / "state"),
    }
    for key, value in settings.items():
        values[key] = values.get(key, {}) | value if isinstance(value, dict) else value
    path = folder / "config.toml"
    path.write_text("".join(f"{key} = {_toml(value)}\n" for key, value in values.items()), encoding="utf-8")
    return path


def _toml(value: Any) -> str:
    """Return a value as inline TOML; strings and numbers are written as JSON writes them."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def aduan(*arguments: str, program: str = "bot.cli") -> list[str]:
    """Return the command line of `aduan` under the Python that runs the tests; `program` is its module."""
    return [sys.executable, "-m", program, *arguments]


async def _ended(pid: int) -> None:
    """Return at the end of this process. Raises ProcessLookupError when there is none."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()
    # A pidfd becomes readable when its process ends: no thread stays behind in a cancelled wait.
    descriptor = os.pidfd_open(pid)
    loop.add_reader(descriptor, done.set)
    try:
        await done.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


class BotProcess:
    """One run of a bot; its output goes to `log_path`, one after another when it is started again."""

    def __init__(
        self,
        simulator: Simulator,
        command: Sequence[str],
        log_path: Path,
        environment: Mapping[str, str] | None = None,
        *,
        forked: bool = True,
        folder: Path = EXAMPLE.parent,
    ) -> None:
        """`forked`: start it from a process that has imported the bot (tests/forked.py), in `folder`."""
        self.simulator = simulator
        self.command = list(command)
        self.log_path = log_path
        self.environment = {**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})}
        self._forked, self._folder = forked, folder
        self._process: subprocess.Popen[bytes] | Forked | None = None
        self._calls_before = 0
        self._began = 0.0

    @classmethod
    async def run(
        cls, simulator: Simulator, folder: Path, *, program: str = "bot.cli", **settings: Any
    ) -> BotProcess:
        """Write a config for the real bot, start `aduan run` and return it once it asks for updates."""
        config = write_config(simulator, folder, **settings)
        command = aduan("run", "--config", str(config), program=program)
        process = cls(simulator, command, folder / "bot.log")
        process.start()
        await process.started()
        return process

    @property
    def pid(self) -> int:
        """Return the process id of the run."""
        assert self._process, "the bot was never started"
        return self._process.pid

    @property
    def log(self) -> str:
        """Return everything it wrote."""
        return self.log_path.read_text(encoding="utf-8", errors="replace") if self.log_path.exists() else ""

    def start(self) -> None:
        """Start a run; await `started` for its first getUpdates."""
        assert not self.running, "the bot runs already"
        self._calls_before, self._began = len(self.simulator.calls), time.monotonic()
        if self._forked:
            _, _, module, *arguments = self.command
            ends = Ends(self.log_path, self.log_path, folder=self._folder)
            self._process = server().start(module, arguments, self.environment, ends)
            return
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(
                self.command, stdout=log, stderr=subprocess.STDOUT, env=self.environment, cwd=self._folder
            )

    @property
    def running(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    async def started(self, timeout: float = 60.0) -> None:  # noqa: ASYNC109 - the caller's patience
        """Return when this run asks for updates; raise AssertionError with its log when it ends before."""
        await self._until(self._asked, timeout)

    def _asked(self) -> bool:
        return self._first_fetch() is not None

    def _first_fetch(self) -> float | None:
        calls = self.simulator.calls
        fetches = (calls[index] for index in range(self._calls_before, len(calls)))
        return next((call.at for call in fetches if call.method in RECEIVING), None)

    @property
    def start_seconds(self) -> float:
        """Return the seconds from the start of the process to its first getUpdates."""
        first = self._first_fetch()
        assert first is not None, "the bot has not asked for updates yet"
        return first - self._began

    async def _until(self, condition: Callable[[], Any], timeout: float) -> None:  # noqa: ASYNC109
        ended = asyncio.ensure_future(self.ended())
        seen = asyncio.ensure_future(self.simulator.until(condition, timeout))
        try:
            await asyncio.wait({ended, seen}, return_when=asyncio.FIRST_COMPLETED)
            if not seen.done() or seen.exception():
                raise AssertionError(f"the bot did not start:\n{self.log[-4000:]}")
        finally:
            ended.cancel()
            seen.cancel()

    async def ended(self) -> int:
        """Return the exit code once the process has ended."""
        assert self._process, "the bot was never started"
        if self._process.poll() is None:
            # The server that forks has perhaps seen its end already.
            with contextlib.suppress(ProcessLookupError):
                await _ended(self._process.pid)
        return self._process.wait()

    async def stop(self) -> int:
        """Ask it to end (SIGTERM) and return its exit code; raise AssertionError when it takes too long."""
        assert self._process, "the bot was never started"
        if self.running:
            self._process.send_signal(signal.SIGTERM)
        try:
            return await asyncio.wait_for(self.ended(), END_SECONDS)
        except TimeoutError:
            await self.kill()
            raise AssertionError(f"the bot did not end within {END_SECONDS} s:\n{self.log[-4000:]}") from None

    async def kill(self) -> None:
        """End it at once (SIGKILL), as a power cut does."""
        self.send_kill()
        await self.ended()

    def send_kill(self) -> None:
        """Kill it, without waiting for its end."""
        assert self._process, "the bot was never started"
        self._process.kill()

    async def restart(self) -> None:
        """Start it again on the same database and wait until it asks for updates."""
        self.start()
        await self.started()
