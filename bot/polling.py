"""Fetches updates and hands them to the turns; asks for more only when all are stored (law 1).

1. Fetch from the offset, waiting for the first update as long as a long poll goes.
2. Read one by one: an update of an unknown form is set aside by the turns and spoils no other.
3. Have all of them taken, and only then go on from the last one's id + 1, lower than before or not.
4. After an empty answer ask without an offset: nothing is left to acknowledge, and after a week of silence
   the messenger begins to number anew, perhaps lower.
5. Failures are waited out, longer each time; a wrong token ends the bot with a sentence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

import structlog

from bot.channels.base import ChatMigrated, FetchError, ShellEvent, UnreadableUpdateError
from bot.faults import whereabouts
from bot.turns.batches import Incoming
from conversations.events import Event

log = structlog.get_logger(__name__)

POLL_SECONDS = 50.0
CONFLICT_SECONDS = 5.0
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0


class TokenRefusedError(Exception):
    """telegram.token: the messenger does not know this token; take the one that @BotFather shows."""

    def __str__(self) -> str:
        return self.__doc__ or ""


class Source(Protocol):
    """The part of a channel that gives updates."""

    name: str

    async def fetch(self, offset: int, timeout: float) -> list[dict[str, Any]]:  # noqa: ASYNC109 - a long poll's
        """Updates from this offset on."""

    def read(self, raw: Mapping[str, Any]) -> Event | ShellEvent | None:
        """An update as what happened."""


class Polling:
    """One channel's updates, from the stored offset on."""

    def __init__(
        self, source: Source, take: Callable[[Sequence[Incoming]], Awaitable[None]], offset: int
    ) -> None:
        self._source, self._take, self._offset = source, take, offset
        self._wait = FIRST_WAIT

    async def run(self, stopping: asyncio.Event) -> None:
        """Until told to stop: a waiting fetch is broken off, a turn that has begun is finished."""
        stopped = asyncio.create_task(stopping.wait())
        try:
            while not stopping.is_set():
                fetching = asyncio.create_task(self._fetch())
                try:
                    await asyncio.wait({fetching, stopped}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    if not fetching.done():
                        fetching.cancel()
                if fetching.done():
                    await self._taken(fetching.result())
        finally:
            stopped.cancel()

    async def _fetch(self) -> list[dict[str, Any]]:
        """The next updates; none when it failed, after having waited."""
        try:
            updates = await self._source.fetch(self._offset, POLL_SECONDS)
        except FetchError as error:
            if error.kind == "token":
                raise TokenRefusedError from error
            await asyncio.sleep(self._pause_after(error))
            return []
        self._wait = FIRST_WAIT
        if not updates:
            self._offset = 0
        return updates

    def _pause_after(self, error: FetchError) -> float:
        if error.kind == "conflict":
            log.error("polling.conflict", advice="another program fetches with this token; stop it")
            return CONFLICT_SECONDS
        self._wait = min(2 * self._wait, LONGEST_WAIT)
        log.warning("polling.failed", reason=error.reason, seconds=max(self._wait, error.retry_after))
        return max(self._wait, error.retry_after)

    async def _taken(self, updates: Sequence[dict[str, Any]]) -> None:
        if updates:
            await self._take(self._read(updates))
            self._offset = int(updates[-1]["update_id"]) + 1

    def _read(self, updates: Sequence[dict[str, Any]]) -> list[Incoming]:
        read = [self._incoming(update) for update in updates]
        if not any(isinstance(one.event, ChatMigrated) for one in read):
            return read
        # What stands before the notice of a move is read again: now it is known where it belongs.
        return [self._incoming(update) for update in updates]

    def _incoming(self, update: dict[str, Any]) -> Incoming:
        name, number = self._source.name, int(update["update_id"])
        try:
            return Incoming(name, number, self._source.read(update), update)
        except UnreadableUpdateError as error:
            return Incoming(name, number, None, update, unreadable=whereabouts(error))
