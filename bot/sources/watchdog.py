"""Notifies systemd that the bot is alive, after each healthy round; a bot that hangs is killed and restarted.

A round is healthy when updates can come in, the writer answers, and messages can go out:

1. The source of updates is in a step that may last as long as it has lasted.
2. The writer's thread has finished an empty transaction. A database that is busy or on a full disk is an
   answer: a restart would not help, and the turns wait for it.
3. Each chat with a waiting message has a task that sends it.

A kill at any moment loses nothing (invariant 5), so a restart is safe.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog

from bot.database.engine import Database
from bot.foundation.faults import is_infrastructure
from bot.foundation.service_manager import ALIVE, READY, notify, watchdog_seconds

log = structlog.get_logger(__name__)

# Rounds in the time after which systemd kills: a single late one does no harm.
ROUNDS = 4


class Watchdog:
    """Runs rounds until it is cancelled. `parts` say by name whether they work."""

    def __init__(
        self,
        database: Database,
        parts: Mapping[str, Callable[[], bool]],
        seconds: float | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`seconds`: how often systemd expects a sign; None asks the environment."""
        self._database, self._parts, self._pause = database, parts, pause
        self._seconds = watchdog_seconds() if seconds is None else seconds
        self._asked: asyncio.Future[None] | None = None

    async def run(self) -> None:
        """Notify systemd that the bot is ready, and of each healthy round."""
        notify(READY)
        while self._seconds:
            if ill := await self.ill():
                log.error("watchdog.unhealthy", parts=ill)
            else:
                notify(ALIVE)
            await self._pause(self._seconds / ROUNDS)

    async def ill(self) -> list[str]:
        """The parts that do not work now."""
        ill = [name for name, works in self._parts.items() if not works()]
        return ill if await self._writer_answers() else [*ill, "writer"]

    async def _writer_answers(self) -> bool:
        # While one question waits in the writer's thread, no second one is put behind it.
        if self._asked is None:
            self._asked = asyncio.ensure_future(self._database.write(lambda _: None))
        done, _ = await asyncio.wait({self._asked}, timeout=self._seconds / ROUNDS)
        if not done:
            return False
        error, self._asked = self._asked.exception(), None
        return error is None or is_infrastructure(error)
