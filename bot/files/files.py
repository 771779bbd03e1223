"""Kept files: each is a durable job until its bytes are stored sealed or known to be lost (invariant 7).

1. The turn has stored a job; `accept()` takes it from memory, `start()` those that a restart left.
2. It waits until the disk has room besides the reserve (room.py), and then for its place (slots.py).
   Its bytes are fetched in pieces and counted: a file above the limit is refused, also when a smaller size
   was announced. What they are is decided by the bytes (inspection/): programs and packages are refused.
3. They are sealed, written under a temporary path, synced, and renamed to their keyed hash.
4. Then the row is marked, and the scheduler is woken to inform the core.
5. A failed job is tried again, later each time and at least every hour (tries.py). A file is lost when the
   messenger fails to give it for three days, refuses it, or calls it too large. Time without network,
   disk, database or a valid token does not count.
6. Contents that no row needs any more are erased at once (releasing.py); a sweep at the start and every hour
   finds the rest, while the time is certain. Contents that still have the name of an earlier version, their
   plain hash, are renamed (bot/files/content_names.py).
7. Waiting is measured, not read from a clock that can be set; a stored time that is too far ahead was stored
   by a wrong clock, and its job is tried at once.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager

import structlog

from bot.channels.base import Channel, DeliveryError, Failure, FileTooLargeError
from bot.database.contents import Contents
from bot.database.engine import Database
from bot.database.file_rows import FileJob, FileState, content
from bot.database.files_table import files_by_key, mark_file_later, pending_files
from bot.database.freed_files import DroppedFile
from bot.database.quarantine import Damage, Fault
from bot.database.sealing import Codec, context
from bot.files.content_names import are_spared, needed_contents, rename_contents
from bot.files.file_log import note_file
from bot.files.inspection.kinds import refusal
from bot.files.marks import FileMarks, FileOutcome
from bot.files.releasing import FreshContents, Releasing
from bot.files.room import Room
from bot.files.slots import Slots
from bot.files.tries import TRIES, is_counted, reason_of, seconds_left, wait_after
from bot.foundation.disk import place_of
from bot.foundation.figures import figures
from conversations.complaints.part import MEGABYTE
from conversations.events import Attachment

log = structlog.get_logger(__name__)

LARGEST = 20 * MEGABYTE
LARGE = 5 * 1024 * 1024
SWEEP_SECONDS = 3600.0


def _always() -> bool:
    return True


class _DroppedError(Exception):
    """The file was dropped while it was fetched."""


async def _unreported(_failures: Collection[Fault]) -> None:
    """Report to no one."""


class Files:
    """Fetches, stores and reads files.

    `wake` is called when one is stored or lost, `report` with the rows that do not open.
    `largest` is the limit of one file, in bytes; `room` is that of the disk.
    """

    def __init__(
        self,
        database: Database,
        codec: Codec,
        contents: Contents,
        wake: Callable[[], None] = lambda: None,
        report: Callable[[Collection[Fault]], Awaitable[None]] = _unreported,
        largest: int = LARGEST,
        room: Room | None = None,
    ) -> None:
        self._database = database
        self._codec = codec
        self._contents = contents
        self._report, self._wake, self._largest = report, wake, largest
        self._is_certain, self._wall = _always, time.time
        self._marks = FileMarks(database, codec, wake)
        self._channel: Channel | None = None
        self._slots, self.room = Slots(), room or Room(contents)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._fresh = FreshContents()
        self._releasing = Releasing(database, contents, self._fresh)
        self._dropped: set[str] = set()
        self._sweeper: asyncio.Task[None] | None = None

    async def start(
        self,
        channel: Channel,
        is_certain: Callable[[], bool] = _always,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Continue the jobs of the last run; erase contents while the time `wall` is certain."""
        self._channel, self._is_certain, self._wall = channel, is_certain, wall
        self._releasing.start(is_certain, wall)
        damage = Damage()
        jobs = await self._database.write(lambda connection: pending_files(connection, self._codec, damage))
        await self._report(damage.faults.values())
        self.accept(jobs)
        self._sweeper = asyncio.create_task(self._sweep_for_ever())

    async def stop(self) -> None:
        """Stop fetching; the jobs stay in the table."""
        tasks = [*self._tasks.values(), *((self._sweeper,) if self._sweeper else ())]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._releasing.stop()
        await self._marks.stop()

    def accept(self, jobs: Iterable[FileJob]) -> None:
        """Start to fetch; a file that is being fetched is not fetched twice."""
        for job in jobs:
            if job.key not in self._tasks and job.state is FileState.PENDING:
                task = self._tasks[job.key] = asyncio.create_task(self._run(job))
                task.add_done_callback(lambda _, key=job.key: self._tasks.pop(key, None))  # type: ignore[misc]

    def release(self, dropped: Iterable[DroppedFile]) -> None:
        """Erase the contents of dropped files that no other file needs, and stop to fetch dropped files."""
        gone = list(dropped)
        self._dropped |= {one.key for one in gone} & self._tasks.keys()
        self._releasing.accept(gone)

    async def describe(self, keys: Sequence[str]) -> Mapping[str, Attachment]:
        """The messenger's descriptions of these files, by key."""
        jobs = await self._jobs(keys)
        return {key: job.attachment for key, job in jobs.items()}

    async def open_file(self, key: str) -> bytes | None:
        """The file's bytes, None while it is not stored, or when its content is gone or damaged.

        Raises as `Contents` does.
        """
        job = (await self._jobs([key])).get(key)
        if job is None or job.state is not FileState.STORED:
            return None
        return await asyncio.to_thread(content, self._contents, self._codec, job)

    async def is_coming(self, key: str) -> bool:
        """Whether the file is still being fetched, or waits for its next try."""
        job = (await self._jobs([key])).get(key)
        return job is not None and job.state is FileState.PENDING

    async def _jobs(self, keys: Sequence[str]) -> dict[str, FileJob]:
        damage = Damage()
        jobs = await self._database.write(lambda c: files_by_key(c, self._codec, keys, damage))
        if damage.faults:
            await self._report(damage.faults.values())
            self._wake()
        return jobs

    async def _run(self, job: FileJob) -> None:
        began = time.perf_counter()
        outcome = await self._outcome(job)
        if outcome:
            note_file(outcome, time.perf_counter() - began)
            await self._marks.settle(outcome)
            # In a thread: an erasure that waits for a server holds its lock.
            await asyncio.to_thread(self._fresh.discard, outcome.path)
        if job.key in self._dropped:
            self._dropped.discard(job.key)
            self._releasing.accept([DroppedFile(job.key, outcome.path if outcome else "")])

    async def _outcome(self, job: FileJob) -> FileOutcome | None:
        """The job's outcome, after as many tries as it takes; None when the file was dropped meanwhile."""
        attempts, troubles, wait = job.attempts, 0, seconds_left(job.not_before)
        while attempts < TRIES:
            await asyncio.sleep(wait)
            try:
                async with self._place(job):
                    return await self._attempt(job)
            except _DroppedError:
                return None
            except Exception as error:  # noqa: BLE001 - network, disk or database: each may be over soon
                log.warning("files.not_fetched", file=job.key, attempts=attempts, reason=reason_of(error))
                figures.failed("file", ["not_fetched"])
                wait, counts = wait_after(error, attempts + troubles), is_counted(error)
            attempts, troubles = attempts + counts, troubles + (not counts)
            if attempts < TRIES and not await self._put_off(job, attempts, time.time() + wait):
                return None
        return FileOutcome(job.key, reason="unreachable")

    @asynccontextmanager
    async def _place(self, job: FileJob) -> AsyncIterator[None]:
        """Wait for room on the disk and for a place among the files in memory."""
        size = job.attachment.size
        if size <= self._largest:
            await self.room.wait(job.chat, size or self._largest)
        async with self._slots.place(job.chat, large=size > LARGE or not size):
            yield

    async def _put_off(self, job: FileJob, attempts: int, ready: float) -> bool:
        try:
            return await self._database.write(lambda c: mark_file_later(c, job.key, attempts, ready))
        except Exception as error:  # noqa: BLE001 - the count is stored with the next try
            log.warning("files.not_counted", file=job.key, reason=reason_of(error))
            return True

    async def _attempt(self, job: FileJob) -> FileOutcome:
        if job.attachment.size > self._largest:
            return FileOutcome(job.key, reason="too_large")
        try:
            data = await self._fetch(job)
        except FileTooLargeError:
            return FileOutcome(job.key, reason="too_large")
        except DeliveryError as error:
            if error.kind is not Failure.REFUSED:
                raise
            log.warning("files.refused", file=job.key, reason=error.reason)
            return FileOutcome(job.key, reason="unreachable")
        if not data:
            return FileOutcome(job.key, reason="empty")
        if refused := await asyncio.to_thread(refusal, data, job.attachment.name):
            data.clear()
            return FileOutcome(job.key, reason=refused)
        size = len(data)
        sha256, path = await asyncio.to_thread(self._store, data)
        # The worker's thread may reference it for a moment longer, and the next large file needs the memory.
        data.clear()
        return FileOutcome(job.key, sha256, size, path)

    async def _fetch(self, job: FileJob) -> bytearray:
        if self._channel is None:
            raise RuntimeError("the files have not been started")
        data = bytearray()
        async with self._channel.fetch_file(job.attachment.file_id) as pieces:
            async for piece in pieces:
                if job.key in self._dropped:
                    raise _DroppedError
                data += piece
                if len(data) > self._largest:
                    raise FileTooLargeError
        return data

    def _store(self, data: bytearray) -> tuple[str, str]:
        """Seal and write a content, in a thread: hashing and the disk take their time."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = place_of(self._codec.file_name(sha256))
        self._fresh.add(path)
        try:
            self._contents.write(path, self._codec.seal_in_pieces(data, context("file", sha256)))
        except BaseException:
            self._fresh.discard(path)
            raise
        return sha256, path

    async def sweep(self) -> int:
        """Erase contents that no row needs; return their number. Contents being stored stay.

        After a loss of the newest complaints nothing is erased for a month: a newer copy of the database may
        be found, and would need their files. While the time is not certain, the month may not be over.
        """
        # The contents are read first: one that is marked afterwards is found among the needed.
        present = await asyncio.to_thread(self._contents.paths)
        now = self._wall()
        # By a reader, so that no turn waits while the names of all files are read.
        needed, spared = await self._database.read(lambda c: (needed_contents(c), are_spared(c, now)))
        renamed = await asyncio.to_thread(rename_contents, self._contents, self._codec, present, needed)
        kept = needed | renamed.keys()
        spared = spared or not self._is_certain()
        left_over = self._contents.is_left_over
        orphans = [path for path in present if left_over(path) or not (spared or path in kept)]
        # Files may have been stored since the rows were read, with a content that was an orphan's.
        erased = await self.erase_unneeded(orphans)
        if erased:
            log.info("files.swept", count=erased)
        return erased

    async def erase_unneeded(self, paths: Collection[str]) -> int:
        """Erase these contents, those that no row needs and no job is storing; return how many."""
        return await self._releasing.sweep(paths) if paths else 0

    async def _sweep_for_ever(self) -> None:
        while True:
            try:
                await self.sweep()
            except Exception as error:  # noqa: BLE001 - swept again in an hour
                log.warning("files.not_swept", reason=reason_of(error))
            await asyncio.sleep(SWEEP_SECONDS)
