"""Fetches updates and hands them to the turns; asks for more only when all are stored (invariant 1).

1. Fetch from the offset, waiting for the first update as long as a long poll lasts.
2. Read one by one: an unreadable update is quarantined by the turns and does not affect the others.
3. Have all of them taken, and then continue from the last one's id + 1, even when that is lower than before.
4. After an empty answer ask without an offset: there is no update to acknowledge, and after a week without
   updates the messenger restarts its numbering, perhaps lower.
5. After a failure wait, longer each time; a wrong token ends the bot with a sentence. After an error of this
   program in fetching or reading wait as well: otherwise the bot would end at each start.
6. An answer in which no update has an id is asked for again, later each time, as it may have been changed in
   transit; when the same comes a second time it is handed on, once. The offset stays. It could move by one,
   as ids ascend, but a proxy that changes two answers would then lose a citizen's message. It need not move:
   an update without an id is alone, or an update behind it has one, and confirming that one confirms both.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import structlog

from bot.channels.base import FetchError, Raw, ShellEvent, UnreadableUpdate
from bot.foundation.faults import error_place
from bot.foundation.figures import figures
from bot.sources.inputs import Inputs, take_all
from bot.sources.shares import Sifted
from bot.turns.batches import Incoming
from conversations.events import Event

log = structlog.get_logger(__name__)

POLL_SECONDS = 50.0
CONFLICT_SECONDS = 5.0
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
# How much longer than a long poll the requests of one fetch can take, with their own limits.
FETCH_SECONDS = 120.0


class TokenRefusedError(Exception):
    """telegram.token: the messenger does not know this token; take the one that @BotFather shows."""

    def __str__(self) -> str:
        return self.__doc__ or ""


class Source(Protocol):
    """The part of a channel that gives updates."""

    name: str

    async def fetch(self, offset: int, timeout: float, /) -> list[Raw]:  # noqa: ASYNC109 - a long poll's
        """Updates from this offset on."""

    def read(self, raw: Mapping[str, Any], /) -> Event | ShellEvent | None:
        """An update as an event."""


class Fetched(NamedTuple):
    """The updates of one fetch that are not dropped, and the id of the last one of all, None without any."""

    incoming: Sequence[Incoming] = ()
    last: int | None = None


class Polling:
    """One channel's updates, from the stored offset on; `sift` drops and postpones them (shares.py)."""

    def __init__(
        self,
        source: Source,
        take: Callable[[Sequence[Incoming]], Awaitable[None]],
        offset: int,
        sift: Callable[[Sequence[Raw]], list[Sifted]] = take_all,
    ) -> None:
        self._source, self._take, self._offset = source, take, offset
        # The updates that are not dropped, as inputs of the turns.
        self.read = Inputs(source, sift).read
        self._wait = FIRST_WAIT
        self._pause = 0.0
        self._unnamed: list[object] = []
        self._handed_on = False
        self._until = math.inf

    def alive(self) -> bool:
        """Whether the loop is in a step that may last this long; a turn lasts as long as its writer needs."""
        return time.monotonic() < self._until

    async def run(self, stopping: asyncio.Event) -> None:
        """Run until `stopping`: a waiting fetch is cancelled, a turn that has begun is finished."""
        stopped = asyncio.create_task(stopping.wait())
        try:
            while not stopping.is_set():
                fetching = asyncio.create_task(self._fetch())
                self._until = time.monotonic() + self._pause + POLL_SECONDS + FETCH_SECONDS
                try:
                    await asyncio.wait({fetching, stopped}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    if not fetching.done():
                        fetching.cancel()
                if fetching.done():
                    self._until = math.inf
                    await self._taken(fetching.result())
        finally:
            self._until = -math.inf
            stopped.cancel()

    async def _fetch(self) -> Fetched:
        """The next updates, read; none when that failed. Waits first when the last fetch failed."""
        if self._pause:
            await asyncio.sleep(self._pause)
        try:
            updates = await self._source.fetch(self._offset, POLL_SECONDS)
            fetched = Fetched(self.read(updates), _last(updates))
        except FetchError as error:
            figures.failed("fetch", [error.kind])
            if error.kind == "token":
                raise TokenRefusedError from error
            self._pause = self._pause_after(error)
            return Fetched()
        except Exception as error:  # noqa: BLE001 - the next fetch may succeed
            self._pause = self._longer()
            log.error("polling.fault", error=error_place(error), seconds=self._pause)  # noqa: TRY400 - no words
            return Fetched()
        self._pause, figures.fetched_at = 0.0, time.monotonic()
        if not updates:
            self._wait, self._offset = FIRST_WAIT, 0
        return fetched

    def _longer(self) -> float:
        self._wait = min(2 * self._wait, LONGEST_WAIT)
        return self._wait

    def _pause_after(self, error: FetchError) -> float:
        if error.kind == "conflict":
            log.error("polling.conflict", advice="another program fetches with this token; stop it")
            return CONFLICT_SECONDS
        seconds = max(self._longer(), error.retry_after)
        log.warning("polling.failed", reason=error.reason, seconds=seconds)
        return seconds

    async def _taken(self, fetched: Fetched) -> None:
        incoming, last = fetched
        if last is not None:
            if incoming:
                await self._take(incoming)
            self._wait, self._offset = FIRST_WAIT, last + 1
        elif incoming:
            await self._taken_without_ids(incoming)

    async def _taken_without_ids(self, incoming: Sequence[Incoming]) -> None:
        """Wait for the same answer again, then hand it on, once."""
        raws = [one.raw for one in incoming]
        if raws != self._unnamed:
            self._unnamed, self._handed_on = raws, False
        elif not self._handed_on:
            await self._take(incoming)
            self._handed_on = True
        self._pause = self._longer()
        log.warning("polling.unnamed", updates=len(incoming), seconds=self._pause)


def _last(updates: Sequence[Raw]) -> int | None:
    """The id of the last update that has one."""
    ids = [
        update.update_id if isinstance(update, UnreadableUpdate) else int(update["update_id"])
        for update in updates
    ]
    return next((number for number in reversed(ids) if number is not None), None)
