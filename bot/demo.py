"""`aduan demo`: the embedded messenger with its page in this process, the real bot as a second one.

1. Serve the messenger and put the practice people into it.
2. Begin with an empty store: practice is fresh at every start.
3. Start `aduan run` on it, print the address, open the browser where there is a screen.
4. Ctrl-C, SIGTERM or a closed terminal ends the bot first, cleanly, then the messenger.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import webbrowser
from asyncio.subprocess import Process
from pathlib import Path
from typing import TYPE_CHECKING

from bot import practice
from bot.config import PREFIX

if TYPE_CHECKING:
    from bot.simulator.server import Simulator

FOLDER = Path("data/practice")
STOP_SECONDS = 6.0


async def practise(port: int, *, open_browser: bool) -> int:
    """Practise until stopped; the exit code is 0, or 1 when the bot stopped by itself.

    Raises OSError when the port is taken.
    """
    from bot.simulator.server import Simulator as Messenger

    simulator = await Messenger.start(port=port, practice=True)
    try:
        practice.settle(simulator)
        config = _fresh_config(simulator)
        _announce(simulator.address)
        bot = await _start(config)
        if open_browser and _has_screen():
            await asyncio.to_thread(webbrowser.open, simulator.address)
        return await _until_stopped(bot)
    finally:
        await simulator.close()


def _fresh_config(simulator: Simulator) -> Path:
    """An empty folder with the practice's configuration; one a port, so that two practices can run."""
    folder = FOLDER / simulator.address.rpartition(":")[2]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    path = folder / "config.toml"
    path.write_text(practice.configuration(simulator, folder), encoding="utf-8")
    return path


def _announce(address: str) -> None:
    lines = (
        f"Practice page: {address}",
        "Everything in it is invented and gone at the next start. Ctrl-C ends it.",
    )
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


async def _start(config: Path) -> Process:
    # Without the environment's own settings: the real token must never meet the practice.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    command = (sys.executable, "-m", "bot.cli", "run", "--config", str(config))
    # In its own session, so that Ctrl-C reaches it once, through us.
    return await asyncio.create_subprocess_exec(*command, env=environment, start_new_session=True)


def _has_screen() -> bool:
    """Whether a browser would open in a window; in a terminal it would take the terminal over."""
    return sys.platform in {"darwin", "win32"} or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )


async def _until_stopped(bot: Process) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    # A closed terminal hangs up: the bot must not stay behind alone.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    stopping = asyncio.create_task(stop.wait())
    ended = asyncio.create_task(bot.wait())
    await asyncio.wait({stopping, ended}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if ended.done():
        sys.stderr.write(f"The bot stopped by itself (exit code {bot.returncode}).\n")
        return 1
    bot.terminate()
    try:
        await asyncio.wait_for(ended, STOP_SECONDS)
    except TimeoutError:
        bot.kill()
        await bot.wait()
    return 0
