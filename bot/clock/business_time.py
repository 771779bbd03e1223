"""Business time: the time of the agencies' clocks (invariant 10). Only practice may move it forward.

Pacing and backoff use wall time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import aiohttp
import structlog

from bot.clock.zone import ZONE

log = structlog.get_logger(__name__)

EVERY_SECONDS = 1.0
PATIENCE = aiohttp.ClientTimeout(total=3.0)


class BusinessClock:
    """The wall clock in the agencies' zone, plus the offset that a practice server gives."""

    def __init__(self) -> None:
        self._offset = timedelta()

    def now(self) -> datetime:
        """The time of the agencies."""
        return datetime.now(ZONE) + self._offset

    def moment(self, named: datetime | None) -> datetime:
        """A moment that the messenger gives, or now, in the agencies' zone."""
        return named.astimezone(ZONE) if named else self.now()

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
