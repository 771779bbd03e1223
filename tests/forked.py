"""Runs a module as its own process without importing the bot again: a server that has imported it forks.

`python -m tests.forked` is the server. It reads one JSON object a line, `{module, arguments, environment,
folder, input, output, errors}`, forks, and writes `{"pid": …}`; when a child ends it writes `{"ended": pid,
"code": …}`. The child has its own environment, arguments, folder, input and output, and runs the module as
`python -m` does. Imports, texts and calendars take about three seconds of processor time, and the tests start
some hundreds of bots. A child ends with the server, and the server with its user.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import json
import os
import runpy
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
# Imported by the server: what a run of the bot imports.
PRELOADED = (
    "alembic.command",
    "alembic.config",
    "bot.app",
    "bot.cli",
    "bot.logs",
    "bot.operations.migrate",
    "tests.acceptance.kill_points",
)
# The option of prctl that names the signal which a process gets when its parent ends.
PR_SET_PDEATHSIG = 1


class Ends(NamedTuple):
    """Where a process reads and writes; output is added to the end of a file."""

    output: Path
    errors: Path
    input: Path = Path(os.devnull)
    folder: Path = ROOT


class Server:
    """The server, as its user sees it; one for each process that runs tests."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.forked"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
            bufsize=1,
        )
        self._codes: dict[int, int] = {}
        # A test may wait for a command in a thread.
        self._lock = threading.Lock()
        atexit.register(self._close)

    def start(
        self, module: str, arguments: Sequence[str], environment: Mapping[str, str], ends: Ends
    ) -> Forked:
        """Start the module as a process."""
        request = {
            "module": module,
            "arguments": list(arguments),
            "environment": dict(environment),
            **{name: str(path) for name, path in ends._asdict().items()},
        }
        assert self._process.stdin
        with self._lock:
            self._process.stdin.write(json.dumps(request) + "\n")
            while "pid" not in (answer := self._read()):
                pass
        return Forked(self, int(answer["pid"]))

    def code(self, pid: int, *, wait: bool) -> int | None:
        """Return the exit code, negative for a signal; None while it runs, unless `wait`."""
        assert self._process.stdout
        with self._lock:
            while pid not in self._codes:
                if not wait and not select.select([self._process.stdout], [], [], 0)[0]:
                    return None
                self._read()
        return self._codes[pid]

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout
        # One byte at a time until the line ends: nothing stays in a buffer that select does not see.
        line = b""
        while not line.endswith(b"\n"):
            byte = os.read(self._process.stdout.fileno(), 1)
            assert byte, "the server that forks has ended"
            line += byte
        answer: dict[str, Any] = json.loads(line)
        if "ended" in answer:
            self._codes[int(answer["ended"])] = int(answer["code"])
        return answer

    def _close(self) -> None:
        self._process.kill()
        self._process.wait()


@cache
def server() -> Server:
    """Return the server of this process, started at the first use."""
    return Server()


class Forked:
    """One process, with the methods of subprocess.Popen that the tests use."""

    def __init__(self, server: Server, pid: int) -> None:
        self._server, self.pid = server, pid

    def poll(self) -> int | None:
        """Return the exit code; None while it runs."""
        return self._server.code(self.pid, wait=False)

    def wait(self) -> int:
        """Wait for its end and return the exit code."""
        code = self._server.code(self.pid, wait=True)
        assert code is not None
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        # The server has perhaps seen its end already.
        with contextlib.suppress(ProcessLookupError):
            if self.poll() is None:
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


def _serve() -> None:
    for module in PRELOADED:
        __import__(module)
    _warm()
    woken, wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    while True:
        ready, _, _ = select.select([0, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            _report_ended()
        if 0 in ready and not _answer():
            return


def _warm() -> None:
    """Compile the texts and read the calendars that every run needs."""
    from bot.clock.calendars import WorkingCalendar
    from bot.wording.rendering import Renderer

    words, calendar, today = Renderer(), WorkingCalendar(), datetime.now(UTC).date()
    words.word_lists()
    words.compile()
    for day in range(366):
        calendar.is_working_day(today + timedelta(days=day))
    gc.freeze()


def _answer() -> bool:
    """Fork for the next request; false at the end of the input. The child runs the module and exits."""
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(0, 1)
        if not byte:
            return False
        line += byte
    request = json.loads(line)
    pid = os.fork()
    if pid == 0:
        _become(request)
    _write({"pid": pid})
    return True


def _report_ended() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        _write({"ended": pid, "code": os.waitstatus_to_exitcode(status)})


def _write(answer: dict[str, int]) -> None:
    os.write(1, json.dumps(answer).encode() + b"\n")


def _become(request: dict[str, Any]) -> None:
    """Be the process of this request: run the module, then exit."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    written = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    for target, (name, flags) in enumerate(
        (("input", os.O_RDONLY), ("output", written), ("errors", written))
    ):
        os.dup2(os.open(request[name], flags, 0o644), target)
    os.closerange(3, 256)
    for stream in (sys.stdout, sys.stderr):
        getattr(stream, "reconfigure")(write_through=True)  # noqa: B009 - typed as TextIO, which lacks it
    module = str(request["module"])
    sys.argv = [module, *request["arguments"]]
    sys.modules.pop(module, None)
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    raise SystemExit(0)


if __name__ == "__main__":
    _serve()
