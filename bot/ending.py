"""The stages of the end: none waits beyond the deadline that all share, a monotonic time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Iterable
from typing import Any

import structlog

from bot.outbox.outbox import Outbox

log = structlog.get_logger(__name__)

# What is left for closing documents and channel.
CLOSING_SECONDS = 0.3


async def end_tasks(
    tasks: Iterable[asyncio.Task[Any]], stopping: Iterable[Awaitable[Any] | None], end: float
) -> None:
    """Cancel the tasks, then wait for the parts that stop."""
    running = tuple(tasks)
    for task in running:
        task.cancel()
    for work in (asyncio.gather(*running, return_exceptions=True), *stopping):
        if work:
            await _within(work, end - CLOSING_SECONDS - time.monotonic())


async def end_workers(outbox: Outbox, closing: Iterable[Awaitable[Any]], end: float) -> None:
    """Let the outbox finish its calls, then close what it has used."""
    await outbox.stop(max(0.0, end - CLOSING_SECONDS - time.monotonic()))
    for work in closing:
        await _within(work, end - time.monotonic())


async def _within(work: Awaitable[Any], seconds: float) -> None:
    try:
        await asyncio.wait_for(work, max(0.0, seconds))
    except TimeoutError:
        log.warning("app.not_stopped_in_time")
