"""A TCP proxy in a process of its own, which can stop to forward: as a network that swallows packets.

Both ends stay connected and get nothing, no end and no error. New connections are taken and stay silent.
After `flow()` everything goes on where it stopped.

`python -m tests.stalling_proxy HOST PORT` prints its own port, reads `stall` and `flow` line by line, and
ends with its input.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

HOST = "127.0.0.1"
PIECE = 64 * 1024
STALL, FLOW = "stall", "flow"


class StallingProxy:
    """The proxy, as its user sees it."""

    def __init__(self, port: int) -> None:
        """Start a proxy to this port of this machine."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.stalling_proxy", HOST, str(port)],
            cwd=Path(__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        assert self._process.stdout
        self.port = int(self._process.stdout.readline())

    def stall(self) -> None:
        """Forward nothing from now on."""
        self._tell(STALL)

    def flow(self) -> None:
        """Forward again."""
        self._tell(FLOW)

    def _tell(self, word: str) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{word}\n")
        assert self._process.stdout.readline() == f"{word}\n", "the proxy has ended"

    def close(self) -> None:
        """End the proxy and its connections."""
        self._process.kill()
        self._process.communicate()


async def _serve(host: str, port: int) -> None:
    flowing = asyncio.Event()
    flowing.set()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(PIECE):
                await flowing.wait()
                writer.write(piece)
                await writer.drain()
        await flowing.wait()
        writer.close()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await flowing.wait()
        try:
            there, back = await asyncio.open_connection(host, port)
        except OSError:
            writer.close()
            return
        await asyncio.gather(pump(reader, back), pump(there, writer))

    server = await asyncio.start_server(connected, HOST, 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201 - read by its user
    while word := (await asyncio.to_thread(sys.stdin.readline)).strip():
        if word == FLOW:
            flowing.set()
        else:
            flowing.clear()
        print(word, flush=True)  # noqa: T201 - the same


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2])))
