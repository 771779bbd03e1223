"""Watches whether the time is certain (bot/clock/trusted_time.py), and notifies the operator when it is not.

1. At the start the messenger is asked until its answers confirm the system clock, or contradict it three
   times: the first turn already dates what it stores.
2. Every half minute the clocks are compared. When the messenger has not named its time for four minutes, as
   in webhook mode, or while the time is not certain, it is asked.
3. A fault that lasts three minutes is reported once, in words; a pause of the machine is over before that.
   A messenger that is out of reach is not reported: the notice could not arrive. The end is reported as
   well. Both are known across restarts, because a restart usually follows the repair.
4. The certain time is kept once an hour.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from bot.channels.base import DeliveryError
from bot.clock.trusted_time import Certainty, Judgement, TrustedTime, steady
from bot.clock.witness import EQUAL_ANSWERS
from bot.clock.zone import ZONE
from bot.database import kept_time
from bot.database.engine import Database
from bot.database.kept_time import KeptTime
from bot.foundation.faults import error_place
from conversations.messages import OutgoingMessage

log = structlog.get_logger(__name__)

LOOK_SECONDS = 30.0
QUIET_SECONDS = 240.0
NOTICE_SECONDS = 180.0
KEEP_SECONDS = 3600.0
REPORTED = frozenset({Certainty.DIFFERS, Certainty.UNNAMED})


class TimeWatch:
    """Runs until it is cancelled. `ask` makes the messenger answer, `notify` writes to the operator."""

    def __init__(
        self,
        database: Database,
        time: TrustedTime,
        ask: Callable[[], Awaitable[None]],
        notify: Callable[[OutgoingMessage], Awaitable[None]],
        steadily: Callable[[], float] = steady,
    ) -> None:
        self._database, self._time, self._ask, self._notify = database, time, ask, notify
        self._steady = steadily
        self._kept = KeptTime()
        self._kept_at = self._since = float("-inf")
        self._certainty = Certainty.CERTAIN

    async def start(self) -> None:
        """Compare the clocks before the first turn."""
        self._kept = await self._database.write(kept_time.load)
        self._time.keep(self._kept.certain)
        for _ in range(EQUAL_ANSWERS):
            if self._time.is_certain():
                return
            await self._asked()
        judged = self._time.judgement()
        log.warning("time.not_certain", reason=judged.certainty.value, seconds=round(judged.ahead))

    async def run(self) -> None:
        """Look every half minute; an error is logged and the next look tries again."""
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - the watch must not stop
                log.error("time.fault", error=error_place(error))  # noqa: TRY400 - no words
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self) -> None:
        """Compare the clocks once, and report or keep what follows."""
        if self._time.quiet_for > QUIET_SECONDS or not self._time.is_certain():
            await self._asked()
        judged, now = self._time.judgement(), self._steady()
        if judged.certainty is not self._certainty:
            self._certainty, self._since = judged.certainty, now
            log.warning("time.judged", reason=judged.certainty.value, seconds=round(judged.ahead))
        if judged.certainty is Certainty.CERTAIN:
            await self._certain(now)
        elif judged.certainty in REPORTED and not self._kept.fault and now - self._since >= NOTICE_SECONDS:
            await self._report(judged.certainty.value, self._fault(judged))

    async def _certain(self, now: float) -> None:
        if self._kept.fault:
            await self._report("", OutgoingMessage("system.operator_time_certain"))
        if now - self._kept_at >= KEEP_SECONDS:
            at = self._time.wall()
            await self._database.write(lambda connection: kept_time.keep_certain(connection, at))
            self._kept_at = now

    async def _report(self, fault: str, message: OutgoingMessage) -> None:
        # In this order: a crash in between repeats the notice, and does not lose it.
        await self._notify(message)
        await self._database.write(lambda connection: kept_time.keep_fault(connection, fault))
        self._kept = self._kept._replace(fault=fault)

    def _fault(self, judged: Judgement) -> OutgoingMessage:
        if judged.certainty is Certainty.UNNAMED:
            return OutgoingMessage("system.operator_time_unnamed")
        likely = datetime.fromtimestamp(self._time.wall(), ZONE)
        here = likely + timedelta(seconds=judged.ahead)
        params = {"here": here.isoformat(), "likely": likely.isoformat(), **difference(judged.ahead)}
        return OutgoingMessage("system.operator_time_differs", params)

    async def _asked(self) -> None:
        try:
            await self._ask()
        except DeliveryError as error:
            log.info("time.not_asked", reason=error.reason)


def difference(ahead: float) -> dict[str, int | bool]:
    """By how much a clock is ahead, or behind, for words: days, hours and minutes."""
    minutes = max(1, round(abs(ahead) / 60))
    return {
        "ahead": ahead > 0,
        "days": minutes // 1440,
        "hours": minutes % 1440 // 60,
        "minutes": minutes % 60,
    }
