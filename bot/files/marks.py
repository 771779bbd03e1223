"""Writes the outcomes of file jobs: one write for all that were settled within a moment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection

from bot.database.engine import Database
from bot.database.file_rows import StoredFile
from bot.database.files_table import mark_lost, mark_stored
from bot.database.sealing import Codec
from bot.foundation.faults import error_place, is_infrastructure

log = structlog.get_logger(__name__)

GATHER_SECONDS = 0.05
RETRY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """A file is stored under its content's name, or lost for a `reason`."""

    key: str
    sha256: str = ""
    size: int = 0
    path: str = ""
    reason: str = ""

    def write(self, connection: Connection, codec: Codec) -> None:
        """Mark the file; one that was dropped meanwhile is skipped."""
        if self.reason:
            mark_lost(connection, self.key, self.reason)
        else:
            mark_stored(connection, codec, [StoredFile(self.key, self.sha256, self.size, self.path)])


class FileMarks:
    """Writes outcomes, again after failures; `wake` is called after each write."""

    def __init__(self, database: Database, codec: Codec, wake: Callable[[], None]) -> None:
        self._database, self._codec = database, codec
        self._wake = wake
        self._waiting: list[FileOutcome] = []
        self._task: asyncio.Task[None] | None = None

    async def settle(self, outcome: FileOutcome) -> None:
        """Store an outcome; returns when it is written."""
        self._waiting.append(outcome)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        await asyncio.shield(self._task)

    async def stop(self) -> None:
        """Stop writing; files without a mark are fetched again after the next start."""
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _run(self) -> None:
        while self._waiting:
            await asyncio.sleep(GATHER_SECONDS)
            batch, self._waiting = self._waiting, []
            try:
                await self._write(batch)
            except Exception:  # noqa: BLE001 - the culprit is among them
                for outcome in batch:
                    await self._write_alone(outcome)
            try:
                self._wake()
            except Exception as error:  # noqa: BLE001 - the scheduler finds it by itself
                log.error("files.scheduler_not_woken", error=error_place(error))  # noqa: TRY400 - no words

    async def _write_alone(self, outcome: FileOutcome) -> None:
        try:
            await self._write([outcome])
        except Exception as error:  # noqa: BLE001 - it is fetched again after the next start
            log.error("files.mark_lost", file=outcome.key, error=error_place(error))  # noqa: TRY400 - no words

    async def _write(self, batch: Sequence[FileOutcome]) -> None:
        """Mark these, as soon as disk and database let it. Raises what their data causes."""

        def work(connection: Connection) -> None:
            for outcome in batch:
                outcome.write(connection, self._codec)

        while True:
            try:
                await self._database.write(work)
                return
            except Exception as error:
                if not is_infrastructure(error):
                    raise
                log.warning("files.marks_wait", reason=type(error).__name__, files=len(batch))
                await asyncio.sleep(RETRY_SECONDS)
