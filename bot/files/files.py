"""Kept files: each is a durable job until its bytes are stored sealed or known to be lost (invariant 7).

1. A job was written by the turn; `accept()` takes it from memory, `start()` whatever a restart left.
2. Its bytes are fetched in pieces and counted: more than the limit is refused, whatever was announced.
   They lie in memory until they are on disk, so of large files one is fetched at a time.
3. They are sealed, written to a temporary file, synced, and renamed to the name of their SHA-256.
4. Only then the row is marked, and the scheduler reminded to tell the core.
5. What fails is tried again, later each time and at least every hour. Lost is what the messenger fails to
   give for three days, refuses, or calls too large. A day without network, disk or database costs no try.
6. Contents that no row needs any more are swept at the start and every hour.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import Connection

from bot.channels.base import Channel, DeliveryError, Failure, FileTooLargeError
from bot.database import gaps
from bot.database.engine import Database
from bot.database.files_table import (
    FileJob,
    FileState,
    files_by_key,
    mark_file_later,
    pending_files,
    stored_contents,
)
from bot.database.quarantine import Damage, Fault
from bot.database.sealing import Codec, SealBrokenError, context
from bot.files.marks import Fate, FileMarks
from bot.foundation.disk import contents, erase, is_left_over, place_of, read, write
from conversations.events import Attachment
from conversations.parts import MEGABYTE

log = structlog.get_logger(__name__)

LARGEST = 20 * MEGABYTE
LARGE = 5 * 1024 * 1024
FETCHED_AT_ONCE = 3
FIRST_WAIT, LONGEST_WAIT = 10.0, 3600.0
LONGEST_DOUBLING = 10
# Nine waits that double take 1.4 hours, and 72 of an hour follow: a little more than three days.
TRIES = 82
SWEEP_SECONDS = 3600.0
SPARED_AFTER_LOSS = timedelta(days=30)
# Longer than any failure makes a job wait. A time beyond it is damaged, or was noted by a wrong clock.
LONGEST_DELAY = 24 * 3600.0


async def _unreported(_failures: Collection[Fault]) -> None:
    """Nobody is told."""


class Files:
    """Fetches, keeps and reads files.

    `wake` is called whenever one is stored or lost, `report` with the rows that do not open.
    `largest` is the most bytes that one may have.
    """

    def __init__(
        self,
        database: Database,
        codec: Codec,
        folder: Path,
        wake: Callable[[], None] = lambda: None,
        report: Callable[[Collection[Fault]], Awaitable[None]] = _unreported,
        largest: int = LARGEST,
    ) -> None:
        self._database = database
        self._codec = codec
        self._folder = folder
        self._report, self._wake, self._largest = report, wake, largest
        self._marks = FileMarks(database, codec, wake)
        self._channel: Channel | None = None
        self._slots, self._large = asyncio.Semaphore(FETCHED_AT_ONCE), asyncio.Lock()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._fresh: set[str] = set()
        self._sweeper: asyncio.Task[None] | None = None

    async def start(self, channel: Channel) -> None:
        """Take up what was left when the process ended, and sweep from time to time."""
        self._channel = channel
        damage = Damage()
        jobs = await self._database.write(lambda connection: pending_files(connection, self._codec, damage))
        await self._report(damage.faults.values())
        self.accept(jobs)
        self._sweeper = asyncio.create_task(self._sweep_for_ever())

    async def stop(self) -> None:
        """Leave off; the jobs stay in the table."""
        tasks = [*self._tasks.values(), *((self._sweeper,) if self._sweeper else ())]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._marks.stop()

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
        """The file's bytes, None while it is not stored, or when its content is gone or damaged.

        Raises OSError.
        """
        job = (await self._jobs([key])).get(key)
        if job is None or job.state is not FileState.STORED:
            return None
        try:
            sealed = await asyncio.to_thread(read, self._folder, job.path)
        except FileNotFoundError:
            log.error("files.content_missing", file=key, path=job.path)  # noqa: TRY400 - no words
            return None
        try:
            return self._codec.open(sealed, context("file", job.sha256))
        except SealBrokenError:
            log.error("files.content_damaged", file=key, path=job.path)  # noqa: TRY400 - no words
            return None

    async def _jobs(self, keys: Sequence[str]) -> dict[str, FileJob]:
        damage = Damage()
        jobs = await self._database.write(lambda c: files_by_key(c, self._codec, keys, damage))
        if damage.faults:
            await self._report(damage.faults.values())
            self._wake()
        return jobs

    async def _run(self, job: FileJob) -> None:
        fate = await self._fate(job)
        if fate:
            await self._marks.settle(fate)
            self._fresh.discard(fate.path)

    async def _fate(self, job: FileJob) -> Fate | None:
        """What becomes of it, however long that takes; None when nobody wants it any more."""
        attempts, troubles, ready = job.attempts, 0, job.not_before
        if ready > time.time() + LONGEST_DELAY:
            ready = 0.0
        while attempts < TRIES:
            await asyncio.sleep(max(0.0, ready - time.time()))
            try:
                async with self._place(job):
                    return await self._attempt(job)
            except Exception as error:  # noqa: BLE001 - network, disk or database: each may be over soon
                log.warning("files.not_fetched", file=job.key, attempts=attempts, reason=_reason(error))
                wait, counts = _wait(error, attempts + troubles), _counts(error)
            attempts, troubles, ready = attempts + counts, troubles + (not counts), time.time() + wait
            if attempts < TRIES and not await self._put_off(job, attempts, ready):
                return None
        return Fate(job.key, reason="unreachable")

    @asynccontextmanager
    async def _place(self, job: FileJob) -> AsyncIterator[None]:
        """Some at a time, of large ones only one: they lie in memory until they are sealed."""
        large = job.attachment.size > LARGE or not job.attachment.size
        async with self._large if large else nullcontext(), self._slots:
            yield

    async def _put_off(self, job: FileJob, attempts: int, ready: float) -> bool:
        try:
            return await self._database.write(lambda c: mark_file_later(c, job.key, attempts, ready))
        except Exception as error:  # noqa: BLE001 - the count is stored with the next try
            log.warning("files.not_counted", file=job.key, reason=_reason(error))
            return True

    async def _attempt(self, job: FileJob) -> Fate:
        if job.attachment.size > self._largest:
            return Fate(job.key, reason="too_large")
        try:
            data = await self._fetch(job.attachment.file_id)
        except FileTooLargeError:
            return Fate(job.key, reason="too_large")
        except DeliveryError as error:
            if error.kind is not Failure.REFUSED:
                raise
            log.warning("files.refused", file=job.key, reason=error.reason)
            return Fate(job.key, reason="unreachable")
        if not data:
            return Fate(job.key, reason="empty")
        size = len(data)
        sha256, path = await asyncio.to_thread(self._store, data)
        # The worker's thread may hold on to it for a moment longer: the next large file needs the room.
        data.clear()
        return Fate(job.key, sha256, size, path)

    async def _fetch(self, file_id: str) -> bytearray:
        if self._channel is None:
            raise RuntimeError("the files have not been started")
        data = bytearray()
        async with self._channel.fetch_file(file_id) as pieces:
            async for piece in pieces:
                data += piece
                if len(data) > self._largest:
                    raise FileTooLargeError
        return data

    def _store(self, data: bytearray) -> tuple[str, str]:
        """Seal and write a content, in a thread: hashing and the disk take their time."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = place_of(sha256)
        self._fresh.add(path)
        try:
            write(self._folder, path, self._codec.seal_in_pieces(data, context("file", sha256)))
        except BaseException:
            self._fresh.discard(path)
            raise
        return sha256, path

    async def sweep(self) -> int:
        """Erase what no row needs, and say how many. What is just being stored stays.

        After the loss of the newest complaints nothing is erased for a month: a newer copy of the database
        may be found, and would need their files.
        """
        # The folder is read first: what is marked after that is found among the needed.
        present = await asyncio.to_thread(contents, self._folder)
        needed, spared = await self._database.write(_needed)
        orphans = [
            path
            for path in present
            if is_left_over(path) or not (spared or path in needed or path.partition(".")[0] in self._fresh)
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


def _needed(connection: Connection) -> tuple[frozenset[str], bool]:
    """The contents that some row needs, and whether the others are to be spared."""
    since = datetime.now(UTC) - SPARED_AFTER_LOSS
    # By both names: a row of which one is damaged still needs its content.
    named = [(path, place_of(sha256)) for path, sha256 in stored_contents(connection)]
    return frozenset(place for names in named for place in names), gaps.is_recent(connection, since)


def _wait(error: Exception, faults: int) -> float:
    """Seconds until the next try: as long as the messenger asks, or longer each time."""
    if isinstance(error, DeliveryError) and error.kind is Failure.THROTTLED:
        return error.retry_after
    return min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(faults, LONGEST_DOUBLING))


def _counts(error: Exception) -> bool:
    """Whether the messenger failed, and neither the way to it nor our own disk or database."""
    return isinstance(error, DeliveryError) and error.answered and error.kind is not Failure.THROTTLED


def _reason(error: Exception) -> str:
    return error.reason if isinstance(error, DeliveryError) else type(error).__name__
