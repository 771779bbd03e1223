"""`python -m tests.bench.distance LISTEN CONNECT MILLISECONDS`: a distance between a bot and its server.

Each message through the Unix socket LISTEN reaches CONNECT, and the answer comes back, after half of the
milliseconds. One thread reads and one writes for each direction: the event loop's timers are no finer than a
millisecond. A message that follows another one waits no longer than that one did.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).parents[2]
PIECE = 1 << 16
# A sleep of Linux ends later than asked by about this many seconds.
LATE = 0.00006
START_SECONDS = 20.0

Waiting = SimpleQueue[tuple[float, bytes]]


def serve(listen: str, connect: str, seconds: float) -> None:
    """Accept connections for ever; `seconds` is the way there and back."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(listen)
        server.listen()
        while True:
            near, _ = server.accept()
            far = socket.socket(socket.AF_UNIX)
            far.connect(connect)
            for source, target in ((near, far), (far, near)):
                waiting = Waiting()
                for work in ((_read, source, waiting, seconds / 2), (_write, target, waiting)):
                    threading.Thread(target=work[0], args=work[1:], daemon=True).start()


def _read(source: socket.socket, waiting: Waiting, seconds: float) -> None:
    piece = b"."
    while piece:
        try:
            piece = source.recv(PIECE)
        except OSError:
            piece = b""
        waiting.put((time.perf_counter() + seconds, piece))


def _write(target: socket.socket, waiting: Waiting) -> None:
    while True:
        due, piece = waiting.get()
        if (left := due - time.perf_counter() - LATE) > 0:
            time.sleep(left)
        try:
            if not piece:
                target.shutdown(socket.SHUT_WR)
                return
            target.sendall(piece)
        except OSError:
            return


@contextmanager
def distant(folder: Path, server: Path, milliseconds: float) -> Iterator[Path]:
    """A folder whose socket is that of the server in the folder `server`, this far away."""
    name = ".s.PGSQL.5432"
    command = (sys.executable, "-m", "tests.bench.distance", folder / name, server / name, str(milliseconds))
    with subprocess.Popen(command, cwd=ROOT) as process:
        try:
            end = time.monotonic() + START_SECONDS
            while not (folder / name).exists():
                if time.monotonic() > end:
                    raise TimeoutError("the distance does not listen")
                time.sleep(0.05)
            yield folder
        finally:
            process.kill()


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2], float(sys.argv[3]) / 1000)
