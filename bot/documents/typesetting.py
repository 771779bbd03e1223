"""Typesets in a process of its own, so that no turn waits, and a fault of the typesetter ends no bot.

The process is started with the first document, and ended after a minute without one: it needs 65 MB of
memory. One that does not answer in time is killed; the next document starts another one. One that was ended
since the last document, by this file or by the machine, is replaced. Ctrl-C at a terminal does not reach it:
the bot ends it after the document.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from typing import Any, Literal

COMMAND = (sys.executable, "-m", "bot.documents.compiler")
TYPESETTING_SECONDS = 30.0
IDLE_SECONDS = 60.0
HEADER_BYTES = 5
# asyncio pauses a pipe with twice as much unread data; some versions then wait for ever for the end.
UNREAD_BYTES = 1 << 26
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

    @property
    def pid(self) -> int:
        """The id of the process; 0 while there is none."""
        return self._process.pid if self._process else 0

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
                    return await self._answered(json.dumps(request).encode() + b"\n")
            except (OSError, EOFError, TimeoutError) as error:
                # The answer of a process that was left in between would be taken for the next one.
                await self._end()
                raise TypesettingError(type(error).__name__) from error
            except BaseException:
                await self._end()
                raise
            finally:
                self._leave()

    async def _answered(self, request: bytes) -> bytes:
        if self._process:
            try:
                return await _asked(self._process, request)
            except (OSError, EOFError):
                # It was ended since the last document.
                await self._end()
        self._process = await asyncio.create_subprocess_exec(
            *COMMAND, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=UNREAD_BYTES, start_new_session=True
        )
        return await _asked(self._process, request)

    def _stay(self) -> None:
        if self._idle:
            self._idle.cancel()
            self._idle = None

    def _leave(self) -> None:
        if self._process:
            self._idle = asyncio.get_running_loop().call_later(self._idle_seconds, self._kill)

    def _kill(self) -> None:
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def _end(self) -> None:
        self._stay()
        process, self._process = self._process, None
        if process:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _asked(process: Process, request: bytes) -> bytes:
    assert process.stdin  # noqa: S101 - both are pipes
    assert process.stdout  # noqa: S101
    process.stdin.write(request)
    await process.stdin.drain()
    header = await process.stdout.readexactly(HEADER_BYTES)
    answer = await process.stdout.readexactly(int.from_bytes(header[:4]))
    if not header[4]:
        raise TypesettingError(answer.decode("ascii", "replace"))
    return answer
