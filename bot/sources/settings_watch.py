"""Asks Meta now and then what `aduan check` asks, and notes the problems for the operator.

A webhook that is no longer set, a certificate that has ended or an account that is restricted stops citizens'
messages without a sign on this machine. Problems count when two rounds in a row find some: the first may be
one of the network.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.foundation.faults import error_place
from bot.foundation.figures import figures
from bot.foundation.troubles import SETTINGS

log = structlog.get_logger(__name__)

# The first round comes when the start is over; after problems the next one comes soon.
FIRST_SECONDS, AGAIN_SECONDS, ROUND_SECONDS = 300.0, 600.0, 6 * 3600.0
LONGEST_DETAIL = 600

# What is wrong, a sentence each.
FindProblems = Callable[[], Awaitable[Sequence[str]]]


class SettingsWatch:
    """The rounds of one bot; without `find` there are none."""

    def __init__(
        self, find: FindProblems | None, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._find, self._pause = find, pause
        self._doubted = False

    async def run(self) -> None:
        """Make rounds until it is cancelled."""
        if self._find is None:
            return
        await self._pause(FIRST_SECONDS)
        while True:
            try:
                found = await self._find()
            except Exception as error:  # noqa: BLE001 - the next round tries again
                log.error("settings.fault", error=error_place(error))  # noqa: TRY400 - no words
                found = ()
            self._note(found)
            await self._pause(AGAIN_SECONDS if found else ROUND_SECONDS)

    def _note(self, found: Sequence[str]) -> None:
        if not found:
            figures.troubles.ended(SETTINGS)
        elif self._doubted:
            log.warning("settings.wrong", count=len(found))
            figures.troubles.began(SETTINGS, "; ".join(found)[:LONGEST_DETAIL])
        self._doubted = bool(found)
