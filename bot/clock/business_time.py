"""Business time: the time of the agencies' clocks (invariant 10). Only practice may move it forward.

It is the most likely wall time (trusted_time.py) plus the offset that a practice server gives. Pacing and
backoff measure durations, with a clock that no one can set.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import aiohttp
import structlog

from bot.clock.trusted_time import TrustedTime
from bot.clock.zone import ZONE

log = structlog.get_logger(__name__)

EVERY_SECONDS = 1.0
PATIENCE = aiohttp.ClientTimeout(total=3.0)


class BusinessClock:
    """Trusted time in the agencies' zone, plus the offset that a practice server gives.

    It hears what the messenger says about the time. A `practice` server dates messages with business time:
    those dates are not heard.
    """

    def __init__(self, time: TrustedTime | None = None, *, practice: bool = False) -> None:
        self.time = time or TrustedTime()
        self._offset, self._practice = timedelta(), practice

    def now(self) -> datetime:
        """The time of the agencies."""
        return self.wall() + self._offset

    def wall(self) -> datetime:
        """Trusted wall time in the agencies' zone, which practice does not move."""
        return datetime.fromtimestamp(self.time.wall(), ZONE)

    def moment(self, named: datetime | None) -> datetime:
        """A moment that the messenger gives, or now, in the agencies' zone."""
        if named is None:
            return self.now()
        if not self._practice:
            self.time.dated(named.timestamp())
        return named.astimezone(ZONE)

    def answered(self, date: str | None) -> None:
        """Note that the messenger answered, and its `Date` header."""
        self.time.answered(date)

    def sent(self, date: float) -> None:
        """Note the date of a message that the bot has just sent, in seconds since 1970."""
        if not self._practice:
            self.time.sent(date)

    async def follow(self, base_url: str, changed: Callable[[], None]) -> None:
        """Read the offset each second until cancelled; call `changed` when it differs.

        `base_url` is the practice server's Bot API address, which ends in /bot. While that server does not
        answer, the last offset stays.
        """
        address = f"{base_url.removesuffix('/bot')}/practice/time"
        async with aiohttp.ClientSession(timeout=PATIENCE) as session:
            while True:
                offset = await _read(session, address)
                if offset is not None and offset != self._offset:
                    self._offset = offset
                    log.info("practice.time", offset_seconds=offset.total_seconds())
                    changed()
                await asyncio.sleep(EVERY_SECONDS)


async def _read(session: aiohttp.ClientSession, address: str) -> timedelta | None:
    try:
        async with session.get(address) as response:
            if not response.ok:
                return None
            return timedelta(seconds=float((await response.json())["offset_seconds"]))
    except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, OverflowError):
        return None
