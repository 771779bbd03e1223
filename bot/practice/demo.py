"""`aduan demo`: the embedded messenger with its page in this process, the real bot as a second one.

1. Serve the messenger and put the practice people into it.
2. Make an empty store: practice starts empty at every start.
3. Start `aduan run` on it, print the address, open the browser where there is a screen.
4. Connect the embedded WhatsApp with the bot as soon as it listens.
5. A reset on the page ends the bot, empties messenger and store, and starts it again.
6. Ctrl-C, SIGTERM or a closed terminal ends the bot first, cleanly, then the messenger.
"""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import signal
import sys
import webbrowser
from asyncio.subprocess import Process
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config.credentials import FOLDER as CREDENTIALS
from bot.config.environment import PREFIX
from bot.practice import town, whatsapp

if TYPE_CHECKING:
    from bot.simulator.server import Simulator

FOLDER = Path("data/practice")
STOP_SECONDS = 6.0


class PortTakenError(Exception):
    """Another program uses the port, perhaps another practice."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"port {port} is in use, perhaps by another practice. Stop that one, or take another port: "
            f"aduan demo --port {port + 1}"
        )


async def practise(port: int, *, open_browser: bool, host: str = "127.0.0.1") -> int:
    """Practise until stopped; the exit code is 0, or 1 when the bot stopped by itself.

    Raises PortTakenError.
    """
    from bot.simulator.control.routes import practice_routes
    from bot.simulator.server import Simulator as Messenger

    try:
        simulator = await Messenger.start(port=port, routes=practice_routes, host=host)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(port) from None
        raise
    try:
        session = PracticeSession(simulator)
        simulator.staging.restart = session.restart
        config = session.settle()
        _announce(simulator)
        await session.start(config)
        if open_browser and _has_screen():
            await asyncio.to_thread(webbrowser.open, simulator.address)
        return await session.until_stopped()
    finally:
        await simulator.close()


class PracticeSession:
    """The practice's people and the bot that serves them; `restart` makes both again."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        # The same one for every bot of this practice: the messenger delivers to it until the end.
        self._hook = whatsapp.new_hook()
        self._bot: Process | None = None
        self._restarting = asyncio.Lock()

    def settle(self) -> Path:
        """Put the people in and write the bot's configuration into an empty folder."""
        from bot.practice.staging import stage

        town.settle(self._simulator)
        whatsapp.settle(self._simulator)
        stage(self._simulator)
        return _fresh_config(self._simulator, self._hook)

    async def start(self, config: Path) -> None:
        """Start the bot."""
        self._bot = await _start(config)

    async def restart(self) -> None:
        """Start over: end the bot, empty the messenger, start the bot with an empty store."""
        async with self._restarting:
            await self._end()
            self._simulator.reset()
            await self.start(self.settle())

    async def until_stopped(self) -> int:
        """Wait for a signal, then end the bot; 1 when the bot ended by itself."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        # A closed terminal sends SIGHUP: the bot must not go on running alone.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, stop.set)
        stopping = asyncio.create_task(stop.wait())
        failed = asyncio.create_task(self._ended_by_itself())
        connecting = asyncio.create_task(self._hook.connect(self._simulator))
        await asyncio.wait({stopping, failed}, return_when=asyncio.FIRST_COMPLETED)
        for task in (stopping, failed, connecting):
            task.cancel()
        if failed.done() and not failed.cancelled():
            sys.stderr.write(f"The bot stopped by itself (exit code {failed.result()}).\n")
            return 1
        async with self._restarting:
            await self._end()
        return 0

    async def _ended_by_itself(self) -> int:
        while True:
            bot = self._bot
            code = await bot.wait() if bot else 0
            async with self._restarting:
                if bot is self._bot:
                    return code

    async def _end(self) -> None:
        bot = self._bot
        if bot is None or bot.returncode is not None:
            return
        bot.terminate()
        try:
            await asyncio.wait_for(bot.wait(), STOP_SECONDS)
        except TimeoutError:
            bot.kill()
            await bot.wait()


def _fresh_config(simulator: Simulator, hook: whatsapp.Hook) -> Path:
    """An empty folder with the practice's configuration; one per port, so that two practices can run."""
    folder = FOLDER / simulator.address.rpartition(":")[2]
    shutil.rmtree(folder, ignore_errors=True)
    # The configuration holds the token of this practice.
    folder.mkdir(mode=0o700, parents=True)
    path = folder / "config.toml"
    path.write_text(
        town.configuration(simulator, folder, whatsapp.settings(simulator, hook)), encoding="utf-8"
    )
    return path


def _announce(simulator: Simulator) -> None:
    lines = [f"Practice page: {simulator.address}"]
    if simulator.staging.open_to_others:
        lines.append("Other machines may open it by this machine's address. Use it only in your own network.")
    lines.append("Everything in it is invented and gone at the next start. Ctrl-C ends it.")
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


async def _start(config: Path) -> Process:
    # Without the settings of the environment: the real token must not reach the practice.
    kept = (name for name in os.environ if not name.startswith(PREFIX) and name != CREDENTIALS)
    environment = {name: os.environ[name] for name in kept}
    command = (sys.executable, "-m", "bot.cli", "run", "--config", str(config))
    # In its own session, so that Ctrl-C reaches it once, through us.
    return await asyncio.create_subprocess_exec(*command, env=environment, start_new_session=True)


def _has_screen() -> bool:
    """Whether a browser would open in a window; in a terminal it would occupy the terminal."""
    return sys.platform in {"darwin", "win32"} or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
