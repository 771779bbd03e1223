"""Reads the bot's own page /metrics."""

from __future__ import annotations

import socket
from dataclasses import dataclass

import aiohttp


@dataclass(frozen=True)
class Metrics:
    """The page of a bot that listens on `address`."""

    address: str

    @classmethod
    def free(cls) -> Metrics:
        """Return the page at a free port of this machine."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            return cls(f"127.0.0.1:{free.getsockname()[1]}")

    async def values(self) -> dict[str, float]:
        """Return the metrics without labels, by name."""
        async with aiohttp.ClientSession() as session, session.get(f"http://{self.address}/metrics") as page:
            lines = (await page.text()).splitlines()
        plain = [line.split(" ") for line in lines if line and line[0] != "#" and "{" not in line]
        return {name: float(value) for name, value, *_ in plain}
