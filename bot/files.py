"""Kept files: each is a durable job until its bytes lie sealed in the store, or are known to be lost (law 7).

1. A job was written by the turn; `accept()` takes it from memory, `start()` whatever a restart left.
2. Its bytes are fetched in pieces and counted: more than the limit is refused, whatever was announced.
3. They are sealed, written to a temporary file, synced, and renamed to the name of their SHA-256.
4. Only then the row is marked, and the scheduler nudged to tell the core.
5. What fails is tried ten times in about three hours, then marked lost; what is too large at once.
6. Contents that no row needs any more are swept at the start and every hour.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import structlog

from bot.channels.base import Channel, DeliveryError, Failure, FileTooLargeError
from bot.database.engine import Database
from bot.database.files_table import (
    FileJob,
    FileState,
    files_by_key,
    mark_file_later,
    mark_lost,
    mark_stored,
    pending_files,
    stored_paths,
)
from bot.database.sealing import Codec, context
from bot.file_store import contents, erase, place_of, read, write
from conversations.events import Attachment

log = structlog.get_logger(__name__)

LARGEST = 20 * 1024 * 1024
FETCHED_AT_ONCE = 3
TRIES = 10
FIRST_WAIT = 10.0
SWEEP_SECONDS = 3600.0


class Files:
    """Fetches, keeps and reads files. `nudge` is called whenever one is stored or lost."""

    def __init__(
        self, database: Database, codec: Codec, folder: Path, nudge: Callable[[], None] = lambda: None
    ) -> None:
        self._database = database
        self._codec = codec
        self._folder = folder
        self._nudge = nudge
        self._channel: Channel | None = None
        self._slots = asyncio.Semaphore(FETCHED_AT_ONCE)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._fresh: set[str] = set()
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self, channel: Channel) -> None:
        """Take up what was left when the process ended, and sweep from time to time."""
        self._channel = channel
        self.accept(await self._database.write(lambda connection: pending_files(connection, self._codec)))
        self._sweeper = asyncio.create_task(self._sweep_for_ever())

    async def stop(self) -> None:
        """Leave off; the jobs stay in the table."""
        tasks = [*self._tasks.values(), *((self._sweeper,) if self._sweeper else ())]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def accept(self, jobs: Iterable[FileJob]) -> None:
        """Begin to fetch; a file that is being fetched already is not fetched twice."""
        for job in jobs:
            if job.key not in self._tasks and job.state is FileState.PENDING:
                task = self._tasks[job.key] = asyncio.create_task(self._run(job))
                task.add_done_callback(lambda _, key=job.key: self._tasks.pop(key, None))  # type: ignore[misc]

    async def describe(self, keys: Sequence[str]) -> Mapping[str, Attachment]:
        """How the messenger names these files."""
        jobs = await self._jobs(keys)
        return {key: job.attachment for key, job in jobs.items()}

    async def open_file(self, key: str) -> bytes | None:
        """The file's bytes, None while it is not stored. Raises OSError and SealBrokenError."""
        job = (await self._jobs([key])).get(key)
        if job is None or job.state is not FileState.STORED:
            return None
        sealed = await asyncio.to_thread(read, self._folder, job.path)
        return self._codec.open(sealed, context("file", job.sha256))

    async def _jobs(self, keys: Sequence[str]) -> dict[str, FileJob]:
        return await self._database.write(lambda connection: files_by_key(connection, self._codec, keys))

    async def _run(self, job: FileJob) -> None:
        attempts, ready = job.attempts, job.not_before
        while attempts < TRIES:
            await asyncio.sleep(max(0.0, ready - time.time()))
            try:
                async with self._slots:
                    await self._attempt(job)
                return
            except Exception as error:  # noqa: BLE001 - network, disk or database: each may be over soon
                log.warning("files.not_fetched", file=job.key, attempts=attempts, reason=_reason(error))
                wait, counts = _wait(error, attempts)
            attempts, ready = attempts + counts, time.time() + wait
            try:
                await self._put_off(job, attempts, ready)
            except Exception as error:  # noqa: BLE001 - the count is stored with the next try
                log.warning("files.not_counted", file=job.key, reason=_reason(error))

    async def _put_off(self, job: FileJob, attempts: int, ready: float) -> None:
        if attempts >= TRIES:
            await self._lose(job, "unreachable")
            return
        await self._database.write(lambda connection: mark_file_later(connection, job.key, attempts, ready))

    async def _attempt(self, job: FileJob) -> None:
        if job.attachment.size > LARGEST:
            await self._lose(job, "too_large")
            return
        try:
            data = await self._fetch(job.attachment.file_id)
        except FileTooLargeError:
            await self._lose(job, "too_large")
        except DeliveryError as error:
            if error.kind is not Failure.REFUSED:
                raise
            log.warning("files.refused", file=job.key, reason=error.reason)
            await self._lose(job, "unreachable")
        else:
            await (self._store(job, data) if data else self._lose(job, "empty"))

    async def _fetch(self, file_id: str) -> bytes:
        if self._channel is None:
            raise RuntimeError("the files have not been started")
        data = bytearray()
        async with self._channel.fetch_file(file_id) as pieces:
            async for piece in pieces:
                data += piece
                if len(data) > LARGEST:
                    raise FileTooLargeError
        return bytes(data)

    async def _store(self, job: FileJob, data: bytes) -> None:
        sha256 = await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest())
        path = place_of(sha256)
        self._fresh.add(path)
        try:
            sealed = await asyncio.to_thread(self._codec.seal, data, context("file", sha256))
            await asyncio.to_thread(write, self._folder, path, sealed)
            await self._database.write(
                lambda connection: mark_stored(connection, job.key, sha256, len(data), path)
            )
        finally:
            self._fresh.discard(path)
        self._nudge()

    async def _lose(self, job: FileJob, reason: str) -> None:
        await self._database.write(lambda connection: mark_lost(connection, job.key, reason))
        self._nudge()

    async def sweep(self) -> int:
        """Erase what no row needs, and say how many. What is just being stored stays."""
        # The folder is read first: what is marked after that is found among the needed.
        present = await asyncio.to_thread(contents, self._folder)
        needed = await self._database.write(stored_paths)
        orphans = [
            path for path in present if path not in needed and path.partition(".")[0] not in self._fresh
        ]
        for path in orphans:
            erase(self._folder, path)
        if orphans:
            log.info("files.swept", count=len(orphans))
        return len(orphans)

    async def _sweep_for_ever(self) -> None:
        while True:
            try:
                await self.sweep()
            except Exception as error:  # noqa: BLE001 - the next hour will do
                log.warning("files.not_swept", reason=_reason(error))
            await asyncio.sleep(SWEEP_SECONDS)


def _wait(error: Exception, attempts: int) -> tuple[float, int]:
    """Seconds until the next try, and whether this one counts."""
    if isinstance(error, DeliveryError) and error.kind is Failure.THROTTLED:
        return error.retry_after, 0
    return FIRST_WAIT * 2.0**attempts, 1


def _reason(error: Exception) -> str:
    return error.reason if isinstance(error, DeliveryError) else type(error).__name__
