"""Typesets in a process of its own, so that no turn waits, and a fault of the typesetter ends no bot.

The process is started with the first document, and ended after a minute without one: it needs 65 MB of
memory. One that does not answer in time is killed; the next document starts another one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from typing import Any, Literal

import structlog

log = structlog.get_logger(__name__)

COMMAND = (sys.executable, "-m", "bot.documents.compiler")
TYPESETTING_SECONDS = 30.0
IDLE_SECONDS = 60.0
HEADER_BYTES = 5
Format = Literal["pdf", "png"]


class TypesettingError(Exception):
    """A document could not be typeset; the message is the kind of the error, without words of it."""


class Typesetter:
    """Makes one document after another."""

    def __init__(self, idle_seconds: float = IDLE_SECONDS, seconds: float = TYPESETTING_SECONDS) -> None:
        self._idle_seconds, self._seconds = idle_seconds, seconds
        self._process: Process | None = None
        self._one_at_a_time = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None

    async def pdf(self, page: str, data: Mapping[str, Any]) -> bytes:
        """The page of templates/letters/ with this data (JSON values), as a PDF. Raises TypesettingError."""
        return await self._typeset(page, data, "pdf", None)

    async def picture(self, page: str, data: Mapping[str, Any], ppi: float) -> bytes:
        """The first page as a PNG with this many pixels per inch. Raises TypesettingError."""
        return await self._typeset(page, data, "png", ppi)

    async def close(self) -> None:
        """End the process."""
        async with self._one_at_a_time:
            await self._end()

    async def _typeset(self, page: str, data: Mapping[str, Any], format_: Format, ppi: float | None) -> bytes:
        request = {"page": page, "data": data, "format": format_, "ppi": ppi}
        async with self._one_at_a_time:
            self._stay()
            try:
                async with asyncio.timeout(self._seconds):
                    return await self._asked(json.dumps(request).encode() + b"\n")
            except (OSError, EOFError, TimeoutError) as error:
                # The answer of a process that was left in between would be taken for the next one.
                await self._end()
                raise TypesettingError(type(error).__name__) from error
            except BaseException:
                await self._end()
                raise
            finally:
                self._leave()

    async def _asked(self, request: bytes) -> bytes:
        process = self._process = self._process or await asyncio.create_subprocess_exec(
            *COMMAND, stdin=PIPE, stdout=PIPE, stderr=DEVNULL
        )
        assert process.stdin  # noqa: S101 - both are pipes
        assert process.stdout  # noqa: S101
        process.stdin.write(request)
        await process.stdin.drain()
        header = await process.stdout.readexactly(HEADER_BYTES)
        answer = await process.stdout.readexactly(int.from_bytes(header[:4]))
        if not header[4]:
            raise TypesettingError(answer.decode("ascii", "replace"))
        return answer

    def _stay(self) -> None:
        if self._idle:
            self._idle.cancel()
            self._idle = None

    def _leave(self) -> None:
        loop = asyncio.get_running_loop()
        self._idle = loop.call_later(self._idle_seconds, self._kill)

    def _kill(self) -> None:
        if self._process and not self._one_at_a_time.locked():
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            self._process = None

    async def _end(self) -> None:
        self._stay()
        process, self._process = self._process, None
        if process:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
