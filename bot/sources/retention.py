"""Starts the configured retention every hour; with `retention.closed_years = 0` never.

A process of its own (bot/operations/retention.py) looks for the complaints and notes their orders, so that no
turn waits. It is started only while the time is certain: a clock that is years ahead would erase everything.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog

from bot.config.settings import Config
from bot.foundation.faults import error_place

log = structlog.get_logger(__name__)

COMMAND = (sys.executable, "-m", "bot.operations.retention")
EVERY_SECONDS = 3600.0
# The first look is not part of a start, which is busy.
FIRST_SECONDS = 60.0
PATIENCE_SECONDS = 1800.0


def _always() -> bool:
    return True


class RetentionWork:
    """The hourly look.

    `wall` is seconds since 1970; `is_certain` says whether what cannot be undone may be done because of it.
    """

    def __init__(
        self,
        config: Config,
        is_certain: Callable[[], bool] = _always,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._years, self._is_certain, self._wall = config.retention.closed_years, is_certain, wall
        self._given = config.model_dump(mode="json", include={"database", "backup", "retention", "log"})

    async def run(self) -> None:
        """Look every hour, until it is cancelled; without a retention there is nothing to do."""
        wait = FIRST_SECONDS
        while self._years:
            await asyncio.sleep(wait)
            wait = EVERY_SECONDS
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - the next hour tries again
                log.error("retention.fault", error=error_place(error))  # noqa: TRY400 - no words

    async def look(self) -> None:
        """Let the process request what is due; nothing while the time is not certain."""
        if not self._is_certain():
            log.warning("retention.time_not_certain")
            return
        said = await self._said()
        if said["fault"]:
            log.error("retention.failed", reason=said["fault"])
        elif said["requested"]:
            log.info("retention.requested", complaints=said["requested"])

    async def _said(self) -> dict[str, Any]:
        process = await asyncio.create_subprocess_exec(
            *COMMAND, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, start_new_session=True
        )
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                given = {**self._given, "at": self._wall()}
                answer, _ = await process.communicate(json.dumps(given).encode() + b"\n")
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        said: dict[str, Any] = json.loads(answer)
        return said
