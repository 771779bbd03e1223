"""Commands of `aduan`, run to their end as a person runs them, without importing the bot again."""

from __future__ import annotations

import os
import select
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bot.config.environment import PREFIX
from tests.forked import Ends, server

# A command takes a second; a loaded machine gets more before the test fails.
SECONDS = 60


def clean_environment(**more: str) -> Mapping[str, str]:
    """Return the environment without the settings of the bot that this machine may have, and with `more`."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)} | more


def _ends(pid: int) -> bool:
    """Wait for the end of this process; whether it came in time."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], SECONDS)[0])
    finally:
        os.close(descriptor)


def aduan(
    *arguments: str, folder: Path, answer: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command in this folder, with `answer` as what the person types."""
    with tempfile.TemporaryDirectory() as aside:
        ends = Ends(Path(aside, "output"), Path(aside, "errors"), Path(aside, "input"), folder)
        ends.input.write_text(answer, encoding="utf-8")
        process = server().start("bot.cli", arguments, clean_environment(**environment), ends)
        ended = _ends(process.pid)
        process.kill()
        code = process.wait()
        written = (ends.output.read_text(encoding="utf-8"), ends.errors.read_text(encoding="utf-8"))
    assert ended, f"`aduan {' '.join(arguments)}` did not end within {SECONDS} s: {written}"
    return subprocess.CompletedProcess(arguments, code, *written)
