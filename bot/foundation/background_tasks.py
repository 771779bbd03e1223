"""Tasks in the background: each is referenced until it ends, and its failure is logged."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator

import structlog

from bot.foundation.faults import error_place

log = structlog.get_logger(__name__)


class BackgroundTasks:
    """The running tasks; iterating gives them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def __iter__(self) -> Iterator[asyncio.Task[None]]:
        return iter(tuple(self._tasks))

    def start(self, work: Coroutine[None, None, None]) -> None:
        """Run it as a task."""
        task = asyncio.create_task(_guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # A task that is cancelled before it began leaves its work unawaited.
        task.add_done_callback(lambda _: work.close())


async def _guarded(work: Coroutine[None, None, None]) -> None:
    try:
        await work
    except Exception as error:  # noqa: BLE001 - see above
        log.warning("background.fault", error=error_place(error))
