"""Reads the bodies of deliveries before it is known who sent them: bounded in size, memory and time.

A body may come in any form: with a length, in pieces without an end, slowly, or broken. What is read of all
bodies together has a limit as well, so that no number of senders fills the memory. Nothing is decompressed.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.sources import refused_requests
from bot.sources.deliveries import TOO_LARGE, UNAVAILABLE

if TYPE_CHECKING:
    from aiohttp import web

BAD_REQUEST, TOO_SLOW = 400, 408
# All bodies that are being read; a delivery with 1,000 updates has about 1 MB.
TOGETHER = 32 * 1024 * 1024
# A web server in front sends a whole body at once.
READ_SECONDS = 15.0


class BodyRefusedError(Exception):
    """A body that is not taken: the reason, and the status of the answer."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.reason, self.status = reason, status


class Bodies:
    """Reads bodies of at most `most` bytes each, `together` bytes at a time, each within `seconds`."""

    def __init__(self, most: int, together: int = TOGETHER, seconds: float = READ_SECONDS) -> None:
        self._most, self._together, self._seconds = most, together, seconds
        # Bytes of the bodies that are being read.
        self.held = 0

    def require_length(self, request: web.Request) -> None:
        """Raise BodyRefusedError when the request says that its body is too large."""
        if (request.content_length or 0) > self._most:
            raise BodyRefusedError(refused_requests.TOO_LARGE, TOO_LARGE)

    async def read(self, request: web.Request) -> bytes:
        """The body as it was sent. Raises BodyRefusedError."""
        from aiohttp import web

        self.require_length(request)
        try:
            async with asyncio.timeout(self._seconds):
                return await self._read(request)
        except TimeoutError:
            raise BodyRefusedError(refused_requests.SLOW, TOO_SLOW) from None
        except (web.RequestPayloadError, ConnectionError):
            # Broken, or its sender has left.
            raise BodyRefusedError(refused_requests.BROKEN, BAD_REQUEST) from None

    async def _read(self, request: web.Request) -> bytes:
        body = bytearray()
        try:
            async for piece in request.content.iter_any():
                body += piece
                self.held += len(piece)
                if len(body) > self._most:
                    raise BodyRefusedError(refused_requests.TOO_LARGE, TOO_LARGE)
                if self.held > self._together:
                    raise BodyRefusedError(refused_requests.BUSY, UNAVAILABLE)
            return bytes(body)
        finally:
            self.held -= len(body)
