"""Makes the daily backup: it is due at the time of the settings, and after a start that comes later.

The backup is made by a process of its own (bot/operations/backup_command.py), so that no turn waits for it.
The folder is looked at in a thread: a network disk may hang. The operator is notified of the first failure
after a success; each later try is logged.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from bot.clock.zone import ZONE
from bot.config.settings import Config
from bot.database.backup_names import Backup, backups
from bot.foundation.faults import error_place
from conversations.messages import OutgoingMessage

log = structlog.get_logger(__name__)

COMMAND = (sys.executable, "-m", "bot.operations.backup_command")
DAY = timedelta(days=1)
# The clock may be put right meanwhile: the bot looks again at least this often.
LONGEST_SLEEP = 300.0
RETRY_SECONDS = 3600.0
# A hanging disk ends no bot, and a backup of hours is none.
PATIENCE_SECONDS = 6 * 3600.0
# What the operator reads of many faults.
LISTED = 3


def _wall_time() -> datetime:
    return datetime.now(ZONE)


class DailyBackup:
    """The daily backup of one bot; `notify` sends a message to the operator, `now` is wall time."""

    def __init__(
        self,
        config: Config,
        notify: Callable[[OutgoingMessage], Awaitable[None]],
        now: Callable[[], datetime] = _wall_time,
    ) -> None:
        self._settings, self._notify, self._now = config.backup, notify, now
        self._folder = Path(config.backup.folder)
        self._wanted = config.model_dump(mode="json", include={"database", "backup", "log"})
        self._failing = False

    async def run(self) -> None:
        """Make a backup whenever one is due; without a folder there is none."""
        while self._settings.folder:
            try:
                wait = await self._round()
            except Exception as error:  # noqa: BLE001 - a fault today prevents no backup tomorrow
                log.error("backup.fault", error=error_place(error))  # noqa: TRY400 - no words
                wait = RETRY_SECONDS
            await asyncio.sleep(wait)

    async def _round(self) -> float:
        """Make a backup if it is due; return how long to sleep."""
        if (wait := await self.seconds_left()) > 0:
            return min(wait, LONGEST_SLEEP)
        return 0.0 if await self.make() else RETRY_SECONDS

    async def seconds_left(self) -> float:
        """Seconds until the next backup is due; 0 when it is due.

        A folder that cannot be read makes one due: the try says why.
        """
        try:
            made = await asyncio.to_thread(backups, self._folder)
        except OSError:
            return 0.0
        return seconds_left(made[-1] if made else None, self._settings.time, self._now())

    async def make(self) -> bool:
        """Make one backup; return whether the next one is due tomorrow. The result is logged."""
        began = time.monotonic()
        said = await self._said()
        seconds, faults = round(time.monotonic() - began, 1), said["faults"]
        if said["busy"]:
            log.info("backup.busy", folder=self._settings.folder)
        elif faults:
            log.error(
                "backup.failed", path=said["path"], reason=faults[0], faults=len(faults), seconds=seconds
            )
            await self._failed(faults)
        else:
            log.info("backup.made", path=said["path"], seconds=seconds)
            self._failing = False
        return bool(said["path"])

    async def _failed(self, faults: list[str]) -> None:
        if self._failing:
            return
        more = f" (+{len(faults) - LISTED})" if len(faults) > LISTED else ""
        params = {"path": self._settings.folder, "reason": "; ".join(faults[:LISTED]) + more}
        await self._notify(OutgoingMessage("system.operator_backup_failed", params))
        self._failing = True

    async def _said(self) -> dict[str, Any]:
        """What the process says: the path, whether another one is at work, the faults."""
        try:
            process = await asyncio.create_subprocess_exec(
                *COMMAND, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, start_new_session=True
            )
            return await self._answered(process)
        except (OSError, ValueError, TimeoutError) as error:
            return {"path": "", "busy": False, "faults": [type(error).__name__]}

    async def _answered(self, process: Process) -> dict[str, Any]:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                answer, _ = await process.communicate(json.dumps(self._wanted).encode() + b"\n")
        finally:
            await _ended(process)
        said: dict[str, Any] = json.loads(answer)
        return said


def seconds_left(newest: Backup | None, at: str, now: datetime) -> float:
    """Seconds until the backup after `newest` is due, each day at the time `at`; 0 when it is due.

    A backup of the future was made while the clock was wrong: it does not delay the next one.
    """
    hour, minute = map(int, at.split(":"))
    today = now.astimezone(ZONE).replace(hour=hour, minute=minute, second=0, microsecond=0)
    due = today if today <= now else today - DAY
    if newest is None or newest.taken < due or newest.taken > now + DAY:
        return 0.0
    return (due + DAY - now).total_seconds()


async def _ended(process: Process) -> None:
    """End the process when the bot ends before it."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
