"""Looks at the work of the running bot: for the health page, the metrics, and the operator's alerts.

1. The numbers are read in one read transaction, at most every five seconds, however often they are asked for;
   the counts of cases once a minute, and less often where counting takes long. A reader does not hold up the
   writer.
2. Whether the writer works is tried with an empty transaction. One that has not ended is not followed by
   another.
3. A round every fifteen seconds compares the ages with the limit and alerts the operator.
4. Ages of updates that are being taken use the monotonic clock. Those of stored rows use the wall clock with
   which they were stored, which is the trusted time (bot/clock/trusted_time.py).
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import Connection

from bot.clock.trusted_time import Certainty, TrustedTime
from bot.config.settings import Config
from bot.database.engine import Database
from bot.database.outbox_rows import OutboxRow
from bot.database.waiting_work import CaseCount, WaitingWork, count_cases, read_waiting
from bot.foundation.faults import error_place
from bot.foundation.figures import Figures, figures
from bot.health.alerts import Alerts
from bot.health.cut_off import watched
from bot.health.judgement import MEGABYTE, MINUTE, NO_SPACE, Problem, State, problems
from bot.outbox.operator_notes import Operator

log = structlog.get_logger(__name__)

ROUND_SECONDS = 15.0
KEPT_SECONDS, CASES_KEPT_SECONDS = 5.0, 60.0
# Counting cases takes at most one part in 3,000 of the time: of 75,000 open cases it takes 0.05 seconds.
COUNTING_SHARE = 3000.0
# How long a look waits for the writer, which may be in the middle of a turn.
WRITER_PATIENCE = 1.0


class Monitor:
    """The state of the bot. `now` is business time, `trusted` wall time.

    `late_seconds` is the limit of the ages, 0 for none. `polls` says whether updates are fetched; with a
    webhook they come by themselves. `watched` are the troubles that can cut it off.
    `reserve` is the room kept on the disk of `folder`, in bytes.
    """

    def __init__(  # noqa: PLR0913 - what it looks at
        self,
        database: Database,
        agencies: Sequence[str],
        alerts: Alerts,
        now: Callable[[], datetime],
        *,
        folder: Path,
        trusted: TrustedTime,
        late_seconds: float,
        polls: bool = True,
        watched: Collection[str] = (),
        reserve: int = NO_SPACE,
        seen: Figures = figures,
    ) -> None:
        self._database, self._agencies, self._alerts = database, agencies, alerts
        self._folder = folder
        self._now, self._trusted, self._late_seconds = now, trusted, late_seconds
        self._polls, self._reserve, self._figures = polls, reserve, seen
        self._watched = sorted(watched)
        self._started = self._certain_at = time.monotonic()
        self._writer = Writer(database)
        self._state, self._looked = State(), -KEPT_SECONDS
        self._cases: Mapping[str, CaseCount] = {}
        self._count_at = 0.0
        self._looking = asyncio.Lock()

    async def run(self) -> None:
        """Make rounds until it is cancelled."""
        while True:
            await asyncio.sleep(ROUND_SECONDS)
            await self.round()

    async def round(self) -> None:
        """Look, and alert the operator; an error is logged, and the next round tries again."""
        try:
            state = await self.state()
            ages = {"updates": state.unanswered, "messages": state.undelivered, **state.cut_off}
            await self._alerts.round(ages, self._trusted.wall())
        except Exception as error:  # noqa: BLE001 - the next round tries again
            log.error("health.fault", error=error_place(error))  # noqa: TRY400 - no words

    async def state(self) -> State:
        """The state, at most five seconds old."""
        async with self._looking:
            if time.monotonic() - self._looked >= KEPT_SECONDS:
                self._state = await self._look()
                self._looked = time.monotonic()
        return self._state

    def problems(self, state: State) -> Sequence[Problem]:
        """What is wrong."""
        return problems(state, self._late_seconds)

    async def _look(self) -> State:
        work, read_error = WaitingWork(), ""
        try:
            work = await self._database.read(self._read)
        except Exception as error:  # noqa: BLE001 - it is what the page is to show
            read_error = type(error).__name__
        writer, write_error = await self._writer.tried()
        state = self._ages(work)
        free = await asyncio.to_thread(_free, self._folder)
        return replace(
            state, writer=writer, write_error=write_error, read_error=read_error, free=free, cases=self._cases
        )

    def _read(self, connection: Connection) -> WaitingWork:
        began = time.monotonic()
        if began >= self._count_at:
            self._cases = count_cases(connection, self._agencies, self._now().date())
            now = time.monotonic()
            self._count_at = now + max(CASES_KEPT_SECONDS, COUNTING_SHARE * (now - began))
        return read_waiting(connection)

    def _ages(self, work: WaitingWork) -> State:
        now, wall, seen = time.monotonic(), self._trusted.wall(), self._figures
        judged = self._trusted.judgement()
        if judged.certainty is Certainty.CERTAIN:
            self._certain_at = now
        return State(
            fetched=now - (seen.fetched_at or self._started) if self._polls else None,
            reached=seen.fetched_at is not None,
            unanswered=max(seen.unanswered.age(now), _age(work.update_since, wall)),
            undelivered=_age(work.message_since, wall),
            taking=len(seen.unanswered),
            tasks=len(asyncio.all_tasks()),
            clock=judged,
            uncertain=now - self._certain_at,
            reserve=self._reserve,
            work=work,
            cut_off={name: seen.troubles.age(name, now) for name in self._watched},
        )


def make_monitor(
    database: Database,
    config: Config,
    operator: Operator,
    accept: Callable[[list[OutboxRow]], None],
    now: Callable[[], datetime],
    trusted: TrustedTime,
) -> Monitor:
    """The monitor of a running bot; `accept` gets the rows of its alerts.

    `now` is business time, `trusted` wall time.
    """
    late = config.alerts.late_minutes * MINUTE
    agencies = [agency.id for agency in config.agencies]
    polls = config.telegram.updates == "polling"
    alerts = Alerts(database, operator, accept, late)
    reserve = config.limits.disk_reserve_megabytes * MEGABYTE
    return Monitor(
        database,
        agencies,
        alerts,
        now,
        folder=config.database.path.parent,
        trusted=trusted,
        late_seconds=late,
        polls=polls,
        watched=watched(config),
        reserve=reserve,
    )


class Writer:
    """Tries whether the writer works, with one empty transaction at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._task: asyncio.Task[None] | None = None
        self._asked = 0.0

    async def tried(self) -> tuple[float, str]:
        """For how many seconds it has not answered (0: it answers), and the class of its error."""
        if self._task is None:
            self._asked = time.monotonic()
            self._task = asyncio.create_task(self._database.write(_nothing))
        await asyncio.wait({self._task}, timeout=WRITER_PATIENCE)
        if not self._task.done():
            return time.monotonic() - self._asked, ""
        task, self._task = self._task, None
        error = task.exception()
        return 0.0, type(error).__name__ if error else ""


def _nothing(_connection: Connection) -> None:
    """Write nothing."""


def _age(since: float | None, wall: float) -> float:
    """Seconds since a wall time; 0 for none, and for one that a wrong clock put into the future."""
    return max(0.0, wall - since) if since is not None else 0.0


def _free(path: Path) -> int | None:
    try:
        return shutil.disk_usage(path.parent).free
    except OSError:
        return None
