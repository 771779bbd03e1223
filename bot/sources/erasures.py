"""Carries out ordered erasures, while the bot runs or next to a stopped one (docs/operations.md).

1. The traces of the person are found over a reading connection, because every sealed row has to be opened.
2. One transaction erases the case and the traces. It notes that it did, and which contents are to be deleted.
3. The senders drop what they still have in memory; the new rows are queued.
4. Traces that were written meanwhile are removed by a second round. Then the contents are deleted, the
   write-ahead log is emptied, and the request goes.

A process that ends at any place repeats these steps at its next start. An erasure that fails is logged
without its words and tried again later; the others are carried out.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

import structlog
from sqlalchemy import Connection

from bot.database import erasure, erasure_requests, erasure_traces
from bot.database.contents import Contents
from bot.database.engine import Database
from bot.database.erasure import Erased, EraseError, Moment
from bot.database.erasure_requests import Erasing
from bot.database.erasure_traces import Subject, Traces
from bot.database.freed_files import needed_of
from bot.database.outbox_rows import OutboxRow
from bot.database.sealing import Codec
from bot.foundation.faults import error_place
from conversations.complaints.terms import Terms

log = structlog.get_logger(__name__)

# How often the running bot looks for a request of `aduan erase`.
LOOK_SECONDS = 5.0
# How long one that failed waits: each try opens every sealed row.
RETRY_SECONDS = 600.0
CHECKPOINTS, CHECKPOINT_SECONDS = 20, 0.25


async def _no_sweep() -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Senders:
    """What a running bot has in memory: rows to drop, rows to take over, files; a stopped one nothing."""

    withdraw: Callable[[Collection[int]], None] = lambda _rows: None
    accept: Callable[[Iterable[OutboxRow]], None] = lambda _rows: None
    sweep: Callable[[], Awaitable[int]] = _no_sweep
    # Erases contents except those that a file has got meanwhile; None where no file can be stored.
    erase_unneeded: Callable[[Collection[str]], Awaitable[int]] | None = None


class Erasures:
    """Erases. `now` is business time, `wall` seconds since 1970; `contents` are those of files."""

    def __init__(
        self,
        database: Database,
        codec: Codec,
        terms: Terms,
        contents: Contents,
        now: Callable[[], datetime],
        senders: Senders | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._codec, self._terms = database, codec, terms
        self._contents, self._senders = contents, senders or Senders()
        self._now, self._wall = now, wall
        # By case: until when it waits after a failure, monotonic.
        self._failed: dict[str, float] = {}

    async def run(self) -> None:
        """Carry out what is requested, until it is cancelled."""
        while True:
            try:
                await self.round()
            except Exception as error:  # noqa: BLE001 - the next round tries again
                log.error("erasures.fault", error=error_place(error))  # noqa: TRY400 - no words
            await asyncio.sleep(LOOK_SECONDS)

    async def round(self) -> list[Erased]:
        """Carry out every request that waits; the results of those that were carried out."""
        wanted = await self._database.read(lambda c: erasure_requests.waiting(c, self._codec))
        begun = time.monotonic()
        due = [one for one in wanted if self._failed.get(one.case, begun) <= begun]
        return [done for one in due if (done := await self._tried(one))]

    async def _tried(self, wanted: Erasing) -> Erased | None:
        try:
            return await self.carry_out(wanted)
        except EraseError:
            # The case was opened again since the order was given: the command tells the operator.
            log.warning("erasures.refused", case=wanted.case)
            await self._database.write(lambda c: erasure_requests.finish(c, wanted.case))
        except Exception as error:  # noqa: BLE001 - the others are carried out
            self._failed[wanted.case] = time.monotonic() + RETRY_SECONDS
            log.error("erasures.failed", case=wanted.case, error=error_place(error))  # noqa: TRY400 - no words
        return None

    async def carry_out(self, wanted: Erasing) -> Erased:
        """Erase one case and all traces. Raises EraseError for one that has not ended."""
        first = await self._step(wanted)
        second = await self._step(wanted, first.paths)
        self._senders.withdraw([*first.gone, *second.gone])
        await self._delete_contents(second.paths)
        await self._empty_log()
        await self._database.write(lambda c: erasure_requests.finish(c, wanted.case))
        log.info("erasures.done", case=wanted.case)
        return Erased(first.gone + second.gone, [], second.paths, first.older + second.older)

    async def _step(self, wanted: Erasing, paths: tuple[str, ...] = ()) -> Erased:
        subject = erasure.subject_of(wanted)
        traces = await asyncio.to_thread(self._traces, subject)
        moment = Moment(self._now(), self._wall())
        known = replace(wanted, paths=(*wanted.paths, *paths))

        def work(connection: Connection) -> Erased:
            return erasure.erase(connection, self._codec, self._terms, known, traces, moment)

        done = await self._database.write(work)
        self._senders.withdraw(done.gone)
        self._senders.accept(done.rows)
        return done

    def _traces(self, subject: Subject) -> Traces:
        with self._database.store.reading() as connection:
            return erasure_traces.find(connection, self._codec, subject)

    async def _delete_contents(self, paths: Iterable[str]) -> None:
        if self._senders.erase_unneeded:
            await self._senders.erase_unneeded([*paths])
        else:
            await self._database.write(partial(self._erase_contents, [*paths]))
        await self._senders.sweep()

    def _erase_contents(self, paths: Collection[str], connection: Connection) -> None:
        # A request that a killed bot has left may name what another file has got since.
        for path in sorted({*paths} - needed_of(connection, paths)):
            self._contents.erase(path, connection)

    async def _empty_log(self) -> None:
        for _ in range(CHECKPOINTS):
            if await self._database.checkpoint():
                return
            await asyncio.sleep(CHECKPOINT_SECONDS)
        log.warning("erasures.log_not_emptied")
